"""Ledger records: plays, bookings that nobody can change, settlements; and what dividing a month's pool needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Protocol

from remixlab.domain.chain import Head
from remixlab.domain.ledger import Booking, Play, Served
from remixlab.domain.money import Money
from remixlab.domain.page import Page
from remixlab.domain.remix import PayLine, Remix
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

    def booking(self, key: str) -> Booking | None: ...

    def currencies(self) -> tuple[str, ...]:
        """Every currency that an account was opened in."""
        ...

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        """The plays that count in a span of time, by time and id, as a stream; the end is not part of it.

        A play that became known after its month was settled counts in the first month that is still open.
        """
        ...

    def play(self, play_id: str) -> Play | None: ...

    def plays_of(self, listener: str, since: datetime, until: datetime) -> tuple[Play, ...]:
        """What somebody listened to in a span of time, by time."""
        ...

    def is_stream_used(self, stream: str) -> bool:
        """Whether a play was reported of this stream."""
        ...

    def served(self, stream: str) -> tuple[Served, ...]:
        """What was sent within a stream."""
        ...

    def basis(self, since: datetime, until: datetime) -> str:
        """What a settlement of a span of time rests on, in short: equal as long as nothing of it has changed."""
        ...

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        """What a settlement must know of every remix that was played in a span of time."""
        ...

    def pays_of(self, remix: Remix, at: datetime, territory: str) -> tuple[PayLine, ...]:
        """Whom a listen pays: what people were shown, or what holds then and there since the owners changed."""
        ...

    def settlement(self, period: str, pool: str) -> str | None:
        """The blob that a settled period rests on (a `Settlement` as JSON); None when it is not settled."""
        ...

    def settlements(self, period: str) -> Mapping[str, str]:
        """The settled pools of a period with the blobs they rest on."""
        ...

    def broken_booking(self) -> int | None:
        """The place of the first booking that was tampered with, in the chain or in the rows of its entries and
        accounts, or that is missing at the end; None when all of it holds.
        """
        ...

    def heads(self) -> tuple[Head, ...]:
        """The newest link of every chain, as it is kept apart from the chain."""
        ...

    def reaches(self, head: Head) -> bool:
        """Whether a chain was once as somebody wrote down elsewhere: as long, and ending in the same hash."""
        ...


class LedgerWriter(LedgerReader, Protocol):
    def record_play(self, play: Play) -> bool:
        """Whether it was counted; a play reported before is not counted again."""
        ...

    def book(self, booking: Booking) -> bool:
        """Post a booking for good; whether it is new. Raises: LedgerConflict when another booking has its key."""
        ...

    def keep_served(self, served: Served) -> None: ...

    def close_plays(self) -> None:
        """From now to the end of this transaction no play is recorded."""
        ...

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        """Remember that a pool's period is settled, on which evidence; whether it is new. Raises: LedgerConflict."""
        ...


class Settler(Protocol):
    """Divides a period's pool. Law: equal to `royalties.settle`, to the last micro-unit and byte."""

    def __call__(self, period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement: ...
