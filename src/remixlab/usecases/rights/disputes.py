"""Disputes and corrections of shares: whoever keeps the registry lets a new word supersede, and rewrites nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, Self

from pydantic import ValidationError

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import Invalid, InvalidTerms, NotFound
from remixlab.domain.page import Page
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import (
    AssetKind,
    Dispute,
    Resolution,
    Right,
    Share,
    Split,
    Territory,
    checked_shares,
)
from remixlab.domain.value import Moment, Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


class ShareHistory(Value):
    """Everything that was said of an asset's shares, oldest first, with the names of the parties."""

    asset_kind: AssetKind
    asset_id: str
    splits: tuple[Split, ...]
    names: dict[str, str] = {}


class ShareCorrection(Value):
    """How one right of a recording or a work is divided from a date on; what it replaces stays in the history."""

    asset: str
    right: Right
    shares: dict[str, int]
    """Party (id or name) to parts per million; what is left is unclaimed."""
    territories: tuple[Territory, ...] = ()
    since: Moment | None = None
    why: str

    @classmethod
    def parse(cls, tree: Mapping[str, object]) -> Self:
        """Raises: InvalidTerms."""
        try:
            return cls.model_validate(tree)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            raise InvalidTerms(f"the correction cannot be read at '{place}': {first['msg']}") from wrong


@observed("rights.list_disputes")
def list_disputes(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, only_open: bool = True
) -> Page[Dispute]:
    """Claims that do not fit what is on record. Raises: NotAllowed."""
    must(actor, Action.READ_DISPUTES)
    with context.read() as records:
        return records.shares.disputes(after, limit, only_open=only_open)


@observed("rights.resolve_dispute")
def resolve_dispute(
    dispute_id: str,
    actor: Actor,
    context: Records,
    *,
    outcome: Literal["upheld", "dismissed", "agreed"],
    why: str,
    shares: dict[str, int] | None = None,
) -> Dispute:
    """End a dispute. `shares` (party to ppm) are what was agreed on; money follows from this moment on.

    Raises: NotAllowed, DisputeNotFound, Conflict `dispute.resolved`, InvalidTerms, PartyNotFound.
    """
    must(actor, Action.RESOLVE_DISPUTE, Subject(f"dispute:{dispute_id[:80]}"))
    if not why.strip():
        raise Invalid("a dispute ends with a reason", hint="Say why; both sides will read it.")
    with context.write() as records:
        before = records.shares.dispute(dispute_id)
        agreed = _shares(shares or {}, before.right, records)
        end = Resolution(outcome=outcome, why=why, by=actor.account, at=actor.at)
        after = records.shares.resolve_dispute(dispute_id, end, agreed)
        said = entry_of(actor, Action.RESOLVE_DISPUTE.value, f"dispute:{dispute_id}", before=before, after=after)
        records.accounts.append_audit(said)
    return after


@observed("rights.correct_shares")
def correct_shares(correction: ShareCorrection, actor: Actor, context: Records) -> ShareHistory:
    """Let another division of a right supersede what is on record, from a date on.

    Remixes that were made before pay by it from that date. Raises: NotAllowed, InvalidTerms, NotFound, PartyNotFound.
    """
    must(actor, Action.CORRECT_SHARES, Subject(f"shares:{correction.asset[:80]}"))
    if not correction.why.strip():
        raise Invalid("a correction has a reason", hint="Say why; the parties will read it.")
    with context.write() as records:
        kind, asset = _asset(correction.asset, records)
        before = records.shares.splits(kind, asset)
        split = Split(
            asset_kind=kind,
            asset_id=asset,
            right=correction.right,
            shares=_shares(correction.shares, correction.right, records),
            territories=tuple(sorted(correction.territories)),
            since=correction.since or actor.at,
            said_at=actor.at,
        )
        records.shares.say(split)
        history = _history(kind, asset, records)
        told = {"shares": split.to_dict(), "why": correction.why}
        said = entry_of(
            actor, Action.CORRECT_SHARES.value, f"{kind}:{asset}", before=[s.to_dict() for s in before], after=told
        )
        records.accounts.append_audit(said)
        return history


@observed("rights.share_history")
def share_history(asset: str, actor: Actor, context: Records) -> ShareHistory:
    """Who owned what since when, by whose word. Its owners read it, and who oversees the registry.

    Raises: NotAllowed, NotFound.
    """
    with context.read() as records:
        kind, number = _asset(asset, records)
        history = _history(kind, number, records)
    owners = frozenset(share.party_id for split in history.splits for share in split.shares)
    must(actor, Action.READ_SHARES, Subject(f"shares:{number}", parties=owners))
    return history


def _asset(reference: str, records: ReadTransaction) -> tuple[AssetKind, str]:
    """A recording by any of its names, or a work by its id. Raises: NotFound."""
    recording = records.catalogue.find_recording(reference)
    if recording is not None:
        return "recording", recording.recording_id
    try:
        records.catalogue.work_shares(reference)
    except NotFound as missing:
        raise NotFound(f"there is neither a recording nor a work '{reference[:80]}'") from missing
    return "work", reference


def _shares(given: dict[str, int], right: Right | None, records: ReadTransaction) -> tuple[Share, ...]:
    if not given:
        return ()
    if right is None:
        raise Invalid("this is not about shares")
    parties = [(records.catalogue.party(party).party_id, ppm) for party, ppm in given.items()]
    return checked_shares(Share(party_id=party, right=right, ppm=ppm) for party, ppm in parties)


def _history(kind: AssetKind, asset: str, records: ReadTransaction) -> ShareHistory:
    splits: Sequence[Split] = records.shares.splits(kind, asset)
    names = records.catalogue.party_names({share.party_id for split in splits for share in split.shares})
    return ShareHistory(asset_kind=kind, asset_id=asset, splits=tuple(splits), names=dict(names))
