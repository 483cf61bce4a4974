"""Durable jobs: ingest and remix survive kill -9, because every finished step is on disk before the next begins.

DBOS runs inside this process on the jobs database. Steps carry ids and digests, never audio. A refusal
is a result, not a crash: it is stored as the error it is and raised again for whoever asked.

Nothing here waits for ever. Each question to the engine has `ANSWER_S` to be answered; a job that is neither finished
nor
worked on for `PATIENCE_S` has lost its engine, and whoever waits for it is told so.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from dataclasses import dataclass
from threading import Event, Lock, Semaphore
from time import monotonic
from typing import Any, Literal, TypeVar

from remixlab.app.jobs.liveness import AtWork
from remixlab.app.jobs.older_sqlite import JobsConnection
from remixlab.app.jobs.progress import MemoryBoard, ProgressBoard
from remixlab.app.jobs.waits import HINT, answer_of, beside, cause_of, failed, let_go
from remixlab.app.settings import Settings
from remixlab.domain.actor import Actor
from remixlab.domain.errors import EngineUnavailable, JobNotFound, Overloaded, RemixLabError, Unavailable, revive
from remixlab.domain.ports.process import Progress
from remixlab.domain.value import canonical
from remixlab.usecases.catalogue import IngestOrder, ingest
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, remix

T = TypeVar("T")

JOBS_AT_ONCE = 2
JOBS_WAITING_MAX = 64
ANSWER_S = 20.0
"""How long the engine may take over one question; what it does for one takes milliseconds."""
PATIENCE_S = 20.0
"""How long nobody may work on an unfinished job: the engine looks for left jobs each second, and a busy machine may be
late.
"""
PATIENCE_AFAR_S = 900.0
"""As `PATIENCE_S` where another machine may be working, which cannot be seen from here: longer than any job takes."""
POLL_S = 0.05
QUESTIONS_AT_ONCE = 64
"""An engine that hangs must not collect threads: what is asked beyond this waits for `ANSWER_S` and is told so."""
UNFINISHED = ("PENDING", "ENQUEUED", "DELAYED")
APPLICATION_VERSION = "remixlab/2"
"""Pinned: the default is a digest of the code, which would strand unfinished jobs at every update."""


@dataclass(frozen=True, slots=True)
class JobStatus:
    """How far a job is, and whose it is: the account that ordered it."""

    job_id: str
    account: str | None
    state: Literal["running", "done", "failed"]
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


class Jobs:
    """The job engine of one process. `launch` also takes up what an earlier process left unfinished."""

    def __init__(self, settings: Settings, context: Making) -> None:
        self._settings = settings
        self._context = context
        self._turns = Semaphore(JOBS_AT_ONCE)
        self._watchers: dict[str, Progress] = {}
        self.board: ProgressBoard = MemoryBoard()
        self._start: Mapping[str, Callable[[str, dict[str, Any]], Any]] = {}
        self._launched: Future[None] | None = None
        self._launching = Lock()
        self._submitting = Lock()
        self._at_work = AtWork(settings.home / "jobs.lock" if settings.jobs_url.startswith("sqlite") else None)
        self._here: dict[str, Future[Any]] = {}
        self._quiet_since: dict[str, float] = {}
        self._asking = Semaphore(QUESTIONS_AT_ONCE)
        self._is_stuck = False

    def launch(self) -> None:
        """Start the engine, once; the first job does it by itself. Raises:

        EngineUnavailable; the next call tries anew.
        """
        # lazy: a third of a second, which is not the engine's to answer for
        import dbos  # noqa: F401  # pyright: ignore[reportUnusedImport]

        with self._launching:
            if self._launched is None or (self._launched.done() and self._launched.exception() is not None):
                self._launched = beside(self._open)
            launched = self._launched
        self._answer(launched)

    def _open(self) -> None:
        from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer  # lazy

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
        if self._settings.jobs_url.startswith("sqlite"):
            config["db_engine_kwargs"] = {"connect_args": {"factory": JobsConnection}}
        DBOS(config=config)
        self._start = {"ingest": self._durable("ingest", self._ingest), "remix": self._durable("remix", self._remix)}
        try:
            DBOS.launch()
        except BaseException:
            DBOS.destroy()
            raise

    def _durable(
        self, name: str, work: Callable[[dict[str, Any], Progress], dict[str, Any]]
    ) -> Callable[[str, dict[str, Any]], Any]:
        """What starts a job of this name."""
        from dbos import DBOS, SetWorkflowID  # lazy

        @DBOS.step(name=f"{name}_step")
        def step(order: dict[str, Any]) -> dict[str, Any]:
            job_id = str(DBOS.workflow_id)
            with self._at_work.on(job_id):
                self._quiet_since.pop(job_id, None)
                with self._turns, self._context.telemetry.span(f"job.{name}", job_id=job_id) as span:
                    outcome = _settled(lambda: work(order, self._reporter(job_id)))
                    span.note(state="failed" if "error" in outcome else "done")
            self._quiet_since.pop(job_id, None)
            return outcome

        @DBOS.workflow(name=name)
        def workflow(order: dict[str, Any]) -> dict[str, Any]:
            return step(order)

        def start(job_id: str, order: dict[str, Any]) -> Any:
            with SetWorkflowID(job_id):
                return DBOS.start_workflow(workflow, order)

        return start

    # ------------------------------------------------------------ for the doors

    def ingest(self, order: IngestOrder, actor: Actor, *, progress: Progress | None = None) -> str:
        """Start (or find) the job that enters this recording; its id. Raises: Overloaded, EngineUnavailable."""
        return self._submit("ingest", order, actor, progress)

    def remix(
        self, order: RemixOrder, actor: Actor, *, key: str | None = None, progress: Progress | None = None
    ) -> str:
        """Start (or find) the job that makes this order; `key` tells orders apart that look the same.

        Raises: Overloaded, EngineUnavailable.
        """
        return self._submit("remix", order, actor, progress, key)

    def status(self, job_id: str) -> JobStatus | None:
        """How far a job is; None where there is none. A job that has lost its engine has failed. Raises:

        EngineUnavailable.
        """
        from dbos import DBOS  # lazy

        self.launch()
        # Asked before the database: a job that ends in between is then found finished, and not found broken.
        broken = self._broken(job_id)
        found = self._ask(lambda: DBOS.get_workflow_status(job_id))
        if found is None:
            return None
        account = _account_of(found.input)
        if found.status in UNFINISHED:
            lost = broken or self._lost(job_id)
            return (
                JobStatus(job_id, account, "failed", error=_told(lost))
                if lost
                else JobStatus(job_id, account, "running")
            )
        self._quiet_since.pop(job_id, None)
        output = found.output if isinstance(found.output, dict) else {}
        if found.status == "SUCCESS" and "result" in output:
            return JobStatus(job_id, account, "done", result=output["result"])
        why = f": {cause_of(found.error)}" if isinstance(found.error, BaseException) else ""
        return JobStatus(
            job_id,
            account,
            "failed",
            error=output.get("error") or _told(EngineUnavailable(f"The job broke off{why}.", hint=HINT)),
        )

    def wait(self, job_id: str) -> dict[str, Any]:
        """The result of a job. Raises: the RemixLabError that it ended with;

        EngineUnavailable when its engine has failed.
        """
        while True:
            status = self.status(job_id)
            if status is None:
                raise JobNotFound(f"There is no job {job_id}.")
            if status.error is not None:
                raise revive(status.error)
            if status.result is not None:
                return status.result
            self._pause(job_id)

    def watch(self, closed: Event | None = None, every_s: float = 1.0) -> None:
        """Stay as long as the engine works (or until closed). Raises: EngineUnavailable when it has failed."""
        from dbos import DBOS  # lazy

        self.launch()
        ended = closed or Event()
        while not ended.wait(every_s):
            left = self._ask(
                lambda: DBOS.list_workflows(status=list(UNFINISHED), limit=JOBS_WAITING_MAX, load_input=False)
            )
            for job in left:
                if lost := self._broken(job.workflow_id) or self._lost(job.workflow_id):
                    raise lost

    def stop(self) -> None:
        """Let the engine go. What it was doing is taken up again by the next launch."""
        with self._launching:
            launched, self._launched = self._launched, None
        if launched is None:
            return
        from dbos import DBOS  # lazy

        try:
            self._answer(beside(lambda: DBOS.destroy(workflow_completion_timeout_sec=0)))
        except EngineUnavailable:
            self._is_stuck = True
        if self._is_stuck:
            let_go("dbos-executor")
        self._at_work.close()

    # ------------------------------------------------------------ whether the engine lives

    def _ask(self, question: Callable[[], T]) -> T:
        if not self._asking.acquire(timeout=ANSWER_S):
            raise EngineUnavailable("The job engine leaves too many questions without an answer.", hint=HINT)
        asked = beside(question)
        asked.add_done_callback(lambda _: self._asking.release())
        return self._answer(asked)

    def _answer(self, asked: Future[T]) -> T:
        try:
            return answer_of(asked, ANSWER_S)
        except EngineUnavailable:
            self._is_stuck = True
            raise

    def _broken(self, job_id: str) -> EngineUnavailable | None:
        """What the engine itself raised while it carried out a job of this process."""
        here = self._here.get(job_id)
        wrong = here.exception() if here is not None and here.done() and not here.cancelled() else None
        return failed(wrong) if wrong is not None else None

    def _lost(self, job_id: str) -> EngineUnavailable | None:
        """Whether nobody has worked on an unfinished job for too long."""
        at_work = self._at_work.is_on(job_id)
        if at_work:
            self._quiet_since.pop(job_id, None)
            return None
        quiet_s = monotonic() - self._quiet_since.setdefault(job_id, monotonic())
        may_be_afar = at_work is None and job_id not in self._here
        if quiet_s <= (PATIENCE_AFAR_S if may_be_afar else PATIENCE_S):
            return None
        self._is_stuck = True
        return EngineUnavailable("The job engine has failed: nobody works on this job any more.", hint=HINT)

    def _pause(self, job_id: str) -> None:
        """Until the job may have ended."""
        here = self._here.get(job_id)
        if here is not None and not here.done():
            wait_for([here], timeout=1.0)
        else:
            Event().wait(POLL_S)

    # ------------------------------------------------------------ the work itself

    def _ingest(self, order: dict[str, Any], progress: Progress) -> dict[str, Any]:
        done = ingest(
            IngestOrder.model_validate(order["order"]), Actor.model_validate(order["actor"]), self._context, progress
        )
        return {
            "recording_id": done.recording.recording_id,
            "duplicate_of": done.duplicate_of,
            "notes": list(done.notes),
        }

    def _remix(self, order: dict[str, Any], progress: Progress) -> dict[str, Any]:
        made = remix(
            RemixOrder.model_validate(order["order"]), Actor.model_validate(order["actor"]), self._context, progress
        )
        return {"remix_id": made.remix_id}

    def _submit(
        self,
        name: str,
        order: IngestOrder | RemixOrder,
        actor: Actor,
        progress: Progress | None,
        key: str | None = None,
    ) -> str:
        self.launch()
        asked = {"order": order.model_dump(mode="json"), "actor": actor.model_dump(mode="json")}
        digest = hashlib.sha256(canonical({"job": name, **asked, "key": key})).hexdigest()
        job_id = f"job_{digest[:24]}"
        if progress:
            self._watchers[job_id] = progress
        self._ask(lambda: self._begin(name, job_id, asked))
        return job_id

    def _begin(self, name: str, job_id: str, order: dict[str, Any]) -> None:
        from dbos import DBOS  # lazy

        with self._submitting:
            if len(DBOS.list_workflows(status="PENDING", limit=JOBS_WAITING_MAX)) >= JOBS_WAITING_MAX:
                raise Overloaded("Too much is being made right now.", hint="Try again in a minute.")
            broken = self._broken(job_id)
            known = DBOS.get_workflow_status(job_id)
            if known is not None and known.status in UNFINISHED:
                if broken or self._lost(job_id):
                    self._forget(job_id)
                    DBOS.resume_workflow(job_id)
                return
            if known is not None and _is_worth_another_try(known):
                self._forget(job_id)
                DBOS.delete_workflow(job_id)
            self._here[job_id] = here = _future_of(self._start[name](job_id, order))
            here.add_done_callback(
                lambda done: None if done.cancelled() or done.exception() else self._here.pop(job_id, None)
            )

    def _forget(self, job_id: str) -> None:
        self._here.pop(job_id, None)
        self._quiet_since.pop(job_id, None)

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
        return {"error": _told(error)}


def _is_worth_another_try(known: Any) -> bool:
    """Whether a finished job is made anew for whoever asks again: it broke off, or something was missing that may be
    there now.
    """
    if known.status != "SUCCESS":
        return True
    output = known.output if isinstance(known.output, dict) else {}
    return "error" in output and isinstance(revive(output["error"]), Unavailable)


def _future_of(handle: Any) -> Future[Any]:
    """What ends when this process has carried out a job; without it, the jobs database alone tells."""
    future = getattr(handle, "future", None)
    if isinstance(future, Future):
        return future
    ended: Future[Any] = Future()
    ended.set_result(None)
    return ended


def _account_of(given: Any) -> str | None:
    """Whose job it is, by what it was started with."""
    orders = given.get("args", ()) if isinstance(given, dict) else getattr(given, "args", ())
    actor = orders[0].get("actor") if orders and isinstance(orders[0], dict) else None
    return actor.get("account") if isinstance(actor, dict) else None


def _told(error: RemixLabError) -> dict[str, Any]:
    return {"kind": type(error).__name__, **error.to_dict()}


def _prepare_sqlite(settings: Settings) -> None:
    """Set the jobs file to write-ahead logging before the engine opens it."""
    if settings.jobs_url.startswith("sqlite"):
        settings.home.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(settings.home / "jobs.sqlite")
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        finally:
            connection.close()
