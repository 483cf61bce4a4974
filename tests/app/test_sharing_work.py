"""Processes that share the jobs: fair turns, limits, jobs called off, takeover, and progress that all of them see."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs_of_tests import ACTOR, Jobbing, order
from remixlab.app.jobs import progress as progress_module
from remixlab.app.jobs.presence import BeatPresence, LockPresence
from remixlab.app.jobs.progress import SharedBoard
from remixlab.app.jobs.turns import COST_MAX, Turn, cost_of, next_turn
from remixlab.domain.errors import JobCancelled, RateLimited, RemixLabError
from remixlab.stores.sql import SqlWork, Told

TESTS = Path(__file__).resolve().parents[1]


# ---------------------------------------------------------------- turns


def queue_of(orders: list[tuple[str, int]]) -> list[str]:
    """In which order the accounts of these orders have their turn, all of them waiting."""
    waiting: list[Turn] = []
    for account, cost in orders:
        waiting.append(Turn(account, next_turn(waiting, account, cost)))
    return [turn.account for turn in sorted(waiting, key=lambda turn: turn.number)]


def test_whoever_asks_after_a_hundred_orders_of_another_waits_for_one_at_most() -> None:
    assert "bob" in queue_of([("ann", 1)] * 100 + [("bob", 1)])[:3]


def test_a_small_order_goes_before_a_large_one_that_came_with_it() -> None:
    assert queue_of([("ann", 1), ("bob", COST_MAX), ("cleo", 1)]) == ["ann", "cleo", "bob"]


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, COST_MAX)), max_size=30))
def test_an_account_keeps_its_own_order_and_nobody_waits_for_ever(orders: list[tuple[str, int]]) -> None:
    waiting: list[Turn] = []
    for account, cost in orders:
        new = Turn(account, next_turn(waiting, account, cost))
        assert all(new.number > turn.number for turn in waiting if turn.account == account)
        assert new.number > min((turn.number for turn in waiting), default=0)
        waiting.append(new)


def test_what_costs_more_than_the_most_costs_the_most() -> None:
    assert [cost_of(seconds) for seconds in (0.0, 1.0, 120.0, 121.0, 1e9)] == [1, 1, 1, 2, COST_MAX]


# ---------------------------------------------------------------- one process


class Slow(Jobbing):
    """Works on each order until it is told to go on."""

    def __init__(self, home: Path) -> None:
        self.go = Event()
        super().__init__(home, self._held)

    def _held(self, number: int) -> dict[str, Any]:
        assert self.go.wait(60)
        return {"recording_id": f"rec_{number}"}


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[Slow]:
    jobs = Slow(tmp_path)
    yield jobs
    jobs.go.set()
    jobs.stop()


def until(true: Any, within_s: float = 20.0) -> None:
    end = monotonic() + within_s
    while not true():
        assert monotonic() < end, "it never came to be"
        sleep(0.05)


def as_account(name: str) -> Any:
    return ACTOR.model_copy(update={"account": name})


def test_another_account_has_its_turn_before_the_rest_of_somebodys_orders(slow: Slow) -> None:
    slow.share()
    theirs = [slow.ingest(order(n), as_account("ann")) for n in range(10, 22)]
    until(lambda: len(slow.worked) == 2)
    mine = slow.ingest(order(99), as_account("bob"))
    slow.go.set()
    slow.wait(mine)
    for job in theirs:
        slow.wait(job)
    assert slow.worked.index(99) <= 4, slow.worked
    turns = [n for n in slow.worked if n != 99]
    assert all(abs(place - n) <= 1 for place, n in enumerate(turns, 10)), turns  # two are begun at once


def test_an_account_has_so_many_unfinished_jobs_and_another_is_not_hindered(slow: Slow) -> None:
    slow.share()
    object.__setattr__(slow._settings, "jobs_per_account", 3)
    for number in range(10, 13):
        slow.ingest(order(number), as_account("ann"))
    with pytest.raises(RateLimited) as refused:
        slow.ingest(order(13), as_account("ann"))
    assert refused.value.stable_code == "jobs.too_many" and refused.value.details["retry_after_s"] > 0
    assert slow.ingest(order(10), as_account("ann"))  # the same order is the same job
    assert slow.ingest(order(13), as_account("bob"))


def test_a_job_that_waits_is_called_off_and_never_begins(slow: Slow) -> None:
    slow.share()
    jobs = [slow.ingest(order(n), as_account(f"a{n}")) for n in range(10, 14)]
    until(lambda: len(slow.worked) == 2)
    slow.cancel(jobs[3])
    slow.go.set()
    for job in jobs[:3]:
        slow.wait(job)
    with pytest.raises(JobCancelled):
        slow.wait(jobs[3])
    assert 13 not in slow.worked


def test_a_job_that_runs_is_called_off_where_it_next_tells_its_progress(tmp_path: Path) -> None:
    class Telling(Jobbing):
        ended = False

        def _ingest(self, order: dict[str, Any], progress: Any) -> dict[str, Any]:
            self.worked.append(1)
            try:
                for _ in range(400):
                    progress("work", 0.5)
                    sleep(0.05)
            except RemixLabError:
                self.ended = True
                raise
            return {}

    jobs = Telling(tmp_path)
    job = jobs.ingest(order(0), ACTOR)
    until(lambda: jobs.worked)
    jobs.cancel(job)
    with pytest.raises(JobCancelled):
        jobs.wait(job)
    until(lambda: jobs.ended, 5)
    jobs.stop()


def test_a_disk_that_was_full_is_asked_again_and_the_job_runs_again(tmp_path: Path) -> None:
    full = [True]

    def work(number: int) -> dict[str, Any]:
        if full:
            raise OSError(28, "No space left on device")
        return {"recording_id": "rec"}

    jobs = Jobbing(tmp_path, work)
    job = jobs.ingest(order(0), ACTOR)
    with pytest.raises(RemixLabError) as failed:
        jobs.wait(job)
    assert failed.value.stable_code == "store.full"
    full.clear()
    assert jobs.ingest(order(0), ACTOR) == job
    assert jobs.wait(job) == {"recording_id": "rec"}
    jobs.stop()


# ---------------------------------------------------------------- several processes


WORKER = """
import sys, time
from pathlib import Path
from jobs_of_tests import Jobbing

