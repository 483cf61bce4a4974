"""HTTP: consents in both forms, withdrawals, and the inbox of what waits for a yes."""

from __future__ import annotations

from typing import Any

import pytest

LIMITS = {
    "territories": ["DE", "AT"],
    "genres_forbidden": ["metal"],
    "tempo_change_max": 0.1,
    "approval_required": True,
    "credit": "JV",
}


def say(world: Any, who: str = "label", **form: Any) -> Any:
    return world.ask("POST", "/v1/consents", who, json={"recording": "rec_open", **form})


def test_limits_beside_the_subject_are_limits_among_constraints(world: Any) -> None:
    flat, nested = say(world, **LIMITS), say(world, constraints=LIMITS)
    assert flat.status_code == nested.status_code == 201
    assert flat.json()["constraints"] == nested.json()["constraints"]
    assert flat.json()["constraints"]["territories"] == ["AT", "DE"] and len(flat.json()["constraints"]) == 13


def test_a_consent_is_about_any_subject_and_knows_every_limit(world: Any) -> None:
    kept = say(
        world,
        recording=None,
        subject_kind="party-default",
        subject="label",
        scopes=["remix"],
        constraints={
            "tier_min": "member",
            "derivatives_per_day_max": 3,
            "topics_forbidden": ["drugs"],
            "share_min_ppm": 100_000,
        },
    ).json()
    assert (kept["subject_kind"], kept["subject"], kept["scopes"]) == ("party-default", "label", ["remix"])
    assert (kept["constraints"]["tier_min"], kept["constraints"]["derivatives_per_day_max"]) == ("member", 3)


def test_everything_said_about_a_recording_can_be_read(world: Any, problem: Any) -> None:
    kept = say(world, scopes=["remix", "cover"]).json()
    shown = world.get("/v1/consents", "bob", recording_id="rec_open").json()
    assert shown["consents"] == [kept] and shown["consents"][0]["scopes"] == ["cover", "remix"]
    assert {"party_id": "label", "right": "master", "ppm": 1_000_000, "party": "Lantern Row"} in shown["shares"]
    assert problem(world.get("/v1/consents", recording_id="nothing")) == (404, "recording.not_found")
    assert problem(world.get("/v1/consents")) == (422, "request.invalid")


@pytest.mark.parametrize("who", ["other", "bob"])
def test_nobody_speaks_for_what_is_not_theirs(world: Any, problem: Any, who: str) -> None:
    assert problem(say(world, who)) == (403, "consent.not_yours")
    assert problem(world.ask("DELETE", "/v1/consents", who, params={"recording_id": "rec_open"})) == (
        403,
        "consent.not_yours",
    )


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"scopes": []}, "request.invalid"),
        ({"scopes": ["everything"]}, "request.invalid"),
        ({"side": "left"}, "request.invalid"),
        ({"tempo_change_max": -1}, "terms.invalid"),
        ({"effect": "prohibit", "credit": "JV"}, "terms.limits"),
        ({"valid_from": "2027-01-01T00:00:00Z", "valid_to": "2026-01-01T00:00:00Z"}, "terms.dates"),
        ({"subject_kind": "label", "subject": "label"}, "terms.invalid"),
    ],
)
def test_a_form_that_makes_no_sense_says_what_is_wrong(
    world: Any, problem: Any, form: dict[str, Any], code: str
) -> None:
    assert problem(say(world, **form)) == (422, code)


def waiting(world: Any) -> str:
    """A request that waits for the label's yes; its id."""
    for side, party in (("artist", "band"), ("work", "writer")):
        assert say(world, party, side=side).status_code == 201
    assert say(world, approval_required=True).status_code == 201
    asked = world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]
    assert asked["outcome"] == "needs_approval"
    (item,) = world.pages("/v1/approvals", "label", status="pending")
    return str(item["request_key"])


def test_what_waits_for_a_yes_is_in_the_inbox_of_the_party_that_is_asked(world: Any) -> None:
    request_id = waiting(world)
    assert [one["listener"] for one in world.pages("/v1/approvals", "label")] == ["ann"]
    assert world.pages("/v1/approvals", "band") == []
    answered = world.ask("POST", f"/v1/consents/requests/{request_id}", "label", params={"approved": "true"}).json()
    assert (answered["request_id"], answered["approvals"][0]["status"]) == (request_id, "approved")
    assert world.pages("/v1/approvals", "label", status="pending") == []
    assert world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]["outcome"] == "allow"


def test_a_request_is_answered_by_who_is_asked_and_once(world: Any, problem: Any) -> None:
    path = f"/v1/consents/requests/{waiting(world)}"
    assert problem(world.ask("POST", path, "band", params={"approved": "true"})) == (403, "approval.not_yours")
    world.ask("POST", path, "label", params={"approved": "false"})
    assert problem(world.ask("POST", path, "label", params={"approved": "true"})) == (409, "approval.answered")
    assert problem(world.ask("POST", "/v1/consents/requests/no", params={"approved": "true"})) == (
        404,
        "approval.not_found",
    )


def test_the_inbox_of_another_party_is_not_yours(world: Any, problem: Any) -> None:
    assert problem(world.get("/v1/approvals", "band", party="label")) == (403, "party.not_yours")
    assert problem(world.get("/v1/approvals", "bob")) == (403, "party.not_yours")


def test_a_request_is_read_and_a_yes_taken_back_over_http(world: Any, problem: Any) -> None:
    asked = waiting(world)
    shown = world.get(f"/v1/approvals/{asked}", "label").json()
    assert shown["asked"] is None, "one scope was asked for, and no plan"
    assert shown["request_id"] == asked and shown["names"]
    assert problem(world.get(f"/v1/approvals/{asked}", "carl")) == (403, "approval.not_yours")
    revoke = f"/v1/approvals/{asked}/revoke"
    assert problem(world.ask("POST", revoke, "label")) == (409, "approval.not_given")
    world.ask("POST", f"/v1/consents/requests/{asked}", "label", params={"approved": "true"})
    assert [a["status"] for a in world.ask("POST", revoke, "label").json()["approvals"]] == ["revoked"]
