"""Wishes that pass, wishes that are refused, and how."""

from __future__ import annotations

from pathlib import Path

import pytest

from remixlab.community import CatalogueName, find_likenings, moderate
from remixlab.community.moderate import REFUSALS
from remixlab.domain.errors import ModerationRefused, Refused

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    return [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def code_of(prompt: str, names: tuple[CatalogueName, ...] = ()) -> str:
    try:
        moderate(prompt, names=names)
    except Refused as refused:
        return refused.stable_code
    return ""


def test_three_hundred_harmless_wishes_pass() -> None:
    wishes = lines("harmless.txt")
    assert len(wishes) >= 300
    assert [(wish, code) for wish in wishes if (code := code_of(wish))] == []


def test_a_hundred_harmful_wishes_are_refused_with_their_code() -> None:
    wishes = [line.partition(" | ")[::2] for line in lines("harmful.txt")]
    assert len(wishes) >= 100
    assert [(wish, code, code_of(wish)) for code, wish in wishes if code_of(wish) != code] == []


def test_a_refusal_is_kind_and_says_what_is_open() -> None:
    with pytest.raises(ModerationRefused) as caught:
        moderate("humiliate my ex girlfriend in the chorus")
    told = caught.value.to_dict()
    assert told["hint"] and told["alternatives"] and told["decided_by"]
    for alternative in told["alternatives"]:
        moderate(alternative["prompt"])


@pytest.mark.parametrize(
    "wish", ["like Marlene Okafor", "like marlene okafro", "MARLENE OKAFOR vibes", "make it sound like Marlene Okafor, slower"]
)
def test_an_artist_of_the_catalogue_is_recognised_with_misspellings(wish: str) -> None:
    names = (CatalogueName("Marlene Okafor"),)
    assert code_of(wish, names) == "rights.style_reference"


def test_a_style_reference_passes_where_the_artist_opened_it() -> None:
    names = (CatalogueName("Marlene Okafor", style_open=True),)
    assert code_of("drums like marlene okafor", names) == ""
    assert code_of("in the style of Marlene Okafor", names) == ""
    assert code_of("in the style of Marlene Okafor") == "rights.style_reference"
    assert code_of("in the voice of Marlene Okafor", names) == "rights.voice_likeness"


def test_titles_of_the_catalogue_may_be_named() -> None:
    assert code_of("slower, like Paper Lanterns", (CatalogueName("Paper Lanterns", kind="title"),)) in ("", "rights.style_reference")
    assert code_of("paper lanterns but slower", (CatalogueName("Paper Lanterns", kind="title"),)) == ""


@pytest.mark.parametrize("dress", [str.upper, lambda t: t.replace("e", "3"), lambda t: f"techno, {t}", lambda t: f"\u200f{t}🙂"])
def test_a_refusal_does_not_depend_on_spelling_tricks(dress) -> None:  # type: ignore[no-untyped-def]
    assert code_of(dress("remove the watermark")) == "moderation.marks"


def test_every_code_of_a_refused_wish_is_in_the_docs() -> None:
    page = (HERE.parents[1] / "docs" / "what-you-can-say.md").read_text(encoding="utf-8")
    assert [code for code in REFUSALS if f"`{code}`" not in page] == []


def test_a_title_after_a_likening_is_found_with_its_place() -> None:
    titles = {"Glass Orchard": "rec_a", "Três Janelas": "rec_b", "Summer": "rec_c"}
    text, found = find_likenings("make it feel like tres janelas, slower, in the style of Glass Orchard", lambda: titles)
    assert [(one.recording_id, text[one.start : one.end]) for one in found] == [("rec_b", "tres janelas"), ("rec_a", "Glass Orchard")]
    assert find_likenings("glass orchard but slower, a summer feeling", lambda: titles)[1] == ()
    assert find_likenings("make it sound like summer", lambda: titles)[1] == ()
    assert [one.recording_id for one in find_likenings("make it sound like Summer", lambda: titles)[1]] == ["rec_c"]


def test_nobody_reads_the_catalogue_for_a_wish_that_likens_nothing() -> None:
    def never() -> dict[str, str]:
        raise AssertionError("the titles were asked for")

    assert find_likenings("reggae, slower", never) == ("reggae, slower", ())
