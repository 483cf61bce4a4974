"""HTTP: consents in both forms, withdrawals, and the inbox of what waits for a yes."""

from __future__ import annotations

from typing import Any

import pytest

from remixlab.domain.rights import Scope

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
    known = world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]
    assert known["outcome"] == "needs_approval"
    assert world.pages("/v1/approvals", "label") == [], "who only looks fills nobody's inbox"
    world.ask("POST", "/v1/recordings/rec_open/ask", params={"scope": "remix"})
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


# ---------------------------------------------------------------- what becomes of a word


def test_a_permission_is_narrowed_taken_back_and_read_with_its_history(world: Any, problem: Any) -> None:
    first = say(world).json()
    narrow = f"/v1/consents/{first['consent_id']}/narrow"
    assert problem(world.ask("POST", narrow, "band", json={})) == (403, "consent.not_yours")
    second = world.ask("POST", narrow, "label", json={"constraints": {"genres_forbidden": ["Heavy Metal"]}})
    assert (second.status_code, second.json()["constraints"]["genres_forbidden"]) == (201, ["metal"])
    back = f"/v1/consents/{second.json()['consent_id']}/withdraw"
    taken = world.ask("POST", back, "label", json={"kind": "stop-plays", "reason": "a new contract"}).json()
    assert (taken["remixes"], taken["still_open"]) == ([], [])
    assert taken["consent"]["endings"][0]["withdrawal"] == "stop-plays"
    history = world.get(f"/v1/consents/{first['consent_id']}/history", "bob").json()["consents"]
    assert [[e["kind"] for e in c["endings"]] for c in history] == [["replaced", "withdrawn"], ["withdrawn"]]


def test_a_no_is_lifted_and_a_withdrawn_recording_opened_again(world: Any, problem: Any) -> None:
    no = say(world, effect="prohibit").json()
    assert world.ask("POST", f"/v1/consents/{no['consent_id']}/lift", "label", json={}).json()["hold"] is None
    gone = world.ask("DELETE", "/v1/consents", "label", params={"recording_id": "rec_open", "kind": "keep-playing"})
    hold = gone.json()["hold"]
    assert hold["stops"] == "keep-playing"
    lifted = world.ask("POST", f"/v1/consents/{hold['hold_id']}/lift", "label", json={}).json()
    assert lifted["hold"]["until"] is not None
    assert problem(world.ask("POST", "/v1/consents/hold_x/lift", "label", json={})) == (404, "hold.not_found")


@pytest.mark.parametrize(
    ("limits", "code", "hint"),
    [
        ({"territories": ["UK"]}, "terms.territory", "GB"),
        ({"territories": ["WW"]}, "terms.territory", "no territory at all"),
        ({"territories": ["worldwide"]}, "terms.territory", "no territory at all"),
        ({"territories_excluded": ["EU"]}, "terms.territory", "DE, FR"),
        ({"genres_forbidden": ["screamo-folk"]}, "terms.genre", "Did you mean"),
        ({"topics_forbidden": ["alcohol"]}, "terms.topic", "politics"),
    ],
)
def test_a_limit_that_means_nothing_is_told_what_was_meant(
    world: Any, problem: Any, limits: dict[str, Any], code: str, hint: str
) -> None:
    answer = say(world, constraints=limits)
    assert problem(answer) == (422, code) and hint in answer.json()["hint"]


def test_genres_are_kept_by_our_names_and_territories_in_capitals(world: Any) -> None:
    limits = {"genres_forbidden": ["Metal", "heavy metal", "Drum & Bass"], "territories": ["de", " GB "]}
    kept = say(world, constraints=limits).json()["constraints"]
    assert (kept["genres_forbidden"], kept["territories"]) == (["drum-and-bass", "metal"], ["DE", "GB"])


# ---------------------------------------------------------------- limits that bind


def planned(world: Any, prompt: str, **more: Any) -> dict[str, Any]:
    answer = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": prompt, **more})
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["decision"])


def codes(decision: dict[str, Any]) -> set[str]:
    return {reason["code"].rsplit(".", 1)[-1] for reason in decision["reasons"]}


def test_what_a_prompt_is_about_counts_as_its_topic(world: Any) -> None:
    world.open()
    say(world, constraints={"topics_forbidden": ["war", "politics"]})
    assert codes(planned(world, "house, an anthem for the war")) == {"topic"}
    assert codes(planned(world, "house, with louder war drums")) == set()


@pytest.mark.parametrize("word", ["Metal", "heavy metal", "METAL", "thrash"])
def test_a_genre_is_forbidden_in_a_partys_own_word(world: Any, word: str) -> None:
    world.open()
    say(world, constraints={"genres_forbidden": [word]})
    assert codes(planned(world, "make it metal")) == {"genre"}
    assert codes(planned(world, "make it house")) == set()


def test_a_label_says_opens_all_and_one_song_waits_for_its_day(world: Any) -> None:
    for side, party in (("artist", "band"), ("work", "writer")):
        say(world, party, side=side)
    say(world, recording=None, subject_kind="label", subject="label")
    assert codes(planned(world, "make it house")) == set()
    say(world, valid_from="2027-01-01T00:00:00Z")
    assert codes(planned(world, "make it house")) == {"dates"}


def test_a_voice_turned_free_by_gain_asks_for_the_voice_alone(world: Any) -> None:
    world.open(Scope.REMIX)
    ops = [{"op": "gain", "on": ["drums", "bass", "other"], "gain_db": -60.0}]
    plan = {"schema": "remixlab.plan/1", "kind": "remix", "source": "rec_open", "ops": ops}
    decision = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "plan": plan}).json()["decision"]
    assert {reason["use"] for reason in decision["reasons"]} == {"vocal_isolation"}


def test_a_label_does_not_open_the_name_of_an_artist_as_a_style(world: Any, problem: Any) -> None:
    said = {"recording": None, "subject_kind": "artist", "subject": "band", "scopes": ["style_reference"]}
    wish = {"recording_id": "rec_open", "prompt": "make it house, in the style of Juniper Vale"}
    say(world, scopes=["style_reference"])
    assert problem(world.ask("POST", "/v1/plans", json=wish)) == (403, "rights.style_reference")
    assert say(world, "band", side="likeness", **said).status_code == 201
    assert "style_reference" not in world.ask("POST", "/v1/plans", json=wish).text


def test_a_quota_counts_the_songs_that_it_is_about_and_not_the_remix_that_is_asked_for_again(world: Any) -> None:
    world.open()
    say(world, constraints={"derivatives_per_day_max": 1})
    assert codes(planned(world, "make it house")) == set()
    world.made("rmx_1")
    assert codes(planned(world, "make it house")) == {"daily_limit"}
    say(world, constraints={"derivatives_per_day_max": 2})
    assert codes(planned(world, "make it house")) == set()
