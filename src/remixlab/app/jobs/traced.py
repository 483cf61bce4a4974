"""A job as a part of the trace that ordered it, in whatever process it runs."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from remixlab.domain.ports.process import Progress
from remixlab.domain.ports.telemetry import Span, Telemetry


def carried_trace(telemetry: Telemetry) -> dict[str, str]:
    """What a job carries of the trace that is open where it is ordered; nothing where nothing is traced."""
    trace = telemetry.trace()
    return {"trace": trace} if trace else {}


@contextmanager
def traced_job(name: str, job_id: str, telemetry: Telemetry, progress: Progress) -> Generator[tuple[Span, Progress]]:
    """The span of a job, and its progress with a span for each stage."""
    with (
        telemetry.span(f"job.{name}", of=_ordered_in(job_id, telemetry), job_id=job_id) as span,
        telemetry.stages(progress) as followed,
    ):
        yield span, followed


def _ordered_in(job_id: str, telemetry: Telemetry) -> str:
    """The trace that a job carries; its database is asked only where traces are kept."""
    from dbos import DBOS  # lazy

    if getattr(telemetry, "tracer", None) is None:
        return ""
    found = DBOS.get_workflow_status(job_id)
    return str((found.attributes or {}).get("trace", "")) if found is not None else ""
