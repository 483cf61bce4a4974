"""HTTP: what waits for a person, and whose word is confirmed."""

from __future__ import annotations

from typing import Any

import world_of_tests as w
from remixlab.domain.quarantine import Quarantine


def test_what_waits_is_listed_and_judged_by_who_looks_after_the_workspace(world: Any, problem: Any) -> None:
    with world.workspace.context.write() as records:
        records.quarantine.keep(Quarantine(recording_id="rec_own", cause="copy", since=w.NOW, brought_by="ann"))
        w.enter(records)
    assert problem(world.get("/v1/quarantine", "ann")) == (403, "actor.not_allowed")
    (waiting,) = world.pages("/v1/quarantine", "me")
    assert (waiting["recording_id"], waiting["cause"], waiting["verdict"]) == ("rec_own", "copy", None)
    for part in ("audio", "peaks", "analysis", "tags"):
        assert problem(world.get(f"/v1/recordings/rec_own/{part}", "ann")) == (403, "recording.quarantined"), part
    assert world.get("/v1/recordings/rec_own", "ann").json()["state"] == "waits for a person"
    plan = {"recording_id": "rec_own", "prompt": "slower", "mine": True}
    assert problem(world.ask("POST", "/v1/plans", "ann", json=plan)) == (403, "recording.quarantined")
    say = "/v1/quarantine/rec_own"
    assert problem(world.ask("POST", say, "ann", json={"verdict": "released"})) == (403, "actor.not_allowed")
    assert world.ask("POST", say, "me", json={"verdict": "released", "note": "hers"}).json()["verdict"] == "released"
    assert problem(world.ask("POST", say, "me", json={"verdict": "rejected"})) == (409, "quarantine.judged")
    assert world.ask("POST", say, "me", json={"verdict": "hold"}).json()["cause"] == "report"
    assert problem(world.ask("POST", "/v1/quarantine/rec_open", "me", json={"verdict": "released"})) == (
        404,
        "quarantine.not_found",
    )


def test_a_word_is_confirmed_by_who_looks_after_the_workspace(world: Any, problem: Any) -> None:
    path, consent = "/v1/recordings/rec_own/attestation", {"recording": "rec_own", "side": "master"}
    assert problem(world.ask("POST", "/v1/consents", "ann", json=consent)) == (403, "consent.not_yours")
    assert problem(world.ask("POST", path, "ann", json={"state": "confirmed"})) == (403, "actor.not_allowed")
    done = world.ask("POST", path, "me", json={"state": "confirmed", "title": "Put right"}).json()
    assert (done["attestation"], done["attested_by"], done["title"]) == ("confirmed", "ann", "Put right")
    assert world.ask("POST", "/v1/consents", "ann", json=consent).status_code == 201


def test_no_cache_plays_an_original_on_after_its_withdrawal(world: Any) -> None:
    """What a browser keeps it asks about each time; without a yes it gets neither the sound nor leave to play it."""
    world.open()
    path = "/v1/recordings/rec_open/audio"
    heard = world.get(path, "bob")
    assert heard.headers["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(heard.headers["Vary"].split(", "))
    kept = {"If-None-Match": heard.headers["ETag"]}
    assert world.ask("GET", path, "bob", headers=kept).status_code == 304
    assert world.ask("DELETE", "/v1/consents?recording_id=rec_open", "label").status_code == 200
    assert world.ask("GET", path, "bob", headers=kept).status_code == 403
