"""Splits: how one right of a recording or a work is divided, since when and where; and what somebody else claims of it.

Nothing is rewritten. A correction is a new split that supersedes the one before; a second claim by somebody else opens
a dispute, and what is said stays as it was said. Until a dispute is resolved, everybody keeps what every claim leaves
them, and the money for the rest waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.ids import opaque_id
from remixlab.domain.rights.parties import (
    DISPUTED,
    UNCLAIMED,
    WHOLE_PPM,
    Recording,
    Right,
    Share,
    Territory,
    checked_shares,
)
from remixlab.domain.value import Moment, Value, canonical

AssetKind = Literal["recording", "work"]


class Split(Value):
    """How one right of one asset is divided, by whose word. Law: the shares are of that right and sum to the whole."""

    asset_kind: AssetKind
    asset_id: str
    right: Right
    shares: tuple[Share, ...]
    territories: tuple[Territory, ...] = ()
    """Where it holds; empty for everywhere. What is said of a territory goes before what is said of everywhere."""
    since: Moment | None = None
    """From when on; None for from the beginning."""
    said_by: str = ""
    """Who delivered it: a label's party id or an account; empty for whoever keeps the registry."""
    said_at: Moment | None = None

    def says_the_same(self, other: Split) -> bool:
        return (self.shares, self.territories) == (other.shares, other.territories)


class Resolution(Value):
    """How a dispute ended: the claim was upheld, dismissed, or other shares were agreed on."""

    outcome: Literal["upheld", "dismissed", "agreed"]
    why: Annotated[str, Field(min_length=1, max_length=2_000)]
    by: str
    at: Moment


class Dispute(Value):
    """A claim that does not fit what is on record. What is on record stays, and money for the rest waits.

    `shares`: another division of a right; `over_claim`: one delivery claims more than the whole; `isrc`: a second
    recording under the same code; `work`: another title or owner of a work's ISWC.
    """

    dispute_id: str
    kind: Literal["shares", "over_claim", "isrc", "work"]
    asset_kind: AssetKind
    asset_id: str
    right: Right | None = None
    claim: tuple[Share, ...] = ()
    """What is claimed; an over-claim does not sum to the whole."""
    claimant: str
    opened_at: Moment
    what: str = ""
    """In words."""
    resolution: Resolution | None = None

    @classmethod
    def about(cls, kind: Literal["shares", "over_claim", "isrc", "work"], **said: object) -> Dispute:
        """A dispute whose id is the digest of what is claimed: the same claim again is the same dispute."""
        draft = cls.model_validate({"dispute_id": "", "kind": kind, **said})
        named = draft.model_dump(mode="json", exclude={"dispute_id", "opened_at", "resolution", "what"})
        return draft.model_copy(update={"dispute_id": opaque_id("dsp", canonical(named).decode())})

    def is_open(self, at: datetime | None = None) -> bool:
        """Whether it waits for its end; with a moment, whether it did then."""
        if at is not None and self.opened_at > at:
            return False
        return self.resolution is None or (at is not None and at < self.resolution.at)


def claimed_shares(shares: Iterable[Share]) -> tuple[tuple[Share, ...], tuple[Share, ...]]:
    """Shares as `checked_shares` gives them, and those of them that claim more than the whole.

    Where a right is over-claimed, each party keeps what the others leave it, and the rest waits as disputed.
    Raises: InvalidTerms when a party appears twice.
    """
    given = tuple(shares)
    complete, over = list[Share](), list[Share]()
    for right in Right:
        own = [s for s in given if s.right == right]
        held = [s for s in own if s.ppm > 0 and s.party_id != UNCLAIMED]
        excess = sum(s.ppm for s in held) - WHOLE_PPM
        if excess <= 0:
            complete += checked_shares(own)
            continue
        if len({s.party_id for s in held}) != len(held):
            raise InvalidTerms(
                f"a party appears twice among the {right} shares",
                code="terms.shares",
                hint="Add their shares into one.",
            )
        over += held
        left = [s.model_copy(update={"ppm": max(0, s.ppm - excess)}) for s in held]
        complete += _with_disputed(right, left)
    return tuple(complete), tuple(over)


def undisputed(said: Sequence[Share], claims: Iterable[Sequence[Share]]) -> tuple[Share, ...]:
    """What every claim leaves to those who are on record: the rest of the right is disputed.

    Law: sums to the whole; nobody gets more than what is on record says; a claim that says the same changes nothing.
    """
    kept = {share.party_id: share.ppm for share in said}
    for claim in claims:
        given = {share.party_id: share.ppm for share in claim}
        free = given.get(UNCLAIMED, 0)
        for party in kept:
            allowed = given.get(party, 0) + (free if party != UNCLAIMED else 0)
            kept[party] = min(kept[party], allowed)
    if sum(kept.values()) == sum(share.ppm for share in said):
        return tuple(said)
    return _with_disputed(said[0].right, [share.model_copy(update={"ppm": kept[share.party_id]}) for share in said])


