"""The bench: chips, levels, sections, refusals with a way on, who earns, making. Each sounds, each can be undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from studio_of_tests import heard, open_song, tap_preset, until

SECTIONS = ".strip button .full"


def wish(page: Any, words: str) -> None:
    page.locator("#prompt").fill(words)
    page.locator("#prompt").press("Enter")


def sections(page: Any) -> list[str]:
    return page.locator(SECTIONS).all_inner_texts()


def alone(names: list[str]) -> int:
    """Where a section stands, not at the very beginning, that is the only one of its kind.

    Only its name goes along where it moves: of several of a kind each is numbered anew, by where it stands.
    """
    return next(n for n, name in enumerate(names) if n and not name[-1].isdigit())


# ---------------------------------------------------------------- wishes and chips


def test_a_wish_becomes_chips_that_can_be_made_stronger_and_taken_away(page: Any) -> None:
    open_song(page)
    wish(page, "10% faster, more bass, sparkly")
    chips = page.locator(".chips .chip")
    chips.first.wait_for()
    assert "10% faster" in chips.first.inner_text()
    assert "sparkly" in page.locator(".answer").inner_text(), "what was not understood is named"
    page.get_by_role("button", name="More of: 10% faster").click()
    page.get_by_role("button", name="More of: 14% faster").wait_for()
    page.get_by_role("button", name="Remove: 14% faster").click()
    until(lambda: chips.filter(has_text="14% faster").count() == 0)
    assert chips.count() == 1 and page.mistakes == []


def test_a_second_wish_comes_on_top_of_the_first_or_instead_of_it(page: Any) -> None:
    open_song(page)
    wish(page, "reggae")
    page.locator(".chip").filter(has_text="eggae").first.wait_for()
    wish(page, "10% slower")
    page.locator(".chip").filter(has_text="slower").wait_for()
    assert page.locator(".chip").filter(has_text="eggae").count() >= 1
    page.locator("#prompt").fill("5% faster")
    page.get_by_role("button", name="Instead of this").click()
    page.locator("#prompt").press("Enter")
    page.locator(".chip").filter(has_text="5% faster").wait_for()
    assert page.locator(".chip").count() == 1


def test_what_is_not_understood_leaves_the_plan_and_offers_sentences(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Slowed")
    before = page.locator(".chip").count()
    wish(page, "asdf qwer zxcv")
    page.locator(".trouble button").first.wait_for()
    assert page.locator(".trouble button").count() >= 2 and page.locator(".chip").count() == before
    page.locator(".trouble button").first.click()
    until(lambda: page.locator(".trouble").count() == 0)
    page.locator(".chip").first.wait_for()


def test_prompt_text_is_never_markup(page: Any) -> None:
    open_song(page)
    wish(page, "faster <img src=x onerror=alert(1)>")
    page.locator(".chip, .trouble").first.wait_for()
    assert page.locator(".left img").count() == 0


# ---------------------------------------------------------------- levels


def test_the_four_parts_have_levels_mute_and_solo_and_speak(page: Any) -> None:
    open_song(page)
    fader = page.get_by_label("Voice", exact=False).and_(page.locator("input[type=range]"))
    fader.focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    page.locator(".chip").filter(has_text="Voice softer").wait_for()
    assert fader.get_attribute("aria-valuetext") == "6 softer"
    page.get_by_role("button", name="Mute: Drums").click()
    page.get_by_role("button", name="Mute: Drums", pressed=True).wait_for()
    page.get_by_role("button", name="Solo: Bass").click()
    page.get_by_role("button", name="Solo: Bass", pressed=True).wait_for()
    page.get_by_role("button", name="Solo: Bass").click()
    page.get_by_role("button", name="Solo: Bass", pressed=False).wait_for()


def test_a_part_that_is_muted_is_silent_in_what_sounds(page: Any) -> None:
    open_song(page)
    for part in ("Voice", "Drums", "Bass"):
        page.get_by_role("button", name=f"Mute: {part}").click()
        page.get_by_role("button", name=f"Mute: {part}", pressed=True).wait_for()
    page.get_by_role("button", name="Your remix").click()
    page.get_by_role("button", name="Play Harbour Lights").click()
    heard(page, "studio.player.deck.level() > 0.001")
    loud = page.evaluate("studio.player.track.remix.source.load(4, 2).then((b) => b.byteLength)")
    assert loud > 100_000


# ---------------------------------------------------------------- sections


def test_sections_move_by_buttons_double_and_leave_and_each_is_undone(page: Any) -> None:
    open_song(page)
    first = sections(page)
    n = alone(first)
    page.locator(".strip button").nth(n).click()
    page.get_by_role("button", name=re.compile("^Move .* earlier$")).click()
    until(lambda: sections(page)[n - 1] == first[n])
    assert page.locator(".strip button").nth(n - 1).evaluate("e => e === document.activeElement"), "focus goes along"
    assert f"number {n} of" in page.get_by_role("status").inner_text()
    page.get_by_role("button", name="Play twice").click()
    until(lambda: len(sections(page)) == len(first) + 1)
    page.get_by_role("button", name="Leave out").click()
    until(lambda: len(sections(page)) == len(first))
    for count in (len(first) + 1, len(first), len(first)):
        page.get_by_role("button", name="Undo").click()
        until(lambda wanted=count: len(sections(page)) == wanted)
    until(lambda: sections(page) == first)
    page.get_by_role("button", name="Redo").click()
    until(lambda: sections(page)[n - 1] == first[n])


def test_sections_move_by_keys_and_by_dragging(page: Any) -> None:
    open_song(page)
    first = sections(page)
    n = alone(first)
    page.locator(".strip button").nth(n - 1).focus()
    page.keyboard.press("Shift+ArrowRight")
    until(lambda: sections(page)[n - 1] == first[n])
    page.keyboard.press("Control+z")
    until(lambda: sections(page) == first)
    here, front = (page.locator(".strip button").nth(place).bounding_box() for place in (n, 0))
    page.mouse.move(here["x"] + 10, here["y"] + 20)
    page.mouse.down()
    page.mouse.move(front["x"] + front["width"] - 4, here["y"] + 20, steps=6)
    page.mouse.move(front["x"] + 4, here["y"] + 20, steps=4)
    page.mouse.up()
    until(lambda: sections(page)[0] == first[n])
    page.locator(".strip button").nth(0).focus()
    page.keyboard.press("Delete")
    until(lambda: len(sections(page)) == len(first) - 1)


def test_sections_move_by_touch(phone: Any) -> None:
    open_song(phone)
    first = sections(phone)
    n = alone(first)
    phone.locator(".strip button").nth(n - 1).tap()
    phone.get_by_role("button", name=re.compile("^Move .* later$")).tap()
    until(lambda: sections(phone)[n - 1] == first[n])


# ---------------------------------------------------------------- refusals


def test_a_refusal_says_who_decided_offers_a_way_and_lets_nobody_earn(page: Any) -> None:
    open_song(page)
    wish(page, "metal")
    page.locator(".refusal").wait_for()
    assert "Decided by Label One" in page.locator(".refusal").inner_text()
    assert page.get_by_role("button", name="Keep it").is_disabled()
    assert page.locator(".panel.who").inner_text() == "Nobody earns by what is not made."
    assert "rights." not in page.locator("main").inner_text()
    page.locator(".refusal button").first.click()
    until(lambda: page.locator(".refusal").count() == 0)
    heard(page, "studio.player.which === 'remix'")
    assert page.get_by_role("button", name="Keep it").is_enabled()
    assert page.evaluate("document.activeElement !== document.body"), "focus is not lost"


def test_a_song_that_asks_first_can_be_asked(page: Any, labels_page: Callable[[], Any]) -> None:
    open_song(page, "Quiet Orchard")
    tap = page.get_by_role("button", name="Slowed", exact=True)
    tap.click()
    page.get_by_role("button", name="Ask for it").click()
    page.get_by_text("Asked. The answer will be here").wait_for()
    label = labels_page()
    label.get_by_role("link", name="For artists").click()
    label.get_by_role("heading", name="Waiting for your yes").wait_for()
    waiting = label.locator(".asked").filter(has_text="slower")
    waiting.get_by_role("button", name="Allow").click()
    until(lambda: waiting.count() == 0 or label.locator(".trouble").count())
    assert label.locator(".trouble").all_inner_texts() == []


def test_a_closed_song_says_who_closed_it(page: Any) -> None:
    open_song(page, "Shut Door")
    wish(page, "reggae")
    page.locator(".refusal").wait_for()
    assert page.locator(".refusal a, .refusal button").count() >= 1, "there is always a way on"


# ---------------------------------------------------------------- who earns, making


def test_who_earns_is_said_before_making_and_sums_to_the_whole(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Karaoke")
    shares = page.locator(".panel.who li .mono").all_inner_texts()
    assert len(shares) >= 4 and abs(sum(float(share.rstrip("%")) for share in shares) - 100) < 0.05
    assert "Label One" in page.locator(".panel.who").inner_text() and "You" in page.locator(".panel.who").inner_text()


def test_the_whole_story_from_a_tap_to_a_shared_page(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Sped up")
    page.get_by_role("button", name="Keep it").click()
    page.locator(".making li[aria-current]").wait_for()
    page.locator(".made").wait_for()
    assert "No trained model touched the sound" in page.locator(".made").inner_text()
    box = page.locator(".made").bounding_box()
    assert box and box["y"] + box["height"] < 900 - 84, "what was made is in sight"
    assert page.evaluate("studio.player.track.remix.source.id").startswith("rmx_"), "the finished file sounds now"
    assert "remix=rmx_" in page.url
    page.locator(".made").get_by_role("button", name="Share it").click()
    page.locator(".made").get_by_role("link", name="Open its page").click()
    page.get_by_role("heading", name=re.compile("Harbour Lights")).wait_for()
    assert page.locator("audio").count() == 2 and page.mistakes == []


def test_to_share_is_chosen_also_after_the_plan_was_made(page: Any) -> None:
    """Today's page made it private all the same, without a word."""
    open_song(page)
    wish(page, "3% faster")
    page.locator(".chip").filter(has_text="3% faster").wait_for()
    page.get_by_role("tab", name="Sharing").click()
    page.get_by_role("button", name="Share it", exact=True).click()
    page.get_by_text("Everybody with the link hears it").wait_for()
    page.get_by_role("button", name="Keep it").click()
    page.locator(".made").get_by_role("link", name="Open its page").wait_for()


