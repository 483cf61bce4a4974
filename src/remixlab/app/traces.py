"""Traces by OpenTelemetry: one from the door through the use cases to the job and its stages, wherever it runs.

Off unless a place to send them is set. An attribute is an id, a count or an outcome: nothing that somebody wished or
knows, and an error's code, never its words. Source: OpenTelemetry 1.x; W3C Trace Context (`traceparent`).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from remixlab.app.logs import is_secret
from remixlab.domain.errors import InvalidSetting, RemixLabError

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

Fact = str | int | float | bool
TEXT_MAX: Final = 200


class Tracer:
    """Spans of one process, sent where its provider says."""

    def __init__(self, provider: TracerProvider) -> None:
        self._provider = provider
        self._tracer = provider.get_tracer("remixlab")

    @contextmanager
    def span(self, name: str, facts: Mapping[str, Fact], of: str = "") -> Generator[Any]:
        """A span inside the one that is open here, or of a trace that began elsewhere."""
        from opentelemetry.trace import StatusCode  # lazy

        with self._tracer.start_as_current_span(
            name, context=_begun(of), attributes=safe(facts), record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as wrong:
                outcome = wrong.stable_code if isinstance(wrong, RemixLabError) else type(wrong).__name__
                span.set_attribute("outcome", outcome)
                if not isinstance(wrong, RemixLabError):  # a refusal is an answer, and no failure of ours
                    span.set_status(StatusCode.ERROR)
                raise

    def open_here(self) -> str:
        """The trace that is open here, as another process takes it up; empty where none is."""
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # lazy

        told: dict[str, str] = {}
        TraceContextTextMapPropagator().inject(told)
        return told.get("traceparent", "")

    def close(self) -> None:
        """Send what was not sent yet."""
        self._provider.shutdown()


def open_tracer(url: str) -> Tracer | None:
    """Traces to an OTLP collector; None without one. Raises: InvalidSetting where the extra is not installed."""
    if not url:
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # lazy
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as missing:
        raise InvalidSetting(
            "REMIXLAB_TRACES: what sends traces is not installed", hint="pip install 'remixlab[traces]'"
        ) from missing
    provider = TracerProvider(resource=Resource.create({"service.name": "remixlab"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url)))
    return Tracer(provider)


def safe(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Facts without those whose name sounds secret, and no long texts: an id is short."""
    return {
        name: value[:TEXT_MAX] if isinstance(value, str) else value
        for name, value in facts.items()
        if not is_secret(name)
    }


def _begun(of: str) -> Any:
    """The context of a trace that began elsewhere; None for the one that is open here."""
    if not of:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # lazy

    return TraceContextTextMapPropagator().extract({"traceparent": of})
