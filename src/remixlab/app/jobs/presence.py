"""Which processes live: on one machine by locks that end with their process, on many by heartbeats."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Iterable
from contextlib import ExitStack
from typing import Final, Protocol

from remixlab.app.jobs.liveness import AtWork
from remixlab.stores.sql import SqlWork

BEAT_S: Final = 2.0
DEAD_AFTER_S: Final = 6.0
"""Three beats: with two more seconds until somebody looks, a dead process's jobs are taken over within ten."""

_TAKERS: Final = "takers"


def new_executor_id() -> str:
    """The name of this process among all that share the jobs: never used twice, so that nobody inherits its jobs."""
    return f"{socket.gethostname()[:40]}-{os.getpid()}-{secrets.token_hex(4)}"


class Presence(Protocol):
    """Who is there. Law: a process that has arrived and neither left nor died is alive for every other."""

    def arrive(self, executor_id: str, *, takes: bool) -> None: ...

    def beat(self) -> None:
        """Say that this process still lives; called every `BEAT_S`. Raises: StoreUnavailable."""
        ...

    def dead(self, executor_ids: Iterable[str]) -> set[str]:
        """Those of these processes that live no more. Raises: StoreUnavailable."""
        ...

    def has_takers(self) -> bool | None:
        """Whether any living process takes jobs from the queue; None where that cannot be told."""
        ...

    def leave(self) -> None: ...


class LockPresence:
    """On one machine: the system lets go of a process's lock at its death, however it died."""

    def __init__(self, at_work: AtWork) -> None:
        self._at_work = at_work
        self._held = ExitStack()

    def arrive(self, executor_id: str, *, takes: bool) -> None:
        self._held.enter_context(self._at_work.on(f"process:{executor_id}"))
        if takes:
            self._held.enter_context(self._at_work.on(_TAKERS))

    def beat(self) -> None:
        """A lock needs none."""

    def dead(self, executor_ids: Iterable[str]) -> set[str]:
        return {one for one in executor_ids if self._at_work.is_on(f"process:{one}") is False}

    def has_takers(self) -> bool | None:
        return self._at_work.is_on(_TAKERS)

    def leave(self) -> None:
        self._held.close()


class BeatPresence:
    """On many machines: a row in the database that says when a process was last heard of."""

    def __init__(self, work: SqlWork) -> None:
        self._work = work
        self._who: str | None = None
        self._takes = False

    def arrive(self, executor_id: str, *, takes: bool) -> None:
        self._who, self._takes = executor_id, takes
        self.beat()

    def beat(self) -> None:
        if self._who is not None:
            self._work.beat(self._who, takes=self._takes)

    def dead(self, executor_ids: Iterable[str]) -> set[str]:
        return set(executor_ids) - self._work.living(DEAD_AFTER_S).keys()

    def has_takers(self) -> bool | None:
        return any(self._work.living(DEAD_AFTER_S).values())

    def leave(self) -> None:
        who, self._who = self._who, None
        if who is not None:
            self._work.leave(who)
