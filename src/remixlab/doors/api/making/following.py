"""Following jobs: one look at a job for all who follow it, on threads of its own; watchers cost no request its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from anyio import CapacityLimiter, to_thread

from remixlab.domain.errors import Overloaded, Unavailable

if TYPE_CHECKING:
    from remixlab.app.jobs.progress import JobEvent
    from remixlab.app.jobs.queue import Jobs

LOOK_EVERY_S: Final = 0.25
STILL_HERE_S: Final = 15.0
"""A stream without news says so, that nobody on the way takes it for dead."""
STREAMS_MAX: Final = 1024
LOOKS_AT_ONCE: Final = 4


@dataclass(eq=False)
class _Tail:
    """What a job has told so far, and whether it has ended; looked at as long as anybody follows."""

    events: list[JobEvent] = field(default_factory=list["JobEvent"])
    ended: bool = False
    watchers: int = 0
    news: asyncio.Event = field(default_factory=asyncio.Event)
    looking: asyncio.Task[None] | None = None


class Following:
    """The streams of one process. They are bounded, and one job is asked about once, however many follow it."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._tails: dict[tuple[int, str], _Tail] = {}
        self._streams = 0
        self._limiters: dict[int, CapacityLimiter] = {}

    async def follow(self, job_id: str, after: int) -> AsyncIterator[JobEvent | None]:
        """Events after a number, and None where there is no news for a while; ends with the job."""
        key = (id(asyncio.get_running_loop()), job_id)
        tail = self._tails.setdefault(key, _Tail())
        tail.watchers += 1
        self._streams += 1
        if tail.looking is None:
            tail.looking = asyncio.create_task(self._look(job_id, tail))
        try:
            number = after
            while True:
                news, ended = tail.news, tail.ended
                found = [event for event in tail.events if event.number > number]
                for event in found:
                    number = event.number
                    yield event
                if ended:
                    return
                if not found:
                    try:
                        await asyncio.wait_for(news.wait(), STILL_HERE_S)
                    except TimeoutError:
                        yield None
        finally:
            self._streams -= 1
            tail.watchers -= 1
            if not tail.watchers:
                self._tails.pop(key, None)
                tail.looking.cancel()

    def check_room(self) -> None:
        """Raises: Overloaded where as many streams are open as may be."""
        if self._streams >= STREAMS_MAX:
            raise Overloaded("Too many follow their jobs right now.", hint="Ask for the job itself.", retry_after_s=10)

    async def _look(self, job_id: str, tail: _Tail) -> None:
        while not tail.ended:
            last = tail.events[-1].number if tail.events else 0
            events, ended = await to_thread.run_sync(self._now, job_id, last, limiter=self._limiter())
            tail.events += events
            tail.ended = ended
            if events or ended:
                news, tail.news = tail.news, asyncio.Event()
                news.set()
            if not ended:
                await asyncio.sleep(LOOK_EVERY_S)

    def _now(self, job_id: str, last: int) -> tuple[list[JobEvent], bool]:
        """What is new, and whether the job has ended; asked in this order, so that its last words are not missed."""
        try:
            status = self._jobs.status(job_id)
        except Unavailable:  # the job's page says what is wrong, to everybody who asks there
            status = None
        events: list[JobEvent] = []
        with suppress(Unavailable):
            events = self._jobs.board.after(job_id, last, 0.0)
        return events, status is None or status.state != "running"

    def _limiter(self) -> CapacityLimiter:
        return self._limiters.setdefault(id(asyncio.get_running_loop()), CapacityLimiter(LOOKS_AT_ONCE))
