from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc

import registry_strategies as a
from remixlab.domain.chain import GENESIS, first_broken, link
from remixlab.domain.errors import IdempotencyClash, StoreUnavailable
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.rights import decide
from remixlab.stores import database
from remixlab.stores.sql import ApiKey, SqlRegistry, open_engine, sqlite_url
from remixlab.stores.sql.engine import HEAD
from remixlab.stores.sql.tables import METADATA, instant, micros


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(context: SqlRegistry) -> None:
    with context.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", "remixlab.stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_workspace_opened_again_keeps_what_it_had(database_url: str) -> None:
    for _ in range(2):
        context = SqlRegistry.open(database_url)
        with context.write() as records:
            a.fill(records)
            assert len(records.parties()) == 3
        context.close()


def test_what_is_not_a_database_is_said_to_be_none(tmp_path: Path) -> None:
    file = tmp_path / "remixlab.db"
    file.write_bytes(b"this is a letter, not a database" * 100)
    with pytest.raises(StoreUnavailable, match="not a database"):
        open_engine(sqlite_url(file))
    assert file.read_bytes().startswith(b"this is a letter"), "nothing of it was touched"
    with pytest.raises(StoreUnavailable, match="cannot be opened"):
        open_engine(sqlite_url(tmp_path / "no" / "such" / "folder.db"))
    with pytest.raises(StoreUnavailable, match="not supported"):
        open_engine("mysql://nobody@localhost/x")


def test_many_writers_at_once_lose_nothing_and_break_no_chain(context: SqlRegistry) -> None:
    def write(number: int) -> None:
        with context.write() as records:
            records.book(Booking(key=f"k{number}", kind="x", at=a.NOW, entries=(Entry("pool:p", -number), Entry("party:a", number))))
            records.record_play(Play(play_id="same", remix_id="r", listener="u", at=a.NOW, length_ms=1))
            records.reserve_mark(f"rmx_{number % 3}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(1, 25)))
    with context.read() as records:
        assert records.balance("party:a").micro == sum(range(1, 25))
        assert records.broken_booking() is None
        assert len(list(records.plays(a.NOW, a.NOW + timedelta(seconds=1)))) == 1


def test_a_reader_sees_one_moment_and_never_half_a_transaction(context: SqlRegistry) -> None:
    with context.read() as reader:
        assert list(reader.parties()) == []
        with context.write() as writer:
            a.fill(writer)
        assert list(reader.parties()) == []
    with context.read() as reader:
        assert len(reader.parties()) == 3


def test_a_reader_cannot_write(context: SqlRegistry) -> None:
    with pytest.raises(exc.DBAPIError, match=r"read-only|readonly"), context.read() as records:
        records.add_party(a.BAND)
    with context.write() as records:
        records.add_party(a.BAND)
        assert len(records.parties()) == 1


def test_what_bears_on_a_recording_is_looked_up_and_never_walked_through(tmp_path: Path) -> None:
    context, asked = SqlRegistry.open(sqlite_url(tmp_path / "plans.db")), list[tuple[str, object]]()
    with context.write() as records:
        a.fill(records)
    with context.read() as records:
        event.listen(records.connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert records.terms([records.recording("rec_1").recording_id]).consents
    context.close()
    with sqlite3.connect(tmp_path / "plans.db") as plain:
        for statement, values in asked:
            if statement.startswith("SELECT") and "consent_epoch" not in statement:
                steps = [row[3] for row in plain.execute(f"explain query plan {statement}", values)]
                assert not [step for step in steps if step.startswith("SCAN")], (statement, steps)


def test_the_decisions_are_a_chain_that_shows_every_change(context: SqlRegistry) -> None:
    with context.write() as records:
        a.fill(records)
    judged = [a.judge(context, made_today=number) for number in range(3)]
    with context.write() as records:
        for decision in judged:
            records.record_decision(decision)
        assert records.broken_decision() is None
    with pytest.raises(exc.IntegrityError), context.write() as records:
        records.connection.execute(sa.text("update decisions set outcome = 'allow'"))
    with pytest.raises(exc.IntegrityError), context.write() as records:
        records.connection.execute(sa.text("delete from decisions"))
    with context.write() as records:  # somebody with power over the database takes its guards away
        trigger = "decisions_change on decisions" if context.engine.dialect.name == "postgresql" else "decisions_update"
        records.connection.execute(sa.text(f"drop trigger {trigger}"))
        records.connection.execute(
            sa.text("update decisions set body = replace(body, 'fan', 'foe') where seq = (select min(seq) + 1 from decisions)")
        )
        assert records.broken_decision() == 1


def test_a_decision_is_made_again_from_what_is_kept_to_the_same_bytes(context: SqlRegistry) -> None:
    with context.write() as records:
        a.fill(records)
    decision = a.judge(context)
    with context.write() as records:
        records.record_decision(decision)
        records.withdraw_consent("c-work", a.NOW)
    with context.read() as records:
        kept = records.decision(decision.decision_id)
        again = decide(frozenset(kept.uses), kept.reach, records.terms_of(kept), kept.request)
    assert again.to_dict() == decision.to_dict()


def test_a_chain_of_links_breaks_where_it_was_touched() -> None:
    links = []
    for body in (b"one", b"two", b"three"):
        links.append(link(links[-1].hash if links else GENESIS, body))
    assert first_broken(links) is None
    assert first_broken(links[1:]) == 0
    assert first_broken([links[0], links[1]._replace(body=b"2"), links[2]]) == 1
    assert first_broken([links[0], links[2]]) == 1


# ---------------------------------------------------------------- keys of the doors


def test_a_request_is_done_once_and_answered_the_same_again(context: SqlRegistry) -> None:
    soon = a.NOW + timedelta(hours=1)
    with context.write() as records:
        assert records.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon) is None
    with pytest.raises(IdempotencyClash, match="under way"), context.write() as records:
        records.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon)
    with context.write() as records:
        records.end_request("me", "k", 201, '{"ok":true}', expires_at=soon)
        assert records.begin_request("me", "k", "h1", at=a.NOW, expires_at=soon) == (201, '{"ok":true}')
        assert records.begin_request("you", "k", "h2", at=a.NOW, expires_at=soon) is None
    with pytest.raises(IdempotencyClash, match="another request"), context.write() as records:
        records.begin_request("me", "k", "h2", at=a.NOW, expires_at=soon)
    with context.write() as records:
        records.forget_request("you", "k")
        assert records.begin_request("you", "k", "h3", at=a.NOW, expires_at=soon) is None
        assert records.begin_request("me", "k", "h2", at=soon, expires_at=soon + timedelta(hours=1)) is None


