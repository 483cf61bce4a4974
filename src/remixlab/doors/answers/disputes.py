"""Disputes and the history of shares as they are answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import AwareDatetime

from remixlab.domain.page import Page
from remixlab.domain.rights import Dispute, Right, Share
from remixlab.doors.answers.answer import Answer, ListAnswer

if TYPE_CHECKING:
    from remixlab.usecases.rights import ShareHistory


class HeldShare(Answer):
    """How much of a right a party has. Unit: parts per million."""

    party_id: str
    ppm: int


class DisputeEnd(Answer):
    """How a dispute ended, by whom, and why."""

    outcome: Literal["upheld", "dismissed", "agreed"]
    why: str
    by: str
    at: AwareDatetime


class DisputeAnswer(Answer):
    """A claim that does not fit what is on record."""

    dispute_id: str
    kind: Literal["shares", "over_claim", "isrc", "work"]
    asset_kind: Literal["recording", "work"]
    asset_id: str
    right: Right | None
    claim: list[HeldShare]
    claimant: str
    opened_at: AwareDatetime
    what: str
    resolution: DisputeEnd | None


class DisputeList(ListAnswer[DisputeAnswer]):
    """Disputes, in order of their ids."""


class SplitAnswer(Answer):
    """How a right is divided, since when, where, and by whose word."""

    right: Right
    shares: list[HeldShare]
    territories: list[str]
    since: AwareDatetime | None
    said_by: str
    said_at: AwareDatetime | None


class HistoryAnswer(Answer):
    """Everything that was said of an asset's shares, oldest first."""

    asset_kind: Literal["recording", "work"]
    asset_id: str
    splits: list[SplitAnswer]
    names: dict[str, str]


def dispute_answer(dispute: Dispute) -> DisputeAnswer:
    end = dispute.resolution
    return DisputeAnswer(
        dispute_id=dispute.dispute_id,
        kind=dispute.kind,
        asset_kind=dispute.asset_kind,
        asset_id=dispute.asset_id,
        right=dispute.right,
        claim=_held(dispute.claim),
        claimant=dispute.claimant,
        opened_at=dispute.opened_at,
        what=dispute.what,
        resolution=DisputeEnd(outcome=end.outcome, why=end.why, by=end.by, at=end.at) if end else None,
    )


def dispute_list(page: Page[Dispute]) -> DisputeList:
    return DisputeList(items=[dispute_answer(dispute) for dispute in page.items], next=page.next)


def history_answer(history: ShareHistory) -> HistoryAnswer:
    return HistoryAnswer(
        asset_kind=history.asset_kind,
        asset_id=history.asset_id,
        splits=[
            SplitAnswer(
                right=split.right,
                shares=_held(split.shares),
                territories=list(split.territories),
                since=split.since,
                said_by=split.said_by,
                said_at=split.said_at,
            )
            for split in history.splits
        ],
        names=history.names,
    )


def _held(shares: tuple[Share, ...]) -> list[HeldShare]:
    return [HeldShare(party_id=share.party_id, ppm=share.ppm) for share in shares]
