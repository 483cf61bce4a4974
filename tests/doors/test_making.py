"""HTTP: plans, orders, jobs, decisions; what somebody asked for is theirs alone."""

from __future__ import annotations

from typing import Any

import pytest

from remixlab.domain.errors import RightsRefused
from remixlab.plan import remix
from remixlab.usecases.making.refusal import refusal


def test_a_prompt_becomes_a_plan_with_its_decision_and_who_is_paid(world: Any) -> None:
    world.open()
    answer = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "without drums"}).json()
    assert answer["plan"]["source"] == "rec_open" and answer["plan"]["schema"] == "remixlab.plan/1"
    assert answer["decision"]["outcome"].startswith("allow") and answer["preview_url"].endswith("/preview")
    assert sum(line["ppm"] for line in answer["pays"]) == 1_000_000
    assert [line["because"] for line in answer["description"] if line["because"]] == ["without drums"]
    again = world.get(f"/v1/plans/{answer['plan_id']}").json()
    assert (again["plan"], again["decision"]["outcome"]) == (answer["plan"], answer["decision"]["outcome"])


def test_a_denied_plan_is_an_answer_and_its_preview_a_refusal(world: Any, problem: Any) -> None:
    answer = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "without drums"}).json()
    assert (answer["decision"]["outcome"], answer["preview_url"]) == ("deny", None)
    refused = world.get(f"/v1/plans/{answer['plan_id']}/preview")
    assert problem(refused) == (403, "rights.refused.no_consent")
    told = refused.json()["decision"]
    assert set(told) == {
        "outcome",
        "reasons",
        "alternatives",
        "decision_id",
        "duties",
        "consent_ids",
        "attestation",
        "epoch",
    }


def test_a_plan_and_its_preview_are_hidden_from_everybody_else(world: Any, problem: Any) -> None:
    plan_id = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "without drums"}).json()[
        "plan_id"
    ]
    for path in (f"/v1/plans/{plan_id}", f"/v1/plans/{plan_id}/preview", "/v1/plans/nothing"):
        assert problem(world.get(path, "bob")) == (404, "plan.not_found")
    assert problem(world.ask("POST", "/v1/remixes", "bob", json={"plan_id": plan_id})) == (404, "plan.not_found")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"recording_id": "rec_open"}, 422, "prompt.empty"),
        ({"recording_id": "rec_open", "prompt": ""}, 422, "prompt.empty"),
        ({"recording_id": "rec_open", "prompt": "x" * 2001}, 422, "prompt.too_long"),
        ({"recording_id": "nothing", "prompt": "slower"}, 404, "recording.not_found"),
        ({"recording_id": "rec_own", "prompt": "slower"}, 404, "recording.not_found"),
        ({"recording_id": "rec_open", "plan": {"schema": "remixlab.plan/9"}}, 422, "plan.unknown_schema"),
        (
            {"recording_id": "rec_open", "plan": {**remix("rec_open").to_dict(), "ops": [{"op": "explode"}]}},
            422,
            "plan.unknown_verb",
        ),
        ({"recording_id": "rec_open", "plan": [1]}, 422, "request.invalid"),
        ({"recording_id": "rec_open", "prompt": "slower", "mine": "yes"}, 422, "request.invalid"),
        ({"recording_id": "rec_open", "prompt": "slower", "surprise": 1}, 422, "request.invalid"),
    ],
)
def test_what_becomes_no_plan_says_why(world: Any, problem: Any, body: dict[str, Any], status: int, code: str) -> None:
    assert problem(world.ask("POST", "/v1/plans", "bob", json=body)) == (status, code)


def test_an_order_is_a_plan_or_a_recording_never_both(world: Any, problem: Any) -> None:
    plan_id = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"}).json()["plan_id"]
    for body in ({}, {"plan_id": plan_id, "recording_id": "rec_open"}, {"plan_id": None}):
        assert problem(world.ask("POST", "/v1/remixes", json=body)) == (422, "request.invalid")
    started = world.ask("POST", "/v1/remixes", json={"plan_id": plan_id, "share": "public"})
    assert started.status_code == 202 and world.jobs.orders[-1].share == "public"


