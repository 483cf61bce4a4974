"""Passkeys in a real browser with a virtual authenticator: kept, signed in with, renamed, removed, under our CSP.

Source: W3C Web Authentication, section 11 (virtual authenticators, by CDP).
"""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from oidc_of_tests import provider_on_this_machine
from remixlab.stores.oidc import read_providers

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.xdist_group("journeys"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


@pytest.fixture
def address(world: Any) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(world.client.app, host="127.0.0.1", port=port, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"localhost:{port}"
    server.should_exit = True
    thread.join(5)


@pytest.fixture
def page(address: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = chromium.new_page()
        page.set_default_timeout(60_000)
        page.mistakes = []
        page.on("pageerror", lambda error: page.mistakes.append(str(error)))
        page.device = page.context.new_cdp_session(page)
        page.device.send("WebAuthn.enable")
        page.device.id = page.device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]
        yield page
        chromium.close()


def test_a_passkey_is_kept_signs_in_is_renamed_and_removed(page: Any, address: str, world: Any) -> None:
    page.goto(f"http://{address}/enter#{world.workspace.owners_link()}")
    page.wait_for_url(lambda url: "/enter" not in url)
    page.goto(f"http://{address}/passkeys")
    page.get_by_text("There is none yet.").wait_for()
    page.get_by_label("What shall it be called?").fill("My laptop")
    page.get_by_role("button", name="Keep a passkey").click()
    page.get_by_text("From now on it signs you in.").wait_for()
    (kept,) = page.device.send("WebAuthn.getCredentials", {"authenticatorId": page.device.id})["credentials"]
    assert kept["rpId"] == "localhost" and kept["isResidentCredential"]

    page.context.clear_cookies()
    page.goto(f"http://{address}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/sign-in" not in url)
    session = page.request.get(f"http://{address}/v1/session").json()
    assert (session["signed_in"], session["account"]["account_id"], session["by"]) == (True, "me", "session")

    page.goto(f"http://{address}/passkeys")
    page.get_by_label("Name of the passkey “My laptop”").fill("My <b>desk</b>")
    page.get_by_role("button", name="Rename My laptop").click()
    page.get_by_text("It is called so now.").wait_for()
    assert page.get_by_label("Name of the passkey").input_value() == "My <b>desk</b>"
    page.request.put(
        f"http://{address}/v1/account/password",
        data={"new": "four plain words here"},
        headers={"Origin": f"http://{address}"},
    )
    page.get_by_role("button", name="Remove My <b>desk</b>").click()
    page.get_by_text("opens nothing any more").wait_for()
    page.context.clear_cookies()
    page.goto(f"http://{address}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text("does not open anything here").wait_for()
    assert page.mistakes == []


def test_an_identity_is_connected_and_signs_in_though_it_comes_from_another_site(
    page: Any, address: str, world: Any, tmp_path: Path
) -> None:
    """The provider's page is on another site: what a browser then sends, no test client knows."""
    with provider_on_this_machine() as fake:
        file = tmp_path / "providers.toml"
        file.write_text(f'[provider.work]\nname = "Lantern Row"\nissuer = "{fake.address}"\nclient_id = "remixlab"\n')
        object.__setattr__(world.workspace, "providers", read_providers(file))
        page.goto(f"http://{address}/enter#{world.workspace.owners_link()}")
        page.wait_for_url(lambda url: "/enter" not in url)
        page.goto(f"http://{address}/passkeys")
        page.get_by_role("button", name="Connect Lantern Row").click()
        page.get_by_role("button", name="Disconnect Lantern Row").wait_for()
        page.context.clear_cookies()
        page.goto(f"http://{address}/sign-in")
        page.get_by_role("button", name="Go on with Lantern Row").click()
        page.wait_for_url(re.compile(f"^http://{address}/(plain)?$"))
        session = page.request.get(f"http://{address}/v1/session").json()
        assert session["signed_in"] and session["account"]["account_id"] == "me"
        assert page.evaluate("document.cookie") == "" and page.mistakes == []


def test_a_page_that_was_opened_by_a_number_says_where_passkeys_are(page: Any, address: str) -> None:
    page.goto(f"http://127.0.0.1:{address.split(':')[1]}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_text(f"Open http://{address} instead").wait_for()
