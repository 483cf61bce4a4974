"""Telemetry of a process: structured logs (structlog), metrics (Prometheus) and, where they are wanted, traces of use
cases, jobs, decisions, plays and renders.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from remixlab.app.traces import Tracer, safe
from remixlab.domain.errors import RemixLabError
from remixlab.domain.ports.process import Progress

_SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 2.0, 10.0, 60.0, 600.0)
"""Bounds of the duration histograms: from a read of the registry to the longest ingest."""

_COUNTED: Final = {
    "decisions": ("outcome",),
    "plays": ("counted",),
    "renders": ("kind",),
}
"""What is counted, with its labels: few values each, never an id."""

Fact = str | int | float | bool


class _Span:
    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}

    def note(self, **facts: Fact) -> None:
        self.facts.update(facts)


class ProcessTelemetry:
    """Every span is one log line (`info`, refusals too; `error` for what is our bug) and one observation."""

    def __init__(self, seconds: Callable[[], float], tracer: Tracer | None = None) -> None:
        self._seconds = seconds
        self.tracer = tracer
        self._log = structlog.get_logger("remixlab")
        self._registry = CollectorRegistry()
        self._durations = Histogram(
            "remixlab_seconds",
            "Duration of use cases and jobs",
            ("name", "outcome"),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._counters = {
            name: Counter(f"remixlab_{name}", f"How many {name} there were", labels, registry=self._registry)
            for name, labels in _COUNTED.items()
        }

    @contextmanager
    def span(self, name: str, *, of: str = "", **facts: Fact) -> Generator[_Span]:
        span, started, outcome = _Span(), self._seconds(), "ok"
        try:
            if self.tracer is None:
                yield span
            else:
                with self.tracer.span(name, facts, of) as traced:
                    yield span
                    traced.set_attributes(safe(span.facts))
        except RemixLabError as error:
            outcome = error.stable_code
            raise
        except BaseException as bug:
            outcome = type(bug).__name__
            raise
        finally:
            passed = self._seconds() - started
            # A stable code is one of a known table, so the label has few values.
            self._durations.labels(name=name, outcome=outcome).observe(passed)
            self._log.info(name, outcome=outcome, seconds=round(passed, 4), **facts, **span.facts)

    def trace(self) -> str:
        return "" if self.tracer is None else self.tracer.open_here()

    @contextmanager
    def stages(self, progress: Progress) -> Generator[Progress]:
        if self.tracer is None:
            yield progress
            return
        tracer, stage = self.tracer, ""
        with ExitStack() as open_stage:

            def follow(name: str, share: float) -> None:
                nonlocal stage
                if name != stage:
                    open_stage.close()
                    open_stage.enter_context(tracer.span(f"stage.{name}", {}))
                    stage = name
                progress(name, share)

            yield follow

    def count(self, name: str, **labels: str) -> None:
        self._counters[name].labels(**labels).inc()

    def exposition(self) -> bytes:
        """The metrics in Prometheus' text format."""
        return generate_latest(self._registry)
