"""Plans, remixes, jobs and SoundFonts as they are answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field

from remixlab.domain.remix import Became, Energy, PayLine, Remix
from remixlab.domain.rights import Decision, Recording, Scope
from remixlab.doors.answers.answer import Answer, ListAnswer
from remixlab.doors.answers.catalogue import IngestedAnswer
from remixlab.doors.answers.decisions import DecisionAnswer, decision_answer
from remixlab.doors.answers.form import FormAnswer, form_answer
from remixlab.doors.answers.passports import PassportShown, passport_shown
from remixlab.doors.answers.problems import ErrorAnswer
from remixlab.doors.answers.provenance import ScreenAnswer, SourceAnswer
from remixlab.plan import RemixPlan, describe, parse, uses
from remixlab.rendering import resolve
from remixlab.rights import LICENCE

if TYPE_CHECKING:
    from remixlab.usecases.making import Judged

Visibility = Literal["private", "public"]


class PlanSource(Answer):
    recording_id: str
    tempo_bpm: float
    key: str


class UseAnswer(Answer):
    """One thing that a plan needs permission for."""

    scope: Scope
    recording: str
    detail: str


class UnderstoodAnswer(Answer):
    """One chip: the words that caused it, what they mean, how sure that is."""

    words: str
    meaning: str
    confidence: float
    op: Annotated[int | None, Field(description="Index of the verb in the plan; null for what needs no verb.")] = None


class PlanLine(Answer):
    """One sentence of a plan, and the words of the prompt that asked for it."""

    text: str
    because: str | None = None


class _Planned(Answer):
    source: PlanSource
    plan: RemixPlan
    uses: list[UseAnswer]
    decision: DecisionAnswer
    understood: list[UnderstoodAnswer]
    skipped: list[str]
    pays: list[PayLine]
    licence: Annotated[str, Field(description="The fan licence that it would be made under; see /v1/licence.")]
    passport: Annotated[PassportShown, Field(description="What of it may leave, where and until when.")]


class PlanAnswer(_Planned):
    """The answer of `remixlab plan`."""

    description: list[str]


class JudgedPlan(_Planned):
    """A plan that is kept: what was understood, whether it may be made, who would be paid."""

    plan_id: str
    description: list[PlanLine]
    form: FormAnswer
    preview_url: Annotated[
        str | None, Field(description="Where a stretch of the result can be heard; null where nothing may be made.")
    ]


class SealAnswer(Answer):
    """The mark inside the sound, where the signed manifest is, the sentence on the label."""

    mark_id: int
    manifest: Literal["embedded", "sidecar", "none"]
    label: str
    made_with_ai: bool


class RemixAnswer(Answer):
    """A finished remix or cover."""

    remix_id: str
    title: str
    source: SourceAnswer
    plan: RemixPlan
    description: list[str]
    decision_id: str
    share: Visibility
    state: Literal["draft", "published", "withdrawn"]
    screen: ScreenAnswer
    became: Annotated[
        list[Became],
        Field(description="For each style asked for: its place among all styles, as an ear hears the result."),
    ]
    notes: Annotated[list[str], Field(description="What did not come out as asked, and why.")]
    seal: SealAnswer
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


class RemixList(ListAnswer[RemixAnswer]):
    """Your own remixes, and everybody's published ones, newest first."""


class MadeAnswer(Answer):
    """The answer of `remixlab remix` and `remixlab cover`."""

    remix_id: str
    title: str
    plan: RemixPlan
    description: list[str]
    prompt: str | None
    share: Visibility
    state: Literal["draft", "published", "withdrawn"]
    screen: ScreenAnswer
    became: list[Became]
    notes: list[str]
    pays: list[PayLine]
    energy: Energy
    duration_s: float
    loudness_lufs: float
    peak_dbtp: float
    analysis_s: float
    render_s: float
    total_s: float
    output: str
    decision: DecisionAnswer
    seal: SealAnswer


class TakesAnswer(MadeAnswer):
    """The answer of `remixlab remix --takes N`: the first take, and all of them."""

    takes: list[MadeAnswer]


class JobStarted(Answer):
    """A job that was begun, and where it can be followed."""

    job_id: str
    status_url: str
    events_url: str


class JobAnswer(Answer):
    """A job: running, done with its result, or failed with its error."""

    job_id: str
    state: Literal["running", "done", "failed"]
    result: RemixAnswer | IngestedAnswer | None = None
    error: ErrorAnswer | None = None


