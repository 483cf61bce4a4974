"""Ledger records in SQL: plays, accounts, bookings that nobody can change, settlements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc

from remixlab.domain.chain import GENESIS, Head
from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Play, Served
from remixlab.domain.money import Money
from remixlab.domain.page import Page, read_number
from remixlab.domain.remix import PayLine, Remix
from remixlab.domain.settlement import Facts, Settlement, period_of, span_of
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import Opened, TablePart
from remixlab.stores.sql.played import PlayedRemixes

_WITH_ENTRIES = (
    sa.select(t.bookings.c.seq, t.bookings.c.body, t.entries.c.place, t.accounts.c.code, t.accounts.c.currency)
    .add_columns(t.entries.c.micro)
    .select_from(
        t.bookings.outerjoin(t.entries, t.entries.c.booking == t.bookings.c.key).outerjoin(
            t.accounts, t.accounts.c.id == t.entries.c.account_id
        )
    )
    .order_by(t.bookings.c.seq, t.entries.c.place)
    .execution_options(yield_per=10_000)
)


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

    def booking(self, key: str) -> Booking | None:
        body = self.connection.scalar(sa.select(t.bookings.c.body).where(t.bookings.c.key == key))
        return None if body is None else Booking.model_validate_json(body)

    def currencies(self) -> tuple[str, ...]:
        return tuple(
            self.connection.scalars(sa.select(t.accounts.c.currency).distinct().order_by(t.accounts.c.currency))
        )

    def broken_booking(self) -> int | None:
        broken = [place for place in (self._broken_link(t.bookings), self._broken_entries()) if place is not None]
        return min(broken, default=None)

    def _broken_entries(self) -> int | None:
        """The place of the first booking whose rows are not what its body says; of no booking, the end of the list."""
        with self.connection.execute(_WITH_ENTRIES) as found:
            for place, (_, rows) in enumerate(groupby(found, key=lambda row: row.seq)):
                lines = list(rows)
                said = json.loads(lines[0].body)
                if [_line(row) for row in lines] != [
                    (n, *entry, said.get("currency"), int) for n, entry in enumerate(said.get("entries", ()))
                ]:
                    return place
        known = sa.select(t.bookings.c.key)
        orphan = sa.select(t.entries.c.booking).where(t.entries.c.booking.not_in(known)).limit(1)
        if self.connection.execute(orphan).first() is None:
            return None
        return self.connection.scalar(sa.select(sa.func.count()).select_from(t.bookings)) or 0

    def heads(self) -> tuple[Head, ...]:
        rows = self.connection.execute(sa.select(t.heads).order_by(t.heads.c.chain))
        return tuple(Head.model_construct(chain=row.chain, length=row.length, hash=row.hash) for row in rows)

    def reaches(self, head: Head) -> bool:
        table = {"bookings": t.bookings, "decisions": t.decisions, "audit": t.audit}.get(head.chain)
        if table is None or not head.length:
            return table is not None and head.hash == GENESIS
        query = sa.select(table.c.hash).order_by(table.c.seq).offset(head.length - 1).limit(1)
        return self.connection.scalar(query) == head.hash

    def open_account(self, code: str, currency: str) -> int:
        """The number of an account, opened when it is new."""
        key = {"code": code, "currency": currency}
        self._add_once(t.accounts, key, {})
        where = (t.accounts.c.code == code) & (t.accounts.c.currency == currency)
        return self.connection.execute(sa.select(t.accounts.c.id).where(where)).scalar_one()

    def book(self, booking: Booking) -> bool:
        """The same booking twice is one booking. Its entries are written by the database, from its body."""
        kept = self.booking(booking.key)
        if kept is not None:
            if kept != booking:
                raise LedgerConflict(
                    f"another booking has the key '{booking.key}'", hint="A correction is a new booking with a new key."
                )
            return False
        for account in sorted({entry.account for entry in booking.entries}):
            self.open_account(account, booking.currency)
        body = canonical(booking.to_dict())
        new = self._next_links(t.bookings, [body])[0]
        values = {"key": booking.key, "kind": booking.kind, "at": booking.at, "body": body.decode()}
        try:
            self.connection.execute(t.bookings.insert().values(**values, previous=new.previous, hash=new.hash))
        except exc.IntegrityError as refused:
            raise LedgerConflict(f"the ledger refused it: {str(refused.orig).splitlines()[0]}") from refused
        self._acts.did("a booking")
        return True

    # ------------------------------------------------------------ plays

    def plays(self, since: datetime, until: datetime) -> Iterator[Play]:
        within = (t.plays.c.counts_at >= since) & (t.plays.c.counts_at < until)
        query = sa.select(t.plays).where(within).order_by(t.plays.c.at, t.plays.c.id)
        with self.connection.execute(query.execution_options(yield_per=10_000)) as rows:
            for row in rows:
                yield _play(row)

    def play(self, play_id: str) -> Play | None:
        row = self.connection.execute(sa.select(t.plays).where(t.plays.c.id == play_id)).first()
        return None if row is None else _play(row)

    def plays_of(self, listener: str, since: datetime, until: datetime) -> tuple[Play, ...]:
        within = (t.plays.c.listener == listener) & (t.plays.c.at >= since) & (t.plays.c.at < until)
        rows = self.connection.execute(sa.select(t.plays).where(within).order_by(t.plays.c.at, t.plays.c.id))
        return tuple(_play(row) for row in rows)

    def is_stream_used(self, stream: str) -> bool:
        return self.connection.execute(sa.select(t.plays.c.id).where(t.plays.c.stream == stream)).first() is not None

    def record_play(self, play: Play) -> bool:
        self._take_turns("settlements", together=True)
        counts_at = play.at
        while self.settlements(period_of(counts_at)):
            counts_at = span_of(period_of(counts_at))[1]
        columns = play.model_dump(exclude={"play_id"}) | {"counts_at": counts_at}
        try:
            new = self._add_once(t.plays, {"id": play.play_id}, columns)
        except exc.IntegrityError as refused:
            raise LedgerConflict("another play was reported of this stream") from refused
        if new:
            self._acts.did("a play")
        return new

    def keep_served(self, served: Served) -> None:
        self.connection.execute(t.streamed.insert().values(**served._asdict()))

    def served(self, stream: str) -> tuple[Served, ...]:
        rows = self.connection.execute(sa.select(t.streamed).where(t.streamed.c.stream == stream))
        return tuple(Served(row.stream, row.first, row.last, row.size, row.at) for row in rows)

    # ------------------------------------------------------------ settlements

    def basis(self, since: datetime, until: datetime) -> str:
        within = (t.plays.c.counts_at >= since) & (t.plays.c.counts_at < until)
        plays = self.connection.scalar(sa.select(sa.func.count()).select_from(t.plays).where(within))
        return f"{plays} plays, {self._played.basis()}"

    def facts(self, since: datetime, until: datetime) -> Mapping[str, Facts]:
        return self._played.facts(since, until)

    def pays_of(self, remix: Remix, at: datetime, territory: str) -> tuple[PayLine, ...]:
        later = self._played.later([remix], at + timedelta(microseconds=1)).get(remix.remix_id, ())
        facts = Facts(remix.remix_id, remix.listener, None, False, remix.pays, later)
        return facts.pays_under(facts.version(at, territory))

    def settlement(self, period: str, pool: str) -> str | None:
        where = (t.settlements.c.period == period) & (t.settlements.c.pool == pool)
        return self.connection.scalar(sa.select(t.settlements.c.evidence).where(where))

    def settlements(self, period: str) -> Mapping[str, str]:
        rows = self.connection.execute(
            sa.select(t.settlements).where(t.settlements.c.period == period).order_by(t.settlements.c.pool)
        )
        return {row.pool: row.evidence for row in rows}

    def close_plays(self) -> None:
        self._take_turns("settlements")

    def keep_settlement(self, settlement: Settlement, evidence: str) -> bool:
        self.close_plays()
        kept = self.settlement(settlement.period, settlement.pool)
        if kept is not None and kept != evidence:
            hint = "Corrections are bookings of their own in a later period."
            raise LedgerConflict(f"{settlement.period} is settled already, on other plays or figures", hint=hint)
        key = {"period": settlement.period, "pool": settlement.pool}
        new = self._add_once(t.settlements, key, {"evidence": evidence, "total_micro": settlement.total_micro})
        if new:
            self._acts.did("a settlement")
        return new


def _play(row: sa.Row[Any]) -> Play:
    """What is on record was checked when it came: a month of plays is not checked again."""
    return Play.model_construct(
        play_id=row.id,
        remix_id=row.remix_id,
        listener=row.listener,
        at=row.at,
        length_ms=row.length_ms,
        territory=row.territory,
        stream=row.stream,
    )


def _line(row: sa.Row[Any]) -> tuple[object, ...]:
    return row.place, row.code, row.micro, row.currency, type(row.micro)
