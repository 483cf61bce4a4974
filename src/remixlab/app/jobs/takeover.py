"""Takeover: a process looks every two seconds whether others have died, and gives their jobs back to the queue."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil
from threading import Event, Thread
from typing import Final

import structlog

from remixlab.app.jobs.presence import BEAT_S, DEAD_AFTER_S, Presence
from remixlab.domain.errors import Unavailable

_BLIND_ROUNDS: Final = ceil(DEAD_AFTER_S / BEAT_S)
_TIDY_EVERY: Final = 1800
"""Rounds between two times of letting go of what is old: an hour; the first is a minute after the start."""


class Takeover:
    """Runs beside the engine until it is stopped; a round that fails is tried again in the next."""

    def __init__(self, presence: Presence, look: Callable[[], None], tidy: Callable[[], None]) -> None:
        self._presence = presence
        self._look = look
        self._tidy = tidy
        self._over = Event()
        self._thread: Thread | None = None

    def begin(self) -> None:
        self._thread = Thread(target=self._run, name="remixlab-takeover", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(BEAT_S * 2)

    def _run(self) -> None:
        rounds, blind, log = 0, 0, structlog.get_logger("remixlab")
        while True:
            try:
                self._presence.beat()
                if blind:  # the database was away: the others have to be heard of again before they are missed
                    blind -= 1
                else:
                    self._look()
                if rounds % _TIDY_EVERY == 30:
                    self._tidy()
            except Unavailable as wrong:
                blind = _BLIND_ROUNDS
                log.warning("takeover", outcome=wrong.stable_code)
            except Exception as wrong:  # noqa: BLE001 (a database that is away must not end the watch over it)
                blind = _BLIND_ROUNDS
                log.warning("takeover", outcome=type(wrong).__name__)
            rounds += 1
            if self._over.wait(BEAT_S):
                return