def split_at(splits: Iterable[Split], at: datetime | None = None, territory: str | None = None) -> Split | None:
    """The split that holds at a moment in a territory: the newest word that is in force; at no moment, the newest.

    `splits` are of one right of one asset, in the order in which they were said.
    """
    in_force = [s for s in splits if at is None or s.since is None or s.since <= at]
    local = [s for s in in_force if territory is not None and territory in s.territories]
    everywhere = [s for s in in_force if not s.territories]
    return next(iter([*reversed(local), *reversed(everywhere)]), None)


def paid_shares(
    splits: Sequence[Split], disputes: Iterable[Dispute], at: datetime | None = None, territory: str | None = None
) -> tuple[Share, ...]:
    """Whom the money for one right of one asset goes to: what is on record, less what is disputed then."""
    found = split_at(splits, at, territory)
    if found is None:
        return ()
    claims = [d.claim for d in disputes if d.kind == "shares" and d.right == found.right and d.is_open(at)]
    return undisputed(found.shares, claims)


def answer_claim(before: Sequence[Split], claimed: Split, at: datetime | None) -> Split | Dispute | None:
    """What becomes of what somebody delivers: a word that is kept, a dispute that touches nothing, or nothing new.

    `before` are the splits of the same right and asset. Who delivered them first may correct them, from a date on.
    """
    known = split_at(before, None, claimed.territories[0] if claimed.territories else None)
    if known is None:
        return claimed
    if known.says_the_same(claimed):
        return None
    if at is None or claimed.said_by in ("", before[0].said_by):
        return claimed if claimed.since is not None else claimed.model_copy(update={"since": at})
    return Dispute.about(
        "shares",
        asset_kind=claimed.asset_kind,
        asset_id=claimed.asset_id,
        right=claimed.right,
        claim=claimed.shares,
        claimant=claimed.said_by,
        opened_at=at,
        what=f"another division of the {claimed.right} right",
    )


def over_claim(
    kind: AssetKind, asset_id: str, right: Right, claim: tuple[Share, ...], by: str, at: datetime
) -> Dispute:
    """The dispute of one delivery that claims more than there is."""
    whole = sum(share.ppm for share in claim) / 10_000
    return Dispute.about(
        "over_claim", asset_kind=kind, asset_id=asset_id, right=right, claim=claim, claimant=by, opened_at=at,
        what=f"{whole:g} % of the {right} right are claimed",
    )  # fmt: skip


def isrc_dispute(recording: Recording, named: str, by: str, at: datetime) -> Dispute:
    """The dispute of a second recording under a code that names another one; the code goes on naming the first."""
    return Dispute.about(
        "isrc", asset_kind="recording", asset_id=recording.recording_id, claimant=by, opened_at=at,
        what=f"{recording.isrc} is the code of {named}",
    )  # fmt: skip


def split_of_end(dispute: Dispute, resolution: Resolution, shares: Iterable[Share]) -> Split | None:
    """What is on record once a dispute has ended; None where it stays as it was. Raises: InvalidTerms."""
    agreed = checked_shares(shares)
    if resolution.outcome == "dismissed" and not agreed:
        return None
    taken = agreed or (dispute.claim if dispute.kind == "shares" else ())
    if dispute.right is None and not taken:
        return None
    if not taken or {share.right for share in taken} != {dispute.right}:
        hint = f"All of them are of the {dispute.right} right." if dispute.right else "It is about no shares."
        raise InvalidTerms("the end of this dispute needs the shares that hold from now on", hint=hint)
    return Split(
        asset_kind=dispute.asset_kind,
        asset_id=dispute.asset_id,
        right=Right(dispute.right or taken[0].right),
        shares=taken,
        since=resolution.at,
        said_at=resolution.at,
        said_by=dispute.claimant if resolution.outcome == "upheld" else "",
    )


def paid_of(
    splits: Sequence[Split], disputes: Iterable[Dispute], at: datetime | None = None, territory: str | None = None
) -> tuple[Share, ...]:
    """Whom the money for all rights of one asset goes to."""
    claims = tuple(disputes)
    return tuple(
        share
        for right in sorted(Right)
        for share in paid_shares([s for s in splits if s.right == right], claims, at, territory)
    )


def changes_of(splits: Iterable[Split], disputes: Iterable[Dispute]) -> set[tuple[datetime, str | None]]:
    """When, and in which territory (None for everywhere), whom an asset pays may have changed."""
    changes = {(s.since, where) for s in splits if s.since is not None for where in s.territories or (None,)}
    for dispute in disputes:
        ends = [dispute.opened_at, *([dispute.resolution.at] if dispute.resolution else [])]
        changes |= {(moment, None) for moment in ends}
    return changes


def _with_disputed(right: Right, shares: Iterable[Share]) -> tuple[Share, ...]:
    parts: dict[str, int] = {}
    for share in shares:
        parts[share.party_id] = parts.get(share.party_id, 0) + share.ppm
    parts[DISPUTED] = parts.get(DISPUTED, 0) + WHOLE_PPM - sum(parts.values())
    return tuple(Share(party_id=party, right=right, ppm=ppm) for party, ppm in sorted(parts.items()) if ppm)
