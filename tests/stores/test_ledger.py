from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

import registry_strategies as a
from remixlab.domain.chain import Head
from remixlab.domain.errors import InvalidAnchor, InvalidBooking, LedgerConflict
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.money import Money
from remixlab.domain.settlement import Settlement
from remixlab.stores.sql import SqlRegistry, sqlite_url

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


HEAD = "(select hash from bookings order by seq desc limit 1)"


def _booking(
    *entries: tuple[str, object],
    key: str = "x",
    inside: str = "x",
    currency: str = "EUR",
    previous: str = HEAD,
    digest: str = "f" * 64,
) -> str:
    """A booking as a stranger with the database open would write it."""
    body = json.dumps({"key": inside, "currency": currency, "entries": entries})
    columns = "key, kind, at, body, previous, hash"
    return f"insert into bookings ({columns}) values ('{key}', 'x', 0, '{body}', {previous}, '{digest}')"


def _entry(key: str, place: int, micro: object, account: str = "party:a", currency: str = "EUR") -> str:
    account_id = f"(select id from accounts where code = '{account}' and currency = '{currency}')"
    return f"insert into entries (booking, place, account_id, micro) values ('{key}', {place}, {account_id}, {micro})"


REFUSED = {
    "unbalanced": [_booking(("party:a", -5), ("party:b", 4))],
    "empty": [_booking()],
    "single": [_booking(("party:a", 5))],
    "zero": [_booking(("party:a", 0), ("party:b", 0))],
    "a fraction": [_booking(("party:a", -0.5), ("party:b", 0.5))],
    "text": [_booking(("party:a", "-5"), ("party:b", "5"))],
    "too much": [_booking(("party:a", -(2**53)), ("party:b", 2**53))],
    "an account that nobody opened": [_booking(("party:a", -5), ("party:never", 5))],
    "an account of another currency": [_booking(("party:a", -5), ("party:b", 5), currency="USD")],
    "the body of another booking": [_booking(("party:a", -5), ("party:b", 5), inside="y")],
    "no body": [
        "insert into bookings (key, kind, at, body, previous, hash) values ('x', 'x', 0, '{}', "
        + HEAD
        + f", '{'f' * 64}')"
    ],
    "no digest": [_booking(("party:a", -5), ("party:b", 5), digest="h")],
    "same key": [_booking(("party:a", -5), ("party:b", 5), key="k1", inside="k1")],
    "off the chain": [_booking(("party:a", -5), ("party:b", 5), previous="'" + "0" * 64 + "'")],
    "an entry of its own": [_entry("k1", 9, 5)],
    "an entry in another's place": [_entry("k1", 1, 777)],
    "entries before their booking": [_entry("x", 0, -5), _entry("x", 1, 5), _booking(("party:a", -5), ("party:b", 5))],
    "entries without a booking": [_entry("never", 0, 5), _entry("never", 1, -5)],
    "edited": ["update entries set micro = 61 where micro = 60"],
    "edited booking": ["update bookings set body = '{}'"],
    "deleted": ["delete from entries"],
    "deleted booking": ["delete from bookings"],
    "a renamed account": ["update accounts set code = 'party:thief' where code = 'party:a'"],
    "an account of another currency now": ["update accounts set currency = 'JPY' where code = 'party:a'"],
    "a deleted account": ["delete from accounts where code = 'party:a'"],
    "a play made longer": ["update plays set length_ms = 90000"],
    "a play that never was": ["delete from plays"],
    "a settlement of other figures": ["update settlements set evidence = 'other'"],
    "a settlement undone": ["delete from settlements"],
    "a head moved back": ["update heads set length = length - 1 where chain = 'bookings'"],
    "a head without a link": ["update heads set length = length + 1, hash = 'h' where chain = 'bookings'"],
    "a head removed": ["delete from heads"],
    "a head more": ["insert into heads (chain, length, hash) values ('other', 0, 'h')"],
}
"""What somebody with the database open may try, the ledger holding one booking, one play and one settlement."""


