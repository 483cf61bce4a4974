from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from remixlab.domain.errors import LedgerConflict
from remixlab.domain.ledger import Booking, Entry, InvalidBooking, Play
from remixlab.domain.money import Money
from remixlab.stores.sql import SqlRegistry

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def booking(key: str = "k1", *entries: tuple[str, int], currency: str = "EUR") -> Booking:
    lines = entries or (("pool", -100), ("party:a", 60), ("party:b", 40))
    return Booking(key=key, kind="settlement", at=NOW, currency=currency, entries=tuple(Entry(*line) for line in lines))


def test_a_booking_moves_money_and_all_accounts_sum_to_zero(context: SqlRegistry) -> None:
    with context.write() as records:
        assert records.book(booking())
        assert records.book(booking("k2", ("party:a", -10), ("payout", 10)))
    with context.read() as records:
        assert records.balance("party:a") == Money(micro=50)
        assert records.balance("nobody") == Money(micro=0)
        assert sum(money.micro for money in records.balances().values()) == 0
        assert [b.key for b in records.bookings()] == ["k1", "k2"]
        assert [b.key for b in records.bookings("party:b")] == ["k1"]
        assert records.broken_booking() is None


def test_the_same_booking_twice_is_one_booking(context: SqlRegistry) -> None:
    with context.write() as records:
        assert records.book(booking())
        assert not records.book(booking())
    with context.read() as records:
        assert records.balance("party:b") == Money(micro=40)


def test_another_booking_with_the_same_key_is_refused(context: SqlRegistry) -> None:
    with context.write() as records:
        records.book(booking())
    with pytest.raises(LedgerConflict, match="key"), context.write() as records:
        records.book(booking("k1", ("pool", -1), ("party:a", 1)))


@pytest.mark.parametrize("entries", [[("a", -1), ("b", 2)], [("a", 1)], [("a", 0), ("b", 0)]])
def test_what_does_not_balance_is_not_even_a_booking(entries: list[tuple[str, int]]) -> None:
    with pytest.raises(InvalidBooking):
        booking("k", *entries)


def _run(context: SqlRegistry, *statements: str) -> None:
    with context.engine.connect().execution_options(remixlab_writes=True) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


INSERT_BOOKING = "insert into bookings (key, kind, at, body, previous, hash) values ('{key}', 'x', 0, '{{}}', {previous}, '{key}')"
HEAD = "(select hash from bookings order by seq desc limit 1)"


def _entry(key: str, place: int, micro: int, account: str = "party:a", currency: str = "EUR") -> str:
    account_id = f"(select id from accounts where code = '{account}' and currency = '{currency}')"
    return f"insert into entries (booking, place, account_id, micro) values ('{key}', {place}, {account_id}, {micro})"


@pytest.mark.parametrize(
    ("what", "statements"),
    [
        ("unbalanced", [_entry("x", 0, -5), _entry("x", 1, 4), INSERT_BOOKING.format(key="x", previous=HEAD)]),
        ("unbalanced per currency", [_entry("x", 0, -5), _entry("x", 1, 5, currency="USD"), INSERT_BOOKING.format(key="x", previous=HEAD)]),
        ("empty", [INSERT_BOOKING.format(key="x", previous=HEAD)]),
        ("single", [_entry("x", 0, 5), INSERT_BOOKING.format(key="x", previous=HEAD)]),
        ("zero", [_entry("x", 0, 0), _entry("x", 1, 0), INSERT_BOOKING.format(key="x", previous=HEAD)]),
        ("duplicate", [_entry("k1", 7, 5), _entry("k1", 8, -5)]),
        ("same key", [INSERT_BOOKING.format(key="k1", previous=HEAD)]),
        ("late", [_entry("k1", 9, 5)]),
        ("without its booking", [_entry("never", 0, 5), _entry("never", 1, -5)]),
        ("edited", ["update entries set micro = 61 where micro = 60"]),
        ("edited booking", ["update bookings set body = '{}'"]),
        ("deleted", ["delete from entries"]),
        ("deleted booking", ["delete from bookings"]),
        ("off the chain", [_entry("x", 0, 5), _entry("x", 1, -5), INSERT_BOOKING.format(key="x", previous="'" + "0" * 64 + "'")]),
    ],
)
def test_the_database_itself_refuses(context: SqlRegistry, what: str, statements: list[str]) -> None:
    with context.write() as records:
        records.book(booking())
        records.account("party:a", "USD")
    with pytest.raises(exc.IntegrityError):
        _run(context, *statements)
    with context.read() as records:
        assert records.balance("party:a") == Money(micro=60)
        assert records.broken_booking() is None


def test_a_proper_booking_passes_the_same_guards(context: SqlRegistry) -> None:
    with context.write() as records:
        records.book(booking())
    _run(context, _entry("x", 0, -5), _entry("x", 1, 5, "party:b"), INSERT_BOOKING.format(key="x", previous=HEAD))
    with context.read() as records:
        assert records.balance("party:b") == Money(micro=45)
        assert records.broken_booking() == 1  # its hash is not the digest of its body, and that shows


def test_replacing_or_emptying_the_ledger_is_refused(context: SqlRegistry) -> None:
    with context.write() as records:
        records.book(booking())
    if context.engine.dialect.name == "postgresql":
        statements = ["truncate bookings, entries"]
    else:
        statements = [
            f"insert or replace into bookings (seq, key, kind, at, body, previous, hash) values (1, 'k1', 'x', 0, '', {HEAD}, 'h')"
        ]
    with pytest.raises(exc.IntegrityError):
        _run(context, *statements)


def test_a_failure_in_the_middle_keeps_nothing(context: SqlRegistry) -> None:
    with pytest.raises(RuntimeError), context.write() as records:
        records.book(booking())
        raise RuntimeError("the power went out")
    with context.read() as records:
        assert records.bookings() == []


def test_a_play_reported_twice_is_one_play_and_keeps_its_moment(context: SqlRegistry) -> None:
    play = Play(play_id="p1", remix_id="r1", listener="u1", at=NOW.replace(microsecond=123_457), length_ms=31_000, territory="DE")
    with context.write() as records:
        assert records.record_play(play)
        assert not records.record_play(play)
    with context.read() as records:
        assert list(records.plays(NOW.replace(hour=0), NOW.replace(day=22))) == [play]
        assert list(records.plays(NOW.replace(day=22), NOW.replace(day=23))) == []


def test_moments_are_stored_as_whole_microseconds(context: SqlRegistry) -> None:
    with context.write() as records:
        records.record_play(Play(play_id="p1", remix_id="r1", listener="u1", at=NOW, length_ms=1))
        raw = records.connection.execute(sa.text("select at from plays")).scalar()
    assert raw == int(NOW.timestamp()) * 1_000_000
