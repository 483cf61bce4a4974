"""Every use case and job is one log line and one observation, with how it ended; no secret and no prompt among them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from remixlab.app.telemetry import ProcessTelemetry
from remixlab.domain.actor import Actor
from remixlab.domain.errors import RemixNotFound
from remixlab.usecases.context.observed import observed

ACTOR = Actor.model_validate({"account": "kim", "territory": "DE", "at": "2026-03-01T12:00:00Z"})


@pytest.fixture(autouse=True)
def everything_is_logged() -> Iterator[None]:
    """Another test of this process may have opened a workspace, which logs from a level on."""
    structlog.reset_defaults()
    yield
    structlog.reset_defaults()


class Ticking:
    """A stopwatch that is a second further at each look."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


class Context:
    def __init__(self) -> None:
        self.telemetry = ProcessTelemetry(Ticking())


def lines_of(work: Any) -> list[dict[str, Any]]:
    with structlog.testing.capture_logs() as logged:
        work()
    return list(logged)


@observed("sharing.publish")
def publish(remix_id: str, actor: Actor, context: Context) -> str:
    if remix_id == "rmx_gone":
        raise RemixNotFound("there is no such remix")
    if remix_id == "rmx_bug":
        raise ZeroDivisionError
    return remix_id


def test_a_use_case_is_logged_with_who_asked_and_how_long_it_took() -> None:
    context = Context()
    logged = lines_of(lambda: publish("rmx_1", ACTOR, context))
    assert [(line["event"], line["outcome"], line["seconds"], line["account"]) for line in logged] == [
        ("sharing.publish", "ok", 1.0, "kim")
    ]


def test_a_refusal_is_logged_by_its_code_and_raised() -> None:
    context = Context()

    def refused() -> None:
        with pytest.raises(RemixNotFound):
            publish("rmx_gone", ACTOR, context=context)

    assert [line["outcome"] for line in lines_of(refused)] == ["remix.not_found"]


def test_a_bug_is_logged_by_its_class_and_raised() -> None:
    context = Context()

    def crashed() -> None:
        with pytest.raises(ZeroDivisionError):
            publish("rmx_bug", actor=ACTOR, context=context)

    assert [line["outcome"] for line in lines_of(crashed)] == ["ZeroDivisionError"]


def test_durations_and_counts_are_exposed_to_prometheus() -> None:
    context = Context()
    lines_of(lambda: publish("rmx_1", ACTOR, context))
    context.telemetry.count("decisions", outcome="deny")
    context.telemetry.count("decisions", outcome="deny")
    text = context.telemetry.exposition().decode()
    assert 'remixlab_decisions_total{outcome="deny"} 2.0' in text
    assert 'remixlab_seconds_count{name="sharing.publish",outcome="ok"} 1.0' in text
    assert "kim" not in text  # no id is a label


def test_a_span_adds_what_is_learned_on_the_way() -> None:
    telemetry = ProcessTelemetry(Ticking())

    def job() -> None:
        with telemetry.span("job.remix", job_id="job_1") as span:
            span.note(state="failed")

    logged = lines_of(job)
    assert [(line["job_id"], line["state"]) for line in logged] == [("job_1", "failed")]
