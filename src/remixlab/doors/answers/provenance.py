"""What a file is, and what of the catalogue is in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from remixlab.doors.answers.answer import Answer

if TYPE_CHECKING:
    from remixlab.identify import Match
    from remixlab.usecases.provenance import Verification

ManifestState = Literal["none", "invalid", "valid", "trusted"]


class SourceAnswer(Answer):
    """The recording that a remix was made from."""

    recording_id: str
    title: str
    artist: str
    isrc: str | None


class MatchAnswer(Answer):
    """A recording heard in a sound: where in both, and how the sound was changed. Unit: seconds, semitones."""

    recording_id: str
    kind: Literal["same_recording", "contains", "same_work"]
    score: Annotated[float, Field(description="0 to 1.")]
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float
    coverage: float = 0.0
    uniqueness: float = 0.0
    local_uniqueness: float = 0.0
    reference_end_s: float = 0.0
    view: Annotated[
        Literal["mix", "side", "left", "right"],
        Field(
            description="How the sound had to be listened to: both sides together, their difference, or one of them."
        ),
    ] = "mix"
    reference_view: Annotated[
        Literal["mix", "side", "left", "right"], Field(description="What of the recording it is.")
    ] = "mix"
    backwards: Annotated[
        bool, Field(description="The sound plays the recording from `reference_end_s` to `reference_start_s`.")
    ] = False
    margin: Annotated[
        float, Field(description="By how much it passes the bar of a copy, in parts of the bar; below 0 it does not.")
    ] = -1.0


class IdentifiedAnswer(Answer):
    """The answer of `remixlab identify`."""

    matches: list[MatchAnswer]


class ScreenAnswer(Answer):
    """Whether a result sounds like a recording that it is not licensed from."""

    clean: bool
    matches: list[MatchAnswer]


class WatermarkAnswer(Answer):
    found: bool
    mark_id: int | None
    confidence: Annotated[float, Field(description="One minus the chance that unmarked sound agrees as well.")]


class ManifestAnswer(Answer):
    found: bool
    state: ManifestState


class EvidenceAnswer(Answer):
    """How the mark was found, and where the manifest was."""

    mark: Literal["read", "expected"] | None
    manifest: Literal["file", "house"] | None


class OnRecordAnswer(Answer):
    """What the signed manifest says of the remix that the mark names."""

    state: ManifestState
    remix_id: str | None
    source_isrc: str | None
    source_recording_id: str | None
    made_with_ai: bool | None
    decision_id: str | None
    plan_digest: str | None
    digital_source_type: str | None


class SoundsLikeAnswer(SourceAnswer):
    """A recording that is heard in the file."""

    kind: Literal["same_recording", "contains", "same_work"]
    score: float
    query_start_s: float
    reference_start_s: float


class VerificationAnswer(Answer):
    """The answer of `remixlab verify`: whether a file is ours, and what it is made from."""

    ours: bool
    remix_id: str | None
    source: SourceAnswer | None
    made_with_ai: bool | None
    watermark: WatermarkAnswer
    manifest: ManifestAnswer
    evidence: EvidenceAnswer
    on_record: OnRecordAnswer | None
    sounds_like: list[SoundsLikeAnswer]
    consistent: Annotated[bool, Field(description="False when mark and manifest name different remixes.")]


def match_answer(match: Match) -> MatchAnswer:
    return MatchAnswer.model_validate(match.to_dict())


def identified_answer(matches: Iterable[Match]) -> IdentifiedAnswer:
    return IdentifiedAnswer(matches=[match_answer(match) for match in matches])


def verification_answer(found: Verification) -> VerificationAnswer:
    return VerificationAnswer.model_validate(found.to_dict())