def _filled(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
        records.ledger.record_play(Play(play_id="p", remix_id="r", listener="u", at=NOW, length_ms=60_000))
        records.ledger.keep_settlement(SETTLED, "e" * 64)


SETTLED = Settlement(
    period="2026-10", pool="add-on", method="per-play", currency="EUR", plays=0, counted_plays=0, left_out={},
    held_plays=0, total_micro=0, lines=(),
)  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_itself_refuses(database: SqlRegistry, what: str) -> None:
    _filled(database)
    with pytest.raises(exc.IntegrityError):
        _run(database, *REFUSED[what])
    with database.read() as records:
        assert records.ledger.balance("party:a", "EUR") == Money.of(60, "EUR")
        assert records.ledger.broken_booking() is None


@pytest.mark.parametrize("what", ["entries without a booking", "a deleted account"])
def test_sqlite_refuses_also_where_foreign_keys_are_off(tmp_path: Path, what: str) -> None:
    """Anybody may open the file with the checks of references switched off, as the plain command line does."""
    database = SqlRegistry.open(sqlite_url(tmp_path / "books.db"), currency="EUR")
    _filled(database)
    database.close()
    with sqlite3.connect(tmp_path / "books.db") as plain, pytest.raises(sqlite3.IntegrityError):
        assert plain.execute("pragma foreign_keys").fetchone() == (0,)
        for statement in REFUSED[what]:
            plain.execute(statement)
    plain.close()


@pytest.mark.parametrize(
    "statement",
    [
        "insert into accounts (id, code, currency) values (1, 'party:thief', 'EUR')",
        "insert into accounts (code, currency) values ('party:a', 'EUR')",
        "insert into plays (id, remix_id, listener, at, length_ms, territory) values ('p', 'r', 'u', 0, 1, 'US')",
        "insert into settlements (period, pool, evidence, total_micro) values ('2026-10', 'add-on', 'x', 0)",
    ],
)
def test_sqlite_replaces_no_row_by_another(tmp_path: Path, statement: str) -> None:
    database = SqlRegistry.open(sqlite_url(tmp_path / "books.db"), currency="EUR")
    _filled(database)
    database.close()
    with sqlite3.connect(tmp_path / "books.db") as plain, pytest.raises(sqlite3.IntegrityError):
        plain.execute(statement.replace("insert", "insert or replace"))
    plain.close()


@pytest.mark.parametrize("length", ["0.5", "'long'"])
def test_sqlite_takes_only_whole_numbers(tmp_path: Path, length: str) -> None:
    database = SqlRegistry.open(sqlite_url(tmp_path / "books.db"), currency="EUR")
    database.close()
    with sqlite3.connect(tmp_path / "books.db") as plain, pytest.raises(sqlite3.IntegrityError, match="whole"):
        columns = "id, remix_id, listener, at, length_ms, territory"
        plain.execute(f"insert into plays ({columns}) values ('q', 'r', 'u', 0, {length}, 'US')")
    plain.close()


def test_a_proper_booking_passes_the_same_guards(database: SqlRegistry) -> None:
    _filled(database)
    _run(database, _booking(("party:a", -5), ("party:b", 5)))
    with database.read() as records:
        assert records.ledger.balance("party:b", "EUR") == Money.of(45, "EUR")
        assert records.ledger.broken_booking() == 1  # its hash is not the digest of its body, and that shows


@pytest.mark.parametrize(
    ("table", "verb", "statement", "place"),
    [
        ("accounts", "update", "update accounts set code = 'party:thief' where code = 'party:b'", 0),
        ("accounts", "update", "update accounts set currency = 'JPY' where code = 'party:c'", 1),
        ("entries", "update", "update entries set micro = 777 where micro = 7", 1),
        ("entries", "delete", "delete from entries where micro = 7", 1),
        ("bookings", "delete", "delete from bookings where key = 'k2'", 1),
    ],
)
def test_what_somebody_changes_without_the_guards_shows(
    database: SqlRegistry, table: str, verb: str, statement: str, place: int
) -> None:
    """Whoever owns the database can take its guards away; the chain, its rows and its head then do not fit any more."""
    with a.writing(database) as records:
        records.ledger.book(booking())
        records.ledger.book(booking("k2", ("party:a", -7), ("party:c", 7)))
    if database.engine.dialect.name == "postgresql":
        unlocked = [f"alter table {name} disable trigger all" for name in ("accounts", "bookings", "entries")]
    else:
        unlocked = [f"drop trigger {table}_{verb}"]
    _run_unchecked(database, *unlocked, statement)
    with database.read() as records:
        assert records.ledger.broken_booking() == place


def test_a_tail_that_is_cut_off_with_its_head_shows_to_whoever_wrote_the_head_down(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.ledger.book(booking())
        records.ledger.book(booking("k2", ("party:a", -7), ("party:c", 7)))
    with database.read() as records:
        anchors = [str(head) for head in records.ledger.heads()]
        assert all(records.ledger.reaches(Head.parse(line)) for line in anchors)
    if database.engine.dialect.name == "postgresql":
        unlocked = [f"alter table {table} disable trigger all" for table in ("bookings", "entries", "heads")]
    else:
        unlocked = ["drop trigger bookings_delete", "drop trigger entries_delete", "drop trigger heads_moved"]
    _run_unchecked(
        database,
        *unlocked,
        "delete from entries where booking = 'k2'",
        "delete from bookings where key = 'k2'",
        f"update heads set length = 1, hash = {HEAD} where chain = 'bookings'",
    )
    with database.read() as records:
        assert records.ledger.broken_booking() is None  # nothing inside of the database can tell
        reached = {line.split()[1]: records.ledger.reaches(Head.parse(line)) for line in anchors}
    assert reached == {"audit": True, "bookings": False, "decisions": True}


@pytest.mark.parametrize("line", ["", "remixlab-anchor/1 bookings -1 " + "0" * 64, "bookings 1 " + "0" * 64])
def test_what_is_no_anchor_is_not_read_as_one(line: str) -> None:
    with pytest.raises(InvalidAnchor):
        Head.parse(line)


def _run_unchecked(database: SqlRegistry, *statements: str) -> None:
    """As `_run`, where references between tables are not looked at either."""
    with database.engine.connect().execution_options(remixlab_writes=True) as connection:
        if database.engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("pragma foreign_keys = off")
        with connection.begin():
            for statement in statements:
                connection.exec_driver_sql(statement)
        if database.engine.dialect.name == "sqlite":
            connection.connection.cursor().execute("pragma foreign_keys = on")


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
