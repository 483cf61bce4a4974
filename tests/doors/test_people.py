"""HTTP: signing in and out, devices, links, invitations, recovery, memberships; the demonstration's accounts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import world_of_tests as w
from remixlab.compose import demo_catalogue
from remixlab.domain.actor import Role
from remixlab.domain.rights import Right, Share
from remixlab.testing import PlainPasswords

from .conftest import make_world

GOOD = "four plain words here"
OURS = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", "User-Agent": "A browser"}


def browser_of(world: Any, base: str = "http://localhost", **headers: str) -> TestClient:
    ours = {**OURS, "Origin": base, **headers}
    return TestClient(world.client.app, base_url=base, headers=ours)


def with_password(world: Any, who: str = "ann", *parties: str, **more: Any) -> TestClient:
    context = world.workspace.context
    w.enrolled(context, who, *parties, **{"email": f"{who}@example.org", **more})
    with context.write() as records:
        records.people.set_password(who, PlainPasswords().hashed(GOOD))
        w.enter(records)
    return browser_of(world)


def sign_in(browser: TestClient, name: str = "ann", password: str = GOOD) -> Any:
    return browser.post("/v1/session", json={"name": name, "password": password})


def cookie_of(answer: Any) -> str:
    return next(text for text in answer.headers.get_list("set-cookie") if "demo" not in text)


# ---------------------------------------------------------------- signing in and out


def test_a_session_begins_with_a_password_and_ends_with_a_sign_out(world: Any, problem: Any) -> None:
    browser = with_password(world, "ann", "label", roles=[Role.LABEL_ADMIN])
    assert browser.get("/v1/session").json()["signed_in"] is False
    told = sign_in(browser).json()
    assert (told["signed_in"], told["by"], told["roles"]) == (True, "session", ["label_admin"])
    assert [(p["party_id"], p["name"]) for p in told["parties"]] == [("label", "Lantern Row")]
    assert browser.get("/v1/account").json()["email"] == "ann@example.org"
    kept = dict(browser.cookies)
    assert browser.delete("/v1/session").json() == {"ended": 1}
    assert browser.get("/v1/session").json()["signed_in"] is False
    browser.cookies.update(kept)
    assert browser.get("/v1/session").json()["signed_in"] is False, "a token is worth nothing after its sign-out"
    assert problem(browser.get("/v1/account")) == (401, "session.needed")


def test_no_script_reads_the_session_and_no_other_site_sends_it(world: Any) -> None:
    cookie = cookie_of(sign_in(with_password(world))).lower()
    assert (
        cookie.startswith("remixlab=") and "httponly" in cookie and "samesite=strict" in cookie and "path=/" in cookie
    )
    assert "domain" not in cookie and "secure" not in cookie


def test_two_workspaces_on_one_machine_have_two_sessions(world: Any) -> None:
    with_password(world)
    cookie = cookie_of(sign_in(browser_of(world, "http://127.0.0.1:8321")))
    assert cookie.startswith("remixlab-8321=")


def test_under_tls_no_other_host_sets_the_session(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"REMIXLAB_PUBLIC_URL": "https://remix.example"})
    with_password(world)
    browser = browser_of(world, "https://remix.example")
    cookie = cookie_of(sign_in(browser)).lower()
    assert cookie.startswith("__host-remixlab=") and "secure" in cookie and "samesite=lax" in cookie
    assert browser.get("/v1/session").json()["signed_in"] is True
    plain = {"Origin": "http://remix.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.delete("/v1/session", headers=plain).status_code == 403, "a page without TLS is another page"


@pytest.mark.parametrize(("name", "password"), [("ann", "wrong"), ("bob", GOOD), ("ann", ""), ("label", GOOD)])
def test_what_does_not_belong_together_is_told_the_same(world: Any, problem: Any, name: str, password: str) -> None:
    told = sign_in(with_password(world), name, password)
    assert problem(told) == (401, "session.refused") and "set-cookie" not in told.headers


def test_guessing_is_told_to_wait(world: Any, problem: Any) -> None:
    browser = with_password(world)
    answers = [sign_in(browser, password="wrong") for _ in range(7)]
    assert problem(answers[-1]) == (429, "session.too_many")
    assert int(answers[-1].headers["retry-after"]) == answers[-1].json()["retry_after_s"] > 0
    assert problem(sign_in(browser)) == (429, "session.too_many")


@pytest.mark.parametrize(
    "body",
    [{}, {"name": "ann"}, {"link": "x", "name": "ann", "password": "p"}, {"password": "p"}, {"link": "x", "more": 1}],
)
def test_one_way_to_sign_in_is_said(world: Any, problem: Any, body: dict[str, str]) -> None:
    assert problem(browser_of(world).post("/v1/session", json=body)) == (422, "request.invalid")


def test_a_secret_that_was_sent_wrongly_is_not_sent_back(world: Any) -> None:
    told = browser_of(world).post("/v1/session", json={"name": "ann", "password": "my secret" + "x" * 300})
    assert told.status_code == 422 and "my secret" not in told.text


def test_devices_are_listed_and_signed_out(world: Any, problem: Any) -> None:
    first, second = with_password(world), browser_of(world, **{"User-Agent": "Another\tbrowser"})
    sign_in(first)
    sign_in(second)
    listed = first.get("/v1/account/sessions").json()["items"]
    assert sorted((one["device"], one["current"]) for one in listed) == [("A browser", True), ("Anotherbrowser", False)]
    other = next(one["session_id"] for one in listed if not one["current"])
    stranger = world.signed_in("bob")
    assert problem(stranger.delete(f"/v1/account/sessions/{other}")) == (404, "session.not_found")
    assert first.delete(f"/v1/account/sessions/{other}").json() == {"ended": 1}
    assert second.get("/v1/session").json()["signed_in"] is False
    sign_in(second)
    assert first.delete("/v1/account/sessions?here=false").json() == {"ended": 1}
    assert first.delete("/v1/account/sessions").json() == {"ended": 1}
    assert first.get("/v1/session").json()["signed_in"] is False


# ---------------------------------------------------------------- one-time links


def test_the_owners_link_opens_once(world: Any, problem: Any) -> None:
    token, browser = world.workspace.owners_link(), browser_of(world)
    told = browser.post("/v1/session", json={"link": token}).json()
    assert told["account"]["account_id"] == "me" and "operator" in told["roles"]
    assert browser.get("/v1/audit").status_code == 200
    assert problem(browser_of(world).post("/v1/session", json={"link": token})) == (403, "link.invalid")


def test_the_address_of_a_link_alone_signs_nobody_in(world: Any) -> None:
    """What a mail scanner or a preview fetches uses up nothing, and no log of addresses holds a token."""
    token, browser = world.workspace.owners_link(), browser_of(world)
    page = browser.get("/enter")
    assert token not in page.text and "set-cookie" not in page.headers and page.headers["cache-control"] == "no-store"
    assert browser.post("/v1/session", json={"link": token}).status_code == 200


def test_a_letter_brings_another_password(world: Any, problem: Any) -> None:
    browser = with_password(world)
    sign_in(browser)
    told = [browser_of(world).post("/v1/account/recovery", json={"who": who}) for who in ("ann", "nobody", "no@where")]
    assert {(one.status_code, one.text) for one in told} == {(202, told[0].text)}
    (letter,) = world.mail.letters
    assert letter.to == "ann@example.org"
    token = letter.text.split("http://localhost/recover#")[1].split()[0]
    body = {"link": token, "password": "entirely other words"}
    assert browser_of(world).post("/v1/account/recovery/password", json=body).status_code == 200
    assert browser.get("/v1/session").json()["signed_in"] is False
    assert problem(browser_of(world).post("/v1/account/recovery/password", json=body)) == (403, "link.invalid")
    assert sign_in(browser_of(world), password="entirely other words").status_code == 200


def test_a_letter_never_leads_to_a_name_that_is_not_ours(tmp_path: Path) -> None:
    world = make_world(tmp_path, {"REMIXLAB_PUBLIC_URL": "https://remix.example"})
    with_password(world)
    browser_of(world, "http://localhost:8000", **{"X-Forwarded-Host": "evil.example"}).post(
        "/v1/account/recovery", json={"who": "ann"}
    )
    assert "https://remix.example/recover#" in world.mail.letters[0].text


def test_another_password_needs_the_old_one(world: Any, problem: Any) -> None:
    browser = with_password(world)
    sign_in(browser)
    told = browser.put("/v1/account/password", json={"new": "entirely other words", "old": "wrong"})
    assert problem(told) == (401, "session.refused")
    assert browser.put("/v1/account/password", json={"new": "entirely other words", "old": GOOD}).status_code == 200
    assert browser.get("/v1/session").json()["signed_in"] is True


# ---------------------------------------------------------------- accounts, invitations, memberships


def test_accounts_are_made_by_invitation_unless_everybody_may(world: Any, problem: Any, tmp_path: Path) -> None:
    body = {"name": "Cat", "password": GOOD}
    assert problem(browser_of(world).post("/v1/account", json=body)) == (403, "actor.not_allowed")
    opened = make_world(tmp_path / "open", {"REMIXLAB_SIGN_UP": "open"})
    browser = browser_of(opened)
    assert problem(browser.post("/v1/account", json={**body, "name": "lantern ROW"})) == (422, "account.name")
    told = browser.post("/v1/account", json=body)
    assert (told.status_code, told.json()["roles"], told.json()["parties"]) == (201, ["fan"], [])
    assert browser.get("/v1/account").json()["name"] == "Cat"
    assert problem(browser_of(opened).post("/v1/account", json={**body, "name": "CAT"})) == (409, "account.exists")


def test_an_invitation_makes_the_account_that_was_decided_on(world: Any, problem: Any) -> None:
    owner = world.signed_in("me")
    offer = {"email": "dora@example.org", "roles": ["artist"], "mandates": [{"party_id": "band", "sides": ["artist"]}]}
    made = owner.post("/v1/invitations", json=offer).json()
    token = made["url"].split("/join#")[1]
    assert token in world.mail.letters[0].text and world.mail.letters[0].to == "dora@example.org"
    assert [one["url"] for one in owner.get("/v1/invitations").json()["items"]] == [None]
    browser = browser_of(world)
    told = browser.post("/v1/invitations/accept", json={"link": token, "name": "Dora", "password": GOOD})
    assert told.status_code == 201 and told.json()["roles"] == ["artist"]
    assert [(p["party_id"], p["mandates"][0]["sides"]) for p in told.json()["parties"]] == [("band", ["artist"])]
    assert browser.get("/v1/account").json()["email"] == "dora@example.org"
    again = browser_of(world).post("/v1/invitations/accept", json={"link": token, "name": "Emil", "password": GOOD})
    assert problem(again) == (403, "link.invalid")


def test_an_invitation_is_taken_back(world: Any, problem: Any) -> None:
    owner = world.signed_in("me")
    made = owner.post("/v1/invitations", json={}).json()
    assert problem(world.signed_in("bob").delete(f"/v1/invitations/{made['link_id']}")) == (404, "invitation.not_found")
    assert owner.delete(f"/v1/invitations/{made['link_id']}").json()["state"] == "ended"
    body = {"link": made["url"].split("#")[1], "name": "Dora", "password": GOOD}
    assert problem(browser_of(world).post("/v1/invitations/accept", json=body)) == (403, "link.invalid")


def test_who_runs_the_workspace_says_what_accounts_may_and_for_whom_they_act(world: Any, problem: Any) -> None:
    owner, ann = world.signed_in("me"), world.signed_in("ann")
    assert problem(ann.patch("/v1/accounts/ann", json={"roles": ["operator"]})) == (403, "actor.not_allowed")
    assert problem(ann.post("/v1/accounts/ann/memberships", json={"party_id": "label"})) == (403, "actor.not_allowed")
    assert problem(ann.get("/v1/accounts")) == (404, "not_found")
    assert owner.patch("/v1/accounts/ann", json={"roles": ["label_admin"]}).json()["roles"] == ["label_admin"]
    made = owner.post("/v1/accounts/ann/memberships", json={"party_id": "Lantern Row", "sides": ["master"]}).json()
    assert made["mandate"]["party_id"] == "label"
    assert [p["party_id"] for p in ann.get("/v1/session").json()["parties"]] == ["label"]
    assert ann.get("/v1/memberships").json()["items"] == [made]
    assert owner.delete(f"/v1/memberships/{made['membership_id']}").json() == made
    assert ann.get("/v1/session").json()["parties"] == []
    owner.patch("/v1/accounts/ann", json={"disabled": True})
    assert ann.get("/v1/session").json()["signed_in"] is False


def test_an_account_is_made_and_changes_its_name(world: Any, problem: Any) -> None:
    owner, ann = world.signed_in("me"), world.signed_in("ann")
    made = owner.post("/v1/accounts", json={"name": "Vera", "roles": ["auditor"]}).json()
    assert owner.get(f"/v1/accounts/{made['account_id']}").json()["name"] == "Vera"
    assert {one["name"] for one in owner.get("/v1/accounts").json()["items"]} >= {"Vera", "ann"}
    assert problem(ann.patch("/v1/account", json={"name": "VERA"})) == (409, "account.exists")
    assert problem(ann.patch("/v1/account", json={"name": "Lantern  Row"})) == (422, "account.name")
    assert ann.patch("/v1/account", json={"name": "Anna"}).json()["name"] == "Anna"


def test_whoever_finds_an_open_session_does_not_send_the_letters_to_themselves(world: Any, problem: Any) -> None:
    browser = with_password(world)
    sign_in(browser)
    theirs = {"email": "thief@example.org"}
    for body in (theirs, {**theirs, "password": "wrong"}):
        assert problem(browser.patch("/v1/account", json=body)) == (401, "session.refused")
    told = browser.patch("/v1/account", json={"email": "new@example.org", "password": GOOD})
    assert told.json()["email"] == "new@example.org"


# ---------------------------------------------------------------- keys


def test_a_key_is_made_by_somebody_who_is_signed_in_and_never_with_a_key(world: Any, problem: Any) -> None:
    ann = world.signed_in("ann")
    made = ann.post("/v1/keys", json={"expires_at": "2026-12-04T12:00:00Z"})
    assert made.status_code == 201 and made.json()["key"].startswith("rl_")
    with_key = {"Authorization": f"Bearer {made.json()['key']}"}
    assert world.client.get("/v1/session", headers=with_key).json()["by"] == "key"
    for method, path, body in (
        ("POST", "/v1/keys", {}), ("PATCH", "/v1/account", {"name": "Eve"}), ("DELETE", "/v1/account/sessions", None),
        ("PUT", "/v1/account/password", {"new": GOOD}), ("POST", "/v1/invitations", {}),
    ):  # fmt: skip
        assert problem(world.client.request(method, path, headers=with_key, json=body)) == (403, "session.only")
    assert problem(ann.post("/v1/keys", json={"roles": ["operator"]})) == (403, "actor.not_allowed")
    assert problem(ann.post("/v1/keys", json={"user": "bob"})) == (403, "actor.not_allowed")
    assert problem(ann.post("/v1/keys", json={"parties": ["label"]})) == (403, "actor.not_allowed")
    key_id = made.json()["key_id"]
    assert key_id in [one["key_id"] for one in ann.get("/v1/keys").json()["items"]]
    assert ann.delete(f"/v1/keys/{key_id}").json()["state"] == "revoked"
    assert problem(world.client.get("/v1/session", headers=with_key)) == (401, "key.invalid")


# ---------------------------------------------------------------- the demonstration's accounts


def show_demo(world: Any) -> None:
    """A catalogue with recordings of the demonstration alone."""
    context = world.workspace.context
    isrcs = [entry["isrc"] for entry in demo_catalogue()["recording"]]
    with context.write() as records:
        for recording in list(records.catalogue.recordings().items):
            records.catalogue.add_recording(
                recording.model_copy(update={"isrc": isrcs.pop()}),
                [Share(party_id="label", right=Right.MASTER, ppm=1_000_000)],
            )
        w.enter(records)


def test_the_owner_tries_every_role_with_one_click_and_is_themselves_again(world: Any) -> None:
    show_demo(world)
    owner = browser_of(world)
    told = owner.post("/v1/session", json={"link": world.workspace.owners_link()}).json()
    assert set(told["demo_roles"]) == {role.value for role in Role}
    acts_for = {"artist": {"band"}, "label_admin": {"label", "other"}, "publisher_admin": {"writer"}}
    for role in Role:
        told = owner.post("/v1/session", json={"demo": role.value}).json()
        assert told["demo"] == role.value and set(told["roles"]) == {"fan", role.value}
        assert {p["party_id"] for p in told["parties"]} <= acts_for.get(role.value, set())
        assert bool(told["parties"]) == (role.value in acts_for)
        assert owner.get("/v1/session").json() == told
    assert owner.delete("/v1/session").json() == {"ended": 0}
    assert owner.get("/v1/session").json()["account"]["account_id"] == "me"


def test_nobody_but_the_owner_tries_them_and_nowhere_else(world: Any, problem: Any, tmp_path: Path) -> None:
    def tries(one: Any, browser: TestClient) -> tuple[int, str]:
        return problem(browser.post("/v1/session", json={"demo": "operator"}))

    assert tries(world, world.signed_in("me")) == (403, "account.demo"), "another catalogue"
    show_demo(world)
    assert tries(world, browser_of(world)) == (403, "account.demo")
    assert tries(world, world.signed_in("ann")) == (403, "account.demo")
    ann = world.signed_in("ann")
    ann.cookies.set("remixlab-demo", "operator")
    assert ann.get("/v1/session").json()["account"]["account_id"] == "ann"
    elsewhere = make_world(tmp_path / "public", {"REMIXLAB_ALLOWED_HOSTS": "remix.example"})
    show_demo(elsewhere)
    assert tries(elsewhere, elsewhere.signed_in("me")) == (403, "account.demo")


def test_a_demonstration_ends_when_something_else_comes_into_the_catalogue(world: Any, problem: Any) -> None:
    show_demo(world)
    owner = world.signed_in("me")
    owner.post("/v1/session", json={"demo": "label_admin"})
    assert owner.get("/v1/session").json()["demo"] == "label_admin"
    assert problem(owner.post("/v1/keys", json={})) == (403, "account.demo")
    with world.workspace.context.write() as records:
        records.catalogue.add_recording(
            w.OPEN.model_copy(update={"recording_id": "rec_real", "isrc": "QZRLB2699999", "sha256": "8" * 64})
        )
        w.enter(records)
    assert owner.get("/v1/session").json()["account"]["account_id"] == "me"
