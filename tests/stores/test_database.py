from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event, exc

import registry_strategies as a
from remixlab.domain.accounts import LinkKind, OneTimeLink, Session
from remixlab.domain.actor import Role
from remixlab.domain.chain import GENESIS, first_broken, link
from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.page import Newest
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.rights import Scope
from remixlab.domain.value import canonical
from remixlab.rights import decide
from remixlab.stores.sql import SqlRegistry, engine, open_engine, sqlite_url
from remixlab.stores.sql.engine import HEAD
from remixlab.stores.sql.tables import METADATA, instant, micros


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(database: SqlRegistry) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_newest_migration_is_the_one_that_is_looked_for() -> None:
    config = Config()
    config.set_main_option("script_location", "remixlab.stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_a_workspace_opened_again_keeps_what_it_had(database_url: str) -> None:
    for _ in range(2):
        database = SqlRegistry.open(database_url, currency="EUR")
        with a.writing(database) as records:
            a.fill(records)
            assert len(records.catalogue.parties().items) == 3
        database.close()


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


def test_many_writers_at_once_lose_nothing_and_break_no_chain(database: SqlRegistry) -> None:
    def write(number: int) -> None:
        with a.writing(database) as records:
            records.ledger.book(
                Booking(
                    currency="EUR",
                    key=f"k{number}",
                    kind="x",
                    at=a.NOW,
                    entries=(Entry("pool:p", -number), Entry("party:a", number)),
                )
            )
            records.ledger.record_play(Play(play_id="same", remix_id="r", listener="u", at=a.NOW, length_ms=1))
            records.remixes.reserve_mark(f"rmx_{number % 3}")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(1, 25)))
    with database.read() as records:
        assert records.ledger.balance("party:a", "EUR").micro == sum(range(1, 25))
        assert records.ledger.broken_booking() is None
        assert len(list(records.ledger.plays(a.NOW, a.NOW + timedelta(seconds=1)))) == 1


def test_a_reader_sees_one_moment_and_never_half_a_transaction(database: SqlRegistry) -> None:
    with database.read() as reader:
        assert reader.catalogue.parties().items == ()
        with a.writing(database) as writer:
            a.fill(writer)
        assert reader.catalogue.parties().items == ()
    with database.read() as reader:
        assert len(reader.catalogue.parties().items) == 3


def test_a_reader_cannot_write(database: SqlRegistry) -> None:
    with pytest.raises(StoreUnavailable, match=r"read-only|readonly"), database.read() as records:
        records.catalogue.add_party(a.BAND)
    with a.writing(database) as records:
        records.catalogue.add_party(a.BAND)
        assert len(records.catalogue.parties().items) == 1