def plan_answer(judged: Judged) -> PlanAnswer:
    return PlanAnswer(**_planned(judged), description=list(describe(judged.plan)))


def judged_plan(judged: Judged, plan_id: str) -> JudgedPlan:
    """The plan as the API answers it: with its id, and the words that caused each line."""
    text = describe(judged.plan)
    header = len(text) - len(judged.plan.ops)
    words = [None] * header + [op.because for op in judged.plan.ops]
    lines = [PlanLine(text=line, because=because) for line, because in zip(text, words, strict=True)]
    url = f"/v1/plans/{plan_id}/preview" if judged.decision.allowed else None
    form = form_answer(resolve(judged.plan, judged.material))
    return JudgedPlan(**_planned(judged), plan_id=plan_id, description=lines, form=form, preview_url=url)


def _planned(judged: Judged) -> dict[str, Any]:
    found = judged.understanding
    return {
        "source": PlanSource(
            recording_id=judged.recording.recording_id, tempo_bpm=judged.analysis.tempo_bpm, key=judged.analysis.key
        ),
        "plan": judged.plan,
        "uses": [UseAnswer(scope=u.scope, recording=u.recording, detail=u.detail) for u in sorted(uses(judged.plan))],
        "decision": decision_answer(judged.decision),
        "understood": [UnderstoodAnswer.model_validate(u.to_dict()) for u in found.understood] if found else [],
        "skipped": list(found.skipped) if found else [],
        "pays": list(judged.pays),
        "licence": LICENCE.name,
        "passport": passport_shown(judged.passport),
    }  # fmt: skip


def remix_answer(remix: Remix, recording: Recording) -> RemixAnswer:
    """The remix with the recording that it was made from."""
    url = f"/v1/remixes/{remix.remix_id}"
    source = SourceAnswer(
        recording_id=recording.recording_id, title=recording.title, artist=recording.artist, isrc=recording.isrc
    )  # fmt: skip
    return RemixAnswer(
        **_made(remix), source=source, decision_id=remix.decision_id, seal=_seal(remix),
        audio_url=f"{url}/audio", peaks_url=f"{url}/peaks", share_url=f"/r/{remix.remix_id}",
    )  # fmt: skip


def made_answer(remix: Remix, decision: Decision, output: str, *, sidecar: bool = False) -> MadeAnswer:
    """`sidecar`: the format of the output has no place for a manifest, so it lies beside the file."""
    return MadeAnswer(
        **_made(remix), prompt=remix.prompt, output=output, decision=decision_answer(decision),
        seal=_seal(remix, "sidecar" if sidecar else remix.seal.manifest),
    )  # fmt: skip


def takes_answer(takes: Sequence[MadeAnswer]) -> MadeAnswer:
    """The first take; with several, all of them beside it."""
    first = takes[0]
    if len(takes) == 1:
        return first
    return TakesAnswer(**{name: getattr(first, name) for name in MadeAnswer.model_fields}, takes=list(takes))


def job_started(job_id: str) -> JobStarted:
    return JobStarted(job_id=job_id, status_url=f"/v1/jobs/{job_id}", events_url=f"/v1/jobs/{job_id}/events")


def _made(remix: Remix) -> dict[str, Any]:
    same = (
        "remix_id",
        "title",
        "share",
        "state",
        "energy",
        "duration_s",
        "loudness_lufs",
        "peak_dbtp",
        "analysis_s",
        "render_s",
        "total_s",
    )
    return {
        **{name: getattr(remix, name) for name in same},
        "plan": parse(remix.plan),
        "description": list(remix.description),
        "screen": ScreenAnswer.model_validate(_listed(remix.screen)),
        "became": list(remix.became),
        "notes": list(remix.notes),
        "pays": list(remix.pays),
    }


def _seal(remix: Remix, manifest: Literal["embedded", "sidecar", "none"] | None = None) -> SealAnswer:
    seal = remix.seal
    return SealAnswer(
        mark_id=seal.mark_id, manifest=manifest or seal.manifest, label=seal.label, made_with_ai=seal.made_with_ai
    )  # fmt: skip


def _listed(screen: Mapping[str, Any]) -> dict[str, Any]:
    return {"clean": screen["clean"], "matches": list(screen.get("matches", ())),
            "mended": list(screen.get("mended", ()))}  # fmt: skip
