"""HTTP: recordings, parties and works; in pages, and hidden from whom they are not shown to."""

from __future__ import annotations

from typing import Any

import pytest

from remixlab.domain.rights import Scope

SHOWN = ["rec_else", "rec_open", "rec_same"]


def test_a_list_read_page_after_page_gives_every_item_once(world: Any) -> None:
    assert [r["recording_id"] for r in world.pages("/v1/recordings", "bob", limit=1)] == SHOWN
    assert [p["party_id"] for p in world.pages("/v1/parties", limit=2)] == [
        "band",
        "label",
        "other",
        "singer",
        "writer",
    ]
    assert [one["work_id"] for one in world.pages("/v1/works", limit=1)] == ["work"]


def test_what_somebody_brought_as_their_own_is_listed_for_nobody_else(world: Any) -> None:
    own = {"rec_own", "rec_own2"}
    assert own <= {r["recording_id"] for r in world.pages("/v1/recordings", "ann")}
    assert not own & {r["recording_id"] for r in world.pages("/v1/recordings", "bob")}


@pytest.mark.parametrize("part", ["", "/analysis", "/tags", "/audio", "/peaks", "/ask?scope=remix"])
def test_a_recording_that_is_not_shown_is_as_unknown_as_one_that_is_not_there(
    world: Any, problem: Any, part: str
) -> None:
    assert problem(world.get(f"/v1/recordings/rec_own{part}", "bob")) == (404, "recording.not_found")
    assert problem(world.get(f"/v1/recordings/nothing{part}", "bob")) == (404, "recording.not_found")


@pytest.mark.parametrize(
    "path", ["/v1/recordings", "/v1/parties", "/v1/works", "/v1/remixes", "/v1/audit", "/v1/keys", "/v1/approvals"]
)
def test_a_page_has_a_length_and_a_cursor_is_one_that_was_given(world: Any, problem: Any, path: str) -> None:
    assert problem(world.get(path, "me", limit=0)) == (422, "request.invalid")
    assert problem(world.get(path, "me", limit=201)) == (422, "request.invalid")
    assert problem(world.get(path, "me", after="x" * 513)) == (422, "request.invalid")


def test_a_recording_tells_what_was_heard_and_what_suits_it(world: Any) -> None:
    world.open()
    detail = world.get("/v1/recordings/rec_open", "bob").json()
    assert (detail["open"], detail["state"], detail["isrc"]) == (True, "open to remix", "QZRLB2600001")
    assert detail["analysis"]["tempo_bpm"] == 120.0 and detail["presets"][0]["prompt"] and len(detail["sentences"]) == 3
    assert world.get("/v1/recordings/rec_open/analysis").json() == detail["analysis"]


def test_sound_is_served_whole_and_in_parts(world: Any, problem: Any) -> None:
    assert problem(world.get("/v1/recordings/rec_open/audio")) == (403, "rights.refused.no_consent")
    world.open(Scope.STREAM)
    whole = world.get("/v1/recordings/rec_open/audio")
    part = world.ask("GET", "/v1/recordings/rec_open/audio", headers={"Range": "bytes=4-9"})
    last = world.ask("GET", "/v1/recordings/rec_open/audio", headers={"Range": "bytes=-3"})
    beyond = world.ask("GET", "/v1/recordings/rec_open/audio", headers={"Range": f"bytes={len(whole.content)}-"})
    assert (part.status_code, part.content) == (206, whole.content[4:10])
    assert part.headers["content-range"] == f"bytes 4-9/{len(whole.content)}"
    assert (last.content, beyond.status_code) == (whole.content[-3:], 416)
    assert len(world.get("/v1/recordings/rec_open/peaks").json()["peaks"]) == 1000


def test_every_scope_can_be_asked_for_one_recording(world: Any, problem: Any) -> None:
    refused = world.get("/v1/recordings/rec_open/ask", scope="download").json()["decision"]
    assert refused["outcome"] == "deny" and refused["reasons"][0]["use"] == "download"
    world.open()
    assert world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]["outcome"].startswith("allow")
    assert problem(world.get("/v1/recordings/rec_open/ask", scope="everything")) == (422, "request.invalid")


def test_an_upload_becomes_a_job_and_the_same_key_is_the_same_job(world: Any, problem: Any) -> None:
    files = {"file": ("song.flac", world.workspace.context.blobs.get(_sha_of(world)))}
    first = world.ask("POST", "/v1/recordings", files=files, data={"mine": "true"}, headers={"Idempotency-Key": "k"})
    again = world.ask("POST", "/v1/recordings", files=files, data={"mine": "true"}, headers={"Idempotency-Key": "k"})
    other = world.ask("POST", "/v1/recordings", files=files, data={"title": "B"}, headers={"Idempotency-Key": "k"})
    assert (first.status_code, again.json()) == (202, first.json()) and len(world.jobs.orders) == 1
    assert problem(other) == (409, "idempotency.reused")
    silent = {"files": {"file": ("a.flac", b"no sound")}}
    assert problem(world.ask("POST", "/v1/recordings", **silent, data={"mine": "true"})) == (422, "audio.invalid")
    assert problem(world.ask("POST", "/v1/recordings", **silent)) == (403, "catalogue.not_yours")


def test_a_party_is_read_by_id_and_only_the_label_itself_sets_its_veto(world: Any, problem: Any) -> None:
    assert world.get("/v1/parties/label").json()["name"] == "Lantern Row"
    assert problem(world.get("/v1/parties/nobody")) == (404, "party.not_found")
    kept = world.ask("PUT", "/v1/parties/label/artist-veto", "label", params={"veto": "false"})
    assert kept.json() == {"label": "label", "artist_veto": False, "epoch": kept.json()["epoch"]}
    assert problem(world.ask("PUT", "/v1/parties/label/artist-veto", "other", params={"veto": "true"})) == (
        403,
        "consent.not_yours",
    )


def _sha_of(world: Any) -> str:
    with world.workspace.context.read() as records:
        return records.catalogue.recording("rec_open").sha256