def test_what_bears_on_a_recording_is_looked_up_and_never_walked_through(tmp_path: Path) -> None:
    database, asked = SqlRegistry.open(sqlite_url(tmp_path / "plans.db"), currency="EUR"), list[tuple[str, object]]()
    with a.writing(database) as records:
        a.fill(records)
    with database.read() as records:
        event.listen(records.connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert records.rights.terms([records.catalogue.recording("rec_1").recording_id]).consents
    database.close()
    with sqlite3.connect(tmp_path / "plans.db") as plain:
        for statement, values in asked:
            if statement.startswith("SELECT") and "consent_epoch" not in statement:
                steps = [row[3] for row in plain.execute(f"explain query plan {statement}", values)]
                assert not [step for step in steps if step.startswith("SCAN")], (statement, steps)


def test_the_decisions_are_a_chain_that_shows_every_change(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        a.fill(records)
    judged = [a.judge(database, made_today=number) for number in range(3)]
    with a.writing(database) as records:
        for decision in judged:
            records.rights.record_decision(decision)
        assert records.rights.broken_decision() is None
    with pytest.raises(exc.IntegrityError), a.writing(database) as records:
        records.connection.execute(sa.text("update decisions set outcome = 'allow'"))
    with pytest.raises(exc.IntegrityError), a.writing(database) as records:
        records.connection.execute(sa.text("delete from decisions"))
    with a.writing(database) as records:  # somebody with power over the database takes its guards away
        trigger = (
            "decisions_change on decisions" if database.engine.dialect.name == "postgresql" else "decisions_update"
        )
        records.connection.execute(sa.text(f"drop trigger {trigger}"))
        records.connection.execute(
            sa.text(
                "update decisions set body = replace(body, 'fan', 'foe') "
                "where seq = (select min(seq) + 1 from decisions)"
            )
        )
        assert records.rights.broken_decision() == 1


def test_a_decision_is_made_again_from_what_is_kept_to_the_same_bytes(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        a.fill(records)
    decision = a.judge(database)
    with a.writing(database) as records:
        records.rights.record_decision(decision)
        records.rights.withdraw_consent("c-work", a.NOW)
    with database.read() as records:
        kept = records.rights.decision(decision.decision_id)
        again = decide(frozenset(kept.uses), kept.reach, records.rights.terms_of(kept), kept.request)
    assert again.to_dict() == decision.to_dict()


def test_a_chain_of_links_breaks_where_it_was_touched() -> None:
    links = []
    for body in (b"one", b"two", b"three"):
        links.append(link(links[-1].hash if links else GENESIS, body))
    assert first_broken(links) is None
    assert first_broken(links[1:]) == 0
    assert first_broken([links[0], links[1]._replace(body=b"2"), links[2]]) == 1
    assert first_broken([links[0], links[2]]) == 1


def test_a_lock_that_somebody_holds_for_ever_makes_the_database_busy(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "LOCK_WAIT_S", 1)
    monkeypatch.setattr(
        engine, "_PRAGMAS", tuple(p.replace("busy_timeout=30000", "busy_timeout=100") for p in engine._PRAGMAS)
    )
    holder, other = open_engine(database_url), open_engine(database_url)
    try:
        with engine.writing(holder) as held:
            held.execute(sa.text("update consent_epoch set epoch = epoch + 1"))
            with pytest.raises(StoreUnavailable, match="busy"), engine.writing(other) as waiting:
                waiting.execute(sa.text("update consent_epoch set epoch = epoch + 1"))
    finally:
        holder.dispose()
        other.dispose()


def test_moments_survive_to_the_microsecond() -> None:
    assert instant(micros(a.NOW)) == a.NOW
    assert micros(a.NOW.replace(year=1960)) < 0
    with pytest.raises(ValueError, match="time zone"):
        micros(a.NOW.replace(tzinfo=None))


def test_a_killed_writer_leaves_nothing(tmp_path: Path) -> None:
    """A copy of the files in the middle of a transaction is what a killed process leaves behind."""
    database = SqlRegistry.open(sqlite_url(tmp_path / "live.db"), currency="EUR")
    with a.writing(database) as records:
        a.fill(records)
    with a.writing(database) as records:
        records.ledger.book(
            Booking(currency="EUR", key="k", kind="x", at=a.NOW, entries=(Entry("a", -1), Entry("b", 1)))
        )
        for suffix in ("", "-wal"):
            (tmp_path / f"left.db{suffix}").write_bytes((tmp_path / f"live.db{suffix}").read_bytes())
    left = SqlRegistry.open(sqlite_url(tmp_path / "left.db"), currency="EUR")
    with left.read() as records:
        assert records.ledger.bookings().items == ()
        assert len(records.catalogue.parties().items) == 3
    left.close()
    database.close()
    with sqlite3.connect(tmp_path / "left.db") as plain:
        assert plain.execute("pragma integrity_check").fetchone() == ("ok",)
    plain.close()


def test_no_secret_is_stored(database: SqlRegistry) -> None:
    with a.writing(database) as records:
        records.accounts.add_api_key(ApiKey("k1", "studio", frozenset({"read"}), None), "s3cret", a.NOW)
        assert "s3cret" not in records.connection.execute(sa.text("select secret_hash from api_keys")).scalar_one()


def test_no_password_and_no_token_is_stored(database: SqlRegistry) -> None:
    later = a.NOW + timedelta(days=1)
    with a.writing(database) as records:
        session = Session(session_id="s", account_id="x", created_at=a.NOW, seen_at=a.NOW, expires_at=later)
        records.people.add_session(session, "s3cret")
        link = OneTimeLink(link_id="l", kind=LinkKind.SIGN_IN, account_id="x", created_at=a.NOW, expires_at=later)
        records.people.add_link(link, "s3cret")
        for table in ("sessions", "one_time_links", "audit"):
            assert "s3cret" not in str(records.connection.execute(sa.text(f"select * from {table}")).all())


def test_the_accounts_of_whom_a_remix_pays_are_opened_in_the_currency_of_the_books(database_url: str) -> None:
    database = SqlRegistry.open(database_url, currency="GBP")
    with a.writing(database) as records:
        a.fill(records)
        records.remixes.publish(a.a_remix(a.judged(records)), a.judged(records), now=a.NOW)
    with database.read() as records:
        assert records.connection.execute(sa.text("select code, currency from accounts")).all() == [
            ("party:label", "GBP")
        ]
    database.close()


def test_many_writers_at_once_who_say_what_they_do_keep_one_chain(database: SqlRegistry) -> None:
    def write(number: int) -> None:
        with database.write() as records:
            # The order in which a transaction writes its entry and its decision must not matter to another one.
            if number % 2:
                records.accounts.append_audit(a.ENTRY)
            records.rights.record_decision(a.judged(records, made_today=number))
            if not number % 2:
                records.accounts.append_audit(a.ENTRY)

    with a.writing(database) as records:
        a.fill(records)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(16)))
    with database.read() as records:
        assert len(records.accounts.audit().items) == 18
        assert records.accounts.broken_audit() is records.rights.broken_decision() is None


def test_a_workspace_of_before_keeps_everything_and_is_found_by_its_names(database_url: str) -> None:
    at_version_0004(database_url)
    migrated = SqlRegistry.open(database_url, currency="EUR")
    with a.writing(migrated) as records:
        assert [r.recording_id for r in records.catalogue.recordings_named(["fruher"])] == ["rec_0"]
        assert [r.recording_id for r in records.catalogue.recordings_named(["juniper vale"])] == ["rec_0", "rec_1"]
        assert [found[:2] for found in records.hearing.fingerprints().items] == [(1, "rec_0"), (2, "rec_1")]
        assert [prompt.prompt_id for prompt in records.community.refused_prompts().items] == ["p"]
        records.hearing.keep_fingerprint("rec_0", "e" * 64)
        assert [found[:2] for found in records.hearing.fingerprints().items] == [(2, "rec_1"), (3, "rec_0")]
        assert records.ledger.balance("party:a", "EUR").micro == 5
        assert records.ledger.broken_booking() is None
        assert [play.play_id for play in records.ledger.plays(instant(0), a.NOW)] == ["p1"]
        records.ledger.book(
            Booking(currency="EUR", key="k2", kind="x", at=a.NOW, entries=(Entry("party:a", -1), Entry("party:b", 1)))
        )
        assert records.ledger.broken_booking() is None
        people = {one.account_id: one for one in records.people.accounts().items}
        assert {name: (one.name, one.roles, one.tier.value) for name, one in people.items()} == {
            "ann": ("ann", {Role.AUDITOR, Role.FAN}, "creator"),
            "Ann": ("Ann", {Role.FAN}, "free"),
            "lantern ROW": ("lantern ROW", {Role.FAN}, "free"),
            "gone": ("gone", {Role.FAN}, "free"),
            "me": ("me", set(Role), "free"),
            "platform": ("platform", {Role.FAN}, "free"),
            "suspense:unclaimed": ("suspense:unclaimed", {Role.FAN}, "free"),
        }
        assert {name for name, one in people.items() if one.disabled} == {"platform", "suspense:unclaimed"}
        assert records.people.memberships().items == (), "a name was never a membership"
        assert records.people.account_called("ANN") == people["Ann"]
    with migrated.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), METADATA) == []
    migrated.close()


