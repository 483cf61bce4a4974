"""Prompts that pass, prompts that are refused and how, the names and topics in them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.community import CatalogueName, find_likenings, moderate, name_phrases, topics_of
from remixlab.community.moderate import REFUSALS
from remixlab.community.topics import _topics
from remixlab.domain.errors import ModerationRefused, Refused
from remixlab.domain.naming import fold_name
from remixlab.domain.rights import TOPICS

HERE = Path(__file__).parent


def lines(name: str) -> list[str]:
    return [
        line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]


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
    "wish",
    ["like Marlene Okafor", "like marlene okafro", "MARLENE OKAFOR vibes", "make it sound like Marlene Okafor, slower"],
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
    assert code_of("slower, like Paper Lanterns", (CatalogueName("Paper Lanterns", kind="title"),)) in (
        "",
        "rights.style_reference",
    )
    assert code_of("paper lanterns but slower", (CatalogueName("Paper Lanterns", kind="title"),)) == ""


@pytest.mark.parametrize(
    "dress", [str.upper, lambda t: t.replace("e", "3"), lambda t: f"techno, {t}", lambda t: f"\u200f{t}🙂"]
)
def test_a_refusal_does_not_depend_on_spelling_tricks(dress) -> None:  # type: ignore[no-untyped-def]
    assert code_of(dress("remove the watermark")) == "moderation.marks"


def test_every_code_of_a_refused_wish_is_in_the_docs() -> None:
    page = (HERE.parents[1] / "docs" / "what-you-can-say.md").read_text(encoding="utf-8")
    assert [code for code in REFUSALS if f"`{code}`" not in page] == []


TITLES = {"glass orchard": "rec_a", "tres janelas": "rec_b", "summer": "rec_c", "don t stop": "rec_d"}


def look_up(phrases: Iterable[str]) -> dict[str, str]:
    return {phrase: TITLES[phrase] for phrase in phrases if phrase in TITLES}


def test_a_title_after_a_likening_is_found_with_its_place() -> None:
    text, found = find_likenings("make it feel like tres janelas, slower, in the style of Glass Orchard", look_up)
    assert [(one.recording_id, text[one.start : one.end]) for one in found] == [
        ("rec_b", "tres janelas"),
        ("rec_a", "Glass Orchard"),
    ]
    assert find_likenings("glass orchard but slower, a summer feeling", look_up)[1] == ()
    assert find_likenings("make it sound like summer", look_up)[1] == ()
    assert [one.recording_id for one in find_likenings("make it sound like Summer", look_up)[1]] == ["rec_c"]
    assert [one.recording_id for one in find_likenings("like Don't Stop, slower", look_up)[1]] == ["rec_d"]


def test_nobody_asks_the_catalogue_for_a_prompt_that_likens_nothing() -> None:
    def never(_: Iterable[str]) -> dict[str, str]:
        raise AssertionError("the titles were asked for")

    assert find_likenings("reggae, slower", never) == ("reggae, slower", ())
    assert find_likenings("something like", never) == ("something like", ())


@given(
    st.lists(
        st.sampled_from(["slower", "like", "Glass", "Ünder", "Três", "the", "80s", "don't"]), min_size=1, max_size=12
    )
)
def test_every_name_in_a_prompt_is_among_its_phrases(words: list[str]) -> None:
    prompt = " ".join(words)
    phrases = set(name_phrases(prompt))
    for n in range(len(words)):
        name = fold_name(" ".join(words[n : n + 3]))
        assert name in phrases or len(name.split()) > 8


@pytest.mark.parametrize(
    "prompt", ["like marlene okafro", "like Marlene Okafo", "sounds like Marlene Okaforr", "like Marlene Okafur"]
)
def test_a_likened_name_with_one_letter_amiss_is_looked_up_as_it_was_meant(prompt: str) -> None:
    assert "marlene okafor" in name_phrases(prompt)


def test_a_prompt_of_any_length_asks_for_a_bounded_number_of_names() -> None:
    assert len(name_phrases("like Abcdefghij Klmnopqrst Uvwxyzabcd " * 50)) < 10_000


@pytest.mark.parametrize(
    ("prompt", "topics"),
    [
        ("a song about the war and the soldiers", ("war",)),
        ("ein Lied über den Krieg", ("war",)),
        ("une chanson sur la guerre", ("war",)),
        ("una canción sobre la guerra", ("war",)),
        ("uma música sobre a guerra", ("war",)),
        ("una canzone sulla guerra", ("war",)),
        ("make it a worship song for Jesus", ("religion",)),
        ("a campaign song for the election", ("politics",)),
        ("a jingle for my brand", ("advertising",)),
        ("about cocaine and murder", ("drugs", "violence")),
        ("erotic and slow", ("sex",)),
        ("slower, war drums, church organ", ()),
        ("warm bass, acid house", ()),
        ("kill the drums", ()),
        ("", ()),
        ("!?", ()),
    ],
)
def test_what_a_prompt_is_about_is_named_in_every_language_that_the_lexicon_has(
    prompt: str, topics: tuple[str, ...]
) -> None:
    assert topics_of(prompt) == topics


def test_every_topic_that_can_be_forbidden_is_recognised() -> None:
    assert _topics().patterns.keys() == TOPICS


def test_a_prompt_about_music_has_no_topic() -> None:
    about = {prompt: topics_of(prompt) for prompt in lines("harmless.txt") if topics_of(prompt)}
    assert len(about) <= 0.02 * len(lines("harmless.txt")), about


@given(st.text(max_size=200))
def test_any_text_has_topics_in_order(text: str) -> None:
    found = topics_of(text)
    assert list(found) == sorted(set(found)) and set(found) <= TOPICS
