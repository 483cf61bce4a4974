"""A job engine that has failed is an error in one sentence, never a wait without end: each way in which it can fail,
planted.
"""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from time import monotonic
from typing import Any

import pytest
import sqlalchemy as sa
from dbos import DBOS

from browsers_of_tests import owners_browser
from house_of_tests import call
from jobs_of_tests import ACTOR, Jobbing, order, plain
from remixlab.app import open_workspace
from remixlab.app.jobs import queue as jobs_module
from remixlab.app.jobs.older_sqlite import JobsConnection
from remixlab.app.jobs.queue import Jobs
from remixlab.domain.errors import EngineUnavailable, NotFound, Overloaded, RemixLabError, StoreUnavailable
from remixlab.doors.errors import exit_code

TESTS = Path(__file__).resolve().parents[1]


Hurry = Callable[[float], None]


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> Hurry:
    """From here on an engine that is known to be dead is waited for so many seconds; a living one is never hurried."""

    def wait_only(seconds: float) -> None:
        monkeypatch.setattr(jobs_module, "ANSWER_S", max(seconds, 0.05))
        monkeypatch.setattr(jobs_module, "PATIENCE_S", seconds)

    return wait_only


LONG_S = 60.0


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[Jobbing]:
    with engine(tmp_path) as opened:
        yield opened


@contextmanager
def engine(home: Path, work: Callable[[int], dict[str, Any]] | None = None) -> Iterator[Jobbing]:
    opened = Jobbing(home, work)
    try:
        yield opened
    finally:
        opened.stop()


def assert_failed(error: RemixLabError) -> None:
    assert isinstance(error, EngineUnavailable)
    assert exit_code(error) == 6
    assert error.message.endswith(".") and "\n" not in error.message
    assert error.hint


def plant(monkeypatch: pytest.MonkeyPatch, pragma: str) -> None:
    """Every connection that the engine opens from now on is set up so."""
    opened = JobsConnection.__init__

    def open_so(self: JobsConnection, *args: Any, **kwargs: Any) -> None:
        opened(self, *args, **kwargs)
        self.execute(pragma)

    monkeypatch.setattr(JobsConnection, "__init__", open_so)


def fill(home: Path) -> int:
    """Pages of a jobs database that is ready for work."""
    with engine(home) as jobs:
        jobs.launch()
    with sqlite3.connect(home / "jobs.sqlite") as connection:
        pages = int(connection.execute("pragma page_count").fetchone()[0])
    connection.close()
    return pages


# ------------------------------------------------------------ the database


def test_a_damaged_database_is_said_and_the_next_call_tries_anew(tmp_path: Path) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"no database at all" * 1000)
    with engine(tmp_path) as jobs:
        for _ in range(2):
            with pytest.raises(EngineUnavailable, match="not a database") as failed:
                jobs.ingest(order(0), ACTOR)
            assert_failed(failed.value)
        (tmp_path / "jobs.sqlite").unlink()
        assert jobs.wait(jobs.ingest(order(0), ACTOR)) == {"recording_id": "rec_0"}


@pytest.mark.parametrize("question", ["status", "wait", "launch"])
def test_every_question_to_a_damaged_engine_is_answered(tmp_path: Path, question: str) -> None:
    (tmp_path / "jobs.sqlite").write_bytes(b"no database at all" * 1000)
    with engine(tmp_path) as jobs, pytest.raises(EngineUnavailable) as failed:
        getattr(jobs, question)(*(() if question == "launch" else ("job_0",)))
    assert_failed(failed.value)


def test_a_database_that_may_only_be_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(tmp_path)
    plant(monkeypatch, "PRAGMA query_only=ON")
    with engine(tmp_path) as jobs, pytest.raises(EngineUnavailable, match="readonly") as failed:
        jobs.wait(jobs.ingest(order(0), ACTOR))
    assert_failed(failed.value)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(monkeypatch, f"PRAGMA max_page_count={fill(tmp_path)}")
    with engine(tmp_path) as jobs, pytest.raises(EngineUnavailable, match="full") as failed:
        for number in range(3, 300):
            jobs.wait(jobs.ingest(order(number), ACTOR))
    assert_failed(failed.value)


