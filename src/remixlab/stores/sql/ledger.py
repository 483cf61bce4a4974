"""Ledger records in SQL: plays, accounts, bookings that nobody can change, settlements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.page import Page, read_number
from remixlab.domain.settlement import Facts, Settlement
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import Opened, TablePart
from remixlab.stores.sql.played import PlayedRemixes


class SqlLedger(TablePart):
    """Law: all entries of a currency sum to zero, always; the database refuses what would break it."""

    def __init__(self, opened: Opened, played: PlayedRemixes) -> None:
        super().__init__(opened)
        self._played = played

    # ------------------------------------------------------------ accounts and bookings

    def balance(self, account: str, currency: str) -> Money:
        """An account that was never booked to holds nothing."""
        where = (t.accounts.c.code == account) & (t.accounts.c.currency == currency)
        query = (
            sa.select(sa.func.sum(t.entries.c.micro))
            .join(t.accounts, t.accounts.c.id == t.entries.c.account_id)
            .where(where)
        )
        return Money.of(int(self.connection.scalar(query) or 0), currency)

    def balances(self, currency: str, after: str | None = None, limit: int = 100) -> Page[tuple[str, Money]]:
        booked = sa.select(t.accounts.c.code, sa.func.sum(t.entries.c.micro).label("micro"))
        query = booked.join(t.entries, t.accounts.c.id == t.entries.c.account_id).where(
            t.accounts.c.currency == currency
        )
        query = query.group_by(t.accounts.c.code).order_by(t.accounts.c.code)

        def read(row: sa.Row[Any]) -> tuple[str, Money]:
            return row.code, Money.of(int(row.micro), currency)

        return self._page(
            query if after is None else query.where(t.accounts.c.code > after), limit, read, lambda row: row.code
        )

    def bookings(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[Booking]:
        query = (
            sa.select(t.bookings.c.seq, t.bookings.c.body)
            .where(t.bookings.c.seq > read_number(after))
            .order_by(t.bookings.c.seq)
        )
        if account is not None:
            of_account = (
                sa.select(t.entries.c.booking)
                .join(t.accounts, t.accounts.c.id == t.entries.c.account_id)
                .where(t.accounts.c.code == account)
            )
            query = query.where(t.bookings.c.key.in_(of_account))
        return self._page(query, limit, lambda row: Booking.model_validate_json(row.body), lambda row: str(row.seq))

    def broken_booking(self) -> int | None:
        return self._broken_link(t.bookings)

    def open_account(self, code: str, currency: str) -> int:
        """The number of an account, opened when it is new."""
        key = {"code": code, "currency": currency}
        self._add_once(t.accounts, key, {})
        where = (t.accounts.c.code == code) & (t.accounts.c.currency == currency)
        return self.connection.execute(sa.select(t.accounts.c.id).where(where)).scalar_one()

    def book(self, booking: Booking) -> bool:
        """The same booking twice is one booking."""
        kept = self.connection.scalar(sa.select(t.bookings.c.body).where(t.bookings.c.key == booking.key))
        if kept is not None:
            if Booking.model_validate_json(kept) != booking:
                raise LedgerConflict(
                    f"another booking has the key '{booking.key}'", hint="A correction is a new booking with a new key."
                )
            return False
        accounts = {
            code: self.open_account(code, booking.currency)
            for code in sorted({entry.account for entry in booking.entries})
        }
        rows = [
            {"booking": booking.key, "place": place, "account_id": accounts[entry.account], "micro": entry.micro}
            for place, entry in enumerate(booking.entries)
        ]
        body = canonical(booking.to_dict())
        try:
            new = self._next_links(t.bookings, [body])[0]
            self.connection.execute(t.entries.insert(), rows)
            self.connection.execute(
                t.bookings.insert().values(
                    key=booking.key,
                    kind=booking.kind,
                    at=booking.at,
                    body=body.decode(),
                    previous=new.previous,
                    hash=new.hash,
                )
            )
        except exc.IntegrityError as refused:
            raise LedgerConflict(f"the ledger refused it: {str(refused.orig).splitlines()[0]}") from refused
        self._acts.did("a booking")
        return True

    # ------------------------------------------------------------ plays

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        query = (
            sa.select(t.plays).where(t.plays.c.at >= since, t.plays.c.at < until).order_by(t.plays.c.at, t.plays.c.id)
        )
        with self.connection.execute(query.execution_options(yield_per=10_000)) as rows:
            for row in rows:
                yield Play(
                    play_id=row.id,
                    remix_id=row.remix_id,
                    listener=row.listener,
                    at=row.at,
                    length_ms=row.length_ms,
                    territory=row.territory,
                )

    def record_play(self, play: Play) -> bool:
        new = self._add_once(t.plays, {"id": play.play_id}, play.model_dump(exclude={"play_id"}))
        if new:
            self._acts.did("a play")
        return new

    # ------------------------------------------------------------ settlements

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        return self._played.facts(since, until)

    def settlement(self, period: str, pool: str) -> str | None:
        where = (t.settlements.c.period == period) & (t.settlements.c.pool == pool)
        return self.connection.scalar(sa.select(t.settlements.c.evidence).where(where))

    def settlements(self, period: str) -> Mapping[str, str]:
        rows = self.connection.execute(
            sa.select(t.settlements).where(t.settlements.c.period == period).order_by(t.settlements.c.pool)
        )
        return {row.pool: row.evidence for row in rows}

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        kept = self.settlement(settlement.period, settlement.pool)
        if kept is not None and kept != evidence:
            hint = "Corrections are bookings of their own in a later period."
            raise LedgerConflict(f"{settlement.period} is settled already, on other plays", hint=hint)
        key = {"period": settlement.period, "pool": settlement.pool}
        new = self._add_once(t.settlements, key, {"evidence": evidence, "total_micro": settlement.total_micro})
        if new:
            self._acts.did("a settlement")
        return new