def test_what_may_leave_is_said_before_making(page: Any) -> None:
    open_song(page)
    page.get_by_role("tab", name="Sharing").click()
    until(lambda: page.locator(".panel.leave .state").count() == 4)
    assert page.locator(".panel.leave li").filter(has_text="The file").locator(".state").inner_text().endswith("Yes")


def test_reload_back_and_a_closed_tab_lose_nothing(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Slowed")
    slowed = page.locator(".chip").all_inner_texts()
    wish(page, "more bass")
    until(lambda: page.locator(".chip").count() > len(slowed))
    page.go_back()
    until(lambda: page.locator(".chip").all_inner_texts() == slowed)
    page.reload()
    until(lambda: page.locator(".chip").all_inner_texts() == slowed)
    page.goto(page.url.split("/song")[0])
    open_song(page)
    until(lambda: page.locator(".chip").count() >= len(slowed))
    page.get_by_role("link", name="My remixes").click()
    page.get_by_role("link", name="Go on").wait_for()


def test_the_history_has_names_and_leads_back_to_the_original(page: Any) -> None:
    open_song(page)
    tap_preset(page, "Karaoke")
    tap_preset(page, "Slowed")
    page.get_by_role("tab", name="History").click()
    until(lambda: page.locator(".trail button").all_inner_texts() == ["The original", "Karaoke", "Slowed"])
    page.locator(".trail button").first.click()
    until(lambda: page.locator(".chip").count() == 0)
    assert page.evaluate("studio.player.which") == "original"


def test_a_house_that_does_not_answer_is_said_and_nothing_is_lost(page: Any) -> None:
    open_song(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Slowed", exact=True).click()
    page.get_by_text("No answer. Are you online?").first.wait_for()
    page.context.set_offline(False)
    tap_preset(page, "Slowed")
    assert page.get_by_text("No answer. Are you online?").count() == 0
