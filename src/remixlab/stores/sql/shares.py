"""Share records in SQL: splits that supersede each other, disputes and how they ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

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
    split_of_end,
)
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.epoch import ConsentEpoch
from remixlab.stores.sql.part import Opened, TablePart, among, batches

_HELD = (
    sa.select(t.shares)
    .where(t.shares.c.asset_kind == sa.bindparam("kind"), among(t.shares.c.asset_id))
    .order_by(t.shares.c.asset_id, t.shares.c.right, t.shares.c.party_id)
)
_SPLITS = (
    sa.select(t.splits, t.split_shares.c.party_id, t.split_shares.c.ppm)
    .join(t.split_shares, t.split_shares.c.split == t.splits.c.seq)
    .where(t.splits.c.asset_kind == sa.bindparam("kind"), among(t.splits.c.asset_id))
    .order_by(t.splits.c.seq, t.split_shares.c.party_id)
)
_WITH_END = sa.select(t.disputes, t.resolutions.c.body.label("end")).outerjoin(
    t.resolutions, t.resolutions.c.dispute_id == t.disputes.c.id
)
_DISPUTES = _WITH_END.where(t.disputes.c.asset_kind == sa.bindparam("kind"), among(t.disputes.c.asset_id)).order_by(
    t.disputes.c.id
)


class SqlShares(TablePart):
    """Law: what was said of shares is never rewritten; the newest word that is in force counts."""

    def __init__(self, opened: Opened, epoch: ConsentEpoch) -> None:
        super().__init__(opened)
        self._epoch = epoch

    # ------------------------------------------------------------ reading

    def splits(self, asset_kind: AssetKind, asset_id: str) -> tuple[Split, ...]:
        return self._splits(asset_kind, [asset_id]).get(asset_id, ())

    def held(self, asset_kind: AssetKind, asset_ids: Iterable[str]) -> Mapping[str, tuple[Share, ...]]:
        found: dict[str, tuple[Share, ...]] = {}
        for batch in batches(asset_ids):
            for row in self.connection.execute(_HELD, {"kind": asset_kind, "among": batch}):
                share = Share(party_id=row.party_id, right=Right(row.right), ppm=row.ppm)
                found[row.asset_id] = (*found.get(row.asset_id, ()), share)
        return found

    def paid(
        self,
        asset_kind: AssetKind,
        asset_ids: Iterable[str],
        *,
        at: datetime | None = None,
        territory: str | None = None,
    ) -> Mapping[str, tuple[Share, ...]]:
        wanted = sorted(set(asset_ids))
        splits, disputes = self._splits(asset_kind, wanted), self._disputes(asset_kind, wanted)
        return {asset: paid_of(said, disputes.get(asset, ()), at, territory) for asset, said in splits.items()}

    def dispute(self, dispute_id: str) -> Dispute:
        row = self.connection.execute(_WITH_END.where(t.disputes.c.id == dispute_id)).first()
        if row is None:
            raise DisputeNotFound(f"there is no dispute '{dispute_id[:80]}'")
        return _dispute(row)

    def disputes(self, after: str | None = None, limit: int = 100, *, only_open: bool = False) -> Page[Dispute]:
        query = _WITH_END.order_by(t.disputes.c.id)
        if only_open:
            query = query.where(t.resolutions.c.dispute_id.is_(None))
        return self._page(query if after is None else query.where(t.disputes.c.id > after), limit, _dispute)

    def changes(self, asset_kind: AssetKind, asset_ids: Iterable[str]) -> dict[str, set[tuple[datetime, str | None]]]:
        """When, and in which territory, whom an asset pays may have changed; only of assets where it may have."""
        wanted = sorted(set(asset_ids))
        splits, disputes = self._splits(asset_kind, wanted), self._disputes(asset_kind, wanted)
        found = {asset: changes_of(splits.get(asset, ()), disputes.get(asset, ())) for asset in {*splits, *disputes}}
        return {asset: changes for asset, changes in found.items() if changes}

    def basis(self) -> str:
        """Which word of the owners a settlement rests on."""
        newest = self.connection.scalar(sa.select(sa.func.max(t.splits.c.seq))) or 0
        counts = [
            self.connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (t.disputes, t.resolutions)
        ]
        return f"split {newest}, {counts[0]} disputes, {counts[1]} resolved"

    # ------------------------------------------------------------ writing

    def say(self, split: Split) -> bool:
        before = self._of_right(split)
        known = next((s for s in reversed(before) if s.territories == split.territories), None)
        if known is not None and known.says_the_same(split):
            return False
        columns = split.model_dump(exclude={"shares", "territories"}) | {"right": split.right.value}
        values = {**columns, "territories": " ".join(split.territories)}
        number = self.connection.execute(t.splits.insert().values(values).returning(t.splits.c.seq)).scalar_one()
        rows = [{"split": number, "party_id": s.party_id, "ppm": s.ppm} for s in split.shares]
        self.connection.execute(t.split_shares.insert(), rows)
        if before:
            self._epoch.move()
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
        columns = {"asset_kind": dispute.asset_kind, "asset_id": dispute.asset_id}
        body = canonical(dispute.to_dict()).decode()
        if self._add_once(t.disputes, {"id": dispute.dispute_id}, {**columns, "body": body}):
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
        body = canonical(resolution.to_dict()).decode()
        self._add_once(t.resolutions, {"dispute_id": dispute_id}, {"body": body})
        self._acts.did("the end of a dispute")
        return self.dispute(dispute_id)

    # ------------------------------------------------------------ rows

    def _of_right(self, split: Split) -> list[Split]:
        return [s for s in self.splits(split.asset_kind, split.asset_id) if s.right == split.right]

    def _splits(self, kind: AssetKind, asset_ids: Iterable[str]) -> dict[str, tuple[Split, ...]]:
        rows = [
            row
            for batch in batches(asset_ids)
            for row in self.connection.execute(_SPLITS, {"kind": kind, "among": batch})
        ]
        by_number: dict[int, list[sa.Row[Any]]] = {}
        for row in rows:
            by_number.setdefault(row.seq, []).append(row)
        found: dict[str, tuple[Split, ...]] = {}
        for _, of_split in sorted(by_number.items()):
            split = _split(of_split)
            found[split.asset_id] = (*found.get(split.asset_id, ()), split)
        return found

    def _disputes(self, kind: AssetKind, asset_ids: Iterable[str]) -> dict[str, list[Dispute]]:
        found: dict[str, list[Dispute]] = {}
        for batch in batches(asset_ids):
            for row in self.connection.execute(_DISPUTES, {"kind": kind, "among": batch}):
                found.setdefault(row.asset_id, []).append(_dispute(row))
        return found


def _split(rows: list[sa.Row[Any]]) -> Split:
    first = rows[0]
    right = Right(first.right)
    return Split.model_construct(
        asset_kind=first.asset_kind,
        asset_id=first.asset_id,
        right=right,
        shares=tuple(Share.model_construct(party_id=row.party_id, right=right, ppm=row.ppm) for row in rows),
        territories=tuple(first.territories.split()),
        since=first.since,
        said_by=first.said_by,
        said_at=first.said_at,
    )


def _dispute(row: sa.Row[Any]) -> Dispute:
    dispute = Dispute.model_validate_json(row.body)
    return dispute.model_copy(update={"resolution": Resolution.model_validate_json(row.end)}) if row.end else dispute
