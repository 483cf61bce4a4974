"""Traces: one from the door through the use cases to the job and its stages; no wish and no secret in them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from jobs_of_tests import ACTOR, Jobbing, order
from remixlab.app.settings import read_settings
from remixlab.app.telemetry import ProcessTelemetry
from remixlab.app.traces import Tracer, open_tracer, safe
from remixlab.domain.errors import JobNotFound
from remixlab.doors.guard.traced import Traced


class Kept:
    """What was traced, and a tracer of each process."""

    def __init__(self) -> None:
        self.exporter = InMemorySpanExporter()

    def tracer(self) -> Tracer:
        provider = TracerProvider()
        provider.add_span_processor(SimpleSpanProcessor(self.exporter))
        return Tracer(provider)

    def telemetry(self) -> ProcessTelemetry:
        return ProcessTelemetry(lambda: 0.0, self.tracer())

    @property
    def spans(self) -> dict[str, Any]:
        return {span.name: span for span in self.exporter.get_finished_spans()}


@pytest.fixture
def kept() -> Iterator[Kept]:
    yield Kept()


def parent_of(span: Any) -> int | None:
    return span.parent.span_id if span.parent else None


def test_a_use_case_lies_in_its_request_and_a_job_in_the_use_case_that_ordered_it(kept: Kept) -> None:
    door, worker = kept.telemetry(), kept.telemetry()
    with door.span("making.order", account="ann"):
        carried = door.trace()
    with worker.span("job.remix", of=carried, job_id="job_1") as span, worker.stages(lambda *_: None) as progress:
        for stage, share in (("rights", 0.0), ("render", 0.0), ("render", 0.5), ("seal", 0.0)):
            progress(stage, share)
        span.note(state="done")
    spans = kept.spans
    job, ordered = spans["job.remix"], spans["making.order"]
    assert parent_of(job) == ordered.context.span_id and job.context.trace_id == ordered.context.trace_id
    stages = [span for name, span in spans.items() if name.startswith("stage.")]
    assert [span.name for span in stages] == ["stage.rights", "stage.render", "stage.seal"]
    assert {parent_of(span) for span in stages} == {job.context.span_id}
    assert dict(job.attributes) == {"job_id": "job_1", "state": "done"}


def test_a_real_job_takes_up_the_trace_of_the_process_that_ordered_it(kept: Kept, tmp_path: Path) -> None:
    telemetry = kept.telemetry()
    jobs = Jobbing(tmp_path)
    jobs._context.telemetry = telemetry  # type: ignore[misc]  # pyright: ignore
    try:
        with telemetry.span("catalogue.receive"):
            job_id = jobs.ingest(order(7), ACTOR)
        jobs.wait(job_id)
    finally:
        jobs.stop()
    ordered, job, stage = (kept.spans[name] for name in ("catalogue.receive", "job.ingest", "stage.work"))
    assert parent_of(job) == ordered.context.span_id and parent_of(stage) == job.context.span_id
    assert job.attributes["job_id"] == job_id and job.attributes["state"] == "done"


def test_progress_reaches_who_follows_whether_it_is_traced_or_not(kept: Kept) -> None:
    told: list[tuple[str, float]] = []
    for telemetry in (kept.telemetry(), ProcessTelemetry(lambda: 0.0)):
        with telemetry.stages(lambda stage, share: told.append((stage, share))) as progress:
            progress("render", 0.5)
    assert told == [("render", 0.5)] * 2
    assert ProcessTelemetry(lambda: 0.0).trace() == ""


def test_a_refusal_is_an_outcome_and_a_mistake_of_ours_is_an_error_without_its_words(kept: Kept) -> None:
    telemetry = kept.telemetry()
    for name, wrong in (("refused", JobNotFound("my secret wish")), ("broken", ValueError("my secret wish"))):
        with pytest.raises(type(wrong)), telemetry.span(name):
            raise wrong
    spans = kept.spans
    assert spans["refused"].attributes["outcome"] == "job.not_found" and spans["refused"].status.is_unset
    assert spans["broken"].attributes["outcome"] == "ValueError" and not spans["broken"].status.is_ok
    assert all("secret" not in span.to_json() for span in spans.values())


def test_what_sounds_secret_is_no_attribute_and_no_text_is_long() -> None:
    facts = {"prompt": "a wish", "api_key": "k", "token_hash": "t", "account": "ann", "note": "x" * 999, "count": 3}
    assert safe(facts) == {"account": "ann", "note": "x" * 200, "count": 3}


def test_a_request_is_traced_by_its_route_and_never_by_what_it_asks_for(kept: Kept) -> None:
    from fastapi import FastAPI

    site, tracer = FastAPI(), kept.tracer()
    site.add_middleware(Traced, tracer=tracer)
    telemetry = ProcessTelemetry(lambda: 0.0, tracer)

    @site.get("/v1/recordings/{recording_id}")
    def read(recording_id: str) -> dict[str, str]:
        with telemetry.span("catalogue.shown_recording"):
            return {}

    outsiders = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    headers = {"traceparent": outsiders, "Authorization": "Bearer rl_secret"}
    assert TestClient(site).get("/v1/recordings/rec_7?feel=my+wish", headers=headers).status_code == 200
    request, inside = kept.spans["GET /v1/recordings/{recording_id}"], kept.spans["catalogue.shown_recording"]
    assert parent_of(inside) == request.context.span_id and request.parent is None
    assert dict(request.attributes) == {
        "http.request.method": "GET", "http.route": "/v1/recordings/{recording_id}", "http.response.status_code": 200,
    }  # fmt: skip
    assert outsiders.split("-")[1] != f"{request.context.trace_id:032x}", "nobody outside says which trace it is"
    TestClient(site).get("/no/such/rec_7")
    assert "rec_7" not in "".join(span.to_json() for span in kept.exporter.get_finished_spans())


def test_nothing_is_traced_or_loaded_unless_a_place_is_set() -> None:
    assert open_tracer(read_settings({}).traces_url) is None
    program = (
        "import sys; import remixlab.app.wire, remixlab.doors.site;"
        "print([m for m in sys.modules if m.startswith("
        "('opentelemetry.sdk', 'opentelemetry.exporter', 'webauthn', 'authlib', 'joserfc'))])"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"


def test_a_place_that_is_set_is_where_traces_go() -> None:
    tracer = open_tracer("http://127.0.0.1:9/v1/traces")
    assert tracer is not None
    assert "our secret" not in repr(read_settings({"REMIXLAB_TRACES": "http://collector/our secret"}))
