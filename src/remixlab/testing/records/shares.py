"""Share records in memory: splits that supersede each other, disputes and how they ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from remixlab.domain.audit import Acts
from remixlab.domain.errors import Conflict, DisputeNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import Right, Share
from remixlab.domain.rights.splits import (
    AssetKind,
    Dispute,
    Resolution,
    Split,
    answer_claim,
    changes_of,
    paid_of,
    split_at,
    split_of_end,
)
from remixlab.testing.records.kept import Kept, page_by_id


class MemoryShares:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def splits(self, asset_kind: AssetKind, asset_id: str) -> tuple[Split, ...]:
        return tuple(s for s in self.kept.splits if (s.asset_kind, s.asset_id) == (asset_kind, asset_id))

    def held(self, asset_kind: AssetKind, asset_ids: Iterable[str]) -> Mapping[str, tuple[Share, ...]]:
        found: dict[str, tuple[Share, ...]] = {}
        for asset in sorted(set(asset_ids)):
            said = self.splits(asset_kind, asset)
            newest = (split_at([s for s in said if s.right == right]) for right in sorted(Right))
            shares = tuple(share for split in newest if split for share in _ordered(split.shares))
            if shares:
                found[asset] = shares
        return found

    def paid(
        self,
        asset_kind: AssetKind,
        asset_ids: Iterable[str],
        *,
        at: datetime | None = None,
        territory: str | None = None,
    ) -> Mapping[str, tuple[Share, ...]]:
        return {
            asset: paid_of(said, self._about(asset_kind, asset), at, territory)
            for asset in sorted(set(asset_ids))
            if (said := self.splits(asset_kind, asset))
        }

    def changes(self, asset_kind: AssetKind, asset_ids: Iterable[str]) -> dict[str, set[tuple[datetime, str | None]]]:
        found = {a: changes_of(self.splits(asset_kind, a), self._about(asset_kind, a)) for a in set(asset_ids)}
        return {asset: changes for asset, changes in found.items() if changes}

    def dispute(self, dispute_id: str) -> Dispute:
        if dispute_id not in self.kept.disputes:
            raise DisputeNotFound(f"there is no dispute '{dispute_id}'")
        return self.kept.disputes[dispute_id]

    def disputes(self, after: str | None = None, limit: int = 100, *, only_open: bool = False) -> Page[Dispute]:
        listed = {key: d for key, d in self.kept.disputes.items() if d.is_open() or not only_open}
        return page_by_id(listed, after, limit)

    def say(self, split: Split) -> bool:
        before = self._of_right(split)
        known = next((s for s in reversed(before) if s.territories == split.territories), None)
        if known is not None and known.says_the_same(split):
            return False
        self.kept.splits.append(split.model_copy(update={"shares": _ordered(split.shares)}))
        self.kept.epoch += bool(before)
        self._acts.did("shares")
        return True

    def claim(self, split: Split, at: datetime | None) -> Dispute | None:
        match answer_claim(self._of_right(split), split, at):
            case Split() as word:
                self.say(word)
            case Dispute() as dispute:
                self.open_dispute(dispute)
                return dispute
            case None:
                pass
        return None

    def open_dispute(self, dispute: Dispute) -> None:
        if dispute.dispute_id not in self.kept.disputes:
            self.kept.disputes[dispute.dispute_id] = dispute
            self._acts.did("a dispute")

    def resolve_dispute(self, dispute_id: str, resolution: Resolution, shares: Iterable[Share] = ()) -> Dispute:
        dispute = self.dispute(dispute_id)
        if dispute.resolution is not None:
            if dispute.resolution.outcome == resolution.outcome:
                return dispute
            raise Conflict(f"this dispute was {dispute.resolution.outcome} before", code="dispute.resolved")
        split = split_of_end(dispute, resolution, shares)
        if split is not None:
            self.say(split)
        self.kept.disputes[dispute_id] = dispute.model_copy(update={"resolution": resolution})
        self._acts.did("the end of a dispute")
        return self.kept.disputes[dispute_id]

    def _of_right(self, split: Split) -> list[Split]:
        return [s for s in self.splits(split.asset_kind, split.asset_id) if s.right == split.right]

    def _about(self, asset_kind: AssetKind, asset_id: str) -> list[Dispute]:
        own = ((d.asset_kind, d.asset_id) == (asset_kind, asset_id) for d in self.kept.disputes.values())
        return [d for d, is_own in zip(self.kept.disputes.values(), own, strict=True) if is_own]


def _ordered(shares: Iterable[Share]) -> tuple[Share, ...]:
    return tuple(sorted(shares, key=lambda share: share.party_id))