def test_a_key_makes_an_order_once_and_is_each_accounts_own(world: Any, problem: Any) -> None:
    body, key = {"recording_id": "rec_open", "prompt": "slower"}, {"Idempotency-Key": "k"}
    first, again = (world.ask("POST", "/v1/remixes", json=body, headers=key) for _ in range(2))
    other = world.ask("POST", "/v1/remixes", "bob", json=body, headers=key)
    assert again.json() == first.json() != other.json() and len(world.jobs.orders) == 2
    assert problem(world.ask("POST", "/v1/remixes", json={**body, "seed": 1}, headers=key)) == (
        409,
        "idempotency.reused",
    )


def test_a_job_is_followed_by_who_ordered_it_and_by_nobody_else(world: Any, problem: Any) -> None:
    job = world.ask("POST", "/v1/remixes", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    assert world.get(job["status_url"]).json() == {
        "job_id": job["job_id"],
        "state": "running",
        "result": None,
        "error": None,
    }
    for who, path in (
        ("bob", job["status_url"]),
        ("bob", job["events_url"]),
        ("ann", "/v1/jobs/nothing"),
        ("ann", "/v1/jobs/no/events"),
    ):
        assert problem(world.get(path, who)) == (404, "job.not_found")


def test_a_finished_job_answers_what_it_made(world: Any) -> None:
    world.open()
    made = world.made("rmx_1", share="private")
    job = world.ask("POST", "/v1/remixes", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    world.jobs.end(job["job_id"], state="done", result={"remix_id": made.remix_id})
    answer = world.get(job["status_url"]).json()
    assert answer["result"] == world.get("/v1/remixes/rmx_1").json()
    assert [line for line in world.get(job["events_url"]).text.splitlines() if line] == ["event: end", "data: {}"]
    world.jobs.end(job["job_id"], state="done", result={"recording_id": "rec_open", "duplicate_of": "rec_open"})
    brought = world.get(job["status_url"]).json()["result"]
    assert (brought["title"], brought["duplicate_of"], len(brought["sha256"])) == ("Neon Harbour", "rec_open", 64)


def test_a_failed_job_tells_its_refusal_as_the_api_does(world: Any) -> None:
    asked = world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]
    decision = world.workspace.context.read
    with decision() as records:
        kept = records.rights.decision(asked["decision_id"])
    error = refusal(kept)
    assert isinstance(error, RightsRefused)
    job = world.ask("POST", "/v1/remixes", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    world.jobs.end(job["job_id"], state="failed", error={"kind": type(error).__name__, **error.to_dict()})
    told = world.get(job["status_url"]).json()["error"]
    assert (told["code"], told["kind"], told["decision"]) == ("rights.refused.no_consent", "RightsRefused", asked)
    assert "mistakes" not in told and "matches" not in told


def test_a_decision_is_read_by_who_asked_and_whose_music_it_is_about(world: Any, problem: Any) -> None:
    decision_id = world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]["decision_id"]
    record = world.get(f"/v1/decisions/{decision_id}").json()
    assert (
        record["uses"] == [["remix", "rec_open", ""]]
        and record["request"]["listener"] == "ann"
        and len(record["reach"]) == 5
    )
    assert world.get(f"/v1/decisions/{decision_id}", "label").json() == record
    assert problem(world.get("/v1/decisions/nothing")) == (404, "decision.not_found")
    assert world.get(f"/v1/decisions/{decision_id}", "bob").status_code in (403, 404)


def test_a_file_that_is_no_soundfont_is_refused(world: Any, problem: Any) -> None:
    assert problem(world.ask("POST", "/v1/soundfonts", files={"file": ("a.sf2", b"nothing")})) == (
        422,
        "soundfont.invalid",
    )
