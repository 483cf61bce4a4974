"""No input makes a 500, nothing is read without bounds, and a mistake of ours is an answer with a number."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import AsyncIterator
from typing import Any

import anyio
import httpx2
import pytest
import structlog

from remixlab.domain.errors import of_system
from remixlab.doors.cli import main
from remixlab.doors.guard import bodies

NUL = "%00"


def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# ---------------------------------------------------------------- texts


@pytest.mark.parametrize("text", ["a \ud800", "\udfff", "a\0b"], ids=["high", "low", "nul"])
@pytest.mark.parametrize("path", ["/v1/plans", "/v1/remixes", "/v1/plays", "/v1/consents"])
def test_text_that_nothing_can_keep_is_refused_wherever_it_stands(world: Any, path: str, text: str) -> None:
    for body in ({"prompt": text}, {"recording_id": text, "prompt": "slower"}, {text: 1}, [[text]]):
        sent = json.dumps(body).encode()
        answer = world.ask("POST", path, content=sent, headers={"Content-Type": "application/json"})
        assert told(answer) == (422, "request.text"), answer.text


def test_a_nul_that_is_escaped_twice_is_a_text_of_six_letters(world: Any) -> None:
    sent = rb'{"recording_id": "rec_open", "prompt": "slower \\u0000"}'
    answer = world.ask("POST", "/v1/plans", content=sent, headers={"Content-Type": "application/json"})
    assert answer.json().get("code") != "request.text"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/remixes/a%00b", "/v1/recordings/a%00b", "/v1/parties/a%00b", "/v1/jobs/a%00b", "/r/a%00b",
        "/v1/decisions/a%00", "/v1/remixes?after=a%00b", "/v1/remixes?source_id=a%00b",
        "/v1/consents?recording_id=%00", "/v1/recordings?feel=%00",
    ],
)  # fmt: skip
def test_an_address_with_a_nul_leads_nowhere(world: Any, path: str) -> None:
    assert told(world.ask("GET", path)) == (422, "request.text")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[" * 20_000 + b"]" * 20_000, "request.too_deep"),
        (b'{"a":' * 100 + b"1" + b"}" * 100, "request.too_deep"),
        (b'{"seed": ' + b"9" * 5000 + b"}", "request.invalid"),
        (b"\xff", "request.invalid"),
        (b"{", "request.invalid"),
        (b"", "request.invalid"),
        (b'"' + b"[" * 1000 + b'"', "request.invalid"),
    ],
)
def test_what_is_no_json_is_a_mistake_in_the_request(world: Any, body: bytes, code: str) -> None:
    answer = world.ask("POST", "/v1/plans", content=body, headers={"Content-Type": "application/json"})
    assert told(answer) == (422, code)


def test_a_plan_without_a_name_is_no_plan(world: Any) -> None:
    assert told(world.ask("POST", "/v1/remixes", json={"plan_id": ""}))[0] in (404, 422)


def test_a_form_that_cannot_be_read_is_a_mistake_in_the_request(world: Any) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    for body in (b"", b"--x\r\nnonsense", b"--x\r\n\r\n\r\n--x--\r\n"):
        answer = world.ask("POST", "/v1/recordings", content=body, headers=headers)
        assert told(answer) == (422, "request.invalid"), answer.text


# ---------------------------------------------------------------- methods


def test_a_method_that_an_address_does_not_know_is_answered_with_those_that_it_knows(world: Any) -> None:
    for method in ("TRACE", "PATCH", "OPTIONS", "PROPFIND"):
        answer = world.ask(method, "/v1/recordings")
        assert told(answer) == (405, "http.405")
        assert answer.headers["allow"] == "GET, HEAD, POST"
    assert world.ask("POST", "/v1/parties").headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/v1/recordings", "/v1/recordings/rec_open/audio", "/v1/nothing", "/healthz"])
def test_head_is_get_without_the_body(world: Any, path: str) -> None:
    world.open()
    head, get = world.ask("HEAD", path), world.ask("GET", path)
    assert head.status_code == get.status_code and head.content == b""
    same = ("content-type", "content-length", "accept-ranges")
    assert [head.headers.get(name) for name in same] == [get.headers.get(name) for name in same]


def test_the_head_of_a_stream_of_events_ends(world: Any) -> None:
    job = world.jobs.remix(None, world.workspace.actor("ann"))
    assert world.ask("HEAD", f"/v1/jobs/{job}/events").status_code == 200


# ---------------------------------------------------------------- mistakes of ours


def test_a_mistake_of_ours_is_a_problem_with_a_number_that_the_log_knows(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise KeyError("a secret wish")

    monkeypatch.setattr("remixlab.doors.api.making.routes_plans.consider", broken)
    with structlog.testing.capture_logs() as logged:
        answer = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "a secret wish"})
    assert answer.headers["content-type"] == "application/problem+json" and answer.headers["x-content-type-options"]
    body = answer.json()
    assert (answer.status_code, body["status"], body["code"]) == (500, 500, "internal")
    entry = next(one for one in logged if one["event"] == "bug")
    assert entry["error_id"] == body["error_id"] and body["error_id"] in body["hint"]
    assert entry["kind"] == "builtins.KeyError" and entry["route"] == "/plans"
    assert any(frame.endswith(" broken") for frame in entry["frames"])
    assert "secret" not in json.dumps([entry, body])


@pytest.mark.parametrize("number", [28, 122])
def test_a_full_disk_is_no_mistake_of_ours(world: Any, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(number, "No space left on device", "/home/secret/place")

    monkeypatch.setattr("remixlab.doors.api.making.routes_plans.consider", full)
    answer = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"})
    assert told(answer) == (503, "store.full") and "secret" not in answer.text
    assert int(answer.headers["retry-after"]) > 0


def test_a_disk_that_is_full_while_a_form_is_read_is_no_mistake_of_the_request(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("starlette.datastructures.UploadFile.write", full)
    answer = world.ask("POST", "/v1/recordings", files={"file": ("a.wav", b"RIFF" * 10)})
    assert told(answer) == (503, "store.full")


def test_what_the_system_says_is_told_without_its_place() -> None:
    assert "place" not in of_system(PermissionError(13, "Permission denied", "/secret/place")).message


# ---------------------------------------------------------------- bodies


def test_a_body_that_announces_too_much_is_not_read(world: Any) -> None:
    def never() -> Any:
        raise AssertionError("the body was read")
        yield b""

    for path, size in (("/v1/plans", 2 * 2**20), ("/v1/recordings", 2**40), ("/v1/parties", 10**14)):
        headers = {"Content-Length": str(size), "Content-Type": "application/json"}
        assert told(world.ask("POST", path, content=never(), headers=headers)) == (413, "request.too_large")


def test_a_body_that_announces_nothing_is_counted(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "UPLOADS_MAX", {})
    sent = 0

    def pieces() -> Any:
        nonlocal sent
        for _ in range(64):
            sent += 1
            yield b"x" * 2**16

    for media_type in ("application/json", "multipart/form-data; boundary=x", "text/plain"):
        answer = world.ask("POST", "/v1/verify", content=pieces(), headers={"Content-Type": media_type})
        assert told(answer) in ((413, "request.too_large"), (422, "request.invalid"))
    answer = world.ask("POST", "/v1/verify", content=pieces(), headers={"Content-Type": "application/json"})
    assert told(answer) == (413, "request.too_large")


def test_a_body_that_drips_is_not_waited_for(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PAUSE_S", 0.2)
    key = world.key("ann")

    async def ask() -> httpx2.Response:
        async def drip() -> AsyncIterator[bytes]:
            yield b'{"recording_id": '
            await anyio.sleep(3)
            yield b"1}"

        transport = httpx2.ASGITransport(world.client.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=key) as client:
            return await client.post("/v1/plans", content=drip(), headers={"Content-Type": "application/json"})

    started = anyio.run(_timed, ask)
    assert told(started[0]) == (408, "request.too_slow") and started[1] < 2.5


async def _timed(ask: Any) -> Any:
    begun = anyio.current_time()
    return await ask(), anyio.current_time() - begun


def test_who_asks_is_found_out_before_an_upload_is_read(locked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(*_: Any, **__: Any) -> Any:
        raise AssertionError("the body was read")

    monkeypatch.setattr("starlette.requests.Request._get_form", read)
    for path in ("/v1/recordings", "/v1/identify", "/v1/soundfonts"):
        for headers, code in (({}, "session.needed"), ({"Authorization": "Bearer rl_no_no"}, "key.invalid")):
            answer = locked.ask("POST", path, "", files={"file": ("a", io.BytesIO(b"x" * 100))}, headers=headers)
            assert told(answer) == (401, code)


def test_a_command_on_a_full_disk_ends_in_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device", "/home/secret")

    monkeypatch.setattr(sys.modules["remixlab.doors.cli.main"], "app", full)
    with pytest.raises(SystemExit) as left:
        main(["recordings"])
    told = capsys.readouterr()
    assert left.value.code == 6 and "no room" in told.err and "secret" not in told.err and "Traceback" not in told.err
