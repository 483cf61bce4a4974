"""What a process gives: the clock, the stopwatch, and somebody to tell how far the work is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Protocol

from remixlab.domain.remix import Energy

Progress = Callable[[str, float], None]
"""Told the name of a stage and how much of it is done (0-1)."""


class Span(Protocol):
    """One use case or job while it runs: facts that are learned on the way may be added to its log line."""

    def note(self, **facts: str | int | float | bool) -> None: ...


class Telemetry(Protocol):
    """Structured logs, metrics and traces of a process. Facts are ids, counts and outcomes: never words of a prompt, never a secret."""

    def span(self, name: str, **facts: str | int | float | bool) -> AbstractContextManager[Span]:
        """Time a block; it is logged with its duration and how it ended."""
        ...

    def count(self, name: str, **labels: str) -> None:
        """One more of something: `decisions` by outcome, `plays`, `renders` by kind."""
        ...


class SilentTelemetry:
    """Telemetry that nobody looks at."""

    @contextmanager
    def span(self, name: str, **facts: str | int | float | bool) -> Generator[Span]:
        yield self

    def note(self, **facts: str | int | float | bool) -> None:
        pass

    def count(self, name: str, **labels: str) -> None:
        pass


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
