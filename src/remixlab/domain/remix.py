"""A finished remix as it is kept: what was asked, decided, made, sealed, and who is paid by it."""

from __future__ import annotations

from typing import Annotated, Any, Literal, cast

from pydantic import AwareDatetime, Field

from remixlab.domain.rights.parties import Ppm
from remixlab.domain.value import Unless, Value

Role = Literal["master", "publishing", "likeness", "remixer", "platform"]
Sharing = Literal["private", "public"]


class PayLine(Value):
    """Which part of every listen goes to whom. All lines of a remix sum to 1 000 000 ppm."""

    party: str
    """The party's name, for people."""
    party_id: str
    role: Role
    ppm: Ppm


class Seal(Value):
    """What travels with the file: the mark inside the sound, the signed manifest, the sentence on the label."""

    mark_id: Annotated[int, Field(ge=0, lt=2**40)]
    manifest: Literal["embedded", "sidecar", "none"]
    label: str
    made_with_ai: bool


class Rendition(Value):
    """A remix as a file of one format: made when it is first asked for, kept, and the same bytes ever after.

    `manifest_sha256` names the signed manifest of a format that has no place for one.
    """

    remix_id: str
    suffix: str
    file_sha256: str
    manifest_sha256: str | None = None


class Energy(Value):
    """What making it cost. `method` names how it was measured or estimated."""

    cpu_s: Annotated[float, Field(ge=0)]
    wh: Annotated[float, Field(ge=0)]
    method: str


class Became(Value):
    """What an ear with no part in the making hears of a style that was asked for: its place among all styles, 1 for the
    first.

    `place_before` is that of the source; `heard_first` names the styles that it hears most.
    """

    style: str
    place: Annotated[int, Field(ge=1)]
    of: Annotated[int, Field(ge=1)]
    place_before: Annotated[int, Field(ge=1)] | None = None
    heard_first: tuple[str, ...]
    ear: str


class Remix(Value):
    """One remix or cover. Its id is the digest of the order, so the same order is the same remix."""

    remix_id: str
    source_id: str
    licensed_from: tuple[str, ...]
    """Every recording whose permission it rests on: the source, and what it samples."""
    title: str
    plan: dict[str, Any]
    plan_digest: str
    prompt: str | None = None
    description: tuple[str, ...] = ()
    decision_id: str
    listener: str
    share: Sharing
    state: Literal["draft", "published", "withdrawn"] = "draft"
    created_at: AwareDatetime
    seal: Seal
    label: dict[str, Any] = {}
    """How the sound was made, part by part."""
    screen: dict[str, Any]
    became: tuple[Became, ...] = ()
    notes: tuple[str, ...] = ()
    """What did not come out as asked, and why."""
    pays: tuple[PayLine, ...]
    sample_ppm: Ppm | None = None
    """Which part of the owners' lines each sampled recording takes, by the deal that it was made under."""
    passport: Annotated[dict[str, Any] | None, Unless(None)] = None
    """A `Passport`: what of it may leave, as it was shown before it was made; it is never worsened."""
    energy: Energy
    audio_sha256: str
    """Content address of the sealed lossless file."""
    media_type: str = "audio/flac"
    duration_s: float
    loudness_lufs: float
    peak_dbtp: float
    analysis_s: float = 0.0
    render_s: float = 0.0
    total_s: float = 0.0


def without_words(remix: Remix) -> Remix:
    """The remix taken down, without a word of who asked for it: neither the prompt nor what each verb was said with."""
    ops = remix.plan.get("ops")
    plan = remix.plan
    if isinstance(ops, list):
        verbs = cast("list[dict[str, Any]]", ops)
        plan = {**plan, "ops": [{key: value for key, value in op.items() if key != "because"} for op in verbs]}
    return remix.model_copy(update={"prompt": None, "plan": plan, "state": "withdrawn"})
