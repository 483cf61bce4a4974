"""What was said: consents within limits, holds, approvals, and terms: everything that a decision needs to see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AwareDatetime, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights.co_owners import CoOwners
from remixlab.domain.rights.parties import (
    Ppm,
    Recording,
    Right,
    Share,
    Territory,
)
from remixlab.domain.rights.scopes import Scope, Side, Tier
from remixlab.domain.value import Value, canonical


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
            raise InvalidTerms(
                "a prohibition has no limits: prohibit it, or permit it within limits", code="terms.limits"
            )
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
    status: Literal["pending", "approved", "refused", "revoked"] = "pending"
    decided_by: str | None = None
    expires_at: AwareDatetime | None = None
    """When a yes ends; without one it holds as long as the consent that it answers for."""
    evidence: str = ""
    """The blob (`AskedPlan` as JSON) of what is asked: the plan in words, its split, who asks and from where."""

    @model_serializer(mode="wrap")
    def _as_it_always_was(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Terms are named by their digest, and approvals stand in them."""
        tree: dict[str, Any] = whole(self)
        return tree if self.evidence else {key: value for key, value in tree.items() if key != "evidence"}

    def counts(self, at: AwareDatetime) -> bool:
        """Whether it is a yes at this moment."""
        return self.status == "approved" and (self.expires_at is None or at < self.expires_at)

    def is_over(self, at: AwareDatetime) -> bool:
        """Whether it was answered and the answer no longer counts, so that it may be asked and answered anew."""
        return self.status == "revoked" or (self.status == "approved" and not self.counts(at))


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
    claimed_by: tuple[str, ...] = ()
    """The accounts that brought this very file as their own; nobody, of a recording of the catalogue."""
    likeness_ids: tuple[str, ...] = ()
    """The parties that hold a share of the likeness, where a file was brought as one's own."""
    quarantined: bool = False
    """It waits for a person: nothing is allowed."""
    co_owners: tuple[CoOwners, ...] = ()
    """The sides that several parties hold together, and how they say yes."""

    @model_serializer(mode="wrap")
    def _as_it_always_was(self, whole: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Stored terms are named by their digest: what came later is written only where it says something."""
        tree: dict[str, Any] = whole(self)
        return {key: value for key, value in tree.items() if value or key not in _LATER}

    @classmethod
    def of(
        cls,
        recording: Recording,
        shares: Iterable[Share] = (),
        *,
        artist_veto: bool = True,
        shelf: Iterable[str] = (),
        co_owners: Iterable[CoOwners] = (),
    ) -> Asset:
        """`shelf` names the accounts that brought the same file beside whoever brought it first."""
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
            claimed_by=_claimed_by(recording, shelf),
            likeness_ids=(
                tuple(sorted({party for right, party in held if right == Right.LIKENESS}))
                if recording.attested_by
                else ()
            ),
            quarantined=recording.quarantined,
            co_owners=tuple(co_owners),
        )


_LATER: Final = frozenset({"claimed_by", "likeness_ids", "quarantined", "co_owners"})


def _claimed_by(recording: Recording, shelf: Iterable[str]) -> tuple[str, ...]:
    """Nobody's word counts for what was never theirs alone, or was found not to be."""
    if recording.attested_by is None or recording.attestation == "rejected":
        return ()
    return tuple(sorted({recording.attested_by, *shelf}))


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
    def statements(self) -> dict[tuple[Side, SubjectKind, str], tuple[Consent, ...]]:
        """Consents by side and subject, so that a decision looks up instead of searching."""
        found: dict[tuple[Side, SubjectKind, str], list[Consent]] = {}
        for consent in sorted(self.consents, key=lambda c: c.consent_id):
            found.setdefault((consent.side, consent.subject_kind, consent.subject), []).append(consent)
        return {key: tuple(value) for key, value in found.items()}

    def has_statements_about(self, recording: str) -> bool:
        """Whether anybody said anything about this very recording."""
        return any((side, "recording", recording) in self.statements for side in Side)

    def name_of(self, party: str | None) -> str:
        return self.names.get(party or "", "") or "The owner"

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "consents": [c.to_dict() for c in self.consents]}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that was seen; a stored decision names it, so that it can be replayed."""
        return hashlib.sha256(canonical(self.to_dict())).hexdigest()
