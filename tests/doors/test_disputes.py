"""HTTP: who owned what since when, corrections, disputes and how they end."""

from __future__ import annotations

from typing import Any

import world_of_tests as w
from remixlab.domain.rights import Right, Share

WHOLE = 1_000_000


def hijacked(world: Any) -> str:
    with world.workspace.context.write() as records:
        theirs = [Share(party_id="other", right=Right.PUBLISHING, ppm=WHOLE)]
        records.catalogue.add_work(w.WORK, theirs, by="thief", at=w.NOW)
        w.enter(records)
    (dispute,) = world.get("/v1/disputes", "me").json()["items"]
    return str(dispute["dispute_id"])


def test_a_dispute_is_listed_and_ended_by_who_runs_the_workspace(world: Any, problem: Any) -> None:
    number = hijacked(world)
    assert problem(world.get("/v1/disputes", "ann")) == (403, "actor.not_allowed")
    path, end = f"/v1/disputes/{number}/resolution", {"outcome": "dismissed", "why": "the writer's contract"}
    assert problem(world.ask("POST", path, "ann", json=end)) == (403, "actor.not_allowed")
    assert problem(world.ask("POST", path, "me", json={**end, "why": ""})) == (422, "request.invalid")
    ended = world.ask("POST", path, "me", json=end).json()
    assert (ended["resolution"]["outcome"], ended["claimant"]) == ("dismissed", "thief")
    assert problem(world.ask("POST", path, "me", json={**end, "outcome": "upheld"})) == (409, "dispute.resolved")
    assert problem(world.ask("POST", "/v1/disputes/dsp_no/resolution", "me", json=end)) == (404, "dispute.not_found")
    assert world.get("/v1/disputes", "me").json()["items"] == []
    assert len(world.get("/v1/disputes", "me", all=True).json()["items"]) == 1


def test_a_correction_supersedes_and_its_owners_read_the_history(world: Any, problem: Any) -> None:
    sold = {"asset": "rec_open", "right": "master", "shares": {"Another Label": 600_000}, "why": "it was sold"}
    assert problem(world.ask("POST", "/v1/shares", "label", json=sold)) == (403, "actor.not_allowed")
    history = world.ask("POST", "/v1/shares", "me", json=sold)
    assert history.status_code == 201
    assert [
        {s["party_id"]: s["ppm"] for s in split["shares"]}
        for split in history.json()["splits"]
        if split["right"] == "master"
    ] == [{"label": WHOLE}, {"other": 600_000, "suspense:unclaimed": 400_000}]
    assert world.get("/v1/shares", "label", asset="rec_open").json() == history.json()
    assert problem(world.get("/v1/shares", "ann", asset="rec_open")) == (403, "actor.not_allowed")
    assert problem(world.get("/v1/shares", "me", asset="nothing")) == (404, "not_found")
    for wrong in ({"shares": {"nobody": 1}}, {"asset": "nothing"}):
        assert world.ask("POST", "/v1/shares", "me", json={**sold, **wrong}).status_code == 404
    assert problem(world.ask("POST", "/v1/shares", "me", json={**sold, "shares": {"label": 0}})) == (
        422,
        "request.invalid",
    )
