"""The progress of jobs, for whoever is watching; the truth about a job is in the jobs database."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Condition
from typing import Final, Protocol

from remixlab.domain.ports.process import Progress

EVENTS_KEPT: Final = 256
"""Per job: more than any job tells, so that a late watcher misses nothing."""


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

    events: dict[str, list[JobEvent]] = field(default_factory=dict[str, list[JobEvent]])
    changed: Condition = field(default_factory=Condition)

    def report(self, job_id: str) -> Progress:
        def progress(stage: str, share: float) -> None:
            with self.changed:
                told = self.events.setdefault(job_id, [])
                told.append(JobEvent(told[-1].number + 1 if told else 1, stage, round(share, 3)))
                del told[:-EVENTS_KEPT]
                self.changed.notify_all()

        return progress

    def after(self, job_id: str, number: int, timeout_s: float) -> list[JobEvent]:
        with self.changed:
            found = [e for e in self.events.get(job_id, []) if e.number > number]
            if not found:
                self.changed.wait(timeout_s)
                found = [e for e in self.events.get(job_id, []) if e.number > number]
            return found
