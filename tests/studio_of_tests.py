"""What journeys through the studio share: to wait for what is heard, to open a song, to tap."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

PATIENCE_S: Final = 120
"""Nothing waits this long but where a machine is very busy; whatever is waited for, it ends."""


def until(is_so: Callable[[], Any], patience_s: float = PATIENCE_S) -> Any:
    """Wait for something to become true, and give it back."""
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        found = is_so()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError("it never became true")


def heard(page: Any, wish: str = "studio.player.playing") -> Any:
    """Wait until the player says so."""
    return until(lambda: page.evaluate(f"studio.player ? ({wish}) : null"))


def open_song(page: Any, title: str = "Harbour Lights") -> None:
    page.locator("article a").filter(has_text=title).click()
    page.get_by_role("heading", name=title, level=1).wait_for()
    page.locator(".strip button").first.wait_for()


def tap_preset(page: Any, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
    heard(page, "studio.player.playing && studio.player.which === 'remix'")
