"""The ledger on the shelf: plays, accounts, bookings that nobody can change, settlements."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import exc

from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Play
from remixlab.domain.money import Money
from remixlab.domain.settlement import Settlement
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart


class LedgerShelf(TablePart):
    """Law: all entries of a currency sum to zero, always; the database refuses what would break it."""

    # ------------------------------------------------------------ reading

    def balance(self, account: str, currency: str = "EUR") -> Money:
        """What an account holds; an account that was never booked to holds nothing."""
        where = (t.accounts.c.code == account) & (t.accounts.c.currency == currency)
        query = sa.select(sa.func.sum(t.entries.c.micro)).join(t.accounts, t.accounts.c.id == t.entries.c.account_id).where(where)
        return Money.of(int(self.connection.scalar(query) or 0), currency)

    def balances(self, currency: str = "EUR") -> Mapping[str, Money]:
        """Every account that was booked to."""
        query = sa.select(t.accounts.c.code, sa.func.sum(t.entries.c.micro).label("micro")).join(
            t.entries, t.accounts.c.id == t.entries.c.account_id
        )
        rows = self.connection.execute(
            query.where(t.accounts.c.currency == currency).group_by(t.accounts.c.code).order_by(t.accounts.c.code)
        )
        return {row.code: Money.of(int(row.micro), currency) for row in rows}

    def booking(self, key: str) -> Booking | None:
        body = self.connection.scalar(sa.select(t.bookings.c.body).where(t.bookings.c.key == key))
        return None if body is None else Booking.model_validate_json(body)

    def bookings(self, account: str | None = None) -> Sequence[Booking]:
        """In the order they were made; of one account when it is named."""
        query = sa.select(t.bookings.c.body).order_by(t.bookings.c.seq)
        if account is not None:
            of_account = (
                sa.select(t.entries.c.booking)
                .join(t.accounts, t.accounts.c.id == t.entries.c.account_id)
                .where(t.accounts.c.code == account)
            )
            query = query.where(t.bookings.c.key.in_(of_account))
        return [Booking.model_validate_json(body) for body in self.connection.scalars(query)]

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        """The plays of a span of time, by time and id; the end is not part of it."""
        query = sa.select(t.plays).where(t.plays.c.at >= since, t.plays.c.at < until).order_by(t.plays.c.at, t.plays.c.id)
        for row in self.connection.execute(query.execution_options(yield_per=10_000)):
            yield Play(
                play_id=row.id, remix_id=row.remix_id, listener=row.listener, at=row.at, length_ms=row.length_ms, territory=row.territory
            )

    def broken_booking(self) -> int | None:
        """The place of the first booking that was tampered with; None when the chain holds."""
        return self._broken_link(t.bookings)

    # ------------------------------------------------------------ writing

    def record_play(self, play: Play) -> bool:
        """Keep a play; whether it is new. The same play reported twice is one play."""
        return self._add_once(t.plays, {"id": play.play_id}, play.model_dump(exclude={"play_id"}))

    def account(self, code: str, currency: str = "EUR") -> int:
        """The number of an account, opened when it is new."""
        key = {"code": code, "currency": currency}
        self._add_once(t.accounts, key, {})
        where = (t.accounts.c.code == code) & (t.accounts.c.currency == currency)
        return self.connection.execute(sa.select(t.accounts.c.id).where(where)).scalar_one()

    def book(self, booking: Booking) -> bool:
        """Post a booking, for good; whether it is new. The same booking twice is one booking.

        Raises: LedgerConflict when another booking has its key.
        """
        kept = self.booking(booking.key)
        if kept is not None:
            if kept != booking:
                raise LedgerConflict(f"another booking has the key '{booking.key}'", hint="A correction is a new booking with a new key.")
            return False
        accounts = {code: self.account(code, booking.currency) for code in sorted({entry.account for entry in booking.entries})}
        rows = [
            {"booking": booking.key, "place": place, "account_id": accounts[entry.account], "micro": entry.micro}
            for place, entry in enumerate(booking.entries)
        ]
        body = canonical(booking.to_dict())
        try:
            new = self._next_link(t.bookings, body)
            self.connection.execute(t.entries.insert(), rows)
            self.connection.execute(
                t.bookings.insert().values(
                    key=booking.key, kind=booking.kind, at=booking.at, body=body.decode(), previous=new.previous, hash=new.hash
                )
            )
        except exc.IntegrityError as refused:
            raise LedgerConflict(f"the ledger refused it: {str(refused.orig).splitlines()[0]}") from refused
        return True

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        """Remember that a pool's period is settled, on which evidence; whether it is new.

        Raises: LedgerConflict when it was settled on other evidence before.
        """
        kept = self.settlement(settlement.period, settlement.pool)
        if kept is not None and kept != evidence:
            raise LedgerConflict(
                f"{settlement.period} is settled already, on other plays", hint="Corrections are bookings of their own in a later period."
            )
        key = {"period": settlement.period, "pool": settlement.pool}
        return self._add_once(t.settlements, key, {"evidence": evidence, "total_micro": settlement.total_micro})

    def settlement(self, period: str, pool: str) -> str | None:
        """The blob that a settled period rests on; None when it is not settled."""
        where = (t.settlements.c.period == period) & (t.settlements.c.pool == pool)
        return self.connection.scalar(sa.select(t.settlements.c.evidence).where(where))

    def settlements(self, period: str) -> Mapping[str, str]:
        """The settled pools of a period with the blobs they rest on."""
        rows = self.connection.execute(sa.select(t.settlements).where(t.settlements.c.period == period).order_by(t.settlements.c.pool))
        return {row.pool: row.evidence for row in rows}