KEYS_OF_BEFORE = (
    ("ann", {"auditor", "tier:member"}),
    ("ann", {"fan", "tier:creator"}),
    ("Ann", {"use"}),
    ("lantern ROW", {"fan", "tier:free"}),
    ("gone", {"operator", "tier:creator"}),
    ("me", {"fan"}),
    ("platform", {"fan"}),
    ("suspense:unclaimed", {"fan"}),
)


def at_version_0004(url: str) -> None:
    """A workspace of before, with two recordings, a booking, a play and a refused wish."""
    booked = Booking(currency="EUR", key="k", kind="x", at=a.NOW, entries=(Entry("pool:p", -5), Entry("party:a", 5)))
    first = link(GENESIS, canonical(booked.to_dict()))
    recorded = "insert into recordings (id, sha256, title, artist, duration_s) values "
    statements = [
        f"{recorded}('rec_1', '{'a' * 64}', 'Neon Harbour', 'Juniper Vale', 181.0)",
        f"{recorded}('rec_0', '{'0' * 64}', 'Früher', 'Juniper Vale', 181.0)",
        *(f"insert into fingerprints (recording_id, blob_sha256) values ('rec_{n}', '{'f' * 64}')" for n in (1, 0)),
        *(
            "insert into api_keys (id, secret_hash, principal, scopes, created_at, revoked_at) "
            f"values ('k{n}', 's', '{who}', '{' '.join(sorted(scopes))}', 0, {'0' if who == 'gone' else 'null'})"
            for n, (who, scopes) in enumerate(KEYS_OF_BEFORE)
        ),
        "insert into refused_wishes (id, listener, at, code, digest, words, forget_at) "
        "values ('p', 'fan', 0, 'c', 'd', 'w', 1)",
        "insert into plays (id, remix_id, listener, at, length_ms, territory) values ('p1', 'r', 'u', 0, 1, 'US')",
        "insert into accounts (code, currency) values ('pool:p', 'EUR'), ('party:a', 'EUR')",
        "insert into entries select 'k', 0, id, -5 from accounts where code = 'pool:p'",
        "insert into entries select 'k', 1, id, 5 from accounts where code = 'party:a'",
        "insert into bookings (key, kind, at, body, previous, hash) "
        f"values ('k', 'x', 0, '{first.body.decode()}', '{first.previous}', '{first.hash}')",
    ]
    database = engine._engine(url)
    with database.connect().execution_options(remixlab_writes=True) as connection, connection.begin():
        if database.dialect.name == "postgresql":
            connection.exec_driver_sql("drop schema public cascade; create schema public")
    if database.dialect.name == "sqlite":
        Path(database.url.database or "").unlink()
    config = Config()
    config.set_main_option("script_location", "remixlab.stores.sql:migrations")
    config.set_main_option("path_separator", "os")
    database.dispose()
    with database.connect().execution_options(remixlab_writes=True) as connection, connection.begin():
        config.attributes["connection"] = connection
        command.upgrade(config, "0004")
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.dispose()


