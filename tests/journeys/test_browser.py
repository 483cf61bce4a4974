"""The plain page, in place of a studio that could not be built, in a real browser: from choosing to verifying."""

from __future__ import annotations

import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import uvicorn

from house_of_tests import Run
from remixlab.app import Workspace, open_workspace
from remixlab.doors.site import create_site
from remixlab.usecases import accounts

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.xdist_group("journeys"),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine (Debian: apt-get install chromium)"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


class Place(NamedTuple):
    """Where the studio is open, and the workspace behind it."""

    address: str
    workspace: Workspace

    def link(self) -> str:
        """A link such as `remixlab serve` prints."""
        return f"{self.address}/enter#{self.workspace.owners_link()}"

    @property
    def entered(self) -> re.Pattern[str]:
        """Where whoever signs in arrives: the studio, or the plain page where none was built."""
        return re.compile(f"^{re.escape(self.address)}/(plain)?$")


@pytest.fixture(scope="module")
def address(place: Place) -> str:
    return place.address


@pytest.fixture(scope="module")
def place(home: Path) -> Iterator[Place]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_workspace(home) as workspace:
        server = uvicorn.Server(uvicorn.Config(create_site(workspace), port=port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        for _ in range(100):
            if server.started:
                break
            time.sleep(0.05)
        yield Place(f"http://127.0.0.1:{port}", workspace)
        server.should_exit = True
        thread.join(5)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--autoplay-policy=document-user-activation-required"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, address: str, place: Place) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    opened = context.new_page()
    opened.outside, opened.mistakes = [], []
    opened.on(
        "request",
        lambda request: (
            opened.outside.append(request.url) if not request.url.startswith((address, "blob:", "data:")) else None
        ),
    )
    opened.on("pageerror", lambda error: opened.mistakes.append(str(error)))
    opened.on("console", lambda message: opened.mistakes.append(message.text) if message.type == "error" else None)
    opened.goto(place.link())
    opened.wait_for_url(place.entered)
    opened.goto(f"{address}/plain")
    yield opened
    assert opened.outside == [], "the page asked somebody else"
    context.close()


def test_the_whole_story_from_song_to_share_page(page: Any) -> None:
    page.get_by_role("button", name="Harbour Lights").click()
    page.get_by_role("heading", name="Harbour Lights").wait_for()
    assert page.locator("#form span").count() >= 2, "the form of the song is drawn"
    page.get_by_label("What would you like to hear?").fill("reggae, keep the vocals, sparkly")
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_text("✓ Allowed").wait_for()
    assert "reggae" in page.locator("#ops").inner_text().lower()
    assert "sparkly" in page.locator("#skipped").inner_text()
    assert "Label One" in page.locator("#payees").inner_text()
    page.get_by_label("Share it").check(force=True)
    page.get_by_text("✓ Allowed").wait_for()
    page.get_by_role("button", name="Make it", exact=True).click()
    page.get_by_text("Your remix").wait_for(timeout=60_000)
    assert "without AI" in page.locator("#label").inner_text()
    page.get_by_role("link", name="Open the share page").click()
    page.get_by_role("heading", name="Remix of Harbour Lights").wait_for()
    assert page.locator("audio").count() == 2
    assert page.mistakes == []


def test_the_split_shown_sums_to_the_whole(page: Any) -> None:
    page.get_by_role("button", name="Harbour Lights").click()
    page.get_by_role("button", name="Karaoke").click()
    page.locator("#payees tr").first.wait_for()
    shares = page.locator("#payees td:last-child").all_inner_texts()
    assert sum(round(float(text.removesuffix("%").strip()) * 10_000) for text in shares) == 1_000_000


def test_a_refusal_shows_who_decided_and_a_way_that_is_open(page: Any) -> None:
    page.get_by_role("button", name="Harbour Lights").click()
    page.get_by_label("What would you like to hear?").fill("metal")
    page.get_by_role("button", name="Show the plan").click()
    page.get_by_text("Decided by Label One").wait_for()
    assert page.get_by_role("button", name="Make it", exact=True).is_disabled()
    page.locator("#alternatives button").first.click()
    page.get_by_text("✓ Allowed").wait_for()


def test_a_wish_without_meaning_offers_sentences_that_fit(page: Any) -> None:
    page.get_by_role("button", name="Harbour Lights").click()
    page.get_by_label("What would you like to hear?").fill("asdf qwer zxcv")
    page.get_by_role("button", name="Show the plan").click()
    page.locator("#alternatives button").first.wait_for()
    assert page.locator("#alternatives button").count() == 3


def test_everything_can_be_reached_by_keyboard(page: Any) -> None:
    page.get_by_role("button", name="Harbour Lights").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Harbour Lights").wait_for()
    page.locator("#prompt").focus()
    page.keyboard.type("slower")
    page.keyboard.press("Enter")
    page.get_by_text("✓ Allowed").wait_for()
    page.locator("#make").focus()
    assert page.evaluate("document.activeElement.id") == "make"


def test_nothing_scrolls_sideways_on_a_phone_and_nothing_sounds_before_a_gesture(browser: Any, place: Place) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(place.link())
    page.wait_for_url(place.entered)
    page.goto(f"{place.address}/plain")
    page.get_by_role("button", name="Harbour Lights").click()
    page.get_by_role("heading", name="Harbour Lights").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert page.evaluate("document.getElementById('audio-original').paused")
    context.close()


def test_verify_answers_for_a_dropped_file(page: Any, address: str, house_folder: Path) -> None:
    page.goto(f"{address}/plain/verify")
    page.locator("#file").set_input_files(str(house_folder / "files" / "closed.flac"))
    page.get_by_role("button", name="Check it").click()
    page.get_by_text("Not ours").wait_for(timeout=120_000)  # it is listened to as a whole


# ---------------------------------------------------------------- who it is


def test_one_link_signs_the_owner_in_and_a_sign_out_ends_it(page: Any, address: str) -> None:
    assert "#" not in page.url and page.evaluate("document.cookie") == ""
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{address}/sign-in")
    page.goto(address)
    page.wait_for_url(f"{address}/sign-in")
    page.get_by_label("Name or e-mail address", exact=True).fill("me")
    page.get_by_label("Password", exact=True).fill("a wrong password")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("do not belong together").wait_for()


def test_a_link_that_was_used_says_so(page: Any, place: Place) -> None:
    link = place.link()
    for _ in range(2):
        page.goto(f"{place.address}/verify")
        page.goto(link)
        page.wait_for_url(place.entered if not _ else f"{place.address}/enter")
    page.get_by_text("was used, or has expired").wait_for()


def test_whoever_is_invited_makes_an_account_and_is_in_the_studio(browser: Any, place: Place) -> None:
    token, work = place.workspace.new_secret(), place.workspace
    accounts.invite(work.actor(), work.context, ids=(work.new_id("lnk"), token))
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{place.address}/join#{token}")
    page.get_by_label("Your name here").fill("Dora of the browser")
    page.get_by_label("A password").fill("four plain words here")
    page.get_by_role("button", name="Make my account").click()
    page.wait_for_url(place.entered)
    page.goto(f"{place.address}/plain")
    page.get_by_text("Dora of the browser").wait_for()
    context.close()


MAKE = """async () => {
  const { items } = await fetch("/v1/recordings").then((r) => r.json());
  const { recording_id } = items.find((item) => item.title === "Harbour Lights");
  const job = await fetch("/v1/remixes", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ recording_id, prompt: "slower" }),
  }).then((r) => r.json());
  for (;;) {
    const now = await fetch(job.status_url).then((r) => r.json());
    if (now.state !== "running") return now;
    await new Promise((done) => setTimeout(done, 200));
  }
}"""
"""In the page that is signed in: the workspace is open in this process, so no command of it makes one."""
FOREIGN = """async (studio) => {
  const post = (path, body) =>
    fetch(studio + path, { method: "POST", mode: "no-cors", credentials: "include", body }).catch(() => {});
  const form = new FormData();
  form.append("file", new Blob(["x"]), "csrf.wav");
  form.append("title", "CSRF song");
  await post("/v1/remixes/REMIX/publish", null);
  await post("/v1/recordings", form);
  await post("/v1/keys", "{}");
  const audio = new Audio(studio + "/v1/remixes/REMIX/audio");
  const duration = await new Promise((done) => {
    audio.onloadedmetadata = () => done(audio.duration);
    audio.onerror = () => done(null);
    audio.load();
  });
  const page = await fetch(studio + "/v1/session", { credentials: "include" }).then((r) => r.text()).catch(() => null);
  return { duration, page };
}"""


def test_another_page_of_the_same_browser_can_use_nothing(page: Any, browser: Any, place: Place, run: Run) -> None:
    """As measured against an earlier version, with a page on another port of the same machine."""
    made = page.evaluate(MAKE)
    assert made["state"] == "done", made
    remix_id = made["result"]["remix_id"]
    with socket.socket() as elsewhere:
        elsewhere.bind(("127.0.0.1", 0))
        other = f"http://127.0.0.1:{elsewhere.getsockname()[1]}"
    page.context.route(f"{other}/**", lambda route: route.fulfill(body="<p>elsewhere</p>", content_type="text/html"))
    foreign = page.context.new_page()
    foreign.goto(f"{other}/")
    found = foreign.evaluate(FOREIGN.replace("REMIX", remix_id), place.address)
    assert found == {"duration": None, "page": None}
    with place.workspace.context.read() as records:
        assert records.remixes.remix(remix_id).share == "private"
        assert records.accounts.api_keys(principal="me").items == ()
    assert page.evaluate("fetch('/v1/session').then((r) => r.json()).then((s) => s.account.account_id)") == "me"
    assert run("audit", "--limit", "1000")[1]["items"][-1]["action"] != "sharing.remix.publish"
