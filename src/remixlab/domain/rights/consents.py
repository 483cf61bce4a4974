"""What was said: consents within limits, holds, approvals, and terms: everything that a decision needs to see."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import (
    AwareDatetime,
    BeforeValidator,
    Field,
    SerializerFunctionWrapHandler,
    model_serializer,
    model_validator,
)

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights.co_owners import CoOwners
from remixlab.domain.rights.endings import Ending, Withdrawal
from remixlab.domain.rights.parties import (
    Ppm,
    Recording,
    Right,
    Share,
    Territory,
)
from remixlab.domain.rights.scopes import Scope, Side, Tier
from remixlab.domain.territories import code_of
from remixlab.domain.value import Unless, Value, canonical


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

    def narrowed(self, other: Constraints) -> Constraints:
        """Both limits at once. Law: what these allow, each of the two allows.

        Raises: InvalidTerms `terms.nothing_left` where no territory or genre is left.
        """
        first, second = dict(self), dict(other)
        both: dict[str, Any] = {}
        for name in Constraints.model_fields:
            both[name] = _NARROWER[name](first[name], second[name])
        return Constraints(**both)

    def to_dict(self) -> dict[str, Any]:
        """Sets are written in order, so that equal limits are equal bytes."""
        tree = super().to_dict()
        return {key: sorted(value) if isinstance(value, list) else value for key, value in tree.items()}


FREE: Final = Constraints()


def _in_capitals(limits: Any) -> Any:
    """Territories as people write them: in small letters, too. Raises: InvalidTerms `terms.territory`."""
    if not isinstance(limits, Mapping):
        return limits
    tree: dict[Any, Any] = {**limits}
    for name in ("territories", "territories_excluded"):
        codes = tree.get(name)
        if isinstance(codes, list | tuple | set | frozenset):
            tree[name] = frozenset(map(code_of, cast("Iterable[object]", codes)))
    return tree


WrittenConstraints = Annotated[Constraints, BeforeValidator(_in_capitals)]
"""Limits as somebody writes them into a form, a file or a request."""


def _least(one: Any, other: Any) -> Any:
    return min((value for value in (one, other) if value is not None), default=None)


def _most(one: Any, other: Any) -> Any:
    return max((value for value in (one, other) if value is not None), default=None)


def _common(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """What both lists name; an empty list is no limit."""
    if one and other and not one & other:
        raise InvalidTerms(
            f"of {', '.join(sorted(one))} nothing is among {', '.join(sorted(other))}",
            code="terms.nothing_left",
            hint="Withdraw the permission instead, or say a new one.",
        )
    return one & other if one and other else one | other


def _higher(one: Tier | None, other: Tier | None) -> Tier | None:
    return max((tier for tier in (one, other) if tier is not None), key=lambda tier: tier.rank, default=None)


def _union(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    return one | other


_NARROWER: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "territories": _common,
    "territories_excluded": _union,
    "tempo_change_max": _least,
    "pitch_change_max_semitones": _least,
    "length_max_s": _least,
    "genres_allowed": _common,
    "genres_forbidden": _union,
    "topics_forbidden": _union,
    "share_min_ppm": _most,
    "tier_min": _higher,
    "derivatives_per_day_max": _least,
    "approval_required": lambda one, other: one or other,
    "credit": lambda one, other: other or one,
}
"""How each limit is joined with another; a test holds that no limit is missing."""


Standing = Literal["in_force", "not_yet", "over", "unsigned", "withdrawn", "replaced", "lifted"]
"""Where a word stands at a moment. `unsigned`: it opens a voice without what a voice needs."""

VOICE_SCOPES: Final = frozenset({Scope.VOICE_LIKENESS, Scope.NAME_IMAGE_LIKENESS, Scope.TRAINING})
"""On the side of the likeness, uses of a person themselves: never open without an end, a text and a name under it."""

VOICE_YEARS_MAX: Final = 10

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
    said_at: Annotated[AwareDatetime | None, Unless(None)] = None
    use_text: Annotated[str | None, Unless(None)] = None
    """What a voice may be used for, in the words that were signed."""
    signed_by: Annotated[str | None, Unless(None)] = None
    endings: Annotated[tuple[Ending, ...], Unless(())] = ()
    """What became of it, in the order in which it was said; the word itself never changes."""

    @model_validator(mode="after")
    def _is_coherent(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise InvalidTerms("the consent ends before it begins", code="terms.dates")
        if self.effect == "prohibit" and self.constraints != FREE and Scope.INTEGRITY not in self.scopes:
            raise InvalidTerms(
                "a prohibition has no limits: prohibit it, or permit it within limits", code="terms.limits"
            )
        return self

    def standing(self, scope: Scope, at: datetime) -> Standing:
        """Where this word stands on one of its uses at a moment; what became of it outweighs its dates."""
        ended = {e.kind for e in self.endings if e.since <= at and e.covers(scope)} if self.endings else ()
        if "replaced" in ended:
            return "replaced"
        if "lifted" in ended:
            return "lifted"
        if "withdrawn" in ended or (self.withdrawn_at is not None and self.withdrawn_at <= at):
            return "withdrawn"
        if self.valid_from is not None and at < self.valid_from:
            return "not_yet"
        if self.valid_to is not None and at >= self.valid_to:
            return "over"
        return "unsigned" if scope in VOICE_SCOPES and self.lacks_signature else "in_force"

    @property
    def lacks_signature(self) -> bool:
        """Whether it opens a voice without an end within ten years, a text of the use, or a name under it."""
        if self.side is not Side.LIKENESS or self.effect == "prohibit" or VOICE_SCOPES.isdisjoint(self.scopes):
            return False
        start, end = self.valid_from, self.valid_to
        bounded = start is not None and end is not None and end <= years_after(start, VOICE_YEARS_MAX)
        return not (bounded and self.use_text and self.signed_by)

    @property
    def counts_derivatives(self) -> bool:
        return self.constraints.derivatives_per_day_max is not None

    @property
    def about(self) -> tuple[str, Side, SubjectKind, str]:
        """Who says it about what: a later word about the same replaces it."""
        return self.party_id, self.side, self.subject_kind, self.subject

    def to_dict(self) -> dict[str, Any]:
        tree = {**super().to_dict(), "scopes": sorted(self.scopes), "constraints": self.constraints.to_dict()}
        return tree | {"endings": [ending.to_dict() for ending in self.endings]} if self.endings else tree

    def may_still_permit(self, scope: Scope) -> bool:
        """Whether it permits a use, and nobody has said yet that it ends."""
        taken = self.withdrawn_at is not None or any(ending.covers(scope) for ending in self.endings)
        return self.effect == "permit" and scope in self.scopes and not taken


def with_endings(consent: Consent, endings: Iterable[Ending]) -> Consent:
    """A word with what became of it. `withdrawn_at` is when all of it was taken back."""
    ordered = tuple(sorted(endings, key=lambda e: (e.said_at, e.since, e.ending_id)))
    taken = [e.since for e in ordered if e.kind == "withdrawn" and (not e.scopes or e.scopes >= consent.scopes)]
    return consent.model_copy(update={"endings": ordered, "withdrawn_at": min(taken, default=consent.withdrawn_at)})


def years_after(moment: datetime, years: int) -> datetime:
    """The same day so many years later; the 29th of February becomes the 1st of March."""
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=3, day=1)


class Hold(Value):
    """A stop that outweighs every permission: the song was withdrawn, or a court or a dispute holds it.

    `stops` says how far a withdrawal reaches into what was made before it.
    """

    hold_id: str
    kind: Literal["withdrawal", "legal", "dispute"]
    party_id: str
    subject_kind: SubjectKind
    subject: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    stops: Annotated[Withdrawal, Unless(Withdrawal.STOP_PLAYS)] = Withdrawal.STOP_PLAYS
    said_at: Annotated[AwareDatetime | None, Unless(None)] = None

    def in_force(self, at: datetime) -> bool:
        return self.since <= at and (self.until is None or at < self.until)

    @property
    def takes_down(self) -> bool:
        """Whether what rests on the subject is taken down as soon as this is said."""
        at_once = self.said_at is None or self.since <= self.said_at
        return self.kind != "dispute" and at_once and self.stops.stops_plays


def with_lift(hold: Hold, endings: Iterable[Ending]) -> Hold:
    """A hold until the moment from which it is lifted."""
    lifted = [*(e.since for e in endings), *([hold.until] if hold.until else ())]
    return hold.model_copy(update={"until": min(lifted, default=None)})


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
    featured_ids: Annotated[tuple[str, ...], Unless(())] = ()
    """Artists whose name stands on it beside the artist's: their own yes is needed, too."""
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

    @property
    def parties(self) -> frozenset[str]:
        """Everybody who has a part in it."""
        named = (self.artist_id, self.label_id, *self.voice_ids, *self.featured_ids, *self.master_ids)
        return frozenset(party for party in (*named, *self.publishing_ids) if party)

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

    @cached_property
    def by_consent(self) -> dict[str, Consent]:
        return {consent.consent_id: consent for consent in self.consents}

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
