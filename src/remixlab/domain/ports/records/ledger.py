"""Ledger records: plays, bookings that nobody can change, settlements; and what dividing a month's pool needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.page import Page
from remixlab.domain.settlement import Facts, Pool, Settlement


class LedgerReader(Protocol):
    def balance(self, account: str, currency: str) -> Money:
        """What an account holds; accounts are named by `domain.ledger.party_account`."""
        ...

    def balances(self, currency: str, after: str | None = None, limit: int = 100) -> Page[tuple[str, Money]]:
        """Every account that was booked to, by name. Law: they sum to zero."""
        ...

    def bookings(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[Booking]:
        """In the order they were made; of one account when it is named."""
        ...

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        """By time and id, as a stream; the end is not part of it."""
        ...

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        """What a settlement must know of every remix that was played in a span of time."""
        ...

    def settlement(self, period: str, pool: str) -> str | None:
        """The blob that a settled period rests on (a `Settlement` as JSON); None when it is not settled."""
        ...

    def settlements(self, period: str) -> Mapping[str, str]:
        """The settled pools of a period with the blobs they rest on."""
        ...

    def broken_booking(self) -> int | None:
        """The place of the first booking that was tampered with; None when the chain holds."""
        ...


class LedgerWriter(LedgerReader, Protocol):
    def record_play(self, play: Play) -> bool:
        """Whether it was counted; a play reported before is not counted again."""
        ...

    def book(self, booking: Booking) -> bool:
        """Post a booking for good; whether it is new. Raises: LedgerConflict when another booking has its key."""
        ...

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        """Remember that a pool's period is settled, on which evidence; whether it is new. Raises: LedgerConflict."""
        ...


class Settler(Protocol):
    """Divides a period's pool. Law: equal to `royalties.settle`, to the last micro-unit and byte."""

    def __call__(self, period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement: ...
