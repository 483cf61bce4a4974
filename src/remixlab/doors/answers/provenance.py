"""What a file is, and what of the catalogue is in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from remixlab.domain.material import Origin
from remixlab.domain.provenance import Credential, Declared, ManifestState
from remixlab.domain.rights import Right, Scope
from remixlab.doors.answers.answer import Answer

if TYPE_CHECKING:
    from remixlab.identify import Match
    from remixlab.seal import Disclosure
    from remixlab.usecases.provenance import ManifestMatch, Trace, Verification

Text = Annotated[str, Field(max_length=500)]


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


class MendingAnswer(Answer):
    """One stretch of a result that was changed, because it sounded like this recording. Unit: seconds."""

    start_s: float
    end_s: float
    how: Literal["performed", "left out"]
    recording_id: str
    round: int


class ScreenAnswer(Answer):
    """Whether a result sounds like a recording that it is not licensed from, and what was changed so that it does
    not.
    """

    clean: bool
    matches: list[MatchAnswer]
    mended: list[MendingAnswer] = []


class WatermarkAnswer(Answer):
    found: bool
    mark_id: int | None
    confidence: Annotated[float, Field(description="One minus the chance that unmarked sound agrees as well.")]


class ManifestAnswer(Answer):
    """The manifest in a file, whoever signed it. `signed_at` is the word of a time authority that is trusted here."""

    found: bool
    state: ManifestState
    generator: Text
    issuer: Text
    signed_at: str | None
    source_types: list[str]


class EvidenceAnswer(Answer):
    """How the mark was found, and where the manifest was."""

    mark: Literal["read", "expected"] | None
    manifest: Literal["file", "house"] | None
    sound: Annotated[
        bool | None, Field(description="Whether it sounds like the remix whose mark it bears; null: too short to tell.")
    ]


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
    manifest_id: str | None


class PlanToldAnswer(Answer):
    """By which plan a remix was made; what it does is told of published ones."""

    digest: str
    does: list[str]


class SoundsLikeAnswer(SourceAnswer):
    """A recording that is heard in the file."""

    kind: Literal["same_recording", "contains", "same_work"]
    score: float
    query_start_s: float
    reference_start_s: float


class PartLabelAnswer(Answer):
    """How the sound of one part was made."""

    name: str
    origin: Origin
    trained_models: Annotated[list[str], Field(description="Those that touched its sound.")] = []
    signal_processing: list[str] = []
    soundfont: Annotated[str, Field(description="The SoundFont of the user's that it is played on; empty: none.")] = ""
    sounds: Annotated[
        str, Field(description="The pack of sampled instruments that it is played on; empty for synthesis.")
    ] = ""
    declared: Annotated[
        Declared, Field(description="Of a part of the master: how its owners say that the master was made.")
    ] = "undeclared"


class LabelAnswer(Answer):
    """What a listener is told: how the sound was made, part by part."""

    kind: Literal["remix", "cover"]
    made_with_ai: bool
    sentence: str
    parts: list[PartLabelAnswer]
    digital_source_type: Annotated[str, Field(description="A word of the IPTC's Digital Source Type.")]
    sounds_sha256: Annotated[
        str, Field(description="The file of sampled instruments that some part is played on; empty where none is.")
    ] = ""


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
    plan: PlanToldAnswer | None
    label: LabelAnswer | None
    sounds_like: list[SoundsLikeAnswer]
    is_of_catalogue: Annotated[
        Literal["recording", "work"] | None,
        Field(description="Whether it is itself a recording of the catalogue, or a version of one of its works."),
    ]
    consistent: Annotated[bool, Field(description="False when mark, manifest and sound name different remixes.")]
    reason: Annotated[
        Literal[
            "no_mark", "too_short", "expected", "unknown_mark", "other_sound", "other_manifest", "unproven_manifest"
        ]
        | None,
        Field(description="Why the answer is not sure; null where it is."),
    ]
    told: Annotated[str, Field(description="The reason as a sentence.")]


class CredentialAnswer(Answer):
    """What speaks for the making of a recording: a manifest in its file, a mark of ours, its owners' word."""

    recording_id: str
    made: Annotated[Declared, Field(description="What may be told of it, from all that speaks for it.")]
    declared: Annotated[Declared, Field(description="What its owners say.")]
    state: ManifestState
    manifest_id: str | None
    generator: Text
    issuer: Text
    signed_at: str | None
    source_types: list[str]
    mark_of: Annotated[str | None, Field(description="The remix of this workspace whose mark is in the sound.")]


class OwnerAnswer(Answer):
    """A party with a share of what was found. Unit: ppm."""

    party_id: str
    name: str
    right: Right
    ppm: int


