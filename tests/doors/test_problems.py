"""HTTP: whatever goes wrong is a problem, whoever raised it."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi.testclient import TestClient

from remixlab.app.settings import read_settings
from remixlab.domain.codes import CODES
from remixlab.domain.errors import InvalidSetting
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
    closed = TestClient(create_site(None), base_url="http://localhost")
    assert problem(closed.get("/v1/recordings")) == (503, "house.closed")
    assert closed.get("/openapi.json").status_code == 200


def test_every_code_leads_through_one_door() -> None:
    for kind, _ in CODES.values():
        assert door_of(kind) in DOORS.values()


def asked_from(world: Any, *headers: tuple[str, str]) -> str:
    """Where a workspace takes a request to come from."""
    sent = [*world.key("ann").items(), *headers]  # as pairs: a header may be sent twice
    said = world.client.get("/v1/recordings/rec_open/ask?scope=remix", headers=sent).json()["decision"]
    return str(world.get(f"/v1/decisions/{said['decision_id']}", "me").json()["request"]["territory"])


@pytest.mark.parametrize("header", ["RemixLab-Territory", "CF-IPCountry", "X-Country", "X-Forwarded-For"])
def test_nobody_says_by_a_header_where_they_are(world_with: Any, header: str) -> None:
    world = world_with({"REMIXLAB_TERRITORY": "DE"})
    assert asked_from(world, (header, "JP")) == "DE"


@pytest.mark.parametrize(
    ("headers", "place"),
    [
        ([("CF-IPCountry", "JP")], "JP"),
        ([("cf-ipcountry", " jp ")], "JP"),
        ([("CF-IPCountry", "T1")], "ZZ"),
        ([("CF-IPCountry", "XX")], "ZZ"),
        ([("CF-IPCountry", "UK")], "ZZ"),
        ([("CF-IPCountry", "Germany")], "ZZ"),
        ([("CF-IPCountry", "JP"), ("CF-IPCountry", "DE")], "ZZ"),
        ([("RemixLab-Territory", "JP")], "ZZ"),
        ([], "ZZ"),
    ],
)
def test_the_workspaces_own_proxy_says_where_a_request_comes_from(
    world_with: Any, headers: list[tuple[str, str]], place: str
) -> None:
    world = world_with({"REMIXLAB_TERRITORY": "DE", "REMIXLAB_TERRITORY_HEADER": "CF-IPCountry"})
    assert asked_from(world, *headers) == place


@pytest.mark.parametrize(("code", "hint"), [("UK", "GB"), ("WW", "no territory"), ("QQ", "ISO 3166")])
def test_a_workspace_is_not_in_a_place_that_is_none(code: str, hint: str) -> None:
    with pytest.raises(InvalidSetting) as told:
        read_settings({"REMIXLAB_TERRITORY": code})
    assert hint in told.value.message
