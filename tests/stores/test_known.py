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
def both(tmp_path: Path) -> Iterator[tuple[SqlRegistry, SqlRegistry]]:
    """Two processes at one database, as far as it can tell."""
    url = sqlite_url(tmp_path / "shared.db")
    ours, theirs = SqlRegistry.open(url, currency="EUR"), SqlRegistry.open(url, currency="EUR")
    with a.writing(ours) as records:
        a.fill(records)
    yield ours, theirs
    ours.close()
    theirs.close()


def hold() -> Hold:
    return Hold(
        hold_id="hld_1", subject_kind="recording", subject="rec_1", party_id="band", since=a.NOW, kind="withdrawal"
    )


def asked(database: SqlRegistry) -> list[str]:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    with database.read() as records:
        records.catalogue.recording("rec_1")
        records.rights.terms(["rec_1"])
    event.remove(database.engine, "before_cursor_execute", note)
    return [statement for statement in statements if statement.startswith("SELECT")]


def test_what_has_not_changed_is_not_asked_for_again(both: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, _ = both
    with ours.read() as records:
        first = records.catalogue.recording("rec_1"), records.rights.terms(["rec_1"])
    assert asked(ours) == []
    with ours.read() as records:
        assert (records.catalogue.recording("rec_1"), records.rights.terms(["rec_1"])) == first


@pytest.mark.parametrize("writer", [0, 1], ids=["our own", "another's"])
def test_any_change_is_seen_by_the_next_reader(both: tuple[SqlRegistry, SqlRegistry], writer: int) -> None:
    ours = both[0]
    with ours.read() as records:
        before = records.rights.terms(["rec_1"])
    with a.writing(both[writer]) as records:
        records.rights.withdraw(hold())
    with ours.read() as records:
        after = records.rights.terms(["rec_1"])
    assert hold() in after.holds
    assert hold() not in before.holds
    with a.writing(both[writer]) as records:
        records.catalogue.add_recording(a.RECORDING.model_copy(update={"title": "Another Title"}))
    with ours.read() as records:
        assert records.catalogue.recording("rec_1").title == "Another Title"


def test_a_view_that_has_begun_stays_as_it_was(both: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, theirs = both
    with ours.read() as early:
        with a.writing(theirs) as records:
            records.rights.withdraw(hold())
        assert hold() not in early.rights.terms(["rec_1"]).holds
    with ours.read() as late:
        assert hold() in late.rights.terms(["rec_1"]).holds


def test_a_writer_never_reads_what_was_known_before(both: tuple[SqlRegistry, SqlRegistry]) -> None:
    ours, _ = both
    with ours.read() as records:
        records.rights.terms(["rec_1"])
    with a.writing(ours) as records:
        records.rights.withdraw(hold())
        assert hold() in records.rights.terms(["rec_1"]).holds
