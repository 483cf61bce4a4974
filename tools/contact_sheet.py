"""Look at every place of the studio at once: photograph them in Chromium over the demo catalogue, onto one sheet.

`make contact-sheet` writes `docs/studio.jpg`. With the link that `remixlab serve` prints it photographs that studio.
"""

from __future__ import annotations

import base64
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[1]
SHEET = ROOT / "docs" / "studio.jpg"
PATIENCE_S: Final = 120
SIZES: Final = {"desktop": (1440, 900), "phone": (390, 844)}
STYLE: Final = (
    "body{margin:0;padding:40px;background:#c9cdc4;display:grid;grid-template-columns:repeat(2,1440px 390px);gap:32px;"
    "width:3830px;box-sizing:border-box}img{display:block;border-radius:6px}"
)
Step = Callable[[Any, str], None]


def wait_for(page: Any, wish: str) -> None:
    end = time.monotonic() + PATIENCE_S
    while not page.evaluate(wish):
        if time.monotonic() > end:
            raise TimeoutError(wish)
        time.sleep(0.05)


def home(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("article").first.wait_for()
    wait_for(page, "document.querySelectorAll('article .facts span').length > 3")


def bench(page: Any, address: str) -> None:
    page.locator("article a").filter(has_text="Neon Harbour").click()
    page.locator(".strip button").first.wait_for()
    wait_for(page, "performance.getEntriesByType('resource').some((e) => e.name.endsWith('/stems/levels'))")
    page.get_by_role("button", name="Reggae", exact=True).click()
    wait_for(page, "studio.player.playing && studio.player.which === 'remix' && studio.player.place > 1")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Pause").last.click()


def made(page: Any, address: str) -> None:
    page.locator(".strip button").nth(5).click()
    page.get_by_role("button", name="Play twice").click()
    page.get_by_role("button", name="Keep it").click()
    page.locator(".made").wait_for()


def refused(page: Any, address: str) -> None:
    page.goto(address)
    page.locator("article a").filter(has_text="Glass Orchard").click()
    page.locator(".strip button").first.wait_for()
    page.get_by_role("button", name="Slowed", exact=True).click()
    page.locator(".refusal").wait_for()


def mine(page: Any, address: str) -> None:
    page.goto(f"{address}/mine")
    page.locator("li").first.wait_for()


def share(page: Any, address: str) -> None:
    page.goto(address)
    page.locator(".made a").first.click()
    page.locator("audio").first.wait_for()


def verify(page: Any, address: str) -> None:
    sound = page.request.get(
        address + page.locator("#remix").get_attribute("src") + "?format=mp3", timeout=PATIENCE_S * 1000
    ).body()
    page.goto(f"{address}/verify")
    page.locator("#file").set_input_files({"name": "found.mp3", "mimeType": "audio/mpeg", "buffer": sound})
    page.locator(".answer").wait_for()


def be(page: Any, role: str) -> None:
    """One click into the part of somebody else, as the demo catalogue allows it; nobody: oneself again."""
    page.evaluate(
        "(role) => fetch('/v1/session', { method: 'POST', headers: { 'Content-Type': 'application/json' }, "
        "body: JSON.stringify({ demo: role }) }).then((answer) => answer.ok)",
        role,
    )


def artist(page: Any, address: str) -> None:
    page.goto(address)
    be(page, "artist")
    page.goto(f"{address}/artist")
    page.locator("tbody .state").nth(8).wait_for()
    page.context.clear_cookies()
    page.context.add_cookies(page.signed_in)


def operator(page: Any, address: str) -> None:
    page.goto(f"{address}/operator")
    page.locator("table").first.wait_for()


def sign_in(page: Any, address: str) -> None:
    page.context.clear_cookies()
    page.goto(f"{address}/sign-in")
    page.locator("form").first.wait_for()


PLACES: Final[dict[str, Step]] = {
    "home": home, "bench": bench, "made": made, "refused": refused, "mine": mine, "share": share, "verify": verify,
    "artist": artist, "operator": operator, "sign_in": sign_in,
}  # fmt: skip


def cookies_of(browser: Any, link: str) -> list[Any]:
    """Signed in once, by the link that the service prints."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.wait_for_url(f"{link.split('/enter')[0]}/", timeout=PATIENCE_S * 1000)
    cookies = context.cookies()
    context.close()
    return cookies


def photograph(browser: Any, address: str, cookies: list[Any], scheme: str, size: tuple[int, int]) -> list[bytes]:
    """Every place in one light and one size, in the order of `PLACES`."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, reduced_motion="reduce", locale="en-GB"
    )
    context.add_cookies(cookies)
    page = context.new_page()
    page.signed_in = cookies
    page.set_default_timeout(PATIENCE_S * 1000)
    shots: list[bytes] = []
    for visit in PLACES.values():
        visit(page, address)
        page.wait_for_timeout(500)
        shots.append(page.screenshot(type="jpeg", quality=88))
    context.close()
    return shots


def make_sheet(browser: Any, link: str) -> bytes:
    """Light on the left, dark on the right; desktop and phone beside each other; a place a row."""
    cookies, address = cookies_of(browser, link), link.split("/enter")[0]
    columns = [
        photograph(browser, address, cookies, scheme, SIZES[size]) for scheme in ("light", "dark") for size in SIZES
    ]
    cells = "".join(
        f'<img src="data:image/jpeg;base64,{base64.b64encode(shot).decode()}">'
        for row in zip(*columns, strict=True)
        for shot in row
    )
    page = browser.new_page(viewport={"width": 3830, "height": 1000}, device_scale_factor=0.4)
    page.set_content(f"<style>{STYLE}</style>{cells}")
    return page.screenshot(type="jpeg", quality=80, full_page=True)


@contextmanager
def a_studio(folder: Path) -> Generator[str]:
    """The link into a service over the demo catalogue, while the block runs."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "remixlab"]
    subprocess.run([*command, "demo", "--home", str(folder / "home")], cwd=folder, check=True, capture_output=True)
    served = [*command, "serve", "--no-open", "--port", str(port), "--home", str(folder / "home")]
    service = subprocess.Popen(served, cwd=folder, stdout=subprocess.PIPE, text=True)
    try:
        yield next(line.strip() for line in service.stdout or () if "/enter#" in line)
    finally:
        service.terminate()
        service.wait(10)


def main(links: list[str]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    arguments = ["--no-sandbox", "--disable-gpu", "--font-render-hinting=none"]
    with sync_playwright() as playwright, TemporaryDirectory(prefix="remixlab-") as folder:
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        if links:
            SHEET.write_bytes(make_sheet(browser, links[0]))
        else:
            with a_studio(Path(folder)) as link:
                SHEET.write_bytes(make_sheet(browser, link))
        browser.close()
    print(f"wrote {SHEET.relative_to(ROOT)}")


if __name__ == "__main__":
    main(sys.argv[1:])
