"""Durable jobs: ingest and remix survive kill -9, because every finished step is on disk before the next begins.

DBOS runs inside this process on the jobs database. Steps carry ids and digests, never audio. A refusal
is a result, not a crash: it is stored as the error it is and raised again for whoever asked.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Condition, Semaphore
from typing import Any, Literal

from remixlab.app.settings import Settings
from remixlab.domain.errors import Overloaded, RemixLabError, revive
from remixlab.domain.ports.process import Progress
from remixlab.domain.value import canonical
from remixlab.usecases.catalogue import IngestOrder, ingest
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, remix

JOBS_AT_ONCE = 2
JOBS_WAITING_MAX = 64
EVENTS_KEPT = 256
APPLICATION_VERSION = "remixlab/1"
"""Pinned: the default is a digest of the code, which would strand unfinished jobs at every update."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    number: int
    stage: str
    share: float


@dataclass(slots=True)
class _Board:
    """The progress of the jobs of this process, for whoever is watching; the truth is in the jobs database."""

    events: dict[str, list[JobEvent]] = field(default_factory=dict[str, list[JobEvent]])
    changed: Condition = field(default_factory=Condition)

    def report(self, job_id: str) -> Progress:
        def progress(stage: str, share: float) -> None:
            with self.changed:
                told = self.events.setdefault(job_id, [])
                told.append(JobEvent(len(told) + 1, stage, round(share, 3)))
                del told[:-EVENTS_KEPT]
                self.changed.notify_all()

        return progress

    def after(self, job_id: str, number: int, timeout_s: float) -> list[JobEvent]:
        """Events after the given number, waiting a while for the first of them."""
        with self.changed:
            found = [e for e in self.events.get(job_id, []) if e.number > number]
            if not found:
                self.changed.wait(timeout_s)
                found = [e for e in self.events.get(job_id, []) if e.number > number]
            return found


@dataclass(frozen=True, slots=True)
class JobStatus:
    job_id: str
    state: Literal["running", "done", "failed"]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Jobs:
    """The job engine of one process. `launch` also takes up what an earlier process left unfinished."""

    def __init__(self, settings: Settings, context: Making) -> None:
        self._settings = settings
        self._desk = context
        self._turns = Semaphore(JOBS_AT_ONCE)
        self._watchers: dict[str, Progress] = {}
        self.board = _Board()
        self._start: Mapping[str, Callable[[str, dict[str, Any]], Any]] = {}

    def launch(self) -> None:
        """Start the engine, once; the first job does it by itself."""
        if self._start:
            return
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetWorkflowID  # lazy: a third of a second

        _prepare_sqlite(self._settings)
        config: DBOSConfig = {
            "name": "remixlab",
            "system_database_url": self._settings.jobs_url,
            "executor_id": "local",
            "application_version": APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": 0.05,
        }
        DBOS(config=config)

        def durable(name: str, work: Callable[[dict[str, Any], Progress], dict[str, Any]]) -> Callable[[str, dict[str, Any]], Any]:
            @DBOS.step(name=f"{name}_step")
            def step(order: dict[str, Any]) -> dict[str, Any]:
                job_id = str(DBOS.workflow_id)
                with self._turns:
                    return _settled(lambda: work(order, self._reporter(job_id)))

            @DBOS.workflow(name=name)
            def workflow(order: dict[str, Any]) -> dict[str, Any]:
                return step(order)

            def start(job_id: str, order: dict[str, Any]) -> Any:
                with SetWorkflowID(job_id):
                    return DBOS.start_workflow(workflow, order)

            return start

        self._start = {"ingest": durable("ingest", self._ingest), "remix": durable("remix", self._remix)}
        DBOS.launch()

    # ------------------------------------------------------------ for the doors

    def ingest(self, order: IngestOrder, *, progress: Progress | None = None) -> str:
        """Start (or find) the job that enters this recording; its id."""
        return self._submit("ingest", order.model_dump(mode="json"), progress)

    def remix(self, order: RemixOrder, *, key: str | None = None, progress: Progress | None = None) -> str:
        """Start (or find) the job that makes this order; `key` tells orders apart that look the same."""
        return self._submit("remix", order.model_dump(mode="json"), progress, key)

    def status(self, job_id: str) -> JobStatus | None:
        from dbos import DBOS  # lazy

        self.launch()
        found = DBOS.get_workflow_status(job_id)
        if found is None:
            return None
        if found.status in ("PENDING", "ENQUEUED", "DELAYED"):
            return JobStatus(job_id, "running")
        output = found.output if isinstance(found.output, dict) else {}
        if found.status == "SUCCESS" and "result" in output:
            return JobStatus(job_id, "done", result=output["result"])
        error = output.get("error") or {"code": "engine.unavailable", "message": "The job broke off.", "hint": "Ask again."}
        return JobStatus(job_id, "failed", error=error)

    def wait(self, job_id: str) -> dict[str, Any]:
        """The result of a job. Raises: the RemixLabError that it ended with."""
        from dbos import DBOS  # lazy

        output: dict[str, Any] = DBOS.retrieve_workflow(job_id).get_result(polling_interval_sec=0.02)
        if "error" in output:
            raise revive(output["error"])
        return output["result"]

    def stop(self) -> None:
        if not self._start:
            return
        from dbos import DBOS  # lazy

        DBOS.destroy(workflow_completion_timeout_sec=0)

    # ------------------------------------------------------------ the work itself

    def _ingest(self, order: dict[str, Any], progress: Progress) -> dict[str, Any]:
        return dict(ingest(IngestOrder.model_validate(order), self._desk, progress).answer())

    def _remix(self, order: dict[str, Any], progress: Progress) -> dict[str, Any]:
        return {"remix_id": remix(RemixOrder.model_validate(order), self._desk, progress).remix_id}

    def _submit(self, name: str, order: dict[str, Any], progress: Progress | None, key: str | None = None) -> str:
        from dbos import DBOS  # lazy

        self.launch()
        digest = hashlib.sha256(canonical({"job": name, "order": order, "key": key})).hexdigest()
        job_id = f"job_{digest[:24]}"
        if len(DBOS.list_workflows(status="PENDING", limit=JOBS_WAITING_MAX)) >= JOBS_WAITING_MAX:
            raise Overloaded("Too much is being made right now.", hint="Try again in a minute.")
        if progress:
            self._watchers[job_id] = progress
        self._start[name](job_id, order)
        return job_id

    def _reporter(self, job_id: str) -> Progress:
        board, watcher = self.board.report(job_id), self._watchers.get(job_id)

        def progress(stage: str, share: float) -> None:
            board(stage, share)
            if watcher:
                watcher(stage, share)

        return progress


def _settled(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The work's result, or the expected error as a value; anything else is a bug and crashes the job."""
    try:
        return {"result": work()}
    except RemixLabError as error:
        return {"error": {"kind": type(error).__name__, **error.to_dict()}}


def _prepare_sqlite(settings: Settings) -> None:
    """Set the jobs file to write-ahead logging before the engine opens it."""
    if settings.jobs_url.startswith("sqlite"):
        settings.home.mkdir(parents=True, exist_ok=True)
        with sqlite3.connect(settings.home / "jobs.sqlite") as connection:
            connection.execute("PRAGMA journal_mode=WAL")
        connection.close()
