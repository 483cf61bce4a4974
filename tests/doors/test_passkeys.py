"""HTTP: passkeys, kept and signed in with by a device in software, and by thieves who have nearly everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import world_of_tests as w
from passkeys_of_tests import PRESENT, Device, keep_passkey, sign_in_with, text

from .conftest import make_world
from .test_people import GOOD, browser_of, with_password


@pytest.fixture
def device(world: Any) -> Device:
    """Ann's device, whose passkey was kept a moment ago."""
    device = Device()
    kept = keep_passkey(world.signed_in("ann"), device, "Her phone")
    assert kept.status_code == 201, kept.text
    return device


def entries(world: Any) -> list[str]:
    return [entry.action for entry in w.audit_of(world.workspace.context)]


# ---------------------------------------------------------------- what it is for


def test_a_passkey_signs_in_without_a_name_and_without_a_password(world: Any, device: Device) -> None:
    browser = browser_of(world)
    told = sign_in_with(browser, device)
    assert told.status_code == 200 and told.json()["account"]["account_id"] == "ann"
    assert browser.get("/v1/session").json()["signed_in"] is True
    assert sign_in_with(browser_of(world), device).status_code == 200, "and again"


def test_passkeys_are_listed_renamed_and_removed_by_their_owner_alone(world: Any, device: Device, problem: Any) -> None:
    ann, bob = world.signed_in("ann"), world.signed_in("bob")
    (listed,) = ann.get("/v1/account/passkeys").json()["items"]
    assert (listed["name"], listed["host"], listed["used_at"]) == ("Her phone", "localhost", None)
    assert "public_key" not in listed and "credential_id" not in listed
    path = f"/v1/account/passkeys/{listed['passkey_id']}"
    assert bob.get("/v1/account/passkeys").json()["items"] == []
    assert problem(bob.patch(path, json={"name": "Mine"})) == (404, "passkey.not_found")
    assert problem(bob.delete(path)) == (404, "passkey.not_found")
    assert ann.patch(path, json={"name": " Her\tother  phone "}).json()["name"] == "Herother phone"
    sign_in_with(browser_of(world), device)
    assert ann.get("/v1/account/passkeys").json()["items"][0]["used_at"] is not None
    ann.put("/v1/account/password", json={"new": GOOD})
    assert ann.delete(path).json()["name"] == "Herother phone"
    assert problem(sign_in_with(browser_of(world), device)) == (401, "passkey.refused")


def test_the_last_way_into_an_account_stays(world: Any, device: Device, problem: Any) -> None:
    ann = world.signed_in("ann")
    (listed,) = ann.get("/v1/account/passkeys").json()["items"]
    assert problem(ann.delete(f"/v1/account/passkeys/{listed['passkey_id']}")) == (422, "passkey.last")
    keep_passkey(ann, Device(), "Another")
    assert ann.delete(f"/v1/account/passkeys/{listed['passkey_id']}").status_code == 200


def test_every_passkey_of_an_account_names_it_by_the_same_handle(world: Any, device: Device) -> None:
    """Otherwise a device would keep one for each, and ask which; and it tells nothing about who it is."""
    other = Device()
    keep_passkey(world.signed_in("ann"), other)
    assert other.handle == device.handle and "ann" not in other.handle
    options = world.signed_in("ann").post("/v1/account/passkeys/options", json={}).json()["publicKey"]
    assert {one["id"] for one in options["excludeCredentials"]} == {text(d.credential_id) for d in (device, other)}


def test_a_letter_tells_of_another_passkey(world: Any) -> None:
    browser = with_password(world)
    browser.post("/v1/session", json={"name": "ann", "password": GOOD})
    keep_passkey(browser, Device(), "Her phone", password=GOOD)
    assert [("Her phone" in one.text, one.to) for one in world.mail.letters] == [(True, "ann@example.org")]


def test_a_recovery_lets_all_passkeys_go_when_somebody_else_was_in_the_account(world: Any, problem: Any) -> None:
    browser, thiefs = with_password(world), Device()
    browser.post("/v1/session", json={"name": "ann", "password": GOOD})
    keep_passkey(browser, thiefs, password=GOOD)
    for forget, status in ((False, 200), (True, 401)):
        world.mail.letters.clear()
        world.workspace.context.clock.at += timedelta(hours=1)
        browser_of(world).post("/v1/account/recovery", json={"who": "ann"})
        token = world.mail.letters[0].text.split("#")[1].split()[0]
        body = {"link": token, "password": "entirely other words", "forget_passkeys": forget}
        assert browser_of(world).post("/v1/account/recovery/password", json=body).status_code == 200
        assert sign_in_with(browser_of(world), thiefs).status_code == status


# ---------------------------------------------------------------- thieves


