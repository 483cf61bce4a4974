"""HTTP: what opting out means, receipts, and decisions taken apart."""

from __future__ import annotations

import json
from typing import Any

import pytest

import world_of_tests as w
from remixlab.domain.rights import Reach, Request, Scope, Use
from remixlab.rights import decide, meaning, passport_of


def said(world: Any, who: str = "label", **form: Any) -> dict[str, Any]:
    return dict(world.ask("POST", "/v1/consents", who, json={"recording": "rec_open", **form}).json())


def asked(world: Any) -> str:
    answer = world.get("/v1/recordings/rec_open/ask", scope="remix").json()
    return str(answer["decision"]["decision_id"])


def test_what_opting_out_means_is_told_to_everybody(locked: Any) -> None:
    answer = locked.client.get("/v1/rights/meaning")
    assert (answer.status_code, answer.json()) == (200, meaning().to_dict())


def test_a_party_downloads_what_it_said_and_anybody_verifies_it(world: Any, problem: Any) -> None:
    kept = said(world, constraints={"territories": ["DE"]})
    path = f"/v1/consents/{kept['consent_id']}/receipt"
    answer = world.get(path, "label")
    assert answer.headers["content-disposition"].startswith('attachment; filename="rcp_')
    receipt = answer.json()
    assert (receipt["party"], receipt["consent"]["consent_id"]) == ("Lantern Row", kept["consent_id"])
    for who in ("bob", "band", "other"):
        assert problem(world.get(path, who)) == (404, "consent.not_found")
    verified = world.ask("POST", "/v1/receipts/verify", "bob", json={"receipt": json.dumps(receipt)}).json()
    assert (verified["genuine"], verified["ours"]) == (True, True)
    assert verified["key"] == world.get("/v1/receipts/key", "bob").json()["key"]


def test_a_receipt_that_was_changed_is_not_genuine_and_what_is_none_is_told_so(world: Any, problem: Any) -> None:
    receipt = world.get(f"/v1/consents/{said(world)['consent_id']}/receipt", "label").json()
    receipt["consent"]["constraints"]["territories"] = ["US"]
    assert world.ask("POST", "/v1/receipts/verify", json={"receipt": json.dumps(receipt)}).json()["genuine"] is False
    assert problem(world.ask("POST", "/v1/receipts/verify", json={"receipt": "{}"})) == (422, "receipt.invalid")


def test_a_no_and_what_became_of_it_have_a_receipt_too(world: Any) -> None:
    no = said(world, effect="prohibit")
    world.ask("POST", f"/v1/consents/{no['consent_id']}/lift", "label", json={})
    receipt = world.get(f"/v1/consents/{no['consent_id']}/receipt", "label").json()
    assert "prohibits" in receipt["meaning"] and "lifted from 2026-12-03" in receipt["meaning"]


def test_a_decision_is_taken_apart_for_who_asked_and_for_its_parties(world: Any, problem: Any) -> None:
    kept = said(world)
    said(world, "band", side="artist", effect="prohibit")
    decision = asked(world)
    for who in ("ann", "label", "band", "writer"):
        found = world.get(f"/v1/decisions/{decision}/examination", who).json()
    answers = {
        (q["side"], q["subject"]): (q["answer"], [c["verdict"] for c in q["candidates"]]) for q in found["questions"]
    }
    assert answers == {
        ("master", "rec_open"): ("open", ["decides"]),
        ("artist", "rec_open"): ("closed", ["decides"]),
        ("artist", "singer"): ("open", []),
        ("work", "work"): ("unsaid", []),
    }
    assert found["questions"][0]["candidates"][0]["consent_id"] == kept["consent_id"]
    assert problem(world.get(f"/v1/decisions/{decision}/examination", "bob")) == (403, "actor.not_allowed")
    assert problem(world.get("/v1/decisions/dec_nothing/examination")) == (404, "decision.not_found")


@pytest.mark.parametrize("later", [None, {"effect": "prohibit"}])
def test_a_decision_is_made_again_to_the_same_bytes_whatever_was_said_since(world: Any, later: Any) -> None:
    world.open()
    decision = asked(world)
    if later:
        said(world, **later)
    again = world.get(f"/v1/decisions/{decision}/replay").json()
    assert (again["same"], again["outcome"]) == (True, "allow")
    assert json.dumps(again).count("remixlab.rights/") == 2


def test_a_recordings_parties_see_what_was_asked_in_vain_and_never_by_whom(world: Any, problem: Any) -> None:
    for who in ("ann", "bob", "ann"):
        world.get("/v1/recordings/rec_open/ask", who, scope="remix")
    found = world.get("/v1/recordings/rec_open/demand", "band")
    assert found.json()["demand"] == [{"use": "remix", "fans": 2, "asked": 2, "unsaid": True, "last_day": "2026-12-03"}]
    assert "ann" not in found.text and "bob" not in found.text
    assert problem(world.get("/v1/recordings/rec_open/demand", "bob")) == (403, "party.not_yours")


def test_a_plan_is_answered_with_what_may_leave_of_it(world: Any) -> None:
    world.open(Scope.REMIX, Scope.TEMPO_PITCH)
    plan = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    shown = plan["passport"]
    assert [way["exit"] for way in shown["ways"]] == ["link", "clip", "file", "stems", "project"]
    assert shown["ways"][0]["open"] == "closed" and "Lantern Row" in shown["ways"][0]["because"]
    assert any("A withdrawal 'delete' would stop" in line for line in shown["says"])


def test_the_passport_of_a_remix_is_read_by_its_maker_and_verified_by_anybody(world: Any, problem: Any) -> None:
    world.open()
    with world.workspace.context.read() as records:
        terms = records.rights.terms(["rec_open"])
    uses = frozenset({Use(Scope.REMIX, "rec_open")})
    passport = passport_of(decide(uses, Reach(), terms, Request(listener="ann", at=w.NOW)), terms, ["rec_open"])
    world.made("rmx_1", share="private", passport=passport.to_dict())
    world.made("rmx_2", share="private")
    answer = world.get("/v1/remixes/rmx_1/passport")
    assert answer.headers["content-disposition"] == 'attachment; filename="rmx_1-passport.json"'
    assert answer.json()["passport"] == passport.to_dict()
    assert problem(world.get("/v1/remixes/rmx_1/passport", "bob")) == (404, "remix.not_found")
    assert problem(world.get("/v1/remixes/rmx_2/passport")) == (404, "passport.not_found")
    verified = world.ask("POST", "/v1/receipts/verify", "bob", json={"receipt": answer.text}).json()
    assert (verified["genuine"], verified["ours"]) == (True, True)
