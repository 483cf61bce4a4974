"""Everybody can use it: axe finds nothing in any state, the keyboard alone is enough, and places are spoken in bars."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio_of_tests import heard, open_song, tap_preset, until

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WIDTHS = [320, 1440]
needs_axe = pytest.mark.skipif(not AXE.is_file(), reason="axe-core is not here: the studio was built elsewhere")


def violations(page: Any) -> list[str]:
    """What axe finds on the page as it stands, and what is wider than the screen."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate(
        "(tags) => axe.run(document, { runOnly: { type: 'tag', values: tags } }).then((r) => r.violations.map("
        "(v) => v.id + ': ' + v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' | ')))",
        RULES,
    )
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"wider than the screen: {page.evaluate('document.documentElement.scrollWidth')}")
    return found


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_place_has_a_violation_in_any_state(opened: Callable[..., Any], scheme: str, width: int) -> None:
    page = opened(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    wrong: dict[str, list[str]] = {}

    def look(state: str) -> None:
        found = violations(page)
        if found:
            wrong[state] = found

    page.locator("article").first.wait_for()
    look("home")
    page.get_by_role("button", name="Menu").click()
    look("menu")
    page.keyboard.press("Escape")
    open_song(page)
    look("song")
    tap_preset(page, "Slowed")
    look("plan")
    page.locator(".strip button").nth(1).click()
    look("section chosen")
    page.get_by_role("tab", name="Sharing").click()
    until(lambda: page.locator(".panel.leave .state").count() == 4)
    look("sharing")
    page.locator("#prompt").fill("metal")
    page.locator("#prompt").press("Enter")
    page.locator(".refusal").wait_for()
    look("refusal")
    page.locator("#prompt").fill("asdf qwer zxcv")
    page.locator("#prompt").press("Enter")
    page.locator(".trouble").wait_for()
    look("not understood")
    origin = page.evaluate("location.origin")
    for path, ready in (
        ("/mine", ".place section"),
        ("/verify", ".target"),
        ("/artist", ".teach li"),
        ("/operator", "table"),
        ("/r/rmx_nothing", "h1"),
        ("/docs", "details"),
        ("/transparency", "table"),
    ):
        page.goto(origin + path)
        page.locator(ready).first.wait_for()
        look(path)
    assert wrong == {}


@needs_axe
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_making_what_is_made_and_its_page_have_no_violation(opened: Callable[..., Any], scheme: str) -> None:
    page = opened(viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True)
    open_song(page)
    tap_preset(page, "Karaoke")
    page.get_by_role("button", name="Keep it").click()
    page.locator(".making, .made").first.wait_for()
    assert violations(page) == []
    page.locator(".made").wait_for()
    assert violations(page) == []
    share = page.locator(".made").get_by_role("button", name="Share it")
    if share.count():
        share.click()
    page.locator(".made").get_by_role("link", name="Open its page").click()
    page.locator("audio").first.wait_for()
    assert violations(page) == []


def test_the_whole_story_by_keyboard_alone(page: Any) -> None:
    page.locator("article").first.wait_for()

    def reach(locator: Any, presses: int = 60) -> None:
        for _ in range(presses):
            if locator.evaluate("e => e === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"never reached: {locator}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className").startswith("skip"), "the first key skips the menu"
    page.keyboard.press("Enter")
    reach(page.locator("article a").filter(has_text="Harbour Lights"))
    page.keyboard.press("Enter")
    page.locator(".strip button").first.wait_for()
    reach(page.get_by_role("button", name="Slowed", exact=True))
    page.keyboard.press("Enter")
    heard(page, "studio.player.playing && studio.player.which === 'remix'")
    reach(page.get_by_role("button", name="Keep it"), 90)
    page.keyboard.press("Enter")
    page.locator(".made").wait_for()
    assert page.evaluate("document.activeElement !== document.body"), "focus is not lost while it is made"
    share = page.locator(".made").get_by_role("button", name="Share it")
    share.focus()
    page.keyboard.press("Enter")
    page.locator(".made").get_by_role("link", name="Open its page").wait_for()


def test_keys_listen_and_compare_and_can_be_switched_off(page: Any) -> None:
    open_song(page)
    page.locator("h1").click()
    page.keyboard.press("Space")
    heard(page)
    page.keyboard.press("Space")
    until(lambda: not page.evaluate("studio.player.playing"))
    page.keyboard.press("2")
    page.get_by_role("button", name="Mute: Drums", pressed=True).wait_for()
    page.locator("#prompt").focus()
    page.keyboard.type("b1")
    assert page.locator("#prompt").input_value() == "b1", "keys rest while somebody types"
    page.get_by_role("button", name="Menu").click()
    page.get_by_text("Keys", exact=True).click()
    page.get_by_label("Single keys work").uncheck()
    page.get_by_role("button", name="Close").click()
    page.locator("h1").click()
    page.keyboard.press("Space")
    page.wait_for_timeout(300)
    assert not page.evaluate("studio.player.playing")


def test_the_wave_is_a_slider_that_speaks_in_bars(page: Any) -> None:
    open_song(page)
    wave = page.get_by_role("slider", name="Place in the music").first
    wave.focus()
    before = page.evaluate("studio.player.place")
    page.keyboard.press("Shift+ArrowRight")
    until(lambda: page.evaluate("studio.player.place") >= before + 9.9)
    page.keyboard.press("ArrowRight")
    until(lambda: page.evaluate("studio.player.place") >= before + 11.9)
    assert "bar" in wave.get_attribute("aria-valuetext") and " of " in wave.get_attribute("aria-valuetext")
    page.keyboard.press("Home")
    until(lambda: page.evaluate("studio.player.place") == 0)


def test_there_is_one_voice_and_a_level_is_not_read_aloud_by_it(page: Any) -> None:
    open_song(page)
    assert page.get_by_role("status").count() == 1
    assert page.locator("output, [aria-live]").count() == 0


def test_whoever_wants_no_motion_gets_none_and_forced_colours_show_what_is_chosen(opened: Callable[..., Any]) -> None:
    page = opened(forced_colors="active")
    open_song(page)
    tap_preset(page, "Slowed")
    moving = (
        "[...document.querySelectorAll('*')].filter((e) => parseFloat(getComputedStyle(e).transitionDuration)).length"
    )
    assert page.evaluate(moving) == 0
    chosen, rest = (
        page.get_by_role("button", name="Slowed", exact=True).evaluate("e => getComputedStyle(e).backgroundColor"),
        page.get_by_role("button", name="Karaoke", exact=True).evaluate("e => getComputedStyle(e).backgroundColor"),
    )
    assert chosen != rest


def test_twice_as_large_nothing_is_cut_off(opened: Callable[..., Any]) -> None:
    page = opened(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    open_song(page)
    tap_preset(page, "Slowed")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640
