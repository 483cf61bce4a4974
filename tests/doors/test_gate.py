"""HTTP: who is let in at all. What another page, another host name, or somebody without an account gets: nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from remixlab.domain.material import Part
from remixlab.domain.provenance import KeptManifest
from remixlab.doors.api import create_schema
from remixlab.doors.api.gate import OPEN
from remixlab.doors.api.hosts import SAFE
from remixlab.doors.site import create_site
from remixlab.seal import write_label

from .conftest import make_world

OPERATIONS = [(method.upper(), path) for path, methods in create_schema()["paths"].items() for method in methods]
CHANGING = [one for one in OPERATIONS if one[0] not in SAFE]
PUBLIC_READING = {
    "/v1/licence",
    "/v1/rights/epoch",
    "/v1/recordings",
    "/v1/recordings/{recording_id}",
    "/v1/recordings/{recording_id}/audio",
    "/v1/recordings/{recording_id}/credential",
    "/v1/recordings/{recording_id}/peaks",
    "/v1/remixes",
    "/v1/remixes/{remix_id}",
    "/v1/remixes/{remix_id}/audio",
    "/v1/remixes/{remix_id}/disclosure",
    "/v1/remixes/{remix_id}/peaks",
    "/v1/parties",
    "/v1/parties/{party_id}",
    "/v1/works",
    "/v1/consents",
    "/v1/manifests/{manifest_id}",
    "/v1/matches/byBinding",
    "/v1/services/supportedAlgorithms",
    "/v1/receipts/key",
    "/v1/rights/meaning",
    "/v1/session",
    "/healthz",
    "/readyz",
    "/version",
}
"""What is read without an account, written by hand."""
LABEL = write_label([Part("drums", "layered")], kind="remix", trained=()).to_dict()
ANOTHER_PAGE = {
    "the network next door": {
        "Sec-Fetch-Site": "cross-site",
        "Sec-Fetch-Mode": "no-cors",
        "Origin": "https://evil.example",
    },
    "another port of this machine": {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9666"},
    "a frame without an origin": {"Origin": "null"},
    "an old browser elsewhere": {"Origin": "https://evil.example"},
    "a browser that hides where it is": {},
}


def asked(path: str) -> str:
    """An operation's address about something there is."""
    filled = {"recording_id": "rec_open", "remix_id": "rmx_1", "party_id": "label", "manifest_id": "urn:c2pa:1"}
    for name, value in filled.items():
        path = path.replace(f"{{{name}}}", value)
    return path.replace("{", "").replace("}", "")


# ---------------------------------------------------------------- without an account


