"""How often one account and one address may ask: beyond that 429, which says when it may ask again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from remixlab.app.rates import RATES, Rates, WorkStorage, open_rates, read_rates
from remixlab.app.settings import read_settings
from remixlab.domain.errors import InvalidSetting, RateLimited
from remixlab.doors.api.rates import address_of
from remixlab.stores.sql import SqlWork

ASKED = {
    "plan": ("POST", "/v1/plans", {"json": {"recording_id": "rec_open", "prompt": "slower"}}),
    "remix": ("POST", "/v1/remixes", {"json": {"recording_id": "rec_open", "prompt": "slower"}}),
    "preview": ("GET", "/v1/plans/pln_0/preview", {}),
    "upload": ("POST", "/v1/recordings", {"files": {"file": ("a.wav", b"no")}}),
    "verify": ("POST", "/v1/verify", {"files": {"file": ("a.wav", b"no")}}),
    "identify": ("POST", "/v1/identify", {"files": {"file": ("a.wav", b"no")}}),
    "stems": ("GET", "/v1/remixes/rmx_0/stems", {}),
    "hear": ("GET", "/v1/recordings/rec_0/peaks", {}),
}


@pytest.mark.parametrize("what", ASKED)
def test_what_is_expensive_may_be_asked_so_often_and_no_more(what: str, new_world: Any, tmp_path: Path) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": f"{what}=2/minute"})
    method, path, more = ASKED[what]
    answers = [world.ask(method, path, **more) for _ in range(3)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    last = answers[-1]
    assert last.json()["code"] == "rate.limited" and last.headers["content-type"] == "application/problem+json"
    assert 1 <= int(last.headers["retry-after"]) == last.json()["retry_after_s"] <= 60
    assert (world.ask(method, path, who="bob", **more).status_code == 429) == (
        what == "verify"
    )  # it asks for no account


def test_whoever_takes_another_name_with_each_request_is_stopped_by_their_address(
    new_world: Any, tmp_path: Path
) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": "plan=2/minute"})
    _, path, more = ASKED["plan"]
    statuses = [world.ask("POST", path, who=f"user{n}", **more).status_code for n in range(10)]
    assert 429 not in statuses[:8] and statuses[8:] == [429, 429]


def test_a_refused_request_is_refused_before_its_body_is_kept(new_world: Any, tmp_path: Path) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": "upload=1/hour"})
    for _ in range(3):
        answer = world.ask(*ASKED["upload"][:2], **ASKED["upload"][2])
    assert answer.status_code == 429 and world.jobs.orders == []


def test_without_bounds_nobody_is_counted(new_world: Any, tmp_path: Path) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": "off"})
    _, path, more = ASKED["verify"]
    assert 429 not in [world.ask("POST", path, **more).status_code for _ in range(40)]


NAMED = {
    "sign_in": ("/v1/session", "name", {"password": "wrong words here"}),
    "letter": ("/v1/account/recovery", "who", {}),
}


@pytest.mark.parametrize("what", NAMED)
@pytest.mark.parametrize("name", ["ann", "nobody here", "ann@example.org"])
def test_one_name_is_tried_so_often_and_no_more_whether_there_is_an_account_or_not(
    what: str, name: str, new_world: Any, tmp_path: Path
) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": f"{what}=2/minute"})
    world.key("ann")
    path, field, more = NAMED[what]
    asked = [name, name.upper(), f" {name} "]
    answers = [world.client.post(path, json={field: one, **more}) for one in asked]
    assert [answer.status_code == 429 for answer in answers] == [False, False, True]
    assert answers[-1].json()["code"] == "rate.limited" and int(answers[-1].headers["retry-after"]) >= 1
    assert world.client.post(path, json={field: "somebody else", **more}).status_code != 429


@pytest.mark.parametrize("what", NAMED)
def test_whoever_tries_one_name_after_the_other_is_stopped_by_their_address(
    what: str, new_world: Any, tmp_path: Path
) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": f"{what}=2/minute"})
    path, field, more = NAMED[what]
    statuses = [world.client.post(path, json={field: f"name {n}", **more}).status_code for n in range(10)]
    assert 429 not in statuses[:8] and statuses[8:] == [429, 429]


UNNAMED = {
    "/v1/session": ("ceremony", {"link": "x"}),
    "/v1/session/passkey": ("ceremony", {}),
    "/v1/account/recovery/password": ("ceremony", {"link": "x", "password": "four plain words"}),
    "/v1/account": ("sign_up", {"name": "x", "password": "four plain words"}),
    "/v1/invitations/accept": ("sign_up", {"link": "x", "name": "x", "password": "four plain words"}),
}


@pytest.mark.parametrize("path", UNNAMED)
def test_what_asks_for_no_account_is_bounded_by_the_address(path: str, new_world: Any, tmp_path: Path) -> None:
    what, body = UNNAMED[path]
    world = new_world(tmp_path, {"REMIXLAB_RATES": f"{what}=2/minute"})
    statuses = [world.client.post(path, json=body).status_code for _ in range(3)]
    assert 429 not in statuses[:2] and statuses[2] == 429


def test_invitations_are_bounded_by_who_sends_them(new_world: Any, tmp_path: Path) -> None:
    world = new_world(tmp_path, {"REMIXLAB_RATES": "invitation=2/minute"})
    owner = world.signed_in("me")
    statuses = [owner.post("/v1/invitations", json={"email": "a@example.org"}).status_code for _ in range(3)]
    assert statuses == [201, 201, 429] and len(world.mail.letters) == 2


def test_a_password_that_may_not_be_tried_is_not_hashed(new_world: Any, tmp_path: Path) -> None:
    """Otherwise guessing would cost the service more than whoever guesses."""
    world = new_world(tmp_path, {"REMIXLAB_RATES": "sign_in=1/minute"})
    tried: list[str] = []
    world.workspace.passwords.fits = lambda password, kept: tried.append(password) or False
    for _ in range(3):
        world.client.post("/v1/session", json={"name": "ann", "password": "wrong words here"})
    assert len(tried) == 1


def test_every_rate_is_wired_to_an_operation() -> None:
    """`sign_in` once stood in the table, and nobody spent it."""
    doors = Path(open_rates.__code__.co_filename).parents[1] / "doors"
    source = "".join(file.read_text("utf-8") for file in doors.rglob("*.py"))
    assert [what for what in RATES if f'"{what}"' not in source] == []


@pytest.mark.parametrize("said", ["nothing=1/minute", "plan=often", "plan"])
def test_a_rate_that_is_none_is_said(said: str) -> None:
    with pytest.raises(InvalidSetting, match="REMIXLAB_RATES"):
        read_rates(said)


def test_processes_that_count_in_one_database_count_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'work.sqlite'}"
    here, there = (Rates(read_rates("plan=4/minute"), WorkStorage(SqlWork(url))) for _ in range(2))
    for _ in range(2):
        here.spend("plan", account="ann")
        there.spend("plan", account="ann")
    for one in (here, there):
        with pytest.raises(RateLimited) as refused:
            one.spend("plan", account="ann")
        assert 1 <= refused.value.details["retry_after_s"] <= 60
        one.spend("plan", account="bob")


def test_where_counting_fails_whoever_asks_is_let_through(tmp_path: Path) -> None:
    (tmp_path / "work.sqlite").write_bytes(b"no database" * 1000)
    settings = read_settings({"REMIXLAB_RATES_URL": "database", "REMIXLAB_RATES": "plan=1/minute"}, home=tmp_path)
    rates = open_rates(settings)
    for _ in range(5):
        rates.spend("plan", account="ann")


def test_a_customer_with_a_network_of_addresses_has_one_account_of_them() -> None:
    class Asked:
        def __init__(self, host: str) -> None:
            self.client = type("Client", (), {"host": host})()

    def seen(host: str) -> str:
        return address_of(Asked(host))  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]

    assert seen("2001:db8:1:2:3::1") == seen("2001:db8:1:2:ffff::9") != seen("2001:db8:1:3::1")
    assert seen("192.0.2.1") != seen("192.0.2.2")
