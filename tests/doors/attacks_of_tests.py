"""An outsider's afternoon: what is tried by who wants what is not theirs, and the hole through which it would work.

An attack answers whether it got anything. A hole takes one guard away; through it the same attack must get something,
or it would prove nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import pytest
from fastapi.testclient import TestClient

import world_of_tests as w
from passkeys_of_tests import Device, keep_passkey, sign_in_with
from remixlab import accounts as access
from remixlab.accounts import Permission
from remixlab.domain.accounts import LinkKind, OneTimeLink, Session
from remixlab.domain.actor import Mandate, Role
from remixlab.domain.errors import AccountNotFound
from remixlab.domain.ports.passkeys import Assertion
from remixlab.domain.providers import Provider
from remixlab.doors.api import caller, cookies, gate, security_headers
from remixlab.doors.api.accounts import routes_account, routes_session
from remixlab.doors.api.sharing import routes
from remixlab.doors.pages import room
from remixlab.doors.pages import routes as pages
from remixlab.stores.passkeys import WebAuthnPasskeys
from remixlab.stores.passwords import ArgonPasswords
from remixlab.testing import PlainPasswords
from remixlab.testing.records.accounts import MemoryAccounts
from remixlab.testing.records.people import MemoryPeople
from remixlab.testing.records.sign_ins import MemorySignIns
from remixlab.usecases.accounts import identities, invitations, keys, links, memberships, passkeys, register, sessions
from remixlab.usecases.sharing import play

GOOD: Final = "four plain words here"
EVIL: Final = "https://evil.example"
FOREIGN: Final = {"Origin": EVIL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}

World = Any
Patch = pytest.MonkeyPatch


class Attack(NamedTuple):
    """What is tried, and the guard that is taken away to see that it would work."""

    tried: Callable[[World], bool]
    hole: Callable[[Patch], None]


def browser(world: World, **headers: str) -> TestClient:
    ours = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin", **headers}
    return TestClient(world.client.app, base_url="http://localhost", headers=ours, raise_server_exceptions=False)


def enrolled(world: World, who: str, *parties: Any, **more: Any) -> TestClient:
    """A browser with a session of somebody who was enrolled with parties and more; with a password, too."""
    context = world.workspace.context
    w.enrolled(context, who, *parties, **more)
    world.keys[who] = {}
    with context.write() as records:
        records.people.set_password(who, PlainPasswords().hashed(GOOD))
        w.enter(records)
    return world.signed_in(who)


def got(answer: Any) -> bool:
    return answer.status_code < 400


# ---------------------------------------------------------------- holes that many attacks share


def nobody_checks(patch: Patch) -> None:
    """Every use case forgets to ask whether the actor may."""
    for name, module in list(sys.modules.items()):
        if name.startswith("remixlab.") and getattr(module, "must", None) is access.must:
            patch.setattr(module, "must", lambda *_, **__: None)
        if name.startswith("remixlab.") and getattr(module, "may", None) is access.may:
            patch.setattr(module, "may", lambda *_, **__: Permission(True, "a hole"))


def set_to(target: Any, name: str, value: Any) -> Callable[[Patch], None]:
    return lambda patch: patch.setattr(target, name, value)


def no_origin(patch: Patch) -> None:
    """Whatever page asks, it is taken for ours."""
    patch.setattr(gate, "is_foreign", lambda *_, **__: False)
    patch.setattr(caller, "is_ours", lambda *_, **__: True)


def kept_for_ever(patch: Patch) -> None:
    """What is used once is not used up."""
    patch.setattr(MemoryPeople, "use_link", MemoryPeople.link_of)
    found = MemorySignIns.take_ceremony

    def again(self: MemorySignIns, token: str, at: Any) -> Any:
        kept = dict(self.kept.ceremonies)
        taken = found(self, token, at)
        self.kept.ceremonies.update(kept)
        return taken

    patch.setattr(MemorySignIns, "take_ceremony", again)


def speaks_for_all(patch: Patch) -> None:
    """Whoever has an account acts for the label."""
    patch.setattr(MemoryPeople, "mandates_of", lambda *_: (Mandate(party_id="label"),))


# ---------------------------------------------------------------- what is somebody else's, asked for by its id


def of_ann(world: World) -> dict[str, str]:
    """Ann's things, all of them private, by what an outsider would have to know of them."""
    context = world.workspace.context
    ann = world.signed_in("ann")
    world.open()
    made = world.made("rmx_ann", share="private")
    plan = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    job = world.ask("POST", "/v1/remixes", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    keep_passkey(ann, Device())
    invitation = world.signed_in("me").post("/v1/invitations", json={}).json()
    with context.write() as records:
        records.people.add_session(
            Session(session_id="ses_ann", account_id="ann", created_at=w.NOW, seen_at=w.NOW, expires_at=_later()), "t"
        )
        w.enter(records)
    return {
        "remix": made.remix_id, "decision": made.decision_id, "plan": plan["plan_id"], "job": job["job_id"],
        "session": "ses_ann", "passkey": ann.get("/v1/account/passkeys").json()["items"][0]["passkey_id"],
        "key": world.keys["ann"]["Authorization"].split("_")[1], "invitation": invitation["link_id"],
    }  # fmt: skip


def _later() -> Any:
    return w.NOW + timedelta(days=1)


def asks(method: str, path: str, **more: Any) -> Attack:
    """Bob, a fan, asks for something that is Ann's, a party's, or the house's."""

    def tried(world: World) -> bool:
        known = of_ann(world) if "{" in path else {}
        return got(world.signed_in("bob").request(method, path.format(**known), **more))

    return Attack(tried, nobody_checks)


CONSENT: Final = {"recording": "rec_open", "side": "master", "scopes": ["all"]}
PERSONAL: Final = {
    "a private remix is read": asks("GET", "/v1/remixes/{remix}"),
    "a private remix is heard": asks("GET", "/v1/remixes/{remix}/audio"),
    "a private remix is drawn": asks("GET", "/v1/remixes/{remix}/peaks"),
    "the page of a private remix is opened": asks("GET", "/r/{remix}"),
    "a private recording is read": asks("GET", "/v1/recordings/rec_own2"),
    "the consents of a private recording are read": asks("GET", "/v1/consents?recording_id=rec_own2"),
    "somebody's plan is read": asks("GET", "/v1/plans/{plan}"),
    "somebody's job is followed": asks("GET", "/v1/jobs/{job}"),
    "somebody's job is called off": asks("DELETE", "/v1/jobs/{job}"),
    "somebody's decision is read": asks("GET", "/v1/decisions/{decision}"),
    "somebody is signed out": asks("DELETE", "/v1/account/sessions/{session}"),
    "somebody's key is revoked": asks("DELETE", "/v1/keys/{key}"),
    "somebody's keys are listed": asks("GET", "/v1/keys?user=ann"),
    "somebody's passkey is removed": asks("DELETE", "/v1/account/passkeys/{passkey}"),
    "somebody's passkey is renamed": asks("PATCH", "/v1/account/passkeys/{passkey}", json={"name": "x"}),
    "an invitation is taken back": asks("DELETE", "/v1/invitations/{invitation}"),
    "everybody's accounts are listed": asks("GET", "/v1/accounts"),
    "somebody's memberships are listed": asks("GET", "/v1/memberships?account=ann"),
    "refused wishes of somebody are read": asks("GET", "/v1/refused-prompts?listener=ann"),
    "a party's statement is read": asks("GET", "/v1/statements/label/earnings?first=2026-11&last=2026-11"),
    "the ledger is read": asks("GET", "/v1/ledger/bookings"),
    "the audit log is read": asks("GET", "/v1/audit"),
    "the metrics are read": asks("GET", "/metrics"),
    "consent is given in another's name": Attack(asks("POST", "/v1/consents", json=CONSENT).tried, speaks_for_all),
    "a label's setting is switched": asks("PUT", "/v1/parties/label/artist-veto?veto=false"),
    "one's own upload is called confirmed": asks(
        "POST", "/v1/recordings/rec_own2/attestation", json={"state": "confirmed"}
    ),
    "one makes oneself an operator": asks("PATCH", "/v1/accounts/bob", json={"roles": ["operator"]}),
    "an account is made for a helper": asks("POST", "/v1/accounts", json={"name": "Eve", "roles": ["operator"]}),
}


# ---------------------------------------------------------------- roles, mandates and keys


def forged_membership(world: World) -> bool:
    """Who acts for the label, and may not hand it on, lets an accomplice act for it."""
    member = enrolled(world, "cleo", Mandate(party_id="label"))
    world.key("bob")
    return got(member.post("/v1/accounts/bob/memberships", json={"party_id": "label"}))


def wider_mandate(world: World) -> bool:
    """Who may hand on one side hands on all of them, with an invitation."""
    member = enrolled(world, "cleo", Mandate(party_id="label", sides=frozenset({"master"}), delegates=True))
    return got(member.post("/v1/invitations", json={"mandates": [{"party_id": "label", "delegates": True}]}))


def invited_operator(world: World) -> bool:
    member = enrolled(world, "cleo", Mandate(party_id="label", delegates=True))
    offer = {"roles": ["operator"], "mandates": [{"party_id": "label"}]}
    return got(member.post("/v1/invitations", json=offer))


def another_partys_voice(world: World) -> bool:
    """A header says for whom one speaks."""
    return got(world.ask("POST", "/v1/consents", who="bob", json=CONSENT, headers={"RemixLab-As": "Lantern Row"}))


def believed_header(patch: Patch) -> None:
    def believed(actor: Any, party: str, context: Any) -> Any:
        with context.read() as records:
            return actor.model_copy(update={"acts_for": frozenset({records.catalogue.party(party).party_id})})

    patch.setattr(caller, "acting_for", believed)


def stronger_key(world: World) -> bool:
    made = world.signed_in("bob").post("/v1/keys", json={"roles": ["operator"], "tier": "creator"})
    return got(made)


def key_makes_key(world: World) -> bool:
    """Somebody who found a key makes themselves one that lasts."""
    return got(world.ask("POST", "/v1/keys", who="ann", json={}))


def keys_are_sessions(patch: Patch) -> None:
    real = caller.caller_of

    def signed_in(request: Any, workspace: Any) -> Any:
        found = real(request, workspace)
        session = Session(session_id="s", account_id="ann", created_at=w.NOW, seen_at=w.NOW, expires_at=_later())
        return found._replace(session=found.session or session)

    patch.setattr(caller, "caller_of", signed_in)


def expired_key(world: World) -> bool:
    made = world.signed_in("ann").post("/v1/keys", json={"expires_at": "2026-12-04T12:00:00Z"}).json()
    world.workspace.context.clock.at += timedelta(days=2)
    return got(browser(world).get("/v1/account", headers={"Authorization": f"Bearer {made['key']}"}))


def keys_for_ever(patch: Patch) -> None:
    real = MemoryAccounts.api_key
    patch.setattr(MemoryAccounts, "api_key", lambda self, key_id, secret, at: real(self, key_id, secret, w.NOW))


def key_of_a_disabled_account(world: World) -> bool:
    world.key("ann")
    world.signed_in("me").patch("/v1/accounts/ann", json={"disabled": True})
    return got(world.get("/v1/account"))


def nobody_is_disabled(patch: Patch) -> None:
    real = MemoryPeople.find_account

    def enabled(self: MemoryPeople, account_id: str) -> Any:
        found = real(self, account_id)
        return found and found.model_copy(update={"disabled": False})

    patch.setattr(MemoryPeople, "find_account", enabled)


def a_partys_name(world: World) -> bool:
    """An account that reads like the label, whom fans would believe."""
    return got(world.signed_in("bob").patch("/v1/account", json={"name": "LANTERN  ROW"}))


def the_owners_demo(world: World) -> bool:
    """A cookie says that one tries a demonstration account, an operator's."""
    thief = world.signed_in("bob")
    thief.cookies.set("remixlab-demo", "operator")
    return got(thief.get("/v1/audit"))


def demo_for_all(patch: Patch) -> None:
    roles = frozenset(Role)
    patch.setattr(
        "remixlab.app.workspace.Workspace.demo_actor", lambda _s, a, _r: a.model_copy(update={"roles": roles})
    )


POWERS: Final = {
    "a membership is forged": Attack(forged_membership, set_to(memberships, "must_hand_on", lambda *_: None)),
    "a mandate is handed on wider than it is": Attack(
        wider_mandate, set_to(invitations, "must_hand_on", lambda *_: None)
    ),
    "an operator is invited": Attack(invited_operator, set_to(invitations, "_must_offer", lambda *_: None)),
    "a header speaks for a party": Attack(another_partys_voice, believed_header),
    "a key gets more than its maker has": Attack(stronger_key, set_to(keys, "_must_hold", lambda *_: None)),
    "a key makes another key": Attack(key_makes_key, keys_are_sessions),
    "a key that has expired is used": Attack(expired_key, keys_for_ever),
    "a key of a disabled account is used": Attack(key_of_a_disabled_account, nobody_is_disabled),
    "an account is called like a party": Attack(
        a_partys_name, set_to(register, "checked_name", lambda text, **_: text)
    ),
    "a cookie makes one the owner's demonstration": Attack(the_owners_demo, demo_for_all),
}


# ---------------------------------------------------------------- through somebody's browser


def foreign_page(world: World) -> bool:
    """CSRF: a page elsewhere sends a form with the cookie of whoever looks at it."""
    world.open()
    world.made("rmx_ann", share="private")
    victim = world.signed_in("ann", **FOREIGN)
    return got(victim.post("/v1/remixes/rmx_ann/publish"))


def foreign_sign_in(world: World) -> bool:
    """Login CSRF: somebody is signed in as the thief, and gives them what they bring."""
    enrolled(world, "thief")
    victim = browser(world, **FOREIGN)
    return got(victim.post("/v1/session", json={"name": "thief", "password": GOOD}))


def read_from_elsewhere(world: World) -> bool:
    """A page elsewhere loads what is private into itself, where its duration can be read."""
    world.open()
    world.made("rmx_ann", share="private")
    victim = world.signed_in("ann", **{"Origin": "", **FOREIGN})
    return got(victim.get("/v1/remixes/rmx_ann/audio"))


def rebound_name(world: World) -> bool:
    """DNS rebinding: a name of the thief's leads to this machine, so that their page is of the same origin."""
    told = world.client.get("/v1/recordings", headers={"Host": "evil.example:8000"})
    return got(told)


def framed(world: World) -> bool:
    """Clickjacking: our page, unseen, under theirs."""
    page = browser(world).get("/sign-in")
    allows = "frame-ancestors 'none'" not in page.headers.get("content-security-policy", "")
    return allows and "x-frame-options" not in page.headers


def without_frames(patch: Patch) -> None:
    patch.setattr(security_headers, "HEADERS", ())


def script_in_a_title(world: World) -> bool:
    page = world.signed_in("ann")
    with world.workspace.context.write() as records:
        found = records.catalogue.recording("rec_open")
        named = {"recording_id": "rec_evil", "sha256": "1" * 64, "isrc": None, "title": "<script src=x></script>"}
        records.catalogue.add_recording(found.model_copy(update=named))
        w.enter(records)
    return "<script src=x>" in page.get("/plain").text


def unescaped(patch: Patch) -> None:
    patch.setattr(room.templates.env, "cache", {})
    patch.setattr(room.templates.env, "autoescape", False)


def led_away(world: World) -> bool:
    """Open redirect: an address of ours that leads to theirs."""
    outsider = browser(world)
    asked = ("/?next=https://evil.example", "//evil.example/..", "/mine/?url=//evil.example", "/song/x/?then=//evil")
    told = [outsider.get(path, follow_redirects=False).headers.get("location", "") for path in asked]
    return any("evil" in place.partition("?")[0] for place in told)


def path_out_of_the_files(world: World) -> bool:
    tricks = ("../routes.py", "..%2froutes.py", "%2e%2e/routes.py", "....//routes.py", "..%5croutes.py")
    return any("APIRouter" in browser(world).get(f"/static/{one}").text for one in tricks)


def files_anywhere(patch: Patch) -> None:
    import os

    from starlette.staticfiles import StaticFiles

    def found(self: Any, path: str) -> Any:
        place = os.path.join(str(self.directory), path)  # noqa: PTH118
        return (place, os.stat(place)) if os.path.isfile(place) else ("", None)  # noqa: PTH113, PTH116

    patch.setattr(StaticFiles, "lookup_path", found)


def shared_cache(world: World) -> bool:
    """A cache between us and everybody keeps Ann's page, and gives it to the next who asks."""
    mine = world.signed_in("ann").get("/v1/account")
    told = mine.headers.get("cache-control", "")
    apart = "cookie" in mine.headers.get("vary", "").lower()
    return got(mine) and not apart and not any(word in told for word in ("private", "no-store"))


def poisoned_letter(world: World) -> bool:
    """A letter that we send leads to the thief, because a header said that we are called so."""
    enrolled(world, "cleo", email="cleo@example.org")
    thief = browser(world, **{"X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"})
    thief.post("/v1/account/recovery", json={"who": "cleo"})
    return "evil.example" in world.mail.letters[0].text


def forwarded_host(patch: Patch) -> None:
    def forwarded(page: str, request: Any, settings: Any) -> Any:
        return lambda token: f"https://{request.headers.get('x-forwarded-host')}/{page}#{token}"

    patch.setattr(routes_account, "address_of", forwarded)


def cookie_of_a_sibling(world: World) -> bool:
    """Another host under the same name sets a cookie for ours, with the thief's session."""
    victim = world.signed_in("ann", Origin="https://remix.example")
    token = victim.cookies["remixlab"]
    there = TestClient(world.client.app, base_url="https://remix.example", headers=dict(victim.headers))
    there.cookies.set("remixlab", token)
    return bool(there.get("/v1/session").json().get("signed_in"))


BROWSERS: Final = {
    "a page elsewhere acts for who looks at it": Attack(foreign_page, no_origin),
    "a page elsewhere signs somebody in": Attack(foreign_sign_in, no_origin),
    "a page elsewhere loads what is private": Attack(read_from_elsewhere, no_origin),
    "another name leads here": Attack(rebound_name, set_to(gate, "must_know_host", lambda *_: None)),
    "our page is shown inside another": Attack(framed, without_frames),
    "a title runs as a script": Attack(script_in_a_title, unescaped),
    "an address of ours leads away": Attack(led_away, set_to(pages, "SIGN_IN", EVIL)),
    "a path leads out of the files": Attack(path_out_of_the_files, files_anywhere),
    "a cache gives one's page to another": Attack(shared_cache, without_frames),
    "a letter leads elsewhere": Attack(poisoned_letter, forwarded_host),
}
UNDER_TLS: Final = {
    "a sibling host sets the session": Attack(cookie_of_a_sibling, set_to(cookies, "_name", lambda base, *_: base)),
}


# ---------------------------------------------------------------- signing in as somebody else


def used_link(world: World) -> bool:
    token = world.workspace.owners_link()
    browser(world).post("/v1/session", json={"link": token})
    return got(browser(world).post("/v1/session", json={"link": token}))


def letter_as_a_key(world: World) -> bool:
    """A link of recovery, found in a mailbox, is used to sign in, past the password."""
    world.key("ann")
    with world.workspace.context.write() as records:
        kept = OneTimeLink(link_id="l", kind=LinkKind.RECOVERY, account_id="ann", created_at=w.NOW, expires_at=_later())
        records.people.add_link(kept, "found")
        w.enter(records)
    return got(browser(world).post("/v1/session", json={"link": "found"}))


def links_are_alike(patch: Patch) -> None:
    real = MemoryPeople.link_of

    def alike(self: MemoryPeople, token: str, at: Any) -> Any:
        found = real(self, token, at)
        return found and found.model_copy(update={"kind": LinkKind.SIGN_IN})

    patch.setattr(MemoryPeople, "link_of", alike)


def after_the_sign_out(world: World) -> bool:
    victim = world.signed_in("ann")
    token = victim.cookies["remixlab"]
    victim.delete("/v1/session")
    thief = browser(world)
    thief.cookies.set("remixlab", token)
    return bool(thief.get("/v1/session").json()["signed_in"])


def endless_sessions(patch: Patch) -> None:
    patch.setattr(MemoryPeople, "end_session", lambda self, *_: self._acts.did("nothing") or True)


def fixed_session(world: World) -> bool:
    """Session fixation: the thief puts a token into the browser, and waits until somebody signs in with it."""
    enrolled(world, "cleo")
    victim = browser(world)
    victim.cookies.set("remixlab", "known to the thief")
    victim.post("/v1/session", json={"name": "cleo", "password": GOOD})
    thief = browser(world)
    thief.cookies.set("remixlab", "known to the thief")
    return bool(thief.get("/v1/session").json()["signed_in"])


def sessions_keep_their_token(patch: Patch) -> None:
    real = routes_session.new_session

    def kept(request: Any, workspace: Any) -> Any:
        given = request.cookies.get("remixlab")
        return real(request, workspace).model_copy(update={"token": given} if given else {})

    patch.setattr(routes_session, "new_session", kept)


def guessing(world: World) -> bool:
    """Fifty passwords in a row, one of which is right."""
    enrolled(world, "cleo")
    tried = [f"guess number {n}" for n in range(49)] + [GOOD]
    answers = [browser(world).post("/v1/session", json={"name": "cleo", "password": one}) for one in tried]
    return any(map(got, answers))


def without_waiting(patch: Patch) -> None:
    patch.setattr(sessions, "_must_wait", lambda *_: None)
    patch.setattr(routes_session, "spend_on", lambda *_: None)


def open_browser(world: World) -> bool:
    """Somebody finds a browser that is signed in, and takes the account for good."""
    found = enrolled(world, "cleo", email="cleo@example.org")
    taken = (
        found.patch("/v1/account", json={"email": "thief@example.org"}),
        found.put("/v1/account/password", json={"new": "entirely other words"}),
        found.post("/v1/account/passkeys/options", json={}),
    )
    return any(map(got, taken))


def a_session_is_enough(patch: Patch) -> None:
    for module in (register, links, passkeys):
        patch.setattr(module, "knows", lambda *_, **__: True)


def told_apart_by_words(world: World) -> bool:
    """Whether there is such an account is told by what is answered."""
    enrolled(world, "cleo", email="cleo@example.org")
    wrong = [browser(world).post("/v1/session", json={"name": who, "password": "x"}) for who in ("cleo", "nobody")]
    sent = [browser(world).post("/v1/account/recovery", json={"who": who}) for who in ("cleo", "nobody")]
    return any((one.status_code, one.text) != (other.status_code, other.text) for one, other in (wrong, sent))


def honest_about_strangers(patch: Patch) -> None:
    real = sessions._account  # pyright: ignore[reportPrivateUsage]

    def honest(who: str, records: Any) -> Any:
        found = real(who, records)
        if found is None:
            raise AccountNotFound("There is no such account.")
        return found

    patch.setattr(sessions, "_account", honest)


def told_apart_by_time(_: World) -> bool:
    """Whether there is such an account is told by how long a wrong password takes: a hash is compared, or none is."""
    compared: list[str] = []

    def verify(kept: str, _password: str) -> bool:
        compared.append(kept)
        return False

    passwords = ArgonPasswords(SimpleNamespace(verify=verify, hash=lambda _: "nobody's"))  # type: ignore[arg-type]
    passwords.fits("wrong", "somebody's")
    known = len(compared)
    passwords.fits("wrong", None)
    return len(compared) - known != known


def quick_about_strangers(patch: Patch) -> None:
    real = ArgonPasswords.fits
    patch.setattr(ArgonPasswords, "fits", lambda self, word, kept: kept is not None and real(self, word, kept))


def replayed_passkey(world: World) -> bool:
    device, victim = Device(), browser(world)
    keep_passkey(world.signed_in("ann"), device)
    options = victim.post("/v1/session/passkey", json={}).json()["publicKey"]
    token, answer = victim.cookies["remixlab-ceremony"], {"passkey": device.get(options)}
    device.count = 0
    victim.post("/v1/session", json=answer)
    thief = browser(world)
    thief.cookies.set("remixlab-ceremony", token)
    return got(thief.post("/v1/session", json=answer))


def replays(patch: Patch) -> None:
    kept_for_ever(patch)
    patch.setattr(MemorySignIns, "use_passkey", lambda *_, **__: True)
    real = WebAuthnPasskeys.proven
    patch.setattr(WebAuthnPasskeys, "proven", lambda *given: real(*given)._replace(sign_count=99))


def phished_passkey(world: World) -> bool:
    """A page elsewhere asks for the passkey and hands its answer on."""
    device = Device()
    keep_passkey(world.signed_in("ann"), device)
    return got(sign_in_with(browser(world), device, origin=EVIL))


def proves_anything(patch: Patch) -> None:
    patch.setattr(WebAuthnPasskeys, "proven", lambda *_: Assertion(99, False))


class Elsewhere:
    """A provider of identities that says what a test wants."""

    provider = Provider(provider_id="work", name="Work", issuer="https://id.example", client_id="x", sign_up=True)

    def __init__(self, **claims: Any) -> None:
        self.said = {"sub": "thief", "name": "Thief", **claims}
        self.state = ""

    def address(self, visit: Any) -> str:
        self.state = visit.state
        return "https://id.example"

    def claims(self, *_: Any) -> Any:
        return self.said


def visited(world: World, provider: Elsewhere, who: TestClient, state: str | None = None) -> Any:
    object.__setattr__(world.workspace, "providers", {"work": provider})
    who.post("/v1/session/provider", json={"provider": "work"})
    sent = {"code": "c", "state": provider.state if state is None else state}
    return who.get("/oidc/work/callback", params=sent)


def forged_return(world: World) -> bool:
    """Somebody is led to where a visit ends that the thief has begun, and is signed in as the thief."""
    return got(visited(world, Elsewhere(), browser(world), "the thief's"))


def any_state(patch: Patch) -> None:
    patch.setattr(identities.hmac, "compare_digest", lambda *_: True)


def taken_by_address(world: World) -> bool:
    """A provider lets anybody have the address that somebody here has."""
    enrolled(world, "cleo", email="cleo@example.org")
    thief = browser(world)
    visited(world, Elsewhere(email="cleo@example.org", email_verified=True), thief)
    told = thief.get("/v1/session").json()
    return bool(told["signed_in"]) and told["account"]["account_id"] == "cleo"


def address_is_enough(patch: Patch) -> None:
    real = identities._account  # pyright: ignore[reportPrivateUsage]

    def enough(provider: Any, claims: Any, records: Any, *more: Any) -> Any:
        return records.people.account_with_email(claims.get("email")) or real(provider, claims, records, *more)

    patch.setattr(identities, "_account", enough)


def forged_play(world: World) -> bool:
    """A listen is counted that nobody had."""
    world.open()
    world.made("rmx_shared")
    report = {"play_id": "play-0001", "remix_id": "rmx_shared", "listened_s": 31, "token": "a.b.c"}
    return got(world.ask("POST", "/v1/plays", who="bob", json=report))


def any_token(patch: Patch) -> None:
    """What a token proves is not looked at, nor what was streamed with it."""
    patch.setattr(routes, "open_stream", lambda *_: SimpleNamespace(stream=None))
    patch.setattr(routes, "play", lambda listened, actor, context, stream: play(listened, actor, context))


IDENTITIES: Final = {
    "a link is used twice": Attack(used_link, kept_for_ever),
    "a link of recovery signs in": Attack(letter_as_a_key, links_are_alike),
    "a session is used after its end": Attack(after_the_sign_out, endless_sessions),
    "a session is fixed beforehand": Attack(fixed_session, sessions_keep_their_token),
    "a password is guessed": Attack(guessing, without_waiting),
    "an open browser becomes an account": Attack(open_browser, a_session_is_enough),
    "an account is known by what is answered": Attack(told_apart_by_words, honest_about_strangers),
    "an account is known by the time it takes": Attack(told_apart_by_time, quick_about_strangers),
    "a passkey's answer is sent again": Attack(replayed_passkey, replays),
    "a passkey is asked for by another page": Attack(phished_passkey, proves_anything),
    "a visit that another began is finished": Attack(forged_return, any_state),
    "an address at a provider opens an account": Attack(taken_by_address, address_is_enough),
    "a listen is made up": Attack(forged_play, any_token),
}

ATTACKS: Final[dict[str, Attack]] = {**PERSONAL, **POWERS, **BROWSERS, **IDENTITIES}
