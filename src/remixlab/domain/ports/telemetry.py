"""Telemetry: structured logs, metrics and traces of use cases and jobs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from remixlab.domain.ports.process import Progress


class Span(Protocol):
    """One use case or job while it runs: facts that are learned on the way may be added to its log line."""

    def note(self, **facts: str | int | float | bool) -> None: ...


class Telemetry(Protocol):
    """Structured logs, metrics and traces of a process.

    Facts are ids, counts and outcomes: never words of a prompt, never a secret.
    """

    def span(self, name: str, *, of: str = "", **facts: str | int | float | bool) -> AbstractContextManager[Span]:
        """Time a block; it is logged with its duration and how it ended. `of`: the trace it belongs to, if it began
        elsewhere.
        """
        ...

    def trace(self) -> str:
        """The trace that is open here, for what goes on elsewhere; empty where nothing is traced."""
        ...

    def stages(self, progress: Progress) -> AbstractContextManager[Progress]:
        """The same progress, with a span for each stage that it tells of."""
        ...

    def count(self, name: str, **labels: str) -> None:
        """One more of something: `decisions` by outcome, `plays`, `renders` by kind."""
        ...


class SilentTelemetry:
    """Telemetry that nobody looks at."""

    @contextmanager
    def span(self, name: str, *, of: str = "", **facts: str | int | float | bool) -> Generator[Span]:
        yield self

    def trace(self) -> str:
        return ""

    @contextmanager
    def stages(self, progress: Progress) -> Generator[Progress]:
        yield progress

    def note(self, **facts: str | int | float | bool) -> None:
        pass

    def count(self, name: str, **labels: str) -> None:
        pass
