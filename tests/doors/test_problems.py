"""HTTP: whatever goes wrong is a problem, whoever raised it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from remixlab.domain.codes import CODES
from remixlab.doors.errors import DOORS, door_of
from remixlab.doors.site import create_site


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "http.404"),
        ("PATCH", "/v1/recordings", 405, "http.405"),
        ("POST", "/v1/plans", 422, "request.invalid"),
    ],
)
def test_what_no_operation_answers_is_a_problem_too(
    world: Any, problem: Any, method: str, path: str, status: int, code: str
) -> None:
    answer = world.ask(method, path)
    assert problem(answer) == (status, code) and code in CODES


def test_a_mistake_in_a_request_is_told_with_its_place(world: Any) -> None:
    told = world.ask("POST", "/v1/plans", json={"recording_id": 7, "more": 1}).json()
    assert sorted(mistake.partition(":")[0] for mistake in told["mistakes"]) == ["body.more", "body.recording_id"]


def test_an_application_without_a_workspace_only_describes_itself(problem: Any) -> None:
    closed = TestClient(create_site(None))
    assert problem(closed.get("/v1/recordings")) == (503, "house.closed")
    assert closed.get("/openapi.json").status_code == 200


def test_every_code_leads_through_one_door() -> None:
    for kind, _ in CODES.values():
        assert door_of(kind) in DOORS.values()


def test_a_territory_of_two_letters_says_where_somebody_asks_from(world: Any, problem: Any) -> None:
    said = world.ask("GET", "/v1/recordings/rec_open/ask?scope=remix", headers={"RemixLab-Territory": "DE"}).json()[
        "decision"
    ]
    assert world.get(f"/v1/decisions/{said['decision_id']}").json()["request"]["territory"] == "DE"
    assert problem(world.ask("GET", "/v1/recordings", headers={"RemixLab-Territory": "Germany"})) == (
        422,
        "request.invalid",
    )