def work(number):
    print(f"at work {number}", flush=True)
    if number >= 50:
        time.sleep(600)
    return {"recording_id": f"rec_{number}"}

jobs = Jobbing(Path(sys.argv[1]), work, *sys.argv[2:])
jobs.share()
print("here", flush=True)
jobs.watch()
"""


def start(home: Path, *more: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(home), *more], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert process.stdout is not None and process.stdout.readline() == "here\n"
    return process


def end(process: subprocess.Popen[str], how: signal.Signals = signal.SIGKILL) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, how)
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def test_a_worker_takes_what_a_door_orders_and_its_progress_is_seen_there(tmp_path: Path, share_url: str) -> None:
    worker = start(tmp_path, share_url)
    door = Jobbing(tmp_path, None, share_url)
    try:
        door.share(takes=False)
        job = door.ingest(order(7), ACTOR)
        assert door.wait(job) == {"recording_id": "rec_7"}
        assert door.worked == []
        until(lambda: door.board.after(job, 0, 0.0))
        assert [event.stage for event in door.board.after(job, 0, 0.0)] == ["work"]
    finally:
        door.stop()
        end(worker)


def test_the_jobs_of_a_dead_process_are_done_elsewhere_within_ten_seconds_and_those_of_a_living_one_are_not(
    tmp_path: Path, share_url: str
) -> None:
    first = start(tmp_path, share_url)
    door = Jobbing(tmp_path, None, share_url)
    try:
        door.share(takes=False)
        job = door.ingest(order(50), ACTOR)
        assert first.stdout is not None and first.stdout.readline() == "at work 50\n"
        second = start(tmp_path, share_url)
        try:
            sleep(9)  # a process that is there keeps its job, however many come after it
            assert (found := door.status(job)) is not None and found.state == "running"
            end(first)
            died = monotonic()
            assert second.stdout is not None and second.stdout.readline() == "at work 50\n"
            assert monotonic() - died < 10
        finally:
            end(second)
    finally:
        door.stop()
        end(first)


@pytest.fixture(params=["sqlite", "postgresql"])
def share_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """What the processes of a test share: the files of one home, or a PostgreSQL database."""
    if request.param == "sqlite":
        yield ""
        return
    with request.getfixturevalue("new_postgres")() as url:
        yield url


# ---------------------------------------------------------------- what they tell each other


def test_a_process_is_alive_from_its_arrival_to_its_end(tmp_path: Path) -> None:
    from remixlab.app.jobs.liveness import AtWork

    work = SqlWork(f"sqlite:///{tmp_path / 'work.sqlite'}")
    for presence in (LockPresence(AtWork(tmp_path / "lock")), BeatPresence(work)):
        assert presence.dead(["a", "local"]) == {"a", "local"}
        presence.arrive("a", takes=True)
        assert presence.dead(["a", "local"]) == {"local"} and presence.has_takers()
        presence.leave()
        assert presence.dead(["a"]) == {"a"} and not presence.has_takers()
    work.close()


def test_progress_of_another_process_comes_without_gaps_and_a_late_watcher_misses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress_module, "TOLD_EVERY_S", 0.0)
    url = f"sqlite:///{tmp_path / 'work.sqlite'}"
    here, there = SqlWork(url), SqlWork(url)
    tell = SharedBoard(here).report("job_1")
    for number in range(400):
        tell("render", number / 400)
    watcher = SharedBoard(there)
    assert [event.number for event in watcher.after("job_1", 0, 0.0)] == list(range(1, 401))
    assert [event.number for event in watcher.after("job_1", 397, 0.0)] == [398, 399, 400]
    here.tell("job_1", [Told(400, "again", 0.0), Told(401, "end", 1.0)])
    assert [event.stage for event in watcher.after("job_1", 399, 0.0)] == ["render", "end"]
    here.forget(-10)
    assert watcher.after("job_1", 0, 0.0) == []
    here.close()
    there.close()


def test_a_job_goes_on_where_its_progress_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "work.sqlite").write_bytes(b"no database" * 1000)
    work = SqlWork(f"sqlite:///{tmp_path / 'work.sqlite'}")
    board = SharedBoard(work)
    board.report("job_1")("render", 0.5)
    assert [event.share for event in board.after("job_1", 0, 0.0)] == [0.5]
    work.close()