def test_a_lock_that_somebody_holds_for_ever_makes_the_database_busy(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "LOCK_WAIT_S", 1)
    monkeypatch.setattr(database, "_PRAGMAS", tuple(p.replace("busy_timeout=30000", "busy_timeout=100") for p in database._PRAGMAS))
    holder, other = open_engine(database_url), open_engine(database_url)
    try:
        with database.writing(holder) as held:
            held.execute(sa.text("update consent_epoch set epoch = epoch + 1"))
            with pytest.raises(StoreUnavailable, match="busy"), database.writing(other) as waiting:
                waiting.execute(sa.text("update consent_epoch set epoch = epoch + 1"))
    finally:
        holder.dispose()
        other.dispose()


def test_a_request_whose_process_was_lost_frees_its_key(context: SqlRegistry) -> None:
    soon, later = a.NOW + timedelta(minutes=2), a.NOW + timedelta(days=1)
    with context.write() as records:
        assert records.begin_request("me", "lost", "h1", at=a.NOW, expires_at=soon) is None
    with context.write() as records:
        assert records.begin_request("me", "lost", "h1", at=soon, expires_at=soon + timedelta(minutes=2)) is None
        records.end_request("me", "lost", 202, "{}", expires_at=later)
    with context.write() as records:
        assert records.begin_request("me", "lost", "h1", at=soon + timedelta(hours=1), expires_at=later) == (202, "{}")


def test_an_api_key_opens_with_its_secret_until_it_ends(context: SqlRegistry) -> None:
    key = ApiKey("k1", "studio", frozenset({"read", "remix"}), a.NOW + timedelta(days=1))
    with context.write() as records:
        records.add_api_key(key, "s3cret", a.NOW)
        raw = records.connection.execute(sa.text("select secret_hash from api_keys")).scalar_one()
        assert "s3cret" not in raw
    with context.read() as records:
        assert records.api_key("k1", "s3cret", a.NOW) == key
        assert records.api_key("k1", "wrong", a.NOW) is None
        assert records.api_key("k2", "s3cret", a.NOW) is None
        assert records.api_key("k1", "s3cret", a.NOW + timedelta(days=1)) is None
    with context.write() as records:
        assert records.revoke_api_key("k1", a.NOW)
        assert records.api_key("k1", "s3cret", a.NOW) is None


def test_moments_survive_to_the_microsecond() -> None:
    assert instant(micros(a.NOW)) == a.NOW
    assert micros(a.NOW.replace(year=1960)) < 0
    with pytest.raises(ValueError, match="time zone"):
        micros(a.NOW.replace(tzinfo=None))


def test_a_killed_writer_leaves_nothing(tmp_path: Path) -> None:
    """A copy of the files in the middle of a transaction is what a killed process leaves behind."""
    context = SqlRegistry.open(sqlite_url(tmp_path / "live.db"))
    with context.write() as records:
        a.fill(records)
    with context.write() as records:
        records.book(Booking(key="k", kind="x", at=a.NOW, entries=(Entry("a", -1), Entry("b", 1))))
        for suffix in ("", "-wal"):
            (tmp_path / f"left.db{suffix}").write_bytes((tmp_path / f"live.db{suffix}").read_bytes())
    left = SqlRegistry.open(sqlite_url(tmp_path / "left.db"))
    with left.read() as records:
        assert records.bookings() == []
        assert len(records.parties()) == 3
    left.close()
    context.close()
    with sqlite3.connect(tmp_path / "left.db") as plain:
        assert plain.execute("pragma integrity_check").fetchone() == ("ok",)
    plain.close()
