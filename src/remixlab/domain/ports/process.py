"""What a process gives: the clock, the stopwatch, and somebody to tell how far the work is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from remixlab.domain.remix import Energy

Progress = Callable[[str, float], None]
"""Told the name of a stage and how much of it is done (0-1)."""


class Clock(Protocol):
    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


class Meter(Protocol):
    """A stopwatch that also counts what the work cost."""

    def seconds(self) -> float: ...

    def energy_since(self, mark: float) -> Energy: ...

    def mark(self) -> float: ...


def silent(_stage: str, _share: float) -> None:
    """The progress nobody looks at."""
