"""Durable jobs: ingest and remix survive kill -9, because every finished step is on disk before the next begins.

DBOS runs inside this process on the jobs database. Steps carry ids and digests, never audio. A refusal
is a result, not a crash: it is stored as the error it is and raised again for whoever asked.

Processes that share a jobs database share the work: each has a name of its own, takes orders from one queue in fair
turns, and gives the jobs of a process that has died back to it. A command that makes one thing does it itself.

Nothing here waits for ever. Each question to the engine has `ANSWER_S` to be answered; a job that is neither finished
nor worked on for `PATIENCE_S` has lost its engine, and whoever waits for it is told so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Event, Lock, Semaphore
from time import monotonic
from typing import Any, TypeVar

from remixlab.app.jobs.liveness import AtWork
from remixlab.app.jobs.older_sqlite import JobsConnection
from remixlab.app.jobs.outcomes import (
    JobStatus,
    account_in,
    account_of,
    future_of,
    is_worth_another_try,
    prepare_sqlite,
    settled,
    told,
)
from remixlab.app.jobs.presence import BeatPresence, LockPresence, Presence, new_executor_id
from remixlab.app.jobs.progress import ProgressBoard, SharedBoard
from remixlab.app.jobs.takeover import Takeover
from remixlab.app.jobs.traced import carried_trace, traced_job
from remixlab.app.jobs.turns import Turn, cost_in, next_turn
from remixlab.app.jobs.waits import HINT, answer_of, beside, cause_of, failed, let_go
from remixlab.app.settings import Settings
from remixlab.domain.actor import Actor
from remixlab.domain.errors import (
    EngineUnavailable,
    JobCancelled,
    JobNotFound,
    Overloaded,
    RateLimited,
    Unavailable,
    revive,
)
from remixlab.domain.ports.process import Progress
from remixlab.domain.value import canonical
from remixlab.stores.sql import SqlWork
from remixlab.usecases.catalogue import IngestOrder, ingest
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, remix

T = TypeVar("T")

JOBS_AT_ONCE = 2
JOBS_WAITING_MAX = 512
"""For everybody together; what one account may have is a setting."""
ATTEMPTS_MAX = 5
"""A job that has taken its process with it so often is not tried on the next."""
QUEUE = "jobs"
TURNS_EVERY_S = 0.2
LATER_S = 30
"""When an account with too many unfinished jobs may ask again."""
PROGRESS_KEPT_S = 86_400.0
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
FINISHED = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
PAGE = 500
APPLICATION_VERSION = "remixlab/2"
"""Pinned: the default is a digest of the code, which would strand unfinished jobs at every update."""


class Jobs:
    """The job engine of one process. `launch` also takes up what an earlier process left unfinished."""

    def __init__(self, settings: Settings, context: Making) -> None:
        self._settings = settings
        self._context = context
        self._turns = Semaphore(JOBS_AT_ONCE)
        self._watchers: dict[str, Progress] = {}
        self._work = SqlWork(settings.work_url)
        self.board: ProgressBoard = SharedBoard(self._work)
        self._start: Mapping[str, Callable[[str, dict[str, Any], Sequence[Any]], Any]] = {}
        self._launched: Future[None] | None = None
        self._launching = Lock()
        self._submitting = Lock()
        self._at_work = AtWork(settings.home / "jobs.lock" if settings.jobs_url.startswith("sqlite") else None)
        self.executor_id = new_executor_id()
        self._presence: Presence = (
            LockPresence(self._at_work) if settings.jobs_url.startswith("sqlite") else BeatPresence(self._work)
        )
        self._takeover: Takeover | None = None
        self._shares = False
        self.tidies: Callable[[], object] | None = None
        self._takes = True
        self._working: set[str] = set()
        self._called_off: set[str] = set()
        self._here: dict[str, Future[Any]] = {}
        self._quiet_since: dict[str, float] = {}
        self._asking = Semaphore(QUESTIONS_AT_ONCE)
        self._is_stuck = False

    def share(self, *, takes: bool = True) -> None:
        """Launch as one of several processes: orders go into the queue, and this process takes from it, or does not."""
        self._shares, self._takes = True, takes
        self.launch()

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

        prepare_sqlite(self._settings)
        config: DBOSConfig = {
            "name": "remixlab",
            "system_database_url": self._settings.jobs_url,
            "executor_id": self.executor_id,
            "application_version": APPLICATION_VERSION,
            "serializer": DBOSPortableJSONSerializer(),
            "log_level": "ERROR",
            "notification_listener_polling_interval_sec": 0.05,
        }
        if self._settings.jobs_url.startswith("sqlite"):
            config["db_engine_kwargs"] = {"connect_args": {"factory": JobsConnection}, "hide_parameters": True}
        self._presence.arrive(self.executor_id, takes=self._shares and self._takes)
        DBOS(config=config)
        DBOS.listen_queues([QUEUE] if self._shares and self._takes else [])
        self._start = {"ingest": self._durable("ingest", self._ingest), "remix": self._durable("remix", self._remix)}
        try:
            DBOS.launch()
            if self._shares:
                DBOS.register_queue(QUEUE, worker_concurrency=JOBS_AT_ONCE, polling_interval_sec=TURNS_EVERY_S)
        except BaseException:
            DBOS.destroy()
            self._presence.leave()
            raise
        self._takeover = Takeover(self._presence, self._look_around, self._tidy)
        self._takeover.begin()

    def _durable(
        self, name: str, work: Callable[[dict[str, Any], Progress], dict[str, Any]]
    ) -> Callable[[str, dict[str, Any], Sequence[Any]], Any]:
        """What starts a job of this name."""
        from dbos import DBOS, SetEnqueueOptions, SetWorkflowAttributes, SetWorkflowID  # lazy

        @DBOS.step(name=f"{name}_step")
        def step(order: dict[str, Any]) -> dict[str, Any]:
            job_id = str(DBOS.workflow_id)
            with self._at_work.on(job_id):
                self._quiet_since.pop(job_id, None)
                self._working.add(job_id)
                telemetry = self._context.telemetry
                with self._turns, traced_job(name, job_id, telemetry, self._reporter(job_id)) as (span, progress):
                    outcome = settled(lambda: work(order, progress))
                    span.note(state="failed" if "error" in outcome else "done")
            self._quiet_since.pop(job_id, None)
            self._working.discard(job_id)
            self._called_off.discard(job_id)
            return outcome

        @DBOS.workflow(name=name, max_recovery_attempts=ATTEMPTS_MAX)
        def workflow(order: dict[str, Any]) -> dict[str, Any]:
            return step(order)

        def start(job_id: str, order: dict[str, Any], unfinished: Sequence[Any]) -> Any:
            account = account_in(order)
            carried = {"account": account} | carried_trace(self._context.telemetry)
            with SetWorkflowID(job_id), SetWorkflowAttributes(carried):
                if not self._shares:
                    return DBOS.start_workflow(workflow, order)
                turns = [Turn(account_of(job) or "", job.priority or 0) for job in unfinished]
                number = next_turn(turns, account, cost_in(order, self._context))
                with SetEnqueueOptions(priority=number):
                    return DBOS.enqueue_workflow(QUEUE, workflow, order)

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
        account = account_of(found)
        if found.status in UNFINISHED:
            lost = broken or self._lost(found)
            return (
                JobStatus(job_id, account, "failed", error=told(lost))
                if lost
                else JobStatus(job_id, account, "running")
            )
        self._quiet_since.pop(job_id, None)
        output = found.output if isinstance(found.output, dict) else {}
        if found.status == "SUCCESS" and "result" in output:
            return JobStatus(job_id, account, "done", result=output["result"])
        if found.status == "CANCELLED":
            return JobStatus(job_id, account, "failed", error=told(JobCancelled("The job was called off.")))
        why = f": {cause_of(found.error)}" if isinstance(found.error, BaseException) else ""
        return JobStatus(
            job_id,
            account,
            "failed",
            error=output.get("error") or told(EngineUnavailable(f"The job broke off{why}.", hint=HINT)),
        )

    def cancel(self, job_id: str) -> None:
        """Call a job off: one that waits never begins, one that runs ends where it next tells its progress, in
        whatever process. What is finished stays. Raises: EngineUnavailable.
        """
        from dbos import DBOS  # lazy

        self.launch()
        self._called_off.add(job_id)
        self._ask(lambda: DBOS.cancel_workflow(job_id))
        if job_id not in self._working:
            self._called_off.discard(job_id)

    def ended_before(self, moment: datetime | None, skipped: int = 0) -> list[Any]:
        """A page of the jobs that ended before a moment, behind so many; of all jobs without one.

        Raises: EngineUnavailable.
        """
        from dbos import DBOS  # lazy

        self.launch()
        which: Any = {"status": list(FINISHED), "completed_before": moment.isoformat()} if moment else {}
        return self._ask(lambda: DBOS.list_workflows(**which, limit=PAGE, offset=skipped, load_input=False))

    def forget_jobs(self, job_ids: list[str]) -> None:
        """Let go of finished jobs. Raises: EngineUnavailable."""
        from dbos import DBOS  # lazy

        for start in range(0, len(job_ids), PAGE):
            some = job_ids[start : start + PAGE]
            self._ask(partial(DBOS.delete_workflows, some))

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
                if lost := self._broken(job.workflow_id) or self._lost(job):
                    raise lost

    def stop(self) -> None:
        """Let the engine go. What it was doing is taken up again by the next launch."""
        with self._launching:
            launched, self._launched = self._launched, None
        if launched is None:
            return
        from dbos import DBOS  # lazy

        takeover, self._takeover = self._takeover, None
        if takeover is not None:
            takeover.stop()
        try:
            self._answer(beside(lambda: DBOS.destroy(workflow_completion_timeout_sec=0)))
        except EngineUnavailable:
            self._is_stuck = True
        if self._is_stuck:
            let_go("dbos-executor")
        with suppress(Unavailable):  # what is not said now is seen by the others in a moment
            self._presence.leave()
        self._at_work.close()
        self._work.close()

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

    def _lost(self, job: Any) -> EngineUnavailable | None:
        """Whether nobody has worked on an unfinished job for too long; one that waits for its turn is not lost."""
        job_id = str(job.workflow_id)
        if job.status == "ENQUEUED" and job.queue_name == QUEUE and self._has_takers():
            self._quiet_since.pop(job_id, None)
            return None
        at_work = self._at_work.is_on(job_id)
        if at_work:
            self._quiet_since.pop(job_id, None)
            return None
        quiet_s = monotonic() - self._quiet_since.setdefault(job_id, monotonic())
        may_be_afar = at_work is None and job_id not in self._here and not self._is_left(job)
        if quiet_s <= (PATIENCE_AFAR_S if may_be_afar else PATIENCE_S):
            return None
        self._is_stuck = True
        return EngineUnavailable("The job engine has failed: nobody works on this job any more.", hint=HINT)

    def _has_takers(self) -> bool:
        return self._presence.has_takers() is not False

    def _is_left(self, job: Any) -> bool:
        """Whether the process that a job belongs to is known to live no more, or none has it."""
        return job.status != "PENDING" or bool(self._presence.dead([str(job.executor_id)]))

    def _tidy(self) -> None:
        """Let go of what is old: here, and where a process that stays has been told how."""
        self._work.forget(PROGRESS_KEPT_S)
        if self._shares and self.tidies is not None:
            self.tidies()

    def _look_around(self) -> None:
        """Give the jobs of processes that live no more back to the queue, and see which of our own were called off."""
        from dbos import DBOS  # lazy

        running = DBOS.list_workflows(status="PENDING", limit=JOBS_WAITING_MAX, load_input=False, load_output=False)
        others = {str(job.executor_id) for job in running} - {self.executor_id}
        if dead := self._presence.dead(others):
            # The engine's own way, which admits one taker: a job that another process has taken since stays there.
            DBOS._recover_pending_workflows(sorted(dead))  # pyright: ignore[reportPrivateUsage]
        if mine := sorted(self._working):
            ended = DBOS.list_workflows(workflow_ids=mine, status="CANCELLED", load_input=False, load_output=False)
            self._called_off.update(job.workflow_id for job in ended)

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
            unfinished = DBOS.list_workflows(
                status=list(UNFINISHED), limit=JOBS_WAITING_MAX, load_input=False, load_output=False
            )
            if len(unfinished) >= JOBS_WAITING_MAX:
                raise Overloaded("Too much is being made right now.", hint="Try again in a minute.", retry_after_s=60)
            broken = self._broken(job_id)
            known = DBOS.get_workflow_status(job_id)
            if known is not None and known.status in UNFINISHED:
                if broken or self._lost(known):
                    self._forget(job_id)
                    DBOS.resume_workflow(job_id, queue_name=QUEUE if self._shares else None)
                return
            self._check_share(account_in(order), unfinished)
            if known is not None and is_worth_another_try(known):
                self._forget(job_id)
                DBOS.delete_workflow(job_id)
            self._here[job_id] = here = future_of(self._start[name](job_id, order, unfinished))
            here.add_done_callback(
                lambda done: None if done.cancelled() or done.exception() else self._here.pop(job_id, None)
            )

    def _check_share(self, account: str, unfinished: Sequence[Any]) -> None:
        """Raises: RateLimited where an account has as many unfinished jobs as it may have."""
        mine = sum(1 for job in unfinished if account_of(job) == account)
        if mine >= self._settings.jobs_per_account:
            raise RateLimited(
                f"You have {mine} unfinished jobs, and no more at once.", code="jobs.too_many",
                hint="Wait until one of them is done, or call one off.", retry_after_s=LATER_S,
            )  # fmt: skip

    def _forget(self, job_id: str) -> None:
        self._here.pop(job_id, None)
        self._quiet_since.pop(job_id, None)

    def _reporter(self, job_id: str) -> Progress:
        board, watcher = self.board.report(job_id), self._watchers.get(job_id)

        def progress(stage: str, share: float) -> None:
            if job_id in self._called_off:
                raise JobCancelled("The job was called off.")
            board(stage, share)
            if watcher:
                watcher(stage, share)

        return progress
