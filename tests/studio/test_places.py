"""The other places: sharing without scripts, verifying by dropping, an artist who closes a song, plays, languages."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import soundfile as sf

from remixlab.compose import sketch
from studio_of_tests import heard, open_song, tap_preset, until

POST = """(order) => fetch('/v1/remixes', {
  method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(order),
}).then((answer) => answer.json())"""
"""As the page sends it: a session's request must come from the page itself."""


def make_shared(page: Any, words: str) -> str:
    """A published remix, made by the API as the page would; its share page."""
    home = page.evaluate("location.origin")
    songs = page.request.get(f"{home}/v1/recordings").json()["items"]
    song = next(one["recording_id"] for one in songs if one["title"] == "Harbour Lights")
    order = {"recording_id": song, "prompt": words, "share": "public"}
    job = page.evaluate(POST, order)
    assert "status_url" in job, job

    def made() -> str | None:
        told = page.request.get(home + job["status_url"]).json()
        assert told["state"] != "failed", told
        return told["result"]["share_url"] if told["state"] == "done" else None

    return until(made)


def test_a_share_page_works_without_scripts_and_both_sides_can_be_chosen(page: Any, opened: Callable[..., Any]) -> None:
    link = make_shared(page, "4% faster")
    still = opened(link, java_script_enabled=False)
    assert still.locator("audio:visible").count() == 1
    still.get_by_text("Original", exact=True).click()
    assert still.locator("#original").is_visible() and not still.locator("#remix").is_visible()
    assert still.get_by_role("link", name="Remix this").get_attribute("href").startswith("/song/")
    assert "Label One" in still.locator("table").inner_text()


def test_remix_this_opens_the_same_change_on_the_bench(page: Any, opened: Callable[..., Any]) -> None:
    link = make_shared(page, "4% faster")
    shared = opened(link)
    shared.get_by_role("link", name="Remix this").click()
    shared.locator(".chip").filter(has_text="4% faster").wait_for()
    assert shared.evaluate("studio.player.track.remix.source.id").startswith("rmx_")


def test_a_link_that_leads_nowhere_is_a_page_with_a_sentence(opened: Callable[..., Any]) -> None:
    lost = opened("/r/rmx_nothing")
    lost.get_by_role("heading", name="This is not here").wait_for()
    lost.get_by_role("link", name="More songs that are open").click()
    lost.locator("article").first.wait_for()


def test_every_listen_in_the_browser_is_reported_once(page: Any) -> None:
    make_shared(page, "4% faster")
    page.reload()
    page.locator(".made li").filter(has_text="Harbour Lights").first.get_by_role("button").click()
    heard(page, "studio.player.playing")
    listened = "studio.player.track.remix.listen.heard"
    heard(page, f"{listened} > 2")
    own = page.evaluate("studio.player.track.remix.listen.playId")
    page.get_by_role("button", name="Pause").last.click()
    page.get_by_role("button", name="Play ").last.click()
    heard(page, f"{listened} > 4")
    same = page.evaluate("studio.player.track.remix.listen.playId")
    assert same == own and page.mistakes == [], "a pause is a part of it, and reports nothing"
    page.get_by_role("link", name="Verify").click()
    page.reload()
    home = page.evaluate("location.origin")

    def reported() -> list[str]:
        entries = page.request.get(f"{home}/v1/audit").json()["items"]
        return [entry["subject"] for entry in entries if entry["subject"] == f"play:{own}"]

    assert len(until(reported)) == 1


