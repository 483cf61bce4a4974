from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

import registry_strategies as a
from remixlab.domain.errors import InvalidBooking, LedgerConflict
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.money import Money
from remixlab.stores.sql import SqlRegistry

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def booking(key: str = "k1", *entries: tuple[str, int], currency: str = "EUR") -> Booking:
    lines = entries or (("pool", -100), ("party:a", 60), ("party:b", 40))
    return Booking(key=key, kind="settlement", at=NOW, currency=currency, entries=tuple(Entry(*line) for line in lines))


def test_a_booking_moves_money_and_all_accounts_sum_to_zero(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        assert records.ledger.book(booking())
        assert records.ledger.book(booking("k2", ("party:a", -10), ("payout", 10)))
    with database.read() as records:
        assert records.ledger.balance("party:a", "EUR") == Money.of(50, "EUR")
        assert records.ledger.balance("nobody", "EUR") == Money.of(0, "EUR")
        assert sum(money.micro for _, money in records.ledger.balances("EUR").items) == 0
        assert [b.key for b in records.ledger.bookings().items] == ["k1", "k2"]
        assert [b.key for b in records.ledger.bookings(account="party:b").items] == ["k1"]
        assert records.ledger.broken_booking() is None


def test_the_same_booking_twice_is_one_booking(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        assert records.ledger.book(booking())
        assert not records.ledger.book(booking())
    with database.read() as records:
        assert records.ledger.balance("party:b", "EUR") == Money.of(40, "EUR")


def test_another_booking_with_the_same_key_is_refused(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
    with pytest.raises(LedgerConflict, match="key"), a.writing(database) as records:
        records.ledger.book(booking("k1", ("pool", -1), ("party:a", 1)))


@pytest.mark.parametrize("entries", [[("a", -1), ("b", 2)], [("a", 1)], [("a", 0), ("b", 0)]])
def test_what_does_not_balance_is_not_even_a_booking(entries: list[tuple[str, int]]) -> None:
    with pytest.raises(InvalidBooking):
        booking("k", *entries)


def _run(database: SqlRegistry, *statements: str) -> None:
    with database.engine.connect().execution_options(remixlab_writes=True) as connection, connection.begin():
        for statement in statements:
            connection.exec_driver_sql(statement)


INSERT_BOOKING = (
    "insert into bookings (key, kind, at, body, previous, hash) values ('{key}', 'x', 0, '{{}}', {previous}, '{key}')"
)
HEAD = "(select hash from bookings order by seq desc limit 1)"


def _entry(key: str, place: int, micro: int, account: str = "party:a", currency: str = "EUR") -> str:
    account_id = f"(select id from accounts where code = '{account}' and currency = '{currency}')"
    return f"insert into entries (booking, place, account_id, micro) values ('{key}', {place}, {account_id}, {micro})"


@pytest.mark.parametrize(
    ("what", "statements"),
    [
        ("unbalanced", [_entry("x", 0, -5), _entry("x", 1, 4), INSERT_BOOKING.format(key="x", previous=HEAD)]),
        (
            "unbalanced per currency",
            [_entry("x", 0, -5), _entry("x", 1, 5, currency="USD"), INSERT_BOOKING.format(key="x", previous=HEAD)],
        ),
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
        (
            "off the chain",
            [_entry("x", 0, 5), _entry("x", 1, -5), INSERT_BOOKING.format(key="x", previous="'" + "0" * 64 + "'")],
        ),
    ],
)
def test_the_database_itself_refuses(database: SqlRegistry, what: str, statements: list[str]) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
        records.ledger.open_account("party:a", "USD")
    with pytest.raises(exc.IntegrityError):
        _run(database, *statements)
    with database.read() as records:
        assert records.ledger.balance("party:a", "EUR") == Money.of(60, "EUR")
        assert records.ledger.broken_booking() is None


def test_a_proper_booking_passes_the_same_guards(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
    _run(database, _entry("x", 0, -5), _entry("x", 1, 5, "party:b"), INSERT_BOOKING.format(key="x", previous=HEAD))
    with database.read() as records:
        assert records.ledger.balance("party:b", "EUR") == Money.of(45, "EUR")
        assert records.ledger.broken_booking() == 1  # its hash is not the digest of its body, and that shows


def test_replacing_or_emptying_the_ledger_is_refused(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
    if database.engine.dialect.name == "postgresql":
        statements = ["truncate bookings, entries"]
    else:
        statements = [
            f"insert or replace into bookings (seq, key, kind, at, body, previous, hash) "
            f"values (1, 'k1', 'x', 0, '', {HEAD}, 'h')"
        ]
    with pytest.raises(exc.IntegrityError):
        _run(database, *statements)


def test_a_failure_in_the_middle_keeps_nothing(database: SqlRegistry) -> None:
    with pytest.raises(RuntimeError), a.writing(database) as records:
        records.ledger.book(booking())
        raise RuntimeError("the power went out")
    with database.read() as records:
        assert records.ledger.bookings().items == ()


def test_a_play_reported_twice_is_one_play_and_keeps_its_moment(database: SqlRegistry) -> None:
    play = Play(
        play_id="p1",
        remix_id="r1",
        listener="u1",
        at=NOW.replace(microsecond=123_457),
        length_ms=31_000,
        territory="DE",
    )
    with a.writing(database) as records:
        assert records.ledger.record_play(play)
        assert not records.ledger.record_play(play)
    with database.read() as records:
        assert list(records.ledger.plays(NOW.replace(hour=0), NOW.replace(day=22))) == [play]
        assert list(records.ledger.plays(NOW.replace(day=22), NOW.replace(day=23))) == []


def test_moments_are_stored_as_whole_microseconds(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.record_play(Play(play_id="p1", remix_id="r1", listener="u1", at=NOW, length_ms=1))
        raw = records.connection.execute(sa.text("select at from plays")).scalar()
    assert raw == int(NOW.timestamp()) * 1_000_000
