"""The shapes that the API takes and gives, beyond those of CONTRACT that the domain defines."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from remixlab.domain.remix import Became, Energy, PayLine
from remixlab.plan import SoundFontRef


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Preset(Shape):
    name: str
    prompt: str
    kind: Literal["remix", "cover"] = "remix"


class RecordingItem(Shape):
    recording_id: str
    isrc: str | None
    title: str
    artist: str
    duration_s: float
    open: bool
    state: Annotated[str, Field(description="What is open, in words.")]
    audio_url: str
    fit: Annotated[float | None, Field(description="How well it fits what was searched for, 0 to 1.")] = None


class RecordingList(Shape):
    items: list[RecordingItem]
    next: str | None = None


class RecordingDetail(RecordingItem):
    analysis: dict[str, Any] | None
    presets: list[Preset]
    sentences: list[str]
    surprise: str


class TagItem(Shape):
    kind: Annotated[str, Field(description="style, family, era, scene, mood, instrument, voice, tempo, mode or drums.")]
    value: str
    fit: float


class TagList(Shape):
    recording_id: str
    tags: list[TagItem]


class PlanWish(Shape):
    """A wish in words, a plan, or both: then the words correct the plan ("less drums than before", "undo the tempo")."""

    recording_id: Annotated[str, Field(max_length=128)]
    prompt: Annotated[str | None, Field(description="At most 2 000 characters.")] = None
    plan: dict[str, Any] | None = None
    kind: Literal["remix", "cover"] = "remix"
    share: Literal["private", "public"] = "private"
    mine: Annotated[bool, Field(strict=True)] = False
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    soundfont: Annotated[SoundFontRef | None, Field(description="What `POST /soundfonts` answered: it plays the new parts.")] = None


class PlanLine(Shape):
    text: str
    because: str | None = None


class PlanAnswer(Shape):
    plan_id: str
    source: dict[str, Any]
    plan: dict[str, Any]
    description: list[PlanLine]
    uses: list[dict[str, Any]]
    decision: dict[str, Any]
    understood: list[dict[str, Any]]
    skipped: list[str]
    pays: list[PayLine]
    preview_url: str | None = None


class RemixWish(Shape):
    """Either a plan that was judged before, or a wish as `POST /plans` takes it."""

    plan_id: Annotated[str | None, Field(max_length=128)] = None
    recording_id: Annotated[str | None, Field(max_length=128)] = None
    prompt: str | None = None
    plan: dict[str, Any] | None = None
    kind: Literal["remix", "cover"] = "remix"
    share: Literal["private", "public"] = "private"
    mine: Annotated[bool, Field(strict=True)] = False
    seed: Annotated[int, Field(strict=True, ge=0, lt=2**32)] = 0
    soundfont: Annotated[SoundFontRef | None, Field(description="What `POST /soundfonts` answered: it plays the new parts.")] = None


class JobStarted(Shape):
    job_id: str
    status_url: str
    events_url: str

    @classmethod
    def of(cls, job_id: str) -> JobStarted:
        return cls(job_id=job_id, status_url=f"/v1/jobs/{job_id}", events_url=f"/v1/jobs/{job_id}/events")


class JobAnswer(Shape):
    job_id: str
    state: Literal["running", "done", "failed"]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class RemixAnswer(Shape):
    remix_id: str
    title: str
    source: dict[str, Any]
    plan: dict[str, Any]
    description: list[str]
    decision_id: str
    share: Literal["private", "public"]
    state: str
    screen: dict[str, Any]
    became: Annotated[
        list[Became], Field(description="For each style asked for: its place among all styles, as an ear hears the result.")
    ] = []
    notes: Annotated[list[str], Field(description="What did not come out as asked, and why.")] = []
    seal: dict[str, Any]
    pays: list[PayLine]
    energy: Energy
    duration_s: float
    loudness_lufs: float
    peak_dbtp: float
    analysis_s: float
    render_s: float
    total_s: float
    audio_url: str
    peaks_url: str
    share_url: str


class RemixList(Shape):
    items: list[RemixAnswer]
    next: str | None = None


class PlayReport(Shape):
    """One listen. The same `play_id` twice is one play."""

    play_id: Annotated[str, Field(min_length=8, max_length=128, pattern=r"^[A-Za-z0-9_.:-]+$")]
    remix_id: Annotated[str, Field(max_length=128)]
    listened_s: Annotated[float, Field(ge=0, le=86_400)]
    token: Annotated[str, Field(max_length=512, description="The stream token that came with the audio.")]
