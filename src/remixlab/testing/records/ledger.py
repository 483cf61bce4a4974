"""Ledger records in memory: plays, bookings, settlements, and what dividing a month's pool needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta

from remixlab.domain.audit import Acts
from remixlab.domain.chain import GENESIS, Head, link
from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Play, Served
from remixlab.domain.money import Money
from remixlab.domain.page import Page
from remixlab.domain.remix import PayLine, Remix
from remixlab.domain.rights.splits import changes_of
from remixlab.domain.settlement import Facts, PaysFrom, Settlement, period_of, span_of
from remixlab.domain.value import Value, canonical
from remixlab.royalties import pays_later
from remixlab.testing.records.catalogue import MemoryCatalogue
from remixlab.testing.records.kept import Kept, page_by_id, page_by_number
from remixlab.testing.records.rights import MemoryRights


class MemoryLedger:
    def __init__(self, kept: Kept, acts: Acts, rights: MemoryRights, catalogue: MemoryCatalogue) -> None:
        self.kept = kept
        self._acts = acts
        self._rights = rights
        self._catalogue = catalogue

    def balance(self, account: str, currency: str) -> Money:
        return self._balances(currency).get(account, Money.of(0, currency))

    def balances(self, currency: str, after: str | None = None, limit: int = 100) -> Page[tuple[str, Money]]:
        return page_by_id(
            {account: (account, money) for account, money in self._balances(currency).items()}, after, limit
        )

    def bookings(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[Booking]:
        numbered = enumerate(self.kept.bookings.values(), start=1)
        touching = (
            (n, b) for n, b in numbered if account is None or any(entry.account == account for entry in b.entries)
        )
        return page_by_number(touching, after, limit)

    def booking(self, key: str) -> Booking | None:
        return self.kept.bookings.get(key)

    def currencies(self) -> tuple[str, ...]:
        return tuple(sorted({booking.currency for booking in self.kept.bookings.values()}))

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        within = (p for p in self.kept.plays.values() if since <= self.kept.counts_at[p.play_id] < until)
        return iter(sorted(within, key=lambda p: (p.at, p.play_id)))

    def play(self, play_id: str) -> Play | None:
        return self.kept.plays.get(play_id)

    def plays_of(self, listener: str, since: datetime, until: datetime) -> tuple[Play, ...]:
        own = (p for p in self.kept.plays.values() if p.listener == listener and since <= p.at < until)
        return tuple(sorted(own, key=lambda p: (p.at, p.play_id)))

    def is_stream_used(self, stream: str) -> bool:
        return any(p.stream == stream for p in self.kept.plays.values())

    def served(self, stream: str) -> tuple[Served, ...]:
        return tuple(one for one in self.kept.streamed if one.stream == stream)

    def basis(self, since: datetime, until: datetime) -> str:
        words = f"epoch {self.kept.epoch}, {len(self.kept.splits)} splits, {sorted(self.kept.disputes.items())}"
        return f"{len(list(self.plays(since, until)))} plays, {words}"

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        played = {p.remix_id for p in self.plays(since, until)}
        return {
            number: self._facts(self.kept.remixes[number], until) for number in sorted(played & set(self.kept.remixes))
        }

    def pays_of(self, remix: Remix, at: datetime, territory: str) -> tuple[PayLine, ...]:
        facts = self._facts(remix, at + timedelta(microseconds=1))
        return facts.pays_under(facts.version(at, territory))

    def settlement(self, period: str, pool: str) -> str | None:
        return self.kept.settlements.get((period, pool))

    def settlements(self, period: str) -> Mapping[str, str]:
        return {pool: evidence for (month, pool), evidence in sorted(self.kept.settlements.items()) if month == period}

    def broken_booking(self) -> int | None:
        """Nobody reaches into this memory from outside."""
        return None

    def heads(self) -> tuple[Head, ...]:
        return tuple(
            Head(chain=chain, length=len(hashes), hash=hashes[-1] if hashes else GENESIS)
            for chain, hashes in self._hashes().items()
        )

    def reaches(self, head: Head) -> bool:
        hashes = self._hashes().get(head.chain)
        if hashes is None or not head.length:
            return hashes is not None and head.hash == GENESIS
        return hashes[head.length - 1 : head.length] == [head.hash]

    def _hashes(self) -> dict[str, list[str]]:
        chains: dict[str, Iterable[Value]] = {
            "audit": self.kept.audit,
            "bookings": self.kept.bookings.values(),
            "decisions": self.kept.decisions.values(),
        }
        hashes = dict[str, list[str]]()
        for chain, links in chains.items():
            own = hashes.setdefault(chain, [])
            for one in links:
                own.append(link(own[-1] if own else GENESIS, canonical(one.to_dict())).hash)
        return hashes

    def record_play(self, play: Play) -> bool:
        new = play.play_id not in self.kept.plays
        if new:
            counts_at = play.at
            while self.settlements(period_of(counts_at)):
                counts_at = span_of(period_of(counts_at))[1]
            self.kept.plays[play.play_id] = play
            self.kept.counts_at[play.play_id] = counts_at
            self._acts.did("a play")
        return new

    def book(self, booking: Booking) -> bool:
        new = booking.key not in self.kept.bookings
        if self.kept.bookings.setdefault(booking.key, booking) != booking:
            raise LedgerConflict(f"another booking has the key '{booking.key}'")
        if new:
            self._acts.did("a booking")
        return new

    def keep_served(self, served: Served) -> None:
        self.kept.streamed.append(served)

    def close_plays(self) -> None:
        """This memory has one writer anyway."""

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        key = (settlement.period, settlement.pool)
        new = key not in self.kept.settlements
        if self.kept.settlements.setdefault(key, evidence) != evidence:
            raise LedgerConflict(f"{settlement.period} is settled already, on other plays or figures")
        if new:
            self._acts.did("a settlement")
        return new

    def _balances(self, currency: str) -> dict[str, Money]:
        sums: dict[str, int] = {}
        for booking in self.kept.bookings.values():
            for account, micro in booking.entries if booking.currency == currency else ():
                sums[account] = sums.get(account, 0) + micro
        return {account: Money.of(micro, currency) for account, micro in sorted(sums.items())}

    def _facts(self, remix: Remix, until: datetime) -> Facts:
        sources = {remix.source_id, *remix.licensed_from}
        holds = [h for h in self.kept.holds.values() if h.since < until and self._rights.recordings_under(h) & sources]
        stopped = [h.since for h in holds if h.kind != "dispute"]
        if remix.state == "withdrawn" and not stopped:
            stopped = [remix.created_at]
        disputed = any(h.kind == "dispute" and (h.until is None or until <= h.until) for h in holds)
        disputed |= any(r in self.kept.recordings and self.kept.recordings[r].quarantined for r in sources)
        later = self._later(remix, until)
        return Facts(remix.remix_id, remix.listener, min(stopped, default=None), disputed, remix.pays, later)

    def _later(self, remix: Remix, until: datetime) -> tuple[PaysFrom, ...]:
        resting = [r for n in {remix.source_id, *remix.licensed_from} if (r := self.kept.recordings.get(n))]
        assets = {r.recording_id for r in resting} | {work for r in resting for work in r.work_ids}
        changes = changes_of(
            [split for split in self.kept.splits if split.asset_id in assets],
            [dispute for dispute in self.kept.disputes.values() if dispute.asset_id in assets],
        )
        source = self.kept.recordings.get(remix.source_id)
        if source is None or not changes:
            return ()
        shares = self._catalogue.paid_shares
        return pays_later(
            remix, source, changes, until, lambda r, at, t: shares(r, at=at, territory=t), self._catalogue.party_names
        )
