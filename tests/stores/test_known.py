"""What was read is not read again while nothing in the database has changed, and is read again when anything has."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

import registry_strategies as a
from remixlab.domain.rights import Hold
from remixlab.stores.sql import SqlRegistry, sqlite_url


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[tuple[SqlRegistry, SqlRegistry]]:
    """Two processes at one database, as far as it can tell."""
    url = sqlite_url(tmp_path / "shared.db")
    ours, theirs = SqlRegistry.open(url), SqlRegistry.open(url)
    with ours.write() as records:
        a.fill(records)
    yield ours, theirs
    ours.close()
    theirs.close()


def hold() -> Hold:
    return Hold(hold_id="hld_1", subject_kind="recording", subject="rec_1", party_id="band", since=a.NOW, kind="withdrawal")


def asked(context: SqlRegistry) -> list[str]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(context.engine, "before_cursor_execute", note)
    with context.read() as records:
        records.recording("rec_1")
        records.terms(["rec_1"])
    event.remove(context.engine, "before_cursor_execute", note)
    return [statement for statement in statements if statement.startswith("SELECT")]


def test_what_has_not_changed_is_not_asked_for_again(desks: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, _ = desks
    with ours.read() as records:
        first = records.recording("rec_1"), records.terms(["rec_1"])
    assert asked(ours) == []
    with ours.read() as records:
        assert (records.recording("rec_1"), records.terms(["rec_1"])) == first


@pytest.mark.parametrize("writer", [0, 1], ids=["our own", "another's"])
def test_any_change_is_seen_by_the_next_reader(desks: tuple[SqlRegistry, SqlRegistry], writer: int) -> None:
    ours = desks[0]
    with ours.read() as records:
        before = records.terms(["rec_1"])
    with desks[writer].write() as records:
        records.withdraw(hold())
    with ours.read() as records:
        after = records.terms(["rec_1"])
    assert hold() in after.holds
    assert hold() not in before.holds
    with desks[writer].write() as records:
        records.add_recording(a.RECORDING.model_copy(update={"title": "Another Title"}))
    with ours.read() as records:
        assert records.recording("rec_1").title == "Another Title"


def test_a_view_that_has_begun_stays_as_it_was(desks: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, theirs = desks
    with ours.read() as early:
        with theirs.write() as records:
            records.withdraw(hold())
        assert hold() not in early.terms(["rec_1"]).holds
    with ours.read() as late:
        assert hold() in late.terms(["rec_1"]).holds


def test_a_writer_never_reads_what_was_known_before(desks: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, _ = desks
    with ours.read() as records:
        records.terms(["rec_1"])
    with ours.write() as records:
        records.withdraw(hold())
        assert hold() in records.terms(["rec_1"]).holds
