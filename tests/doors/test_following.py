"""Following a job over HTTP: every event once, any number of watchers for the price of one, and jobs called off."""

from __future__ import annotations

import json
from threading import Timer
from typing import Any

import anyio
import httpx2
import pytest

from remixlab.doors.api.making import following as following_module


def events_of(text: str) -> list[tuple[int, str]]:
    blocks = [dict(line.split(": ", 1) for line in block.splitlines()) for block in text.strip().split("\n\n")]
    return [(int(b["id"]), json.loads(b["data"])["stage"]) for b in blocks if b.get("event") == "progress"]


def a_job(world: Any, who: str = "ann") -> str:
    return str(world.jobs.remix(None, world.workspace.actor(who)))


def test_no_event_is_lost_however_many_there_are_and_a_stream_goes_on_where_it_was(world: Any) -> None:
    job = a_job(world)
    tell = world.jobs.board.report(job)
    for number in range(900):
        tell(f"stage {number}", 1.0)
    world.jobs.end(job, state="done", result={"remix_id": "rmx_1"})
    path = f"/v1/jobs/{job}/events"
    whole = world.ask("GET", path).text
    assert [number for number, _ in events_of(whole)] == list(range(1, 901)) and whole.endswith(
        "event: end\ndata: {}\n\n"
    )
    rest = world.ask("GET", path, headers={"Last-Event-ID": "893"}).text
    assert events_of(rest)[0] == (894, "stage 893")


def test_many_watchers_cost_one_look_and_no_request_its_turn(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    job, key = a_job(world), world.key("ann")
    tell, looks = world.jobs.board.report(job), [0]
    status = world.jobs.status

    def looked(job_id: str) -> Any:
        looks[0] += 1
        return status(job_id)

    world.jobs.status = looked
    took: list[float] = []

    async def all_of_them() -> list[str]:
        transport = httpx2.ASGITransport(world.client.app)
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=key) as client:
            told: list[str] = []

            async def watch() -> None:
                answer = await client.get(f"/v1/jobs/{job}/events")
                told.append(answer.text)

            async with anyio.create_task_group() as group:
                for _ in range(120):
                    group.start_soon(watch)
                await anyio.sleep(1.0)
                began = anyio.current_time()
                assert (await client.get("/v1/parties")).status_code == 200
                took.append(anyio.current_time() - began)
                tell("render", 0.5)
                await anyio.sleep(0.7)
                tell("seal", 1.0)
                world.jobs.end(job, state="done", result={})
            return told

    told = anyio.run(all_of_them)
    assert len(told) == 120 and {tuple(events_of(text)) for text in told} == {((1, "render"), (2, "seal"))}
    assert looks[0] < 120 + 40  # each was let in once, and then one looked for all
    assert took[0] < 1.0


def test_streams_are_bounded(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_module, "STREAMS_MAX", 0)
    answer = world.ask("GET", f"/v1/jobs/{a_job(world)}/events")
    assert (answer.status_code, answer.json()["code"]) == (503, "overloaded") and answer.headers["retry-after"] == "10"


def test_a_stream_without_news_says_that_it_is_still_there(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_module, "STILL_HERE_S", 0.05)
    job = a_job(world)
    Timer(0.6, lambda: world.jobs.end(job, state="done", result={})).start()
    assert ": still here" in world.ask("GET", f"/v1/jobs/{job}/events").text


# ---------------------------------------------------------------- called off


def test_a_job_is_called_off_by_whoever_ordered_it_and_by_nobody_else(world: Any, problem: Any) -> None:
    job = a_job(world)
    assert problem(world.ask("DELETE", f"/v1/jobs/{job}", who="bob")) == (404, "job.not_found")
    answer = world.ask("DELETE", f"/v1/jobs/{job}").json()
    assert (answer["state"], answer["error"]["code"]) == ("failed", "job.cancelled")
    assert world.ask("DELETE", f"/v1/jobs/{job}").json() == answer
    with world.workspace.context.read() as records:
        assert [entry.account for entry in records.accounts.audit().items if entry.action == "job.cancel"] == ["ann"]
