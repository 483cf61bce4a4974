"""HTTP: remixes are listed, heard, taken away, shared and played as their owners allow."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import world_of_tests as w
from remixlab.domain.rights import Scope


def test_own_and_published_remixes_are_listed_newest_first_in_pages(world: Any) -> None:
    world.open()
    for n, (listener, share) in enumerate(
        [("ann", "private"), ("bob", "public"), ("bob", "private"), ("ann", "public")]
    ):
        world.made(f"rmx_{n}", listener, share=share, created_at=w.NOW + timedelta(minutes=n))
    assert [r["remix_id"] for r in world.pages("/v1/remixes", "ann", limit=1)] == ["rmx_3", "rmx_1", "rmx_0"]
    assert [r["remix_id"] for r in world.pages("/v1/remixes", "bob", limit=2)] == ["rmx_3", "rmx_2", "rmx_1"]
    assert world.pages("/v1/remixes", "ann", source_id="rec_else") == []


@pytest.mark.parametrize("part", ["", "/audio", "/peaks", "/audio?download=true"])
def test_a_private_remix_does_not_exist_for_others(world: Any, problem: Any, part: str) -> None:
    world.open()
    world.made("rmx_1", share="private")
    assert world.get(f"/v1/remixes/rmx_1{part}").status_code == 200
    assert problem(world.get(f"/v1/remixes/rmx_1{part}", "bob")) == (404, "remix.not_found")
    assert problem(world.get(f"/v1/remixes/nothing{part}", "bob")) == (404, "remix.not_found")


def test_a_remix_answers_its_plan_its_source_and_where_it_is_heard(world: Any) -> None:
    world.open()
    world.made("rmx_1")
    answer = world.get("/v1/remixes/rmx_1", "bob").json()
    assert answer["plan"] == {
        "schema": "remixlab.plan/1",
        "kind": "remix",
        "source": "rec_open",
        "stems": answer["plan"]["stems"],
        "ops": [],
        "master": {"lufs": -14.0, "dbtp": -1.0},
        "seed": 0,
    }
    assert answer["source"] == {
        "recording_id": "rec_open",
        "title": "Neon Harbour",
        "artist": "Juniper Vale",
        "isrc": "QZRLB2600001",
    }
    assert (answer["audio_url"], answer["share_url"]) == ("/v1/remixes/rmx_1/audio", "/r/rmx_1")
    assert answer["screen"] == {"clean": True, "matches": [], "mended": []}


def test_to_take_a_published_remix_away_needs_the_right_to_download(world: Any, problem: Any) -> None:
    world.open(Scope.REMIX, Scope.PUBLIC_SHARE)
    world.made("rmx_1")
    assert world.get("/v1/remixes/rmx_1/audio", "bob").status_code == 200
    refused = world.get("/v1/remixes/rmx_1/audio", "bob", download="true")
    assert problem(refused)[0] == 403 and refused.json()["use"] == "download"
    decision = refused.json()["decision"]["decision_id"]
    assert world.get(f"/v1/decisions/{decision}", "bob").json()["uses"] == [["download", "rec_open", ""]]
    world.open(Scope.REMIX, Scope.PUBLIC_SHARE, Scope.DOWNLOAD)
    taken = world.get("/v1/remixes/rmx_1/audio", "bob", download="true")
    title = world.client.get("/v1/remixes/rmx_1").json()["title"]
    name = taken.headers["content-disposition"]
    assert taken.status_code == 200 and f'filename="{title}.flac"' in name, "a file has the name of the music"


def test_a_format_that_is_none_is_refused_before_anything_is_read(world: Any, problem: Any) -> None:
    assert problem(world.get("/v1/remixes/nothing/audio", format="exe")) == (422, "format.unknown")


def test_only_the_maker_publishes_and_takes_the_parts(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    assert world.ask("POST", "/v1/remixes/rmx_1/publish", "bob").status_code == 403
    assert problem(world.get("/v1/remixes/rmx_1/stems", "bob")) == (403, "remix.not_yours")
    assert problem(world.ask("POST", "/v1/remixes/nothing/publish")) == (404, "remix.not_found")


def test_a_private_remix_is_shared_once_its_owners_allow_it(world: Any, problem: Any) -> None:
    world.open(Scope.REMIX)
    world.made("rmx_1", share="private")
    assert problem(world.ask("POST", "/v1/remixes/rmx_1/publish"))[0] == 403
    world.open(Scope.REMIX, Scope.PUBLIC_SHARE)
    shared = world.ask("POST", "/v1/remixes/rmx_1/publish").json()
    assert (shared["share"], shared["state"]) == ("public", "published")
    assert world.get("/v1/remixes/rmx_1", "bob").status_code == 200


def streamed(world: Any, who: str = "bob", **headers: str) -> str:
    """Somebody asks for the sound; the token of the stream that it belongs to."""
    return world.ask("GET", "/v1/remixes/rmx_1/audio", who, headers=headers).headers["remixlab-stream-token"]


def later(world: Any, seconds: float) -> None:
    world.workspace.context.clock.at += timedelta(seconds=seconds)


def report(token: str, play_id: str = "play-0001", listened_s: float = 45.0) -> dict[str, Any]:
    return {"play_id": play_id, "remix_id": "rmx_1", "listened_s": listened_s, "token": token}


def test_a_play_is_counted_once_with_the_token_of_its_stream(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    told = report(streamed(world))
    later(world, 45)
    assert problem(world.ask("POST", "/v1/plays", "ann", json=told)) == (403, "play.token")
    first, again = (world.ask("POST", "/v1/plays", "bob", json=told).json() for _ in range(2))
    assert (first["counted"], again["counted"], first["pays"][0]["ppm"]) == (True, False, 1_000_000)
    other = {**told, "play_id": "play-0002", "listened_s": 0}
    assert problem(world.ask("POST", "/v1/plays", "bob", json=other)) == (403, "play.token_used")


def test_nothing_is_counted_that_cannot_have_been_heard(world: Any, problem: Any) -> None:
    """Forty names, one byte and one report each, were forty euros."""
    world.open()
    world.made("rmx_1")
    whole, byte = streamed(world), streamed(world, Range="bytes=0-0")
    later(world, 44)
    for token, code in ((whole, "play.too_fast"), (byte, "play.not_served")):
        seconds = 60.0 if token == whole else 40.0
        assert problem(world.ask("POST", "/v1/plays", "bob", json=report(token, listened_s=seconds))) == (403, code)
    assert world.ask("POST", "/v1/plays", "bob", json=report(whole, listened_s=44)).json()["counted"] is True
    beside = streamed(world)
    later(world, 10)
    overlapping = report(beside, "play-0002", 10.0)
    assert world.ask("POST", "/v1/plays", "bob", json=overlapping).json()["counted"] is True
    later(world, 24 * 3600)
    late = report(streamed(world), "play-0003", 30.0)
    later(world, 24 * 3600 + 1)
    assert problem(world.ask("POST", "/v1/plays", "bob", json=late)) == (403, "play.expired")


def test_one_listener_hears_one_thing_at_a_time(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    tokens = [streamed(world) for _ in range(3)]
    later(world, 60)
    first, second = (report(token, f"play-000{n}", 50.0) for n, token in enumerate(tokens[:2]))
    assert world.ask("POST", "/v1/plays", "bob", json=first).json()["counted"] is True
    assert problem(world.ask("POST", "/v1/plays", "bob", json=second)) == (403, "play.overlaps")


def test_a_stream_goes_on_over_the_parts_of_a_file(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    size = int(world.get("/v1/remixes/rmx_1/audio", "bob").headers["content-length"])
    token = streamed(world, Range=f"bytes=0-{size // 2}")
    later(world, 150)
    told = report(token, listened_s=150.0)
    assert problem(world.ask("POST", "/v1/plays", "bob", json=told)) == (403, "play.not_served")
    more = {"RemixLab-Stream-Token": token, "Range": f"bytes={size // 2}-"}
    assert streamed(world, **more) == token
    assert world.ask("POST", "/v1/plays", "bob", json=told).json()["counted"] is True
    assert problem(world.ask("GET", "/v1/remixes/rmx_1/audio", "ann", headers=more)) == (403, "play.token")


@pytest.mark.parametrize("made_up", ["x", "a.b.c", "a.1.b", f"a.{'9' * 15}.b", f"a.{'9' * 400}.b", "ä.²³.x"])
def test_a_token_that_somebody_made_up_is_none(world: Any, problem: Any, made_up: str) -> None:
    world.open()
    world.made("rmx_1")
    assert problem(world.ask("POST", "/v1/plays", "bob", json=report(made_up))) == (403, "play.token")


@pytest.mark.parametrize(
    "wrong", [{"play_id": "short"}, {"play_id": "p" * 101}, {"listened_s": -1}, {"listened_s": 86_401}, {"more": 1}]
)
def test_a_report_that_is_none_is_a_problem_and_never_a_crash(world: Any, problem: Any, wrong: dict[str, Any]) -> None:
    sent = {**report("t"), **wrong}
    assert problem(world.ask("POST", "/v1/plays", json=sent)) == (422, "request.invalid")


def test_what_was_withdrawn_is_gone_for_everybody(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    gone = world.ask("DELETE", "/v1/consents", "label", params={"recording_id": "rec_open"}).json()
    assert (gone["recording_id"], gone["remixes"], gone["hold"]["kind"]) == ("rec_open", ["rmx_1"], "withdrawal")
    assert problem(world.get("/v1/remixes/rmx_1/audio", "bob")) == (409, "consent.withdrawn")