def test_a_database_that_somebody_holds_for_ever_is_said(jobs: Jobbing, tmp_path: Path, hurry: Hurry) -> None:
    jobs.launch()
    hurry(1.0)
    holder = sqlite3.connect(tmp_path / "jobs.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(EngineUnavailable, match="not answered") as failed:
        jobs.ingest(order(0), ACTOR)
    assert_failed(failed.value)
    holder.execute("ROLLBACK")
    holder.close()


def test_a_process_ends_although_its_engine_hangs(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-c", HANGING, str(tmp_path)], capture_output=True, text=True, timeout=120, check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )  # fmt: skip
    assert "the engine is unavailable" in told.stdout, told.stderr


HANGING = """
import sqlite3, sys
from pathlib import Path
from jobs_of_tests import ACTOR, Jobbing, order
from remixlab.app import jobs as jobs_module
from remixlab.domain.errors import EngineUnavailable

home = Path(sys.argv[1])
held = []

def work(number):
    held.append(sqlite3.connect(home / "jobs.sqlite", isolation_level=None, check_same_thread=False))
    held[0].execute("BEGIN IMMEDIATE")
    return {}

jobs = Jobbing(home, work)
try:
    job = jobs.ingest(order(0), ACTOR)
    jobs_module.ANSWER_S = jobs_module.PATIENCE_S = 1.0
    jobs.wait(job)
except EngineUnavailable:
    print("the engine is unavailable", flush=True)
jobs.stop()
"""


# ------------------------------------------------------------ the threads of this process


def test_what_the_engine_raises_while_it_keeps_its_books_is_said(
    jobs: Jobbing, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.launch()

    def broken(*_: Any, **__: Any) -> bool:
        raise sa.exc.IntegrityError(
            "insert into secret", {"token": "hush"}, sqlite3.IntegrityError("NOT NULL constraint failed")
        )

    monkeypatch.setattr("dbos._sys_db.SystemDatabase.update_workflow_outcome", broken)
    with pytest.raises(EngineUnavailable, match="NOT NULL constraint failed") as failed:
        jobs.wait(jobs.ingest(order(0), ACTOR))
    assert_failed(failed.value)
    assert "secret" not in str(failed.value) and "hush" not in str(failed.value)


def test_a_job_whose_thread_has_died_is_said_and_goes_on_when_asked_again(
    jobs: Jobbing, monkeypatch: pytest.MonkeyPatch, hurry: Hurry
) -> None:
    jobs.launch()
    with monkeypatch.context() as dead:
        dead.setattr("dbos._dbos.DBOS._executor", DeadPool())
        job = jobs.ingest(order(0), ACTOR)
        monkeypatch.setattr(jobs_module, "PATIENCE_S", 0.1)
        with pytest.raises(EngineUnavailable, match="nobody works on this job") as failed:
            jobs.wait(job)
    assert_failed(failed.value)
    assert jobs.ingest(order(0), ACTOR) == job
    hurry(LONG_S)
    assert jobs.wait(job) == {"recording_id": "rec_0"}


def test_whoever_follows_a_job_of_a_dead_engine_comes_to_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_workspace(tmp_path) as workspace:
        client = owners_browser(workspace)
        workspace.jobs.launch()
        with monkeypatch.context() as dead:
            dead.setattr("dbos._dbos.DBOS._executor", DeadPool())
            job = workspace.jobs.ingest(order(0), ACTOR)
        monkeypatch.setattr(jobs_module, "PATIENCE_S", 0.1)
        stream = client.get(f"/v1/jobs/{job}/events").text
        assert stream.endswith("event: end\ndata: {}\n\n")
        answer = client.get(f"/v1/jobs/{job}").json()
        assert answer["state"] == "failed"
        assert answer["error"]["code"] == "engine.unavailable" and answer["error"]["hint"]


class DeadPool:
    """Takes work and never does it."""

    def submit(self, *_: Any, **__: Any) -> Future[Any]:
        return Future()


def test_whoever_follows_a_job_comes_to_the_end_when_its_database_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = iter([False])

    def status(self: Jobs, job_id: str) -> Any:
        if next(asked, True):
            raise EngineUnavailable("gone")
        return jobs_module.JobStatus(job_id, "me", "running")

    monkeypatch.setattr(Jobs, "status", status)
    with open_workspace(tmp_path) as workspace:
        client = owners_browser(workspace)
        assert client.get("/v1/jobs/job_0/events").text.endswith("event: end\ndata: {}\n\n")
        assert client.get("/v1/jobs/job_0").status_code == 503


def test_questions_that_are_never_answered_do_not_pile_up(jobs: Jobbing, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs.launch()
    monkeypatch.setattr(jobs_module, "ANSWER_S", 0.05)
    never = Event()
    asked: list[int] = []

    def hang(*_: Any, **__: Any) -> None:
        asked.append(1)
        never.wait()

    with monkeypatch.context() as dead:
        dead.setattr(DBOS, "get_workflow_status", hang)
        for _ in range(jobs_module.QUESTIONS_AT_ONCE + 6):
            with pytest.raises(EngineUnavailable):
                jobs.status("job_0")
    assert len(asked) == jobs_module.QUESTIONS_AT_ONCE
    never.set()


# ------------------------------------------------------------ other processes


OTHER = """
import sys, time
from pathlib import Path
from jobs_of_tests import ACTOR, Jobbing, order

def work(number):
    print("at work", flush=True)
    time.sleep(600)

jobs = Jobbing(Path(sys.argv[1]), work)
jobs.wait(jobs.ingest(order(0), ACTOR))
"""


@pytest.fixture
def other(tmp_path: Path, jobs: Jobbing) -> Iterator[subprocess.Popen[str]]:
    """Another process that works on order 0, begun while this one's engine runs."""
    jobs.launch()
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(tmp_path)], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "at work\n"
    yield process
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)
    process.wait()
    process.stdout.close()


@pytest.mark.skipif(sys.platform == "win32", reason="no record locks")
def test_a_job_of_another_process_runs_as_long_as_that_process_lives(
    jobs: Jobbing, other: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = jobs.ingest(order(0), ACTOR)
    monkeypatch.setattr(jobs_module, "PATIENCE_S", 0.0)
    for _ in range(3):
        found = jobs.status(job)
        assert found is not None and found.state == "running"
    assert jobs.worked == []


@pytest.mark.skipif(sys.platform == "win32", reason="no record locks")
def test_the_job_of_a_killed_process_is_taken_over_within_ten_seconds(
    jobs: Jobbing, other: subprocess.Popen[str]
) -> None:
    job = jobs.ingest(order(0), ACTOR)
    assert jobs.worked == []
    os.kill(other.pid, signal.SIGKILL)
    other.wait()
    began = monotonic()
    assert jobs.wait(job) == {"recording_id": "rec_0"}
    assert monotonic() - began < 10 and jobs.worked == [0]


def test_a_worker_ends_with_exit_code_six_when_a_job_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remixlab.app.workspace.Workspace.warm_up", lambda _: 0.0)

    def no_recovery(*_: Any, **__: Any) -> None:
        """As if the engine's own threads had died."""

    with engine(tmp_path) as before:
        job = before.ingest(order(3), ACTOR)
        before.wait(job)
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("update workflow_status set status = 'PENDING', output = null")
    connection.close()
    monkeypatch.setattr("remixlab.app.jobs.queue.Jobs._look_around", no_recovery)
    monkeypatch.setattr(jobs_module, "PATIENCE_S", 0.1)
    code, _ = call("worker", home=tmp_path, as_json=False)
    assert code == 6


# ------------------------------------------------------------ asked again


def test_a_job_that_broke_off_says_why_and_is_made_anew(jobs: Jobbing) -> None:
    job = jobs.ingest(order(2), ACTOR)
    with pytest.raises(EngineUnavailable, match="broke off: two") as failed:
        jobs.wait(job)
    assert_failed(failed.value)
    jobs.work = lambda _: {"recording_id": "rec"}
    assert jobs.ingest(order(2), ACTOR) == job
    assert jobs.wait(job) == {"recording_id": "rec"}


def test_what_was_missing_is_looked_for_again_and_a_refusal_stays(jobs: Jobbing) -> None:
    def work(number: int) -> dict[str, Any]:
        if number == 4 and jobs.worked.count(4) == 1:
            raise StoreUnavailable("the disk is full")
        return plain(number)

    jobs.work = work
    with pytest.raises(StoreUnavailable):
        jobs.wait(jobs.ingest(order(4), ACTOR))
    assert jobs.wait(jobs.ingest(order(4), ACTOR)) == {"recording_id": "rec_4"}
    assert jobs.wait(jobs.ingest(order(4), ACTOR)) == {"recording_id": "rec_4"}
    for _ in range(2):
        with pytest.raises(RemixLabError, match="no"):
            jobs.wait(jobs.ingest(order(1), ACTOR))
    assert jobs.worked == [4, 4, 1]


def test_a_job_that_is_none_is_not_waited_for(jobs: Jobbing) -> None:
    with pytest.raises(NotFound, match="no job"):
        jobs.wait("job_0")


def test_too_many_jobs_at_once_are_no_failure_of_the_engine(jobs: Jobbing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_module, "JOBS_WAITING_MAX", 0)
    with pytest.raises(Overloaded):
        jobs.ingest(order(0), ACTOR)
