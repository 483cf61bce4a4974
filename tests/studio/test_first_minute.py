"""The first minute: a home that sounds, a song in a tap, a change in a tap, heard at the same place, with no scroll."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from studio_of_tests import heard, open_song, tap_preset, until

SIZES = [(1440, 900), (1366, 768), (390, 844), (320, 640)]


def test_nothing_sounds_before_a_gesture_and_one_press_sounds(page: Any) -> None:
    where = page.locator("article a").filter(has_text="Harbour Lights").get_attribute("href")
    page.goto(page.url.rstrip("/") + where)
    page.locator(".strip button").first.wait_for()
    page.wait_for_timeout(400)
    assert page.evaluate("[studio.player.playing, studio.player.deck.level()]") == [False, 0]
    page.get_by_role("button", name="Play Harbour Lights").click()
    heard(page, "studio.player.deck.level() > 0.005")
    assert page.mistakes == []


@pytest.mark.parametrize("size", SIZES)
def test_wish_answer_and_sound_are_on_one_screen(opened: Callable[..., Any], size: tuple[int, int]) -> None:
    """Two taps from the home to the first changed sound; what was understood and the keys to compare are in sight."""
    page = opened(viewport={"width": size[0], "height": size[1]}, has_touch=size[0] < 800)
    open_song(page)
    tap_preset(page, "Slowed")
    heard(page, "studio.player.deck.level() > 0.003")
    assert page.evaluate("scrollY") == 0
    for part in (".wave", "#prompt", ".chips .chip", ".bar .ab", ".bar .keep"):
        box = page.locator(part).first.bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= size[1], f"{part} is out of sight"
    covered = page.evaluate("document.querySelector('.chips .chip').getBoundingClientRect().bottom")
    assert covered <= page.evaluate("document.querySelector('.bar').getBoundingClientRect().top")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_a_preset_is_heard_at_the_same_place_and_the_next_one_under_the_playing_song(page: Any) -> None:
    open_song(page)
    page.get_by_role("button", name="Play Harbour Lights").click()
    heard(page, "studio.player.place > 3")
    before = page.evaluate("studio.player.sourcePlace")
    tap_preset(page, "Karaoke")
    after = page.evaluate("studio.player.sourcePlace")
    assert before - 0.1 <= after <= before + 6, "the music went on where it was"
    tap_preset(page, "Sped up")
    until(lambda: page.evaluate("studio.player.swapMs > 0"))
    heard(page, "studio.player.deck.level() > 0.003")


def test_comparing_keeps_the_bar_also_where_the_form_changed(page: Any) -> None:
    """Measured on the one clock of the sound, at the moment of the change: so it holds however busy the machine is."""
    open_song(page)
    page.locator("#prompt").fill("the first verse twice")
    page.keyboard.press("Enter")
    heard(page, "studio.player.playing && studio.player.which === 'remix'")
    page.evaluate("studio.player.seek(studio.player.length * 0.6)")
    heard(page, "studio.player.place > studio.player.length * 0.6 && !studio.player.waiting")
    page.evaluate("studio.player.deck.swapped = null")
    page.get_by_role("button", name="Original").click()
    heard(page, "studio.player.deck.swapped && studio.player.which === 'original'")
    moved = page.evaluate("studio.player.deck.swapped")
    bars = page.evaluate("studio.player.track.remix.form.bars")
    bar = next(b for b in bars if b["start_s"] <= moved["from"] < b["end_s"])
    share = (moved["from"] - bar["start_s"]) / (bar["end_s"] - bar["start_s"])
    there = bar["source_start_s"] + share * (bar["source_end_s"] - bar["source_start_s"])
    assert abs(moved["from"] - there) > 2, "the remix is longer, so the same bar lies elsewhere"
    assert abs(moved["to"] - there) < 0.03, "the same beat of the same bar"


def test_both_sides_are_equally_loud(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Karaoke")
    gains = page.evaluate(
        "[studio.player.track.original, studio.player.track.remix].map((s) => 20 * Math.log10(s.source.gain) + s.lufs)"
    )
    assert abs(gains[0] - gains[1]) < 0.1


def test_the_home_plays_a_pair_and_knows_what_songs_feel_like(page: Any) -> None:
    until(lambda: page.locator("article").count() >= 3)
    assert page.locator("article .state").all_inner_texts()[0].endswith("Open to remix")
    until(lambda: any(":" in text for text in page.locator("article time").all_inner_texts()))
    page.get_by_placeholder("A title, an artist, a mood").fill("harbour")
    until(lambda: page.locator("article").count() == 1)
    page.get_by_role("button", name="Play Harbour Lights").click()
    heard(page)
    assert page.locator(".bar").is_visible()


def test_a_song_that_was_left_while_it_loaded_does_not_come_back(page: Any) -> None:
    """A slow answer to the first choice must not replace the second."""
    page.route("**/v1/recordings/rec_*", lambda route: (time.sleep(0.6), route.continue_())[1], times=1)
    page.locator("article a").filter(has_text="Harbour Lights").click()
    page.go_back()
    page.locator("article a").filter(has_text="Quiet Orchard").click()
    page.get_by_role("heading", name="Quiet Orchard", level=1).wait_for()
    page.wait_for_timeout(1000)
    assert page.get_by_role("heading", level=1).inner_text() == "Quiet Orchard"
