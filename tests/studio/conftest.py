"""The built studio in a real browser, over the small house of the journeys; one group, so that one process makes it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest
import uvicorn

from browsers_of_tests import members_link
from house_of_tests import home, house_folder, run
from remixlab.app import Workspace, open_workspace
from remixlab.doors.pages.built import studio_page
from remixlab.doors.site import create_site
from studio_of_tests import PATIENCE_S, until

__all__ = ["home", "house_folder", "run"]

CHROMIUM: Final = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--autoplay-policy=document-user-activation-required",
    "--font-render-hinting=none",
)
DESKTOP: Final = {"width": 1440, "height": 900}
PHONE: Final = {"width": 390, "height": 844}
STEADY: Final = ("test_access.py", "test_build.py", "test_first_minute.py")
"""What always runs. The other journeys wait for sound on the clock of a browser and have failed on busy machines: they
run by `make studio-journeys`.
"""
NEEDS_BROWSER: Final = {"address", "browser", "page", "phone", "opened"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs the browser stays in one process, and is skipped, saying so, where browser or studio is missing."""
    for item in items:
        if "tests/studio" not in item.path.as_posix() or not NEEDS_BROWSER & set(getattr(item, "fixturenames", ())):
            continue
        item.add_marker(pytest.mark.xdist_group("studio"))
        item.add_marker(pytest.mark.filterwarnings("ignore::ResourceWarning"))
        item.add_marker(pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"))
        if CHROMIUM is None:
            item.add_marker(pytest.mark.skip(reason="no Chromium on this machine (Debian: apt-get install chromium)"))
        elif item.path.name not in STEADY and not os.environ.get("REMIXLAB_STUDIO_JOURNEYS"):
            item.add_marker(pytest.mark.skip(reason="journeys through the studio run by `make studio-journeys`"))
        elif studio_page() is None:
            item.add_marker(pytest.mark.skip(reason="the studio was not built: no Node or no npm registry was at hand"))


class Place(NamedTuple):
    """Where the studio is open, and the workspace behind it."""

    address: str
    workspace: Workspace


@pytest.fixture(scope="session")
def address(place: Place) -> str:
    return place.address


@pytest.fixture(scope="session")
def place(home: Path) -> Iterator[Place]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with open_workspace(home) as workspace:
        server = uvicorn.Server(uvicorn.Config(create_site(workspace), port=port, log_level="error"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        until(lambda: server.started)
        yield Place(f"http://127.0.0.1:{port}", workspace)
        server.should_exit = True
        thread.join(5)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def signed_in(browser: Any, place: Place) -> Any:
    """The cookies of the owner, as the link that `remixlab serve` prints leaves them."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{place.address}/enter#{place.workspace.owners_link()}")
    page.wait_for_url(f"{place.address}/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def opened(browser: Any, address: str, signed_in: Any) -> Iterator[Callable[..., Any]]:
    """A page in a browser of its own: nothing kept from before, and whatever goes wrong is noted."""
    contexts: list[Any] = []
    outside: list[str] = []

    def open_page(path: str = "/", **options: Any) -> Any:
        context = browser.new_context(
            **{
                "viewport": DESKTOP,
                "reduced_motion": "reduce",
                "locale": "en-GB",
                "storage_state": signed_in,
                **options,
            }
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.mistakes = []
        page.on(
            "request", lambda r: outside.append(r.url) if not r.url.startswith((address, "blob:", "data:")) else None
        )
        page.on("pageerror", lambda error: page.mistakes.append(str(error)))
        page.on("console", lambda m: page.mistakes.append(m.text) if m.type == "error" else None)
        page.goto(address + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert outside == [], "the page asked somebody else"


@pytest.fixture
def page(opened: Callable[..., Any]) -> Any:
    return opened()


@pytest.fixture
def labels_page(opened: Callable[..., Any], place: Place) -> Callable[[], Any]:
    """A browser in which somebody of Label One is signed in."""

    def open_page() -> Any:
        workspace = place.workspace
        link = members_link(workspace, workspace.new_id("name"), "Label One")
        page = opened(f"/enter#{link}", storage_state=None)
        page.wait_for_url(f"{place.address}/")
        return page

    return open_page


@pytest.fixture
def phone(opened: Callable[..., Any]) -> Any:
    return opened(viewport=PHONE, has_touch=True, is_mobile=True)
