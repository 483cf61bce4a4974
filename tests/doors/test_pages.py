"""HTTP: the built studio or the plain page in its place, share pages that work without scripts, errors as pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import world_of_tests as w
from remixlab.domain.remix import Remix
from remixlab.doors.pages import built
from remixlab.doors.pages.art import draw_print, print_of
from remixlab.doors.pages.words import SENTENCES, language_of

WEB = Path(__file__).resolve().parents[2] / "web"
needs_build = pytest.mark.skipif(built.studio_page() is None, reason="the studio was not built on this machine")


@needs_build
def test_what_is_built_is_sent_small_and_kept_by_its_name(world: Any) -> None:
    page = world.get("/").text
    script = re.search(r"/static/studio/assets/[\w.-]+\.js", page)
    assert script
    small = world.client.get(script[0], headers={"Accept-Encoding": "gzip"})
    plain = world.client.get(script[0], headers={"Accept-Encoding": "identity"})
    assert small.headers["content-encoding"] == "gzip" and "immutable" in small.headers["cache-control"]
    assert "content-encoding" not in plain.headers and small.content == plain.content
    assert small.headers["content-type"].startswith("text/javascript")


@needs_build
def test_every_place_of_the_studio_opens_for_who_is_signed_in_and_verify_for_everybody(world: Any) -> None:
    router = (WEB / "src" / "lib" / "router.svelte.ts").read_text("utf-8")
    named = set(re.findall(r"'(/[a-z-]*)'", router.split("PLACES")[1].split("]")[0]))
    assert named | {"/song/{recording_id}"} == set(built.PLACES)
    for place in built.PLACES:
        where = place.format(recording_id="rec_open")
        asked = world.client.get(where, follow_redirects=False)
        assert asked.status_code == (200 if where == "/verify" else 303), where
        page = world.signed_in().get(where)
        assert page.status_code == 200 and 'id="studio"' in page.text


def test_without_the_built_studio_the_plain_page_stands_in(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    world.open()
    monkeypatch.setattr(built, "STUDIO", Path("/nowhere"))
    assert "Neon Harbour" in world.get("/").text
    assert "Neon Harbour" in world.get("/song/rec_open").text
    assert "audio file" in world.get("/verify").text


def test_the_plain_page_lists_what_is_open_first_and_escapes_every_name(world: Any) -> None:
    context = world.workspace.context
    with context.write() as records:
        shouted = w.SAME_RELEASE.model_copy(
            update={"recording_id": "rec_tag", "title": "<b>Bold & “quoted”</b>", "sha256": "9" * 64}
        )
        records.catalogue.add_recording(shouted)
        w.enter(records)
    world.open()
    page = world.get("/plain", "bob")
    assert "<b>Bold" not in page.text and "&lt;b&gt;Bold &amp; “quoted”" in page.text
    assert page.text.index("Neon Harbour") < page.text.index("Far Off") and "Mine" not in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


# ---------------------------------------------------------------- share pages


def test_a_share_page_is_there_for_what_is_published_only(world: Any) -> None:
    world.open()
    shared: Remix = world.made("rmx_1")
    world.made("rmx_2", share="private")
    page = world.get(f"/r/{shared.remix_id}", "bob")
    assert page.status_code == 200 and "Neon Harbour" in page.text and "100 %" in page.text
    missing = world.get("/r/rmx_2", "bob")
    assert missing.status_code == 404 and missing.headers["content-type"].startswith("text/html")
    assert "This is not here" in missing.text


def test_a_share_page_is_whole_without_a_script(world: Any) -> None:
    world.open()
    page = world.get(f"/r/{world.made('rmx_1').remix_id}", "bob").text
    assert page.count("<audio ") == 2 and 'for="side-original"' in page, "both sides can be chosen and heard"
    assert "/song/rec_open?remix=rmx_1" in page, "remix this"
    assert page.count("<rect x=") > 100, "its wave is drawn"
    assert 'property="og:image"' in page and 'property="og:audio"' in page
    assert re.findall(r"<script(?![^>]*\bsrc=)", page) == [] and " style=" not in page
    words = re.sub(r"<[^>]+>", " ", page)
    assert not re.search(r"\bdB\b|\bother\b|likeness|publishing|master\b", words)


def test_a_remix_that_was_taken_down_leaves_a_sentence(world: Any) -> None:
    world.open()
    world.made("rmx_1")
    with world.workspace.context.write() as records:
        records.remixes.set_remix_state("rmx_1", share="public", state="withdrawn")
        w.enter(records)
    page = world.get("/r/rmx_1", "bob")
    assert (
        page.status_code in (403, 409)
        and "was taken down" in page.text
        and "problem+json" not in page.headers["content-type"]
    )


def test_a_house_with_keys_answers_a_follower_of_a_link_with_a_page(locked: Any) -> None:
    page = locked.ask("GET", "/r/rmx_1", "")
    assert page.headers["content-type"].startswith("text/html") and "Sign in" in page.text


def test_a_page_speaks_the_language_of_its_reader(world: Any) -> None:
    asked = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
    assert 'lang="de"' in world.ask("GET", "/r/rmx_none", headers=asked).text
    assert [language_of(said) for said in (None, "", "nl, es;q=0.8", "pt-BR", "fr")] == ["en", "en", "es", "en", "fr"]
    assert {frozenset(sentences) for sentences in SENTENCES.values()} == {frozenset(SENTENCES["en"])}


def test_the_picture_of_a_link_is_the_print_of_the_song(world: Any) -> None:
    world.open()
    answer = world.get(f"/r/{world.made('rmx_1').remix_id}/print.png", "bob")
    assert answer.headers["content-type"] == "image/png" and answer.content[:8] == b"\x89PNG\r\n\x1a\n"
    assert draw_print("rec_open", "rmx_1", 120, 63) == draw_print("rec_open", "rmx_1", 120, 63)
    assert draw_print("rec_open", "rmx_1", 120, 63) != draw_print("rec_else", "rmx_1", 120, 63)
    assert {shape.stem for shape in print_of("rec_open")} == {"vocals", "drums", "bass", "other"}


def test_what_is_open_comes_with_a_song_so_that_a_page_need_not_ask_its_owners(world: Any) -> None:
    """To ask for a permission sends a request where owners want to be asked; to look at a song does not."""
    before = world.get("/v1/recordings/rec_open").json()["scopes"]
    world.open()
    after = world.get("/v1/recordings/rec_open").json()["scopes"]
    assert "remix" not in before and {"remix", "public_share", "download"} <= set(after)


def test_a_player_takes_stretches_and_the_picture_takes_the_levels_of_the_stems(world: Any) -> None:
    world.open()
    whole = world.get("/v1/recordings/rec_open/audio").content
    part = world.get("/v1/recordings/rec_open/audio", start_s=2, length_s=1)
    assert part.headers["content-type"] == "audio/flac" and 0 < len(part.content) < len(whole) / 4
    assert world.get("/v1/recordings/rec_open/audio", start_s=900, length_s=1).status_code == 422
    world.made("rmx_1")
    heard = world.get("/v1/remixes/rmx_1/audio", start_s=15, length_s=9)
    assert heard.headers["RemixLab-Stream-Token"] and heard.headers["content-type"] == "audio/flac"
    assert world.get("/v1/remixes/rmx_1/audio", start_s=900, length_s=1).status_code == 422
    levels = world.get("/v1/recordings/rec_open/stems/levels").json()
    assert {len(levels[stem]) for stem in ("vocals", "drums", "bass", "other")} == {600}


def test_a_plan_is_answered_with_its_form_bar_by_bar(world: Any) -> None:
    world.open()
    order = {"recording_id": "rec_open", "prompt": "the chorus twice"}
    form = world.ask("POST", "/v1/plans", json=order).json()["form"]
    sources = [bar["source"] for bar in form["bars"]]
    assert sources == [1, 2, 3, 4, 5, 6, 7, 8, 5, 6, 7, 8]
    ends = [bar["end_s"] for bar in form["bars"]]
    assert ends == sorted(ends) and form["length_s"] >= ends[-1]
    assert [bar["place"] for bar in form["bars"]][:5] == [0, 1, 2, 3, 0]