def test_a_file_that_is_dropped_anywhere_is_looked_at(page: Any, house_folder: Path, tmp_path: Path) -> None:
    sound, rate = sf.read(house_folder / "files" / "open.flac")
    clip = tmp_path / "clip.wav"
    sf.write(clip, sound[rate * 4 : rate * 16], rate)
    data = base64.b64encode(clip.read_bytes()).decode("ascii")
    handle = page.evaluate_handle(
        """(text) => {
          const carried = new DataTransfer();
          const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
          carried.items.add(new File([bytes], 'clip.wav', { type: 'audio/wav' }));
          return carried;
        }""",
        data,
    )
    page.dispatch_event("body", "drop", {"dataTransfer": handle})
    page.get_by_role("heading", name="It sounds like “Harbour Lights”").wait_for()
    assert page.url.endswith("/verify") and "was not made here" in page.locator(".answer").inner_text()


def test_what_was_made_here_is_recognised_with_what_it_is_made_from(page: Any, tmp_path: Path) -> None:
    link = make_shared(page, "4% faster")
    remix = link.removeprefix("/r/")
    home = page.url.rstrip("/")
    file = tmp_path / "taken.mp3"
    answer = page.request.get(f"{home}/v1/remixes/{remix}/audio?format=mp3&download=1")
    file.write_bytes(answer.body())
    page.goto(f"{home}/verify")
    page.locator("#file").set_input_files(str(file))
    page.get_by_role("heading", name="It is ours").wait_for()
    assert "Harbour Lights" in page.locator(".answer").inner_text()
    page.get_by_role("link", name="Open the remix").click()
    page.locator("audio").first.wait_for()


def test_ones_own_song_is_brought_heard_and_remixed_in_private(page: Any, tmp_path: Path) -> None:
    own = tmp_path / "my own.wav"
    song = sketch(seed=4711, form="verse8 chorus8").recording
    sf.write(own, song.samples.T, song.sample_rate)
    page.locator("input[type=file]").set_input_files(str(own))
    page.locator(".strip button").first.wait_for(timeout=120_000)
    assert page.locator("header .state").inner_text().endswith("Yours")
    tap_preset(page, "Slowed")


def test_a_song_that_is_like_another_waits_and_the_page_says_so(page: Any, house_folder: Path, tmp_path: Path) -> None:
    sound, rate = sf.read(house_folder / "files" / "asks.flac")
    like = tmp_path / "mine, I swear.wav"
    sf.write(like, sound[: rate * 14] * 0.7, rate)
    page.locator("input[type=file]").set_input_files(str(like))
    page.locator(".waits").wait_for(timeout=120_000)
    assert "until a person has listened" in page.locator(".waits").inner_text()
    assert page.get_by_role("button", name="Slowed", exact=True).count() == page.locator("#prompt").count() == 0


def test_an_artist_closes_a_use_and_a_fan_is_told(labels_page: Callable[[], Any], opened: Callable[..., Any]) -> None:
    page = labels_page()
    page.get_by_role("link", name="For artists").click()
    page.locator("tbody tr").first.wait_for()
    page.get_by_role("button", name="Harbour Lights").click()
    row = page.locator("tbody tr").filter(has_text="Another style")
    row.locator(".state.open").wait_for()
    page.get_by_role("button", name="Close: Another style").click()
    row.locator(".state.closed").wait_for()
    fan = opened()
    open_song(fan)
    fan.locator("#prompt").fill("bossa nova")
    fan.locator("#prompt").press("Enter")
    fan.locator(".refusal").wait_for()
    page.get_by_role("button", name="Open: Another style").click()
    row.locator(".state.open").wait_for()


def test_the_operator_sees_that_the_house_is_well(page: Any) -> None:
    page.get_by_role("link", name="Operator").click()
    page.get_by_text("Ready to work").wait_for()
    page.locator("table").last.wait_for()


def test_the_page_speaks_another_language_at_a_choice_and_keeps_it(page: Any) -> None:
    page.get_by_role("button", name="Menu").click()
    page.get_by_label("Language").select_option("fr")
    page.get_by_role("heading", name="Ouverts au remix").wait_for()
    page.reload()
    page.get_by_role("heading", name="Ouverts au remix").wait_for()
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.locator("article a").first.click()
    page.get_by_role("button", name="Ralenti", exact=True).wait_for()