class TracedSourceAnswer(SourceAnswer):
    """A recording that was found in a file: where, how it was changed, whose it is, and what would make it legal.

    Unit: seconds, semitones.
    """

    kind: Literal["same_recording", "contains", "same_work"]
    score: float
    start_s: float
    end_s: float
    source_start_s: float
    source_end_s: float
    tempo_ratio: float
    pitch_semitones: float
    view: Literal["mix", "side", "left", "right"]
    backwards: bool
    needs: Annotated[list[Scope], Field(description="The permissions that it would need.")]
    outcome: Literal["allow", "needs_approval", "deny"]
    missing: Annotated[list[Scope], Field(description="Those that are not open to everybody now.")]
    owners: list[OwnerAnswer]
    may_claim: Annotated[bool, Field(description="Whether you act for one of the owners.")]


class TraceAnswer(Answer):
    """What a file that was found elsewhere is made of."""

    duration_s: float
    remix_id: Annotated[str | None, Field(description="The remix of this service that it is, by its mark.")]
    sources: list[TracedSourceAnswer]
    is_licensed: Annotated[bool, Field(description="Whether it was made here, or nothing of the catalogue is in it.")]


class MakerAnswer(Answer):
    provider: str
    system: str
    version: str


class ToldAnswer(Answer):
    """What is sent to each target, in the words of its standard or law; empty where nothing is sent."""

    c2pa: dict[str, str]
    ddex: Annotated[dict[str, str | dict[str, str]], Field(description="`AiContribution` has a word for each facet.")]
    apple: dict[str, list[str]]
    sb942: Annotated[dict[str, str], Field(description="California: the latent disclosure.")]
    eu: dict[str, str | bool]
    china: Annotated[dict[str, str | dict[str, str]], Field(description="`AIGC` is the implicit mark.")]
    korea: dict[str, str]


class DisclosureAnswer(Answer):
    """How a remix was made, once, and as every standard and law that asks for it is told."""

    remix_id: str
    made: Declared
    facets: Annotated[dict[str, Declared], Field(description="Of voices, instruments, composition and so on.")]
    digital_source_type: str
    maker: MakerAnswer
    created_at: str
    has_voice_likeness: bool
    spoken: Annotated[str, Field(description="What is said before the sound, where it must be.")]
    told: ToldAnswer


class AlgorithmAnswer(Answer):
    alg: str


class AlgorithmsAnswer(Answer):
    """`c2pa.softBindingAlgList`: what a soft binding may be made by, for this service to find its manifest."""

    watermarks: list[AlgorithmAnswer]
    fingerprints: list[AlgorithmAnswer]


class ManifestMatchAnswer(Answer):
    """A manifest that belongs to what was asked about; it is read at `/manifests/{manifestId}`."""

    manifest_id: Annotated[str, Field(alias="manifestId")]
    similarity: Annotated[
        int | None, Field(alias="similarityScore", ge=0, le=100, exclude_if=lambda score: score is None)
    ] = None


class ManifestMatchesAnswer(Answer):
    """`c2pa.softBindingQueryResult`."""

    matches: list[ManifestMatchAnswer]


def match_answer(match: Match) -> MatchAnswer:
    return MatchAnswer.model_validate(match.to_dict())


def identified_answer(matches: Iterable[Match]) -> IdentifiedAnswer:
    return IdentifiedAnswer(matches=[match_answer(match) for match in matches])


def credential_answer(credential: Credential) -> CredentialAnswer:
    told = credential.to_dict()
    return CredentialAnswer.model_validate(
        {name: told.get(name) for name in CredentialAnswer.model_fields if name != "made"} | {"made": credential.made}
    )


def disclosure_answer(disclosure: Disclosure) -> DisclosureAnswer:
    more = {"spoken": disclosure.spoken(), "told": disclosure.told()}
    return DisclosureAnswer.model_validate(disclosure.to_dict() | more)


def trace_answer(found: Trace) -> TraceAnswer:
    return TraceAnswer.model_validate(found.to_dict() | {"is_licensed": found.is_licensed})


def algorithms_answer(algorithms: Iterable[str]) -> AlgorithmsAnswer:
    return AlgorithmsAnswer(watermarks=[AlgorithmAnswer(alg=alg) for alg in algorithms], fingerprints=[])


def manifest_matches_answer(matches: Iterable[ManifestMatch]) -> ManifestMatchesAnswer:
    return ManifestMatchesAnswer(matches=[ManifestMatchAnswer.model_validate(one.to_dict()) for one in matches])


def verification_answer(found: Verification) -> VerificationAnswer:
    return VerificationAnswer.model_validate(found.to_dict())