def test_a_session_alone_keeps_no_passkey_where_there_is_a_password(world: Any, problem: Any) -> None:
    """Whoever finds an open browser must not be able to come back for good."""
    browser = with_password(world)
    browser.post("/v1/session", json={"name": "ann", "password": GOOD})
    for body in ({}, {"password": "wrong"}):
        told = browser.post("/v1/account/passkeys/options", json=body)
        assert problem(told) == (401, "session.refused")
    ann = world.signed_in("bob")
    world.workspace.context.clock.at += timedelta(hours=1)
    assert problem(ann.post("/v1/account/passkeys/options", json={})) == (401, "session.refused"), "not a moment ago"


def test_an_api_key_keeps_no_passkey(world: Any, problem: Any) -> None:
    assert problem(world.ask("POST", "/v1/account/passkeys/options", json={})) == (403, "session.only")


@pytest.mark.parametrize(
    "forged",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:9999"},
        {"rp_id": "evil.example"},
        {"userHandle": None},
        {"userHandle": text(b"somebody else")},
        {"signature": text(b"x" * 70)},
        {"authenticatorData": text(b"short")},
        {"clientDataJSON": text(b"{")},
    ],
)
def test_an_answer_that_was_made_elsewhere_or_changed_opens_nothing(
    world: Any, device: Device, problem: Any, forged: Any
) -> None:
    told = sign_in_with(browser_of(world), device, **forged)
    assert problem(told) == (401, "passkey.refused") and "remixlab=" not in told.headers.get("set-cookie", "")


def test_a_device_that_does_not_know_its_person_opens_nothing(world: Any, device: Device, problem: Any) -> None:
    device.flags = PRESENT
    assert problem(sign_in_with(browser_of(world), device)) == (401, "passkey.refused")
    options = world.signed_in("bob").post("/v1/account/passkeys/options", json={})
    assert options.json()["publicKey"]["authenticatorSelection"]["userVerification"] == "required"
    assert problem(keep_passkey(world.signed_in("bob"), Device(flags=PRESENT))) == (422, "passkey.invalid")


def test_an_answer_is_taken_once(world: Any, device: Device, problem: Any) -> None:
    browser = browser_of(world)
    options = browser.post("/v1/session/passkey", json={}).json()["publicKey"]
    kept, body = dict(browser.cookies), {"passkey": device.get(options)}
    assert browser.post("/v1/session", json=body).status_code == 200
    replayed = browser_of(world)
    replayed.cookies.update(kept)
    assert problem(replayed.post("/v1/session", json=body)) == (403, "ceremony.over")


def test_an_answer_is_taken_once_also_when_it_was_wrong(world: Any, device: Device, problem: Any) -> None:
    browser = browser_of(world)
    options = browser.post("/v1/session/passkey", json={}).json()["publicKey"]
    kept = dict(browser.cookies)
    wrong = {"passkey": device.get(options, signature=text(b"x" * 70))}
    assert problem(browser.post("/v1/session", json=wrong)) == (401, "passkey.refused")
    browser.cookies.update(kept)
    assert problem(browser.post("/v1/session", json={"passkey": device.get(options)})) == (403, "ceremony.over")


def test_an_answer_of_another_browser_opens_nothing(world: Any, device: Device, problem: Any) -> None:
    """What a thief was asked and the person answered, and what the person was asked and the thief sends."""
    thief, person = browser_of(world), browser_of(world)
    asked = thief.post("/v1/session/passkey", json={}).json()["publicKey"]
    person.post("/v1/session/passkey", json={})
    assert problem(person.post("/v1/session", json={"passkey": device.get(asked)})) == (401, "passkey.refused")
    answered = device.get(person.post("/v1/session/passkey", json={}).json()["publicKey"])
    assert problem(browser_of(world).post("/v1/session", json={"passkey": answered})) == (403, "ceremony.over")


def test_a_challenge_does_not_wait_for_ever(world: Any, device: Device, problem: Any) -> None:
    browser = browser_of(world)
    options = browser.post("/v1/session/passkey", json={}).json()["publicKey"]
    world.workspace.context.clock.at += timedelta(minutes=5)
    assert problem(browser.post("/v1/session", json={"passkey": device.get(options)})) == (403, "ceremony.over")


def test_a_challenge_to_keep_one_signs_nobody_in_and_the_other_way_round(
    world: Any, device: Device, problem: Any
) -> None:
    bob = world.signed_in("bob")
    options = bob.post("/v1/account/passkeys/options", json={}).json()["publicKey"]
    asked = {**options, "rpId": options["rp"]["id"]}
    assert problem(bob.post("/v1/session", json={"passkey": device.get(asked)})) == (403, "ceremony.over")
    asked = bob.post("/v1/session/passkey", json={}).json()["publicKey"]
    made = Device().create({**asked, "user": {"id": "x"}, "rp": {"id": "localhost"}})
    told = bob.post("/v1/account/passkeys", json={"name": "x", "credential": made})
    assert problem(told) == (403, "ceremony.over")


