"""Who may do what with whose music: scopes, uses, consents, terms and decisions as values.

A *use* is what a plan does to a recording. A *consent* is what somebody said about a use. *Terms* are
everything that was said and that a decision needs to see. A *decision* is the answer, with its reasons.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import AwareDatetime, Field, PrivateAttr, field_validator, model_validator

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.ids import IPI, ISNI, ISRC, ISWC
from remixlab.domain.value import Value, canonical

WHOLE_PPM: Final = 1_000_000
"""A whole, in parts per million: every split sums to exactly this."""

UNCLAIMED: Final = "suspense:unclaimed"
DISPUTED: Final = "suspense:disputed"
FRAUD_HOLD: Final = "suspense:fraud_hold"
"""Parties that nobody is: where money waits that may not be given to anybody else."""

Ppm = Annotated[int, Field(strict=True, ge=0, le=WHOLE_PPM)]
Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class Scope(StrEnum):
    """One thing that a permission can be given for."""

    REMIX = "remix"
    COVER = "cover"
    REARRANGE = "rearrange"
    GENRE_SHIFT = "genre_shift"
    TEMPO_PITCH = "tempo_pitch"
    REHARMONIZE = "reharmonize"
    EFFECTS = "effects"
    VOCAL_ISOLATION = "vocal_isolation"
    VOCAL_TRANSFORM = "vocal_transform"
    STEM_STREAM = "stem_stream"
    VOICE_LIKENESS = "voice_likeness"
    NAME_IMAGE_LIKENESS = "name_image_likeness"
    SAMPLING = "sampling"
    MASHUP = "mashup"
    STEM_EXPORT = "stem_export"
    DOWNLOAD = "download"
    PUBLIC_SHARE = "public_share"
    EXTERNAL_SHARE = "external_share"
    COMMERCIAL_USE = "commercial_use"
    TRAINING = "training"
    STYLE_REFERENCE = "style_reference"
    INTEGRITY = "integrity"


class Side(StrEnum):
    """Whose permission it is: every side that a use touches must agree."""

    MASTER = "master"
    ARTIST = "artist"
    WORK = "work"
    LIKENESS = "likeness"


class Tier(StrEnum):
    """What a listener's account is, from least to most."""

    FREE = "free"
    MEMBER = "member"
    CREATOR = "creator"

    @property
    def rank(self) -> int:
        return tuple(Tier).index(self)


class Use(NamedTuple):
    """One thing a plan needs permission for, on one recording, with a detail (the genre of a genre shift)."""

    scope: Scope
    recording: str
    detail: str = ""


class Reach(NamedTuple):
    """How far a plan goes, as the constraints of a consent measure it.

    Unit: tempo ratios are result over source; semitones signed; length in seconds of the result.
    """

    tempo_ratio_min: float = 1.0
    tempo_ratio_max: float = 1.0
    semitones_min: float = 0.0
    semitones_max: float = 0.0
    length_s: float = 0.0


# ---------------------------------------------------------------- who and what


class Party(Value):
    """A person, group, company or society that owns, sings, writes or is paid."""

    party_id: str
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["person", "group", "company", "society"] = "person"
    ipi: str | None = None
    isni: str | None = None

    @field_validator("ipi")
    @classmethod
    def _ipi(cls, text: str | None) -> str | None:
        return None if text is None else str(IPI.parse(text))

    @field_validator("isni")
    @classmethod
    def _isni(cls, text: str | None) -> str | None:
        return None if text is None else str(ISNI.parse(text))


class Work(Value):
    """A composition: words and music, whoever performs it."""

    work_id: str
    title: str
    iswc: str | None = None

    @field_validator("iswc")
    @classmethod
    def _iswc(cls, text: str | None) -> str | None:
        return None if text is None else str(ISWC.parse(text))


