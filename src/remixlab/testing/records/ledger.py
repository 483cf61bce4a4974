"""Ledger records in memory: plays, bookings, settlements, and what dividing a month's pool needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from remixlab.domain.audit import Acts
from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.page import Page
from remixlab.domain.remix import Remix
from remixlab.domain.settlement import Facts, Settlement
from remixlab.testing.records.kept import Kept, page_by_id, page_by_number
from remixlab.testing.records.rights import MemoryRights


class MemoryLedger:
    def __init__(self, kept: Kept, acts: Acts, rights: MemoryRights) -> None:
        self.kept = kept
        self._acts = acts
        self._rights = rights

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

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        within = (p for p in self.kept.plays.values() if since <= p.at < until)
        return iter(sorted(within, key=lambda p: (p.at, p.play_id)))

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        played = {p.remix_id for p in self.plays(since, until)}
        return {
            number: self._facts(self.kept.remixes[number], until) for number in sorted(played & set(self.kept.remixes))
        }

    def settlement(self, period: str, pool: str) -> str | None:
        return self.kept.settlements.get((period, pool))

    def settlements(self, period: str) -> Mapping[str, str]:
        return {pool: evidence for (month, pool), evidence in sorted(self.kept.settlements.items()) if month == period}

    def broken_booking(self) -> int | None:
        """Nobody reaches into this memory from outside."""
        return None

    def record_play(self, play: Play) -> bool:
        new = play.play_id not in self.kept.plays
        if new:
            self.kept.plays[play.play_id] = play
            self._acts.did("a play")
        return new

    def book(self, booking: Booking) -> bool:
        new = booking.key not in self.kept.bookings
        if self.kept.bookings.setdefault(booking.key, booking) != booking:
            raise LedgerConflict(f"another booking has the key '{booking.key}'")
        if new:
            self._acts.did("a booking")
        return new

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        key = (settlement.period, settlement.pool)
        new = key not in self.kept.settlements
        if self.kept.settlements.setdefault(key, evidence) != evidence:
            raise LedgerConflict(f"{settlement.period} is settled already, on other plays")
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
        return Facts(remix.remix_id, remix.listener, min(stopped, default=None), disputed, remix.pays)
