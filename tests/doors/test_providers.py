"""HTTP: signing in with a provider of identities, an honest one and every other kind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import world_of_tests as w
from oidc_of_tests import FakeProvider, new_key, provider_on_this_machine, signed_with_the_public_key, unsigned
from remixlab.domain.actor import Role
from remixlab.domain.errors import InvalidSetting
from remixlab.stores.oidc import read_providers

from .test_people import GOOD, browser_of, with_password

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
FILE = """
[provider.work]
name = "Lantern Row"
issuer = "{issuer}"
client_id = "remixlab"
client_secret = "our secret"
sign_up = true
roles = [
  {{ claim = "groups", value = "a&r", role = "label_admin" }},
  {{ claim = "realm.roles", value = "audit", role = "auditor" }},
]
parties = [
  {{ claim = "groups", value = "a&r", party = "label", sides = ["master"] }},
  {{ claim = "groups", value = "band", party = "Juniper Vale" }},
]

[provider.closed]
name = "Nobody new"
issuer = "{issuer}"
client_id = "remixlab"
"""


@pytest.fixture
def fake() -> Iterator[FakeProvider]:
    with provider_on_this_machine() as provider:
        yield provider


@pytest.fixture
def house(world: Any, fake: FakeProvider, tmp_path: Path) -> Any:
    file = tmp_path / "providers.toml"
    file.write_text(FILE.format(issuer=fake.address))
    object.__setattr__(world.workspace, "providers", read_providers(file))
    return world


def leave(browser: Any, provider: str = "work") -> str:
    told = browser.post("/v1/session/provider", json={"provider": provider})
    assert told.status_code == 200, told.text
    return told.json()["url"]


AFAR = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}


def come_back(browser: Any, sent: dict[str, str], provider: str = "work") -> Any:
    """As a browser comes: led here by another site."""
    headers = {name: value for name, value in browser.headers.items() if name != "origin"}
    browser.headers = {**headers, **AFAR}
    answer = browser.get(f"/oidc/{provider}/callback", params=sent)
    browser.headers = {**headers, "Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    return answer


def enter(house: Any, fake: FakeProvider, provider: str = "work", browser: Any = None) -> tuple[Any, Any]:
    """The whole way, there and back; the browser and the page it ends on."""
    browser = browser or browser_of(house)
    return browser, come_back(browser, fake.visited(leave(browser, provider)), provider)


def who(browser: Any) -> str | None:
    told = browser.get("/v1/session").json()
    return told["account"]["name"] if told["signed_in"] else None


# ---------------------------------------------------------------- an honest provider


def test_whoever_comes_for_the_first_time_gets_an_account_and_the_second_time_the_same(
    house: Any, fake: FakeProvider
) -> None:
    browser, page = enter(house, fake)
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store", page.text
    told = browser.get("/v1/session").json()
    assert (told["account"]["name"], told["account"]["email"], told["roles"]) == ("Kim", "kim@example.org", ["fan"])
    again, _ = enter(house, fake)
    assert again.get("/v1/session").json()["account"] == told["account"]
    assert [one["name"] for one in told["providers"]] == ["Lantern Row", "Nobody new"]


def test_the_page_it_ends_on_is_no_redirect_and_leads_home_alone(house: Any, fake: FakeProvider) -> None:
    """After a redirect from another site no strict cookie would be sent; and no address can lead anywhere else."""
    browser = browser_of(house)
    sent = {**fake.visited(leave(browser)), "next": "https://evil.example", "redirect_uri": "https://evil.example"}
    page = come_back(browser, sent)
    assert page.status_code == 200 and "evil" not in page.text and 'url=/"' in page.text


def test_a_name_that_is_taken_or_a_partys_is_not_given_twice(house: Any, fake: FakeProvider) -> None:
    fake.claims = {"name": "Lantern Row", "email": None}
    assert who(enter(house, fake)[0]).startswith("Guest ")
    fake.claims = {"sub": "s2", "name": "Kim", "email": None}
    assert who(enter(house, fake)[0]) == "Kim"
    fake.claims = {"sub": "s3", "name": "KIM", "email": None}
    assert who(enter(house, fake)[0]) == "KIM 2"


def test_claims_give_and_take_the_roles_and_parties_that_the_provider_decides_about(
    house: Any, fake: FakeProvider
) -> None:
    fake.claims = {"groups": ["a&r", "band", "operator"], "realm": {"roles": ["audit"]}, "role": "operator"}
    told = enter(house, fake)[0].get("/v1/session").json()
    assert told["roles"] == ["auditor", "fan", "label_admin"]
    assert [(p["party_id"], p["mandates"][0]["sides"]) for p in told["parties"]] == [("label", ["master"])]
    house.signed_in("me").patch(
        f"/v1/accounts/{told['account']['account_id']}", json={"roles": ["auditor", "label_admin", "moderator"]}
    )
    fake.claims = {"groups": ["nothing here"]}
    told = enter(house, fake)[0].get("/v1/session").json()
    assert told["roles"] == ["fan", "moderator"], "what the house gave stays"
    assert told["parties"] == []
    assert "accounts.identity.standing" in [entry.action for entry in w.audit_of(house.workspace.context)]


def test_more_is_asked_of_a_provider_whose_tokens_say_little(house: Any, fake: FakeProvider) -> None:
    work = house.workspace.providers["work"]
    work._provider = work.provider.model_copy(update={"userinfo": True})
    fake.userinfo = {"sub": "subject 1", "groups": ["a&r"], "iss": "somebody else", "email": "not@this.one"}
    told = enter(house, fake)[0].get("/v1/session").json()
    assert "label_admin" in told["roles"] and told["account"]["email"] == "kim@example.org"
    fake.userinfo = {"sub": "somebody else", "groups": ["a&r"]}
    assert enter(house, fake)[1].status_code == 401


# ---------------------------------------------------------------- accounts that exist


def test_an_address_alone_never_opens_an_account_that_exists(house: Any, fake: FakeProvider) -> None:
    with_password(house, "kim", email="KIM@example.org")
    browser, page = enter(house, fake)
    assert page.status_code == 409 and "Sign in to it another way" in page.text and who(browser) is None


def test_an_address_that_is_not_verified_is_neither_kept_nor_compared(house: Any, fake: FakeProvider) -> None:
    with_password(house, "kim", email="kim@example.org")
    for said in (False, None, "true", 1):
        fake.claims = {"email_verified": said, "sub": f"s{said}", "name": f"Kim {said}"}
        told = enter(house, fake)[0].get("/v1/session").json()
        assert told["account"]["account_id"] != "kim" and told["account"]["email"] is None


def connect(house: Any, browser: Any, fake: FakeProvider, **sent: str) -> Any:
    told = browser.post("/v1/account/identities", json={"provider": "work", **sent})
    assert told.status_code == 200, told.text
    return come_back(browser, fake.visited(told.json()["url"]))


def test_who_is_signed_in_connects_an_identity_that_then_opens_the_account(
    house: Any, fake: FakeProvider, problem: Any
) -> None:
    browser = with_password(house, "kim", email="kim@example.org")
    browser.post("/v1/session", json={"name": "kim", "password": GOOD})
    assert problem(browser.post("/v1/account/identities", json={"provider": "work"})) == (401, "session.refused")
    assert connect(house, browser, fake, password=GOOD).status_code == 200
    assert [one["name"] for one in browser.get("/v1/account/identities").json()["items"]] == ["Lantern Row"]
    assert who(enter(house, fake)[0]) == "kim"
    assert browser.delete("/v1/account/identities/work").status_code == 200
    assert problem(browser.delete("/v1/account/identities/work")) == (404, "identity.not_found")
    assert enter(house, fake)[1].status_code == 409


def test_an_identity_without_a_verified_address_is_not_connected(house: Any, fake: FakeProvider) -> None:
    fake.claims = {"email_verified": False}
    ann = house.signed_in("ann")
    assert connect(house, ann, fake).status_code == 401
    assert ann.get("/v1/account/identities").json()["items"] == []


def test_an_identity_of_one_account_is_not_connected_to_another(house: Any, fake: FakeProvider) -> None:
    enter(house, fake)
    assert connect(house, house.signed_in("ann"), fake).status_code == 409


def test_what_was_begun_by_a_session_that_has_ended_connects_nothing(house: Any, fake: FakeProvider) -> None:
    ann = house.signed_in("ann")
    sent = fake.visited(ann.post("/v1/account/identities", json={"provider": "work"}).json()["url"])
    token = ann.cookies["remixlab-ceremony"]
    ann.delete("/v1/session")
    ann.cookies.set("remixlab-ceremony", token)
    assert come_back(ann, sent).status_code == 403
    assert house.signed_in("ann").get("/v1/account/identities").json()["items"] == []


def test_a_provider_that_makes_no_accounts_opens_those_that_are_connected(house: Any, fake: FakeProvider) -> None:
    assert enter(house, fake, "closed")[1].status_code == 401
    connect(house, house.signed_in("ann"), fake)
    assert who(enter(house, fake, "closed")[0]) == "ann"


def test_a_disabled_account_is_not_opened(house: Any, fake: FakeProvider) -> None:
    told = enter(house, fake)[0].get("/v1/session").json()
    house.signed_in("me").patch(f"/v1/accounts/{told['account']['account_id']}", json={"disabled": True})
    assert enter(house, fake)[1].status_code == 401


# ---------------------------------------------------------------- tokens that prove nothing

NOW = int(w.NOW.timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "another service"},
        {"aud": ["another service"]},
        {"aud": ["remixlab", "another service"]},
        {"azp": "another service"},
        {"nonce": "of another visit"},
        {"nonce": None},
        {"exp": NOW - 61},
        {"exp": None},
        {"exp": True},
        {"iat": NOW - 3600},
        {"iat": NOW + 3600},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=str,
)
def test_a_token_about_anything_else_opens_nothing(house: Any, fake: FakeProvider, claims: dict[str, Any]) -> None:
    fake.claims = claims
    browser, page = enter(house, fake)
    assert page.status_code == 401 and who(browser) is None


@pytest.mark.parametrize("forge", [unsigned, signed_with_the_public_key, lambda _: "x", lambda _: "a.b.c"])
def test_a_token_that_the_providers_key_has_not_signed_opens_nothing(
    house: Any, fake: FakeProvider, forge: Any
) -> None:
    browser = browser_of(house)
    sent = fake.visited(leave(browser))
    fake.token = forge(fake)
    assert come_back(browser, sent).status_code == 401 and who(browser) is None


def test_another_key_under_the_name_of_the_providers_opens_nothing(house: Any, fake: FakeProvider) -> None:
    fake.published = [fake.keys[0].as_dict(private=False)]
    fake.keys.append(new_key("k1", 1))
    assert enter(house, fake)[1].status_code == 401


def test_a_provider_changes_its_keys_without_telling(house: Any, fake: FakeProvider) -> None:
    assert who(enter(house, fake)[0]) == "Kim"
    fake.keys = [new_key("k2")]
    fake.asked.clear()
    assert who(enter(house, fake)[0]) == "Kim" and fake.asked.count("/keys") == 1
    fake.asked.clear()
    assert who(enter(house, fake)[0]) == "Kim" and fake.asked.count("/keys") == 0, (
        "a key that is known is not asked for"
    )


# ---------------------------------------------------------------- visits that nobody here has begun


def test_a_visit_is_finished_once_and_by_the_browser_that_began_it(house: Any, fake: FakeProvider) -> None:
    browser = browser_of(house)
    sent = fake.visited(leave(browser))
    token = browser.cookies["remixlab-ceremony"]
    assert come_back(browser_of(house), sent).status_code == 403, "another browser: somebody shall be signed in as me"
    assert come_back(browser, sent).status_code == 200
    browser.cookies.set("remixlab-ceremony", token)
    assert come_back(browser, sent).status_code == 403


@pytest.mark.parametrize("sent", [{"state": "another"}, {"state": ""}, {"iss": "https://evil.example"}])
def test_a_state_or_an_issuer_that_does_not_fit_opens_nothing(house: Any, fake: FakeProvider, sent: Any) -> None:
    browser = browser_of(house)
    page = come_back(browser, {**fake.visited(leave(browser)), **sent})
    assert page.status_code in (401, 403) and who(browser) is None and "/token" not in fake.asked


def test_a_visit_to_one_provider_is_not_finished_at_another(house: Any, fake: FakeProvider) -> None:
    browser = browser_of(house)
    assert come_back(browser, fake.visited(leave(browser)), "closed").status_code == 403 and "/token" not in fake.asked


def test_a_visit_does_not_wait_for_ever(house: Any, fake: FakeProvider) -> None:
    browser = browser_of(house)
    sent = fake.visited(leave(browser))
    house.workspace.context.clock.at += timedelta(minutes=10)
    assert come_back(browser, sent).status_code == 403


def test_a_code_of_another_visit_is_not_taken(house: Any, fake: FakeProvider) -> None:
    """What PKCE is for: a code that was found is worth nothing to who did not begin."""
    browser = browser_of(house)
    sent = fake.visited(leave(browser))
    fake.challenge = "of somebody else"
    assert come_back(browser, sent).status_code == 401


def test_a_person_who_says_no_there_is_not_signed_in_and_reads_a_sentence(house: Any, fake: FakeProvider) -> None:
    browser = browser_of(house)
    sent = {"state": fake.visited(leave(browser))["state"], "error": "access_denied", "error_description": "<b>no</b>"}
    page = come_back(browser, sent)
    assert page.status_code == 401 and "<b>" not in page.text and "has let nobody in" in page.text


# ---------------------------------------------------------------- providers that are none


@pytest.mark.parametrize(
    "described",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://10.0.0.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"authorization_endpoint": None},
    ],
)
def test_a_provider_that_describes_itself_as_none_may_is_not_used(
    house: Any, fake: FakeProvider, problem: Any, described: Any
) -> None:
    fake.described = described
    told = browser_of(house).post("/v1/session/provider", json={"provider": "work"})
    assert problem(told) == (503, "provider.unavailable")


def test_a_provider_that_is_down_or_not_set_up_is_said_to_be(house: Any, fake: FakeProvider, problem: Any) -> None:
    told = browser_of(house).post("/v1/session/provider", json={"provider": "unknown"})
    assert problem(told) == (404, "provider.not_found")
    fake.answer = lambda *_: (302, "http://127.0.0.1:1/")  # type: ignore[method-assign]
    told = browser_of(house).post("/v1/session/provider", json={"provider": "work"})
    assert problem(told) == (503, "provider.unavailable")


@pytest.mark.parametrize(
    "text",
    [
        "[provider.work]\nname = 'x'\nissuer = 'http://id.example'\nclient_id = 'x'",
        "[provider.work]\nname = 'x'\nissuer = 'https://id.example'",
        "[provider.work]\nname = 'x'\nissuer = 'https://id.example'\nclient_id = 'x'\nsignatures = ['none']",
        "[provider.work]\nname = 'x'\nissuer = 'https://id.example'\nclient_id = 'x'\nsignatures = ['HS256']",
        "[provider.'../x']\nname = 'x'\nissuer = 'https://id.example'\nclient_id = 'x'",
        "provider = 3",
        "not toml",
    ],
)
def test_a_file_that_describes_no_provider_is_refused_without_its_secrets(tmp_path: Path, text: str) -> None:
    file = tmp_path / "providers.toml"
    file.write_text(text + "\nclient_secret = 'our secret'")
    with pytest.raises(InvalidSetting) as told:
        read_providers(file)
    assert "our secret" not in f"{told.value} {told.value.hint}"
    with pytest.raises(InvalidSetting, match="cannot be read"):
        read_providers(tmp_path / "nowhere.toml")


def test_the_owner_keeps_every_role_whatever_a_provider_says(house: Any, fake: FakeProvider) -> None:
    connect(house, _owner(house), fake)
    fake.claims = {"groups": []}
    told = enter(house, fake)[0].get("/v1/session").json()
    assert told["account"]["account_id"] == "me" and set(told["roles"]) == {role.value for role in Role}


def _owner(house: Any) -> Any:
    browser = browser_of(house)
    browser.post("/v1/session", json={"link": house.workspace.owners_link()})
    return browser