class Recording(Value):
    """A master: one performance, fixed. `sha256` is the content of the file it came in."""

    recording_id: str
    title: str
    artist: str
    duration_s: Annotated[float, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    isrc: str | None = None
    artist_id: str | None = None
    label_id: str | None = None
    release: str | None = None
    work_ids: tuple[str, ...] = ()
    voice_ids: tuple[str, ...] = ()
    """The persons who are heard; without them it is the artist whose likeness counts."""
    attested_by: str | None = None
    """The user who brought it and said that it is theirs."""

    @field_validator("isrc")
    @classmethod
    def _isrc(cls, text: str | None) -> str | None:
        return None if text is None else str(ISRC.parse(text))


class Right(StrEnum):
    """What a share is a share of."""

    MASTER = "master"
    PUBLISHING = "publishing"
    LIKENESS = "likeness"


class Share(Value):
    """How much of one right belongs to one party. Unit: ppm."""

    party_id: str
    right: Right
    ppm: Ppm


def checked_shares(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Shares in a fixed order, each right summing to exactly 1 000 000: what nobody claims waits as unclaimed.

    Raises: InvalidTerms when more than the whole is claimed or a party appears twice in a right.
    """
    ordered = sorted(shares, key=lambda s: (s.right, s.party_id))
    complete: list[Share] = []
    for right in Right:
        of_right = [s for s in ordered if s.right == right and s.ppm > 0 and s.party_id != UNCLAIMED]
        if not any(s.right == right for s in ordered):
            continue
        total = sum(s.ppm for s in of_right)
        if total > WHOLE_PPM:
            raise InvalidTerms(
                f"the {right} shares add up to {total / 10_000:g} %", code="terms.shares", hint="They must add up to 100 % or less."
            )
        if len({s.party_id for s in of_right}) != len(of_right):
            raise InvalidTerms(f"a party appears twice among the {right} shares", code="terms.shares", hint="Add their shares into one.")
        complete += of_right
        if total < WHOLE_PPM:
            complete.append(Share(party_id=UNCLAIMED, right=right, ppm=WHOLE_PPM - total))
    return tuple(complete)


# ---------------------------------------------------------------- what was said


class Constraints(Value):
    """The limits of a permission; what is None or empty is not limited.

    Unit: `tempo_change_max` is a share of the source's tempo (0.1 means at most 10 % faster or slower);
    pitch in semitones either way; `length_max_s` in seconds of the result.
    """

    territories: frozenset[Territory] = frozenset()
    territories_excluded: frozenset[Territory] = frozenset()
    tempo_change_max: Annotated[float, Field(ge=0, le=4)] | None = None
    pitch_change_max_semitones: Annotated[float, Field(ge=0, le=48)] | None = None
    length_max_s: Annotated[float, Field(gt=0)] | None = None
    genres_allowed: frozenset[str] = frozenset()
    genres_forbidden: frozenset[str] = frozenset()
    topics_forbidden: frozenset[str] = frozenset()
    share_min_ppm: Ppm | None = None
    tier_min: Tier | None = None
    derivatives_per_day_max: Annotated[int, Field(strict=True, ge=0)] | None = None
    approval_required: bool = False
    credit: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Sets are written in order, so that equal limits are equal bytes."""
        tree = super().to_dict()
        return {key: sorted(value) if isinstance(value, list) else value for key, value in tree.items()}


FREE: Final = Constraints()

SubjectKind = Literal["recording", "release", "work", "artist", "label", "party-default"]
"""From the most specific to the least; works and artists stand on one level (`rights.sides`)."""


class Consent(Value):
    """What one party said, for one side, about one subject: these uses are permitted or prohibited, within limits."""

    consent_id: str
    party_id: str
    """Who said it."""
    side: Side
    subject_kind: SubjectKind
    subject: str
    """A recording, release, work or party id; for a party default the party's own id."""
    scopes: Annotated[frozenset[Scope], Field(min_length=1)]
    effect: Literal["permit", "prohibit"] = "permit"
    constraints: Constraints = FREE
    valid_from: AwareDatetime | None = None
    valid_to: AwareDatetime | None = None
    withdrawn_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise InvalidTerms("the consent ends before it begins", code="terms.dates")
        if self.effect == "prohibit" and self.constraints != FREE and Scope.INTEGRITY not in self.scopes:
            raise InvalidTerms("a prohibition has no limits: prohibit it, or permit it within limits", code="terms.limits")
        return self

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "scopes": sorted(self.scopes), "constraints": self.constraints.to_dict()}


class Hold(Value):
    """A stop that outweighs every permission: the song was withdrawn, or a court or a dispute holds it."""

    hold_id: str
    kind: Literal["withdrawal", "legal", "dispute"]
    party_id: str
    subject_kind: SubjectKind
    subject: str
    since: AwareDatetime
    until: AwareDatetime | None = None


class Approval(Value):
    """A party's answer to one request that its consent keeps for itself. `request_key` names what was asked."""

    approval_id: str
    request_key: str
    consent_id: str
    listener: str = ""
    decision_id: str = ""
    """The decision that asked for it: it holds everything that the party needs to see."""
    status: Literal["pending", "approved", "refused"] = "pending"
    decided_by: str | None = None
    expires_at: AwareDatetime | None = None


class Asset(Value):
    """One recording as a decision sees it: whose it is, and of what works."""

    recording_id: str
    title: str = ""
    artist_id: str | None = None
    label_id: str | None = None
    release: str | None = None
    work_ids: tuple[str, ...] = ()
    voice_ids: tuple[str, ...] = ()
    master_ids: tuple[str, ...] = ()
    publishing_ids: tuple[str, ...] = ()
    """The parties that hold shares in the master and in the works; their defaults count."""
    artist_veto: bool = True
    """Whether the artist's own prohibition outweighs a permission that the label gave."""

    @classmethod
    def of(cls, recording: Recording, shares: Iterable[Share] = (), *, artist_veto: bool = True) -> Asset:
        held = [(share.right, share.party_id) for share in shares if not share.party_id.startswith("suspense:")]
        return cls(
            recording_id=recording.recording_id,
            title=recording.title,
            artist_id=recording.artist_id,
            label_id=recording.label_id,
            release=recording.release,
            work_ids=recording.work_ids,
            voice_ids=recording.voice_ids,
            master_ids=tuple(sorted({party for right, party in held if right == Right.MASTER})),
            publishing_ids=tuple(sorted({party for right, party in held if right == Right.PUBLISHING})),
            artist_veto=artist_veto,
        )


class Terms(Value):
    """Everything that a decision sees of the recordings a plan touches, at one consent epoch."""

    assets: tuple[Asset, ...]
    consents: tuple[Consent, ...] = ()
    holds: tuple[Hold, ...] = ()
    approvals: tuple[Approval, ...] = ()
    names: dict[str, str] = {}
    """Party ids and their names, to say who decided."""
    epoch: Annotated[int, Field(strict=True, ge=0)] = 0

    @cached_property
    def by_recording(self) -> dict[str, Asset]:
        return {asset.recording_id: asset for asset in self.assets}

    @cached_property
    def said(self) -> dict[tuple[Side, SubjectKind, str], tuple[Consent, ...]]:
        """Consents by side and subject, so that a decision looks up instead of searching."""
        found: dict[tuple[Side, SubjectKind, str], list[Consent]] = {}
        for consent in sorted(self.consents, key=lambda c: c.consent_id):
            found.setdefault((consent.side, consent.subject_kind, consent.subject), []).append(consent)
        return {key: tuple(value) for key, value in found.items()}

    def said_about(self, recording: str) -> bool:
        """Whether anybody said anything about this very recording."""
        return any((side, "recording", recording) in self.said for side in Side)

    def name_of(self, party: str | None) -> str:
        return self.names.get(party or "", "") or "The owner"

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "consents": [c.to_dict() for c in self.consents]}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that was seen; a stored decision names it, so that it can be replayed."""
        return hashlib.sha256(canonical(self.to_dict())).hexdigest()


# ---------------------------------------------------------------- what was asked, what was answered


class Request(Value):
    """Who asks, from where, when, and what for."""

    listener: str
    at: AwareDatetime
    territory: Territory = "US"
    tier: Tier = Tier.FREE
    share: Literal["private", "public"] = "private"
    mine: bool = False
    """The listener attests to own the recording or to have permission."""
    made_today: Annotated[int, Field(strict=True, ge=0)] = 0
    topics: tuple[str, ...] = ()
    """What the wish and its words are about, as moderation named it."""
    offered_ppm: dict[Side, Ppm] = {}
    """What the deal in force pays to each side; empty when no deal is on the table yet."""


class Reason(Value):
    """Why not, or not yet: one kind sentence, and the facts behind it."""

    code: str
    side: Side | None
    use: Scope
    message: str
    decided_by: str
    recording_id: str
    consent_id: str | None = None
    asked: str | float | None = None
    limit: str | float | tuple[str, ...] | None = None


class Duty(Value):
    """What comes with a yes: to keep it private, to credit somebody."""

    code: Literal["private", "credit"]
    message: str


class Alternative(Value):
    """What is open instead: a plan that was judged by the same rules and is allowed."""

    plan: dict[str, Any]
    message: str
    share: Literal["private", "public"] = "private"


class Attestation(Value):
    """The listener's word that a recording is theirs, kept with the decision that relied on it."""

    by: str
    at: AwareDatetime
    recording_ids: tuple[str, ...]
    text: str = "I own this recording or have permission to use it."