def test_names_and_scopes_are_looked_up_and_never_walked_through(tmp_path: Path) -> None:
    database, asked = SqlRegistry.open(sqlite_url(tmp_path / "plans.db"), currency="EUR"), list[tuple[str, object]]()
    with a.writing(database) as records:
        a.fill(records)
    with database.read() as records:
        event.listen(records.connection, "before_cursor_execute", lambda *call: asked.append((call[2], call[3])))
        assert records.catalogue.recordings_named(["neon harbour"])
        assert records.rights.subjects_permitting(Scope.REMIX, ["rec_1"])
        records.hearing.feels("feel/1")
        records.hearing.fingerprints("7")
        records.remixes.remixes(str(Newest(a.NOW, "x")))
        records.rights.consents("c", party_id="label")
        records.rights.approvals("c", party_id="label", status="pending")
        records.ledger.bookings(account="party:label")
        records.accounts.audit("7", account="tester")
        records.catalogue.release_labels("first")
    database.close()
    with sqlite3.connect(tmp_path / "plans.db") as plain:
        for statement, values in asked:
            steps = [row[3] for row in plain.execute(f"explain query plan {statement}", values)]
            # A whole table is walked; an index that is walked in order stops at the page's end.
            assert not [
                step for step in steps if step.startswith("SCAN") and "USING" not in step and "SUBQUERY" not in step
            ], (
                statement,
                steps,
            )
    plain.close()