def test_a_passkey_is_kept_for_the_session_that_asked_for_it(world: Any, problem: Any) -> None:
    """Or a thief gives Bob's browser the token of what they have begun, and Bob keeps the thief's key; or turns it."""
    thief, bob = world.signed_in("ann"), world.signed_in("bob")
    options = thief.post("/v1/account/passkeys/options", json={}).json()["publicKey"]
    bob.cookies.set("remixlab-ceremony", thief.cookies["remixlab-ceremony"])
    told = bob.post("/v1/account/passkeys", json={"name": "x", "credential": Device().create(options)})
    assert problem(told) == (403, "ceremony.over")
    assert bob.get("/v1/account/passkeys").json()["items"] == []


def test_another_accounts_passkey_is_not_kept_twice(world: Any, device: Device, problem: Any) -> None:
    told = keep_passkey(world.signed_in("bob"), replace(device))
    assert problem(told) == (409, "passkey.exists")
    assert sign_in_with(browser_of(world), device).json()["account"]["account_id"] == "ann"


def test_a_credential_of_another_account_opens_nothing_with_ones_own_key(
    world: Any, device: Device, problem: Any
) -> None:
    bobs = Device()
    keep_passkey(world.signed_in("bob"), bobs)
    forged = replace(bobs, credential_id=device.credential_id, handle=device.handle, count=50)
    assert problem(sign_in_with(browser_of(world), forged)) == (401, "passkey.refused")


def test_a_count_that_goes_back_says_that_there_is_a_copy(world: Any, device: Device, problem: Any) -> None:
    copy = replace(device)
    assert sign_in_with(browser_of(world), device).status_code == 200
    assert sign_in_with(browser_of(world), device).status_code == 200
    assert problem(sign_in_with(browser_of(world), copy)) == (401, "passkey.refused")
    assert "accounts.passkey.copied" in entries(world)
    device.count = 1
    assert problem(sign_in_with(browser_of(world), device)) == (401, "passkey.refused"), "the same count is a copy too"


def test_a_device_that_does_not_count_is_welcome(world: Any) -> None:
    device = Device()
    keep_passkey(world.signed_in("ann"), device)
    for _ in range(2):
        device.count = -1
        assert sign_in_with(browser_of(world), device).status_code == 200


def test_a_disabled_account_is_not_opened(world: Any, device: Device, problem: Any) -> None:
    world.signed_in("me").patch("/v1/accounts/ann", json={"disabled": True})
    assert problem(sign_in_with(browser_of(world), device)) == (401, "passkey.refused")


def test_a_passkey_of_one_name_of_ours_does_not_open_another(tmp_path: Path, problem: Any) -> None:
    world = make_world(tmp_path, {"REMIXLAB_ALLOWED_HOSTS": "remix.example"})
    device = Device()
    assert keep_passkey(world.signed_in("ann"), device).status_code == 201
    other = browser_of(world, "http://remix.example")
    options = other.post("/v1/session/passkey", json={}).json()["publicKey"]
    assert options["rpId"] == "remix.example"
    device.origin = "http://remix.example"
    assert problem(other.post("/v1/session", json={"passkey": device.get(options)})) == (401, "passkey.refused")


def test_a_page_that_was_opened_by_a_number_says_by_which_name_it_has_passkeys(world: Any, problem: Any) -> None:
    told = browser_of(world, "http://127.0.0.1:8321").post("/v1/session/passkey", json={})
    assert problem(told) == (422, "passkey.host") and "http://localhost:8321" in told.json()["hint"]


def test_what_a_stranger_is_asked_names_nobodys_passkey(world: Any, device: Device) -> None:
    options = browser_of(world).post("/v1/session/passkey", json={}).json()["publicKey"]
    assert options.get("allowCredentials", []) == [] and options["userVerification"] == "required"


def test_the_token_of_a_ceremony_is_for_no_script_and_no_other_site(world: Any) -> None:
    cookie = browser_of(world).post("/v1/session/passkey", json={}).headers["set-cookie"].lower()
    assert cookie.startswith("remixlab-ceremony=") and "httponly" in cookie and "samesite=strict" in cookie


def test_a_demonstration_account_keeps_none(world: Any, problem: Any) -> None:
    from .test_people import show_demo

    show_demo(world)
    owner = browser_of(world)
    owner.post("/v1/session", json={"link": world.workspace.owners_link()})
    owner.post("/v1/session", json={"demo": "artist"})
    assert problem(owner.post("/v1/account/passkeys/options", json={})) == (403, "account.demo")


def test_twenty_passkeys_are_enough(world: Any, problem: Any) -> None:
    ann = world.signed_in("ann")
    for _ in range(20):
        assert keep_passkey(ann, Device()).status_code == 201
    assert problem(ann.post("/v1/account/passkeys/options", json={})) == (422, "account.invalid")


def test_the_page_of_passkeys_is_for_who_is_signed_in(world: Any) -> None:
    assert browser_of(world).get("/passkeys", follow_redirects=False).headers["location"] == "/sign-in"
    page = world.signed_in("ann").get("/passkeys")
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store"