Outcome = Literal["allow", "allow_with_duties", "needs_approval", "deny"]


class Decision(Value):
    """The answer to a request, complete enough to be given again from what it names."""

    outcome: Outcome
    reasons: tuple[Reason, ...] = ()
    duties: tuple[Duty, ...] = ()
    consent_ids: tuple[str, ...] = ()
    """The permissions that it rests on."""
    attestation: Attestation | None = None
    uses: tuple[Use, ...]
    reach: Reach
    request: Request
    epoch: int
    evaluator: str
    alternatives: tuple[Alternative, ...] = ()
    terms: Terms | None = Field(default=None, exclude=True, repr=False)
    """What it was decided on, until it is stored beside them; the stored form names them by `terms_digest`."""
    _terms_digest: str = PrivateAttr("")

    @cached_property
    def terms_digest(self) -> str:
        return self.terms.digest if self.terms is not None else self._terms_digest

    @property
    def allowed(self) -> bool:
        return self.outcome in ("allow", "allow_with_duties")

    @property
    def request_key(self) -> str:
        """Names what was asked, whenever and from wherever: an approval answers this key."""
        return request_key(self.uses, self.reach, self.request)

    @cached_property
    def decision_id(self) -> str:
        """The digest of what was decided; advice on alternatives is not part of it."""
        return "dec_" + hashlib.sha256(canonical(self._body())).hexdigest()[:32]

    def _body(self) -> dict[str, Any]:
        tree = super().to_dict()
        del tree["alternatives"]
        tree["terms_digest"] = self.terms_digest
        tree["uses"] = [list(use) for use in self.uses]
        tree["reach"] = list(self.reach)
        return tree

    def to_dict(self) -> dict[str, Any]:
        """The stored form. Law: `Decision.parse(d.to_dict()).to_dict() == d.to_dict()`."""
        tree = self._body()
        tree["alternatives"] = [a.to_dict() for a in self.alternatives]
        tree["decision_id"] = self.decision_id
        return tree

    @classmethod
    def parse(cls, tree: dict[str, Any]) -> Decision:
        """Read the stored form. Raises: InvalidTerms when its id does not fit its content."""
        decision = cls.model_validate({key: value for key, value in tree.items() if key not in ("decision_id", "terms_digest")})
        decision._terms_digest = str(tree.get("terms_digest", ""))
        if decision.decision_id != tree.get("decision_id"):
            raise InvalidTerms("the decision was altered: its id does not fit its content", code="decision.altered")
        return decision

    def answer(self) -> dict[str, Any]:
        """What `remixlab ask` prints under `decision`."""
        tree = self.to_dict()
        kept = ("outcome", "reasons", "alternatives", "decision_id", "duties", "consent_ids", "attestation", "epoch")
        return {key: tree[key] for key in kept}


def request_key(uses: Iterable[Use], reach: Reach, request: Request) -> str:
    """The digest of what is asked for and by whom, without the hour and the place."""
    asked = [list(use) for use in sorted(uses)]
    tree = [request.listener, request.share, list(request.topics), asked, list(reach)]
    return "req_" + hashlib.sha256(canonical(tree)).hexdigest()[:32]
