"""The progress of jobs, for whoever is watching; the truth about a job is in the jobs database."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Condition, Lock
from time import monotonic
from typing import Final, Protocol

from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.ports.process import Progress
from remixlab.stores.sql import SqlWork, Told

EVENTS_KEPT: Final = 4096
"""Per job: more than any job tells, so that a late watcher misses nothing."""
JOBS_KEPT: Final = 512
"""Jobs whose progress a process remembers; of older ones the end is all that matters."""
TOLD_EVERY_S: Final = 0.25
"""How often a job's progress is written for other processes; a new stage is written at once."""


@dataclass(frozen=True, slots=True)
class JobEvent:
    """`share` is how much of the stage is done, 0 to 1."""

    number: int
    stage: str
    share: float


class ProgressBoard(Protocol):
    """Where jobs tell how far they are. Law: events of a job are numbered from 1 without gaps."""

    def report(self, job_id: str) -> Progress:
        """What a job tells its progress to."""
        ...

    def after(self, job_id: str, number: int, timeout_s: float) -> list[JobEvent]:
        """Events after the given number, waiting a while for the first of them."""
        ...


@dataclass(slots=True)
class MemoryBoard:
    """The progress of the jobs of this process."""

    events: OrderedDict[str, list[JobEvent]] = field(default_factory=OrderedDict[str, list[JobEvent]])
    changed: Condition = field(default_factory=Condition)

    def report(self, job_id: str) -> Progress:
        def progress(stage: str, share: float) -> None:
            with self.changed:
                told = self.events.setdefault(job_id, [])
                self.events.move_to_end(job_id)
                told.append(JobEvent(told[-1].number + 1 if told else 1, stage, round(share, 3)))
                del told[:-EVENTS_KEPT]
                while len(self.events) > JOBS_KEPT:
                    self.events.popitem(last=False)
                self.changed.notify_all()

        return progress

    def after(self, job_id: str, number: int, timeout_s: float) -> list[JobEvent]:
        with self.changed:
            found = [e for e in self.events.get(job_id, []) if e.number > number]
            if not found and timeout_s > 0:
                self.changed.wait(timeout_s)
                found = [e for e in self.events.get(job_id, []) if e.number > number]
            return found


class SharedBoard:
    """The progress of the jobs of all processes: told in memory here, and written for the others now and then.

    A job goes on where its progress cannot be written: it is the watcher who misses something.
    """

    def __init__(self, work: SqlWork) -> None:
        self._work = work
        self._here = MemoryBoard()
        self._lock = Lock()
        self._written: OrderedDict[str, tuple[int, float, str]] = OrderedDict()

    def report(self, job_id: str) -> Progress:
        tell = self._here.report(job_id)

        def progress(stage: str, share: float) -> None:
            tell(stage, share)
            with self._lock:
                number, at, last = self._written.get(job_id, (0, float("-inf"), ""))
                now = monotonic()
                if stage == last and share < 1.0 and now - at < TOLD_EVERY_S:
                    return
                news = self._here.after(job_id, number, 0.0)
                self._written[job_id] = (news[-1].number if news else number, now, stage)
                while len(self._written) > JOBS_KEPT:
                    self._written.popitem(last=False)
            try:
                self._work.tell(job_id, [Told(e.number, e.stage, e.share) for e in news])
            except StoreUnavailable:
                return

        return progress

    def after(self, job_id: str, number: int, timeout_s: float) -> list[JobEvent]:
        """What this process knows of a job that it works on; of others, what was written. Raises: StoreUnavailable."""
        if job_id in self._here.events:
            return self._here.after(job_id, number, timeout_s)
        return [JobEvent(*line) for line in self._work.told(job_id, number)]
