"""The job engine on SQLite 3.37: nothing that it says there is newer, and its clock tells milliseconds on every
release.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from jobs_of_tests import ACTOR, Jobbing, order
from remixlab.app.jobs import older_sqlite
from remixlab.app.jobs import queue as jobs_module
from remixlab.app.jobs.older_sqlite import JobsConnection, unix_epoch
from remixlab.domain.errors import EngineUnavailable, Refused, StoreUnavailable
from remixlab.stores.sql import sqlite_url
from remixlab.stores.sql.engine import check_sqlite, open_engine

_NAMES = (
    "abs acos acosh asin asinh atan atan2 atanh avg ceil "
    "ceiling changes char coalesce cos cosh count cume_dist current_date current_time "
    "current_timestamp date datetime degrees dense_rank exp first_value floor "
    "glob group_concat hex ifnull iif instr json json_array "
    "json_array_length json_extract json_group_array json_group_object "
    "json_insert json_object json_patch json_quote json_remove "
    "json_replace json_set json_type json_valid julianday lag last_insert_rowid last_value "
    "lead length like likelihood likely ln log log10 "
    "log2 lower ltrim max min mod nth_value ntile nullif percent_rank "
    "pi pow power printf quote radians random randomblob rank replace round "
    "row_number rtrim sign sin sinh sqlite_version sqrt strftime substr "
    "substring sum tan tanh time total total_changes trim trunc typeof "
    "unicode unlikely upper zeroblob"
)
FUNCTIONS_OF_3_37 = frozenset(_NAMES.split())
"""What `pragma function_list` of SQLite 3.37.0 says, without what belongs to full-text search and maps."""
NEWER_WORDS = {
    "-> and ->> (3.38)": r"->",
    "is distinct from (3.39)": r"\bis\s+(not\s+)?distinct\s+from\b",
    "right and full join (3.39)": r"\b(right|full)\s+(outer\s+)?join\b",
    "digits with underscores (3.46)": r"(?<![\w'\"])\d+_\d+",
    "order by in an aggregate (3.44)": r"\b(group_concat|sum|total|max|min|json_group_\w+)\s*\([^()]*\border\s+by\b",
}
QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"")


class Said(JobsConnection):
    """A connection that allows what SQLite 3.37 and our own functions know, and remembers what it was told."""

    statements: list[str]
    newer: set[str]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.set_authorizer(self._judge)
        self.set_trace_callback(self.statements.append)

    def _judge(self, action: int, _first: str | None, second: str | None, *_where: str | None) -> int:
        name = str(second).lower()
        # `sqlite_...` is what SQLite itself calls, when a table is renamed for example.
        if (
            action == sqlite3.SQLITE_FUNCTION
            and name not in FUNCTIONS_OF_3_37 | older_sqlite.SUPPLIED
            and not name.startswith("sqlite_")
        ):
            self.newer.add(name)
            return sqlite3.SQLITE_DENY
        return sqlite3.SQLITE_OK


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Said]]:
    Said.statements, Said.newer = [], set()
    monkeypatch.setattr(jobs_module, "JobsConnection", Said)
    yield Said


def work_through(home: Path) -> None:
    """All that the house asks of its engine: jobs that end well, are refused, break off, are left behind and are taken
    up.
    """
    jobs = Jobbing(home)
    assert jobs.wait(jobs.ingest(order(0), ACTOR)) == {"recording_id": "rec_0"}
    with pytest.raises(Refused):
        jobs.wait(jobs.ingest(order(1), ACTOR))
    for _ in range(2):
        with pytest.raises(EngineUnavailable, match="two"):
            jobs.wait(jobs.ingest(order(2), ACTOR))
    assert jobs.status("job_that_is_none") is None
    jobs.stop()
    left = jobs.ingest(order(3), ACTOR)
    jobs.wait(left)
    jobs.stop()
    with sqlite3.connect(home / "jobs.sqlite") as connection:
        connection.execute(
            "update workflow_status set status = 'PENDING', output = null where workflow_uuid = ?", (left,)
        )
        connection.execute("delete from operation_outputs")
    connection.close()
    jobs.launch()
    assert jobs.wait(left) == {"recording_id": "rec_3"}
    jobs.stop()


def test_the_engine_asks_for_no_function_that_sqlite_3_37_lacks(said: type[Said], tmp_path: Path) -> None:
    work_through(tmp_path)
    assert said.newer == set()


def test_the_engine_says_nothing_in_words_that_sqlite_3_37_does_not_know(said: type[Said], tmp_path: Path) -> None:
    work_through(tmp_path)
    assert any("create table workflow_status" in statement.lower() for statement in said.statements)
    assert newer_words(said.statements) == []


def test_our_own_database_says_nothing_that_sqlite_3_37_does_not_know(said: type[Said], tmp_path: Path) -> None:
    path = tmp_path / "ours.db"
    engine = open_engine(sqlite_url(path))
    try:
        with engine.connect() as connection:
            schema = [
                str(row[0])
                for row in connection.execute(sa.text("select sql from sqlite_master where sql is not null"))
            ]
    finally:
        engine.dispose()
    assert newer_words(schema) == []
    connection = said(tmp_path / "copy.db")
    for statement in schema:
        if "sqlite_sequence" not in statement and "sqlite_stat" not in statement:
            connection.execute(statement)
    connection.close()
    assert said.newer == set()


@pytest.mark.parametrize(
    "statement",
    ["select a ->> '$.b' from t", "select 1 is not distinct from 2", "select * from a full outer join b", "select 1_000",
     "select group_concat(a, ',' order by b) from t"],
)  # fmt: skip
def test_newer_words_are_seen(statement: str) -> None:
    assert len(newer_words([statement])) == 1


def test_words_in_quotes_are_no_words() -> None:
    assert newer_words(["select '->', \"a full join b\" from t_1_000"]) == []


def newer_words(statements: list[str]) -> list[tuple[str, str]]:
    told = {QUOTED.sub("''", statement) for statement in statements}
    return [
        (name, text) for text in told for name, words in NEWER_WORDS.items() if re.search(words, text, re.IGNORECASE)
    ]


def test_a_newer_function_is_caught(said: type[Said], tmp_path: Path) -> None:
    connection = said(tmp_path / "any.db")
    connection.create_function("brand_new", 0, lambda: 1)
    with pytest.raises(sqlite3.DatabaseError):
        connection.execute("select unicode('a'), brand_new()")
    connection.close()
    assert said.newer == {"brand_new"}


# ------------------------------------------------------------ the clock


@pytest.fixture(scope="module")
def clock() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@given(milliseconds=st.integers(-62_135_596_800_000, 253_402_300_799_000))
def test_a_moment_has_its_milliseconds(clock: sqlite3.Connection, milliseconds: int) -> None:
    text = written(milliseconds)
    # Releases before 3.42 read some written fractions a millisecond short.
    assert unix_epoch(clock, (text, "subsec")) == pytest.approx(milliseconds / 1000, rel=0, abs=0.0011)
    assert unix_epoch(clock, (text,)) == milliseconds // 1000


def written(milliseconds: int) -> str:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return f"{moment.year:04}-{moment:%m-%d %H:%M:%S}.{moment.microsecond // 1000:03}"


@pytest.mark.parametrize(
    ("words", "found"),
    [(("1970-01-01",), 0), (("1970-01-01", "+1 day"), 86_400), (("2024-02-29 12:00:00.250", "subsec"), 1_709_208_000.25),
     (("2024-02-29 12:00:00.250", "+1 year", "subsecond"), 1_740_830_400.25), (("no time",), None), (("1970-01-01", "no modifier"), None)],
)  # fmt: skip
def test_times_and_modifiers_are_read_as_sqlite_reads_them(
    clock: sqlite3.Connection, words: tuple[str, ...], found: float | None
) -> None:
    assert unix_epoch(clock, words) == found


@pytest.mark.skipif(
    sqlite3.sqlite_version_info < (3, 42), reason="this SQLite has no unixepoch with milliseconds to compare with"
)
@given(day=st.integers(0, 4_000_000), part=st.integers(0, 86_399_999))
def test_ours_tells_what_sqlite_tells(clock: sqlite3.Connection, day: int, part: int) -> None:
    words = (written((day % 3_600_000 - 719_000) * 86_400_000 + part), "subsec")
    assert unix_epoch(clock, words) == clock.execute("select unixepoch(?, ?)", words).fetchone()[0]


def test_a_column_may_default_to_the_time_in_milliseconds(tmp_path: Path) -> None:
    connection = JobsConnection(tmp_path / "any.db")
    connection.execute(
        "create table t (id integer primary key, at integer not null default (unixepoch('subsec') * 1000))"
    )
    connection.execute("insert into t (id) values (1)")
    at, now = connection.execute("select at, strftime('%s', 'now') * 1000 from t").fetchone()
    connection.close()
    assert abs(at - now) < 60_000


def test_a_sqlite_that_is_too_old_is_said() -> None:
    check_sqlite((3, 37, 0))
    check_sqlite((4, 0, 0))
    with pytest.raises(StoreUnavailable, match=r"SQLite 3\.36\.9; 3\.37 or newer"):
        check_sqlite((3, 36, 9))