@pytest.mark.parametrize(("method", "path"), [one for one in CHANGING if one not in OPEN])
def test_what_changes_something_is_closed_without_an_account_before_its_body_is_read(
    world: Any, problem: Any, method: str, path: str
) -> None:
    def body() -> Iterator[bytes]:
        raise AssertionError("the body was read")
        yield b""

    for name in ("", "me", "label", "Lantern Row"):
        headers = {"RemixLab-As": name} if name else {}
        told = world.client.request(method, asked(path), headers={**headers, "Content-Type": "application/json"})
        assert problem(told) == (401, "session.needed")
        assert told.headers["www-authenticate"].startswith("Bearer")
    answer: list[int] = []
    read: list[bool] = []

    async def receive() -> Any:
        read.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.append(message["status"])

    import anyio

    scope = {
        "type": "http", "method": method, "path": asked(path), "raw_path": asked(path).encode(), "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-length", b"629145600")], "http_version": "1.1",
        "scheme": "http", "server": ("localhost", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    anyio.run(lambda: world.client.app(scope, receive, send))
    assert (answer, read) == ([401], [])


def test_what_is_open_to_everybody_is_a_short_list_of_operations_that_exist() -> None:
    assert set(CHANGING) >= OPEN


@pytest.mark.parametrize("path", sorted(path for method, path in OPERATIONS if method == "GET"))
def test_without_an_account_only_what_is_public_can_be_read(world: Any, problem: Any, path: str) -> None:
    world.open()
    world.made("rmx_1", label=LABEL)
    with world.workspace.context.write() as records:
        kept = world.workspace.context.blobs.put(b"jumbf")
        records.provenance.keep_manifest(
            KeptManifest(manifest_id="urn:c2pa:1", handle="ab" * 16, remix_id="rmx_1", suffix="flac", blob_sha256=kept)
        )
    params = {
        "/v1/consents": {"recording_id": "rec_open"},
        "/v1/matches/byBinding": {"alg": "org.remixlab.seal.1", "value": "ab" * 16},
    }.get(path, {"scope": "remix", "period": "2026-11"})
    told = world.client.get(asked(path), params=params)
    if path in PUBLIC_READING:
        assert told.status_code == 200, told.text
    else:
        assert problem(told) == (401, "session.needed")


@pytest.mark.parametrize(
    "path",
    [
        "/v1/recordings/rec_own", "/v1/recordings/rec_own/audio", "/v1/recordings/rec_own/peaks", "/v1/remixes/rmx_2",
        "/v1/remixes/rmx_2/audio", "/v1/remixes/rmx_2/peaks", "/v1/consents?recording_id=rec_own",
    ],
)  # fmt: skip
def test_what_is_private_does_not_exist_without_an_account(world: Any, path: str) -> None:
    world.open()
    world.made("rmx_2", share="private")
    assert world.client.get(path).status_code == 404


def test_to_take_a_public_remix_away_needs_an_account_and_to_hear_it_none(world: Any, problem: Any) -> None:
    world.open()
    world.made("rmx_1")
    assert world.client.get("/v1/remixes/rmx_1/audio").status_code == 200
    assert problem(world.client.get("/v1/remixes/rmx_1/audio?download=1")) == (401, "session.needed")


def test_share_pages_and_verify_are_everybodys_and_the_studio_asks_who_it_is(world: Any) -> None:
    world.open()
    world.made("rmx_1")
    assert "Neon Harbour" in world.client.get("/r/rmx_1").text
    assert world.client.get("/verify").status_code == 200
    asks = world.client.get("/", follow_redirects=False)
    assert (asks.status_code, asks.headers["location"]) == (303, "/sign-in")
    assert "Neon Harbour" in world.signed_in().get("/plain").text


# ---------------------------------------------------------------- ids are no keys


@pytest.mark.parametrize("who", ["bob", "label", ""])
def test_ids_of_what_is_anothers_open_nothing(world: Any, who: str) -> None:
    world.open()
    world.made("rmx_2", share="private")
    plan = world.ask("POST", "/v1/plans", json={"recording_id": "rec_open", "prompt": "slower"}).json()
    made = world.ask("POST", "/v1/remixes", json={"plan_id": plan["plan_id"]}).json()
    job, decision = made["job_id"], plan["decision"]["decision_id"]
    said = world.get("/v1/recordings/rec_open/ask", scope="remix").json()["decision"]["decision_id"]
    for path in (
        f"/v1/plans/{plan['plan_id']}", plan["preview_url"], f"/v1/jobs/{job}", f"/v1/jobs/{job}/events",
        "/v1/remixes/rmx_2/stems", "/v1/consents?recording_id=rec_own", "/v1/recordings/rec_own/ask?scope=remix",
    ):  # fmt: skip
        assert world.get(path, who).status_code in (401, 403, 404), path
    assert world.ask("POST", "/v1/remixes", who, json={"plan_id": plan["plan_id"]}).status_code in (401, 404)
    if who != "label":
        assert world.get(f"/v1/decisions/{said}", who).status_code in (401, 403) and decision
    assert world.get(f"/v1/plans/{plan['plan_id']}").status_code == 200


# ---------------------------------------------------------------- names are no keys


@pytest.mark.parametrize(
    "name", ["Lantern Row", "lantern row", "label", "me", "platform", "suspense:unclaimed", "anonymous"]
)
def test_a_header_makes_nobody_anybody(world: Any, problem: Any, name: str) -> None:
    world.open()
    headers = {"RemixLab-As": name}
    consent = world.ask("DELETE", "/v1/consents?recording_id=rec_open", "bob", headers=headers)
    veto = world.ask("PUT", "/v1/parties/label/artist-veto?veto=false", "bob", headers=headers)
    papers = world.ask("GET", "/v1/statements/label?period=2026-11", "bob", headers=headers)
    for told in (consent, veto, papers):
        assert problem(told) == (403, "party.not_yours")
    assert problem(world.ask("GET", "/v1/recordings", "", headers=headers)) == (401, "session.needed")


def test_who_is_a_member_of_several_chooses_for_which_they_speak(world: Any, problem: Any) -> None:
    import world_of_tests as w

    w.enrolled(world.workspace.context, "vera", "label", "band")
    from remixlab.usecases.accounts import create_key

    made = create_key("vera", w.OPERATOR, world.workspace.context, ids=("vera", "secret"))
    mine = {"Authorization": f"Bearer {made.key}"}
    assert {p["party_id"] for p in world.client.get("/v1/session", headers=mine).json()["parties"]} == {"label", "band"}
    one = world.client.get("/v1/session", headers={**mine, "RemixLab-As": "Lantern Row"}).json()
    assert [p["party_id"] for p in one["parties"]] == ["label"] and one["account"]["account_id"] == "vera"


# ---------------------------------------------------------------- other pages (CSRF) and other names (DNS rebinding)


@pytest.mark.parametrize("page", ANOTHER_PAGE)
def test_another_page_changes_nothing_with_the_session_of_its_reader(world: Any, problem: Any, page: str) -> None:
    world.open()
    world.made("rmx_2", share="private")
    browser = world.signed_in("ann")
    browser.headers = ANOTHER_PAGE[page]
    expected = {(403, "request.foreign")} if ANOTHER_PAGE[page] else {(401, "session.needed")}
    attempts = {
        "publish": browser.post("/v1/remixes/rmx_2/publish"),
        "upload": browser.post("/v1/recordings", files={"file": ("a.wav", b"x")}, data={"mine": "true"}),
        "withdraw": browser.request("DELETE", "/v1/consents?recording_id=rec_open"),
        "approve": browser.post("/v1/consents/requests/req_1?approved=true"),
        "json as text": browser.post(
            "/v1/plans", content=b'{"recording_id":"rec_open"}', headers={"Content-Type": "text/plain"}
        ),
        "a key": browser.post("/v1/keys", json={}),
        "everywhere": browser.delete("/v1/account/sessions"),
    }
    assert {problem(told) for told in attempts.values()} == expected
    with world.workspace.context.read() as records:
        assert records.remixes.remix("rmx_2").share == "private"
    assert world.jobs.orders == []


@pytest.mark.parametrize("page", [page for page, headers in ANOTHER_PAGE.items() if headers])
def test_another_page_signs_nobody_in_or_out(world: Any, problem: Any, page: str) -> None:
    """An attacker's own session would let them hear what is done in it."""
    browser = world.signed_in("ann")
    token = world.workspace.owners_link()
    browser.headers = ANOTHER_PAGE[page]
    for told in (browser.post("/v1/session", json={"link": token}), browser.delete("/v1/session")):
        assert problem(told) == (403, "request.foreign")


@pytest.mark.parametrize("headers", [one for one in ANOTHER_PAGE.values() if "Sec-Fetch-Site" in one])
def test_another_page_looks_as_nobody(world: Any, headers: dict[str, str]) -> None:
    world.open()
    world.made("rmx_2", share="private")
    mine, elsewhere = world.signed_in("ann"), world.signed_in("ann")
    elsewhere.headers = {"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "audio", **headers}
    for path in ("/v1/recordings/rec_own", "/v1/remixes/rmx_2/audio"):
        assert (mine.get(path).status_code, elsewhere.get(path).status_code) == (200, 404)
    assert elsewhere.get("/v1/session").json()["signed_in"] is False
    visit = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert mine.get("/", headers=visit, follow_redirects=False).status_code == 200, "a link may lead here"
    frame = {**visit, "Sec-Fetch-Dest": "iframe"}
    assert mine.get("/", headers=frame, follow_redirects=False).status_code == 303


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io", "localhost.", "", "a b"]
)
def test_a_name_that_was_made_to_lead_here_is_not_ours(world: Any, problem: Any, host: str) -> None:
    world.open()
    for path in ("/v1/recordings", "/", "/sign-in", "/static/studio.js", "/version"):
        assert problem(world.client.get(path, headers={"Host": host})) == (403, "request.host")
    key = world.key("ann")
    assert problem(world.client.get("/v1/recordings", headers={"Host": host, **key})) == (403, "request.host")
    assert world.client.get("/healthz", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:8321", "[::1]:8000"])
def test_the_names_of_this_machine_are_ours(world: Any, host: str) -> None:
    assert world.client.get("/version", headers={"Host": host}).status_code == 200


def test_the_names_in_the_settings_are_ours_and_no_others(tmp_path: Path, problem: Any) -> None:
    said = {"REMIXLAB_PUBLIC_URL": "https://Remix.example", "REMIXLAB_ALLOWED_HOSTS": "one.example, two.example"}
    world = make_world(tmp_path, said)
    for host in ("remix.example", "one.example:8000", "two.example"):
        assert world.client.get("/version", headers={"Host": host}).status_code == 200
    assert problem(world.client.get("/version", headers={"Host": "three.example"})) == (403, "request.host")


@pytest.mark.parametrize(
    "path", ["/", "/v1/recordings", "/v1/remixes/rmx_1/audio", "/static/studio.js", "/v1/nothing", "/r/rmx_1"]
)
def test_no_other_page_can_show_hear_or_measure_what_is_here(world: Any, path: str) -> None:
    world.open()
    world.made("rmx_1")
    headers = world.client.get(path, headers={"Origin": "https://evil.example"}).headers
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert not [name for name in headers if name.startswith("access-control-")]
    assert {"Cookie", "Authorization"} <= {part.strip() for part in headers["vary"].split(",")}


def test_no_page_of_ours_runs_scripts_from_elsewhere(world: Any) -> None:
    assert world.client.get("/redoc").status_code == 404
    for path in ("/", "/docs", "/sign-in", "/enter", "/join", "/recover", "/verify"):
        page = world.signed_in().get(path)
        assert page.status_code == 200 and "script-src" not in page.headers["content-security-policy"]
        assert "<script>" not in page.text and 'src="http' not in page.text


def test_a_page_under_every_name_of_ours_is_ours(tmp_path: Path, problem: Any) -> None:
    said = {"REMIXLAB_PUBLIC_URL": "https://remix.example", "REMIXLAB_ALLOWED_HOSTS": "one.example"}
    world = make_world(tmp_path, said)
    for origin in ("https://remix.example", "https://one.example", "http://localhost:8000", "http://[::1]:8000"):
        sent = {"Host": origin.split("//")[1], "Origin": origin}
        assert problem(world.client.post("/v1/session", json={"link": "x"}, headers=sent)) == (403, "link.invalid")
    for origin in ("http://remix.example", "https://localhost:8000", "https://one.example:8443", "https://two.example"):
        sent = {"Host": "remix.example", "Origin": origin}
        assert problem(world.client.post("/v1/session", json={"link": "x"}, headers=sent)) == (403, "request.foreign")


def test_what_stands_behind_a_closed_door_is_not_told_by_its_preflight(world: Any) -> None:
    asks = {"Origin": "https://evil.example", "Access-Control-Request-Method": "DELETE"}
    assert world.client.options("/v1/consents", headers=asks).status_code == 405


def test_an_application_without_a_workspace_has_nothing_to_guard() -> None:
    assert TestClient(create_site(None)).get("/openapi.json").status_code == 200


# ---------------------------------------------------------------- each attack, where the defence is planted away


def test_without_the_look_at_the_host_a_rebound_name_would_read_everything(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("remixlab.doors.api.gate.must_know_host", lambda *_: None)
    assert world.client.get("/v1/recordings", headers={"Host": "evil.example:8000"}).status_code == 200


def test_without_the_look_at_the_page_another_page_would_publish(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open()
    world.made("rmx_2", share="private")
    browser = world.signed_in("ann")
    browser.headers = ANOTHER_PAGE["the network next door"]
    monkeypatch.setattr("remixlab.doors.api.gate.is_foreign", lambda *_, **__: False)
    assert browser.post("/v1/remixes/rmx_2/publish").status_code == 401, "the cookie of another page is none"
    monkeypatch.setattr("remixlab.doors.api.caller.is_ours", lambda *_, **__: True)
    assert browser.post("/v1/remixes/rmx_2/publish").status_code == 200
    assert browser.get("/v1/recordings/rec_own").status_code == 200


def test_without_the_look_at_memberships_a_header_would_withdraw_for_anybody(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.open()
    monkeypatch.setattr(
        "remixlab.doors.api.caller.acting_for",
        lambda actor, party, _: actor.model_copy(update={"acts_for": frozenset({party})}),
    )
    told = world.ask("DELETE", "/v1/consents?recording_id=rec_open", "bob", headers={"RemixLab-As": "label"})
    assert told.status_code == 200


def test_without_the_end_of_a_link_it_would_open_for_whoever_finds_it(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from remixlab.testing.records.people import MemoryPeople

    token = world.workspace.owners_link()
    monkeypatch.setattr(MemoryPeople, "use_link", MemoryPeople.link_of)
    ours = {"Origin": "http://localhost"}
    answers = [world.client.post("/v1/session", json={"link": token}, headers=ours).status_code for _ in range(2)]
    assert answers == [200, 200]
