"""The HTTP door: the same house, problems as problem+json, ranges, idempotency, progress."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from browsers_of_tests import owners_browser
from remixlab.app import open_workspace
from remixlab.doors.api import create_schema

pytestmark = pytest.mark.xdist_group("journeys")


@pytest.fixture(scope="module")
def client(home: Path) -> Iterator[TestClient]:
    with open_workspace(home) as workspace, owners_browser(workspace) as browser:
        yield browser


def recording_id(client: TestClient, title: str) -> str:
    items = client.get("/v1/recordings").json()["items"]
    return next(i["recording_id"] for i in items if i["title"] == title)


def make(client: TestClient, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    started = client.post("/v1/remixes", json=body, headers=headers)
    assert started.status_code == 202, started.text
    for _ in range(600):
        job = client.get(started.json()["status_url"]).json()
        if job["state"] != "running":
            return job
        time.sleep(0.1)
    raise AssertionError("the job never ended")


def test_the_committed_description_is_the_apps_own() -> None:
    committed = json.loads((Path(__file__).resolve().parents[2] / "openapi.json").read_text())
    assert committed == json.loads(json.dumps(create_schema())), "run `make docs`"


def test_the_catalogue_says_what_is_open(client: TestClient) -> None:
    states = {i["title"]: (i["open"], i["state"]) for i in client.get("/v1/recordings").json()["items"]}
    assert states["Harbour Lights"] == (True, "open to remix")
    assert states["Shut Door"] == (False, "closed")


def test_lists_go_on_from_a_cursor(client: TestClient) -> None:
    first = client.get("/v1/recordings", params={"limit": 1}).json()
    second = client.get("/v1/recordings", params={"limit": 1, "after": first["next"]}).json()
    assert first["items"][0]["recording_id"] != second["items"][0]["recording_id"]


def test_a_wish_becomes_a_plan_with_its_decision_and_who_is_paid(client: TestClient) -> None:
    answer = client.post(
        "/v1/plans", json={"recording_id": recording_id(client, "Harbour Lights"), "prompt": "reggae, no drums"}
    ).json()
    assert answer["decision"]["outcome"].startswith("allow")
    assert sum(line["ppm"] for line in answer["pays"]) == 1_000_000
    assert any(line["because"] for line in answer["description"])
    assert client.get(f"/v1/plans/{answer['plan_id']}").json()["plan"] == answer["plan"]


def test_first_sound_comes_before_the_whole_and_is_kept_nowhere(client: TestClient) -> None:
    plan = client.post(
        "/v1/plans", json={"recording_id": recording_id(client, "Harbour Lights"), "prompt": "no drums"}
    ).json()
    sound = client.get(plan["preview_url"], params={"length_s": 0.5})
    assert sound.status_code == 200 and sound.headers["cache-control"] == "no-store"
    assert sound.content[:4] == b"RIFF" and len(sound.content) > 44_100


def test_a_remix_is_made_heard_in_parts_and_shared(client: TestClient) -> None:
    body = {"recording_id": recording_id(client, "Harbour Lights"), "prompt": "slower, more bass", "share": "public"}
    job = make(client, body)
    assert job["state"] == "done", job
    remix = job["result"]
    whole = client.get(remix["audio_url"])
    part = client.get(remix["audio_url"], headers={"Range": "bytes=0-99"})
    assert part.status_code == 206 and part.content == whole.content[:100]
    assert part.headers["content-range"] == f"bytes 0-99/{len(whole.content)}"
    assert client.get(remix["audio_url"], headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416
    assert client.get(remix["audio_url"], params={"format": "mp3"}).headers["content-type"] == "audio/mpeg"
    assert len(client.get(remix["peaks_url"]).json()["peaks"]) == 1000
    page = client.get(remix["share_url"])
    assert page.status_code == 200 and "Harbour Lights" in page.text and "<audio" in page.text


def test_the_same_key_is_the_same_job_and_another_wish_clashes(client: TestClient) -> None:
    body = {"recording_id": recording_id(client, "Harbour Lights"), "prompt": "faster"}
    first = client.post("/v1/remixes", json=body, headers={"Idempotency-Key": "k-1"}).json()
    again = client.post("/v1/remixes", json=body, headers={"Idempotency-Key": "k-1"})
    other = client.post("/v1/remixes", json={**body, "prompt": "slower"}, headers={"Idempotency-Key": "k-1"})
    assert again.json() == first
    assert other.status_code == 409 and other.json()["code"] == "idempotency.reused"


def test_progress_streams_and_ends(client: TestClient) -> None:
    body = {"recording_id": recording_id(client, "Harbour Lights"), "prompt": "drum and bass"}
    started = client.post("/v1/remixes", json=body).json()
    with client.stream("GET", started["events_url"]) as events:
        lines = list(events.iter_lines())
    assert "event: end" in lines
    assert any(line.startswith("data:") and '"stage"' in line for line in lines)


def test_a_refusal_is_a_problem_with_the_way_that_is_open(client: TestClient) -> None:
    job = make(client, {"recording_id": recording_id(client, "Shut Door"), "prompt": "house"})
    assert job["state"] == "failed" and job["error"]["code"].startswith("rights.")


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/v1/recordings/nothing", None, 404),
        ("GET", "/v1/remixes/nothing", None, 404),
        ("GET", "/v1/nothing", None, 404),
        ("POST", "/v1/plans", {"recording_id": "x"}, 404),
        ("POST", "/v1/plans", {"recording_id": 7}, 422),
        ("POST", "/v1/plans", {"recording_id": "x", "surprise": 1}, 422),
        ("POST", "/v1/remixes", {}, 422),
    ],
)
def test_every_error_is_a_problem(client: TestClient, method: str, path: str, body: Any, status: int) -> None:
    answer = client.request(method, path, json=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code", "message"} <= set(answer.json())


def test_a_play_needs_the_token_of_its_stream(client: TestClient) -> None:
    made = make(client, {"recording_id": recording_id(client, "Harbour Lights"), "prompt": "karaoke"})["result"]
    report = {"play_id": "play-api-0001", "remix_id": made["remix_id"], "listened_s": 45.0, "token": "made-up"}
    assert client.post("/v1/plays", json=report).status_code == 403
    token = client.get(made["audio_url"]).headers["remixlab-stream-token"]
    hasty = client.post("/v1/plays", json={**report, "token": token})
    assert (hasty.status_code, hasty.json()["code"]) == (403, "play.too_fast")
    counted = client.post("/v1/plays", json={**report, "token": token, "listened_s": 1.0})
    assert counted.status_code == 200 and counted.json()["counted"] is True


def test_pages_run_only_our_own_scripts(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200 and "default-src 'self'" in page.headers["content-security-policy"]
    assert "<script>" not in page.text and "onclick" not in page.text


def test_an_uploaded_file_enters_the_catalogue(client: TestClient, house_folder: Path) -> None:
    data = (house_folder / "files" / "open.flac").read_bytes()
    started = client.post("/v1/recordings", files={"file": ("again.flac", data)}, data={"mine": "true"})
    assert started.status_code == 202
    for _ in range(300):
        job = client.get(started.json()["status_url"]).json()
        if job["state"] != "running":
            break
        time.sleep(0.1)
    assert job["state"] == "done" and job["result"]["title"] == "Harbour Lights"
