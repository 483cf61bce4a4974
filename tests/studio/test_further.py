"""Nearer or further, three takes, a guide, and owners who change their mind while the song is open."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from studio_of_tests import heard, open_song, tap_preset, until

SOUNDS = "studio.player.track.remix.source.id"


def wish(page: Any, words: str) -> None:
    page.locator("#prompt").fill(words)
    page.locator("#prompt").press("Enter")
    page.locator(".chip").first.wait_for()
    heard(page, "studio.player.playing && studio.player.which === 'remix'")


def test_one_slider_goes_nearer_to_the_original_and_further_away(page: Any) -> None:
    open_song(page)
    wish(page, "10% faster")
    slider = page.get_by_role("slider", name="How far from the original")
    assert slider.get_attribute("aria-valuetext") == "as you asked"
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".chip").filter(has_text="14% faster").wait_for()
    assert slider.get_attribute("aria-valuetext") == "further"
    page.keyboard.press("Home")
    page.locator(".chip").filter(has_text="4% faster").wait_for()
    assert slider.get_attribute("aria-valuetext") == "almost the original"
    page.get_by_role("button", name="Undo").click()
    page.locator(".chip").filter(has_text="14% faster").wait_for()
    page.keyboard.press("Control+z")
    page.locator(".chip").filter(has_text="10% faster").wait_for()
    assert page.mistakes == []


def test_near_the_original_fewer_parts_are_new_and_what_stays_is_promised_at_every_stop(page: Any) -> None:
    open_song(page)
    wish(page, "reggae, keep the vocals")
    slider = page.get_by_role("slider", name="How far from the original")
    slider.focus()
    page.keyboard.press("Home")
    page.locator(".chip").get_by_text("Reggae: drums", exact=True).wait_for()
    page.locator(".chip").filter(has_text="Keeps voice").wait_for()


def test_three_takes_sound_at_the_same_bar_and_one_is_kept(page: Any) -> None:
    open_song(page)
    wish(page, "reggae, keep the vocals")
    first = page.evaluate(SOUNDS)
    before = page.evaluate("studio.player.sourcePlace")
    page.get_by_role("button", name="Three takes").click()
    page.get_by_role("button", name="Take 2", pressed=True).wait_for()
    until(lambda: page.evaluate(SOUNDS) != first)
    heard(page, "studio.player.playing && studio.player.deck.swapped")
    moved = page.evaluate("studio.player.deck.swapped")
    assert abs(moved["from"] - moved["to"]) < 0.03, "the same bar"
    assert page.evaluate("studio.player.sourcePlace") >= before - 0.1
    page.get_by_role("button", name="Take 1").click()
    until(lambda: page.evaluate(SOUNDS) == first)
    page.get_by_role("button", name="Take 3").click()
    until(lambda: page.evaluate(SOUNDS) != first)
    assert page.locator(".chip").count() >= 2 and page.mistakes == []


def test_a_song_that_is_only_faster_has_no_other_take(page: Any) -> None:
    open_song(page)
    wish(page, "10% faster")
    assert page.get_by_role("button", name="Three takes").count() == 0


def test_a_guide_leads_through_the_first_remix_and_goes_away_for_good(page: Any) -> None:
    open_song(page)
    guide = page.get_by_role("group", name="Your first remix")
    assert "press play" in guide.inner_text()
    page.get_by_role("button", name="Play Harbour Lights").click()
    until(lambda: "tap one of the changes" in guide.inner_text())
    tap_preset(page, "Slowed")
    until(lambda: "Compare" in guide.inner_text())
    page.get_by_role("button", name="Original").click()
    until(lambda: "Keep it" in guide.inner_text())
    page.get_by_role("button", name="Put the guide away").click()
    page.reload()
    page.locator(".strip button").first.wait_for()
    assert guide.count() == 0


def test_an_open_studio_hears_within_two_seconds_that_the_song_was_closed(
    labels_page: Callable[[], Any], opened: Callable[..., Any]
) -> None:
    fan, label = opened(), labels_page()
    open_song(fan)
    tap_preset(fan, "Slowed")
    looked = "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/v1/rights/epoch')).length >= 1"
    heard(fan, looked)
    label.get_by_role("link", name="For artists").click()
    label.get_by_role("button", name="Harbour Lights").click()
    label.get_by_role("button", name="Close: Another tempo or key").click()
    label.locator("tbody tr").filter(has_text="Another tempo or key").locator(".state.closed").wait_for()
    closed = time.monotonic()
    fan.get_by_text("The owners have just changed what is open here").wait_for()
    took = time.monotonic() - closed
    fan.locator(".refusal").wait_for()
    assert fan.evaluate("studio.player.which") == "original", "what may not be made sounds no longer"
    label.get_by_role("button", name="Open: Another tempo or key").click()
    label.locator("tbody tr").filter(has_text="Another tempo or key").locator(".state.open").wait_for()
    asked = fan.evaluate(
        "performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/v1/rights/epoch'))"
        ".map((e) => e.startTime)"
    )
    waits = sorted(b - a for a, b in pairwise(asked))
    assert took < 2 or waits[len(waits) // 2] > 2000, f"{took:.1f} s, and the machine was not too busy to ask"


def test_who_is_asked_hears_what_for_and_reads_it_in_words(page: Any, labels_page: Callable[[], Any]) -> None:
    open_song(page, "Quiet Orchard")
    wish_denied = page.locator("#prompt")
    wish_denied.fill("7% faster")
    wish_denied.press("Enter")
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("Asked. The answer will be here").wait_for()
    label = labels_page()
    label.get_by_role("link", name="For artists").click()
    asked = label.locator(".asked").filter(has_text="7% faster")
    asked.wait_for()
    assert "Quiet Orchard" in asked.inner_text() and "Only they would hear it" in asked.inner_text()
    asked.get_by_role("button", name="Play Quiet Orchard").click()
    heard(label, "studio.player.playing && studio.player.which === 'remix' && studio.player.deck.level() > 0.001")
    asked.get_by_role("button", name="Original").click()
    heard(label, "studio.player.which === 'original'")
    asked.get_by_role("button", name="Decline").click()
    until(lambda: asked.count() == 0)
    assert label.locator(".trouble").count() == 0
