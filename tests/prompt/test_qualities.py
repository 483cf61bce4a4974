"""Descriptions are read for what a piece is like: in six languages, with what it must not be, and what was not
understood.
"""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPrompt
from remixlab.prompt import Meaning, read_qualities


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("sunny bossa with a female voice", ["scene:summer", "style:bossa-nova", "voice:high"]),
        ("slow sad piano without drums", ["tempo:slow", "mood:sad", "instrument:pianos", "drums:none"]),
        ("80s night drive, no vocals", ["era:1980s", "scene:night-drive", "voice:nobody"]),
        ("electronic dance loop 120 bpm", ["family:electronic", "scene:dance-floor", "tempo:medium"]),
        ("something at 174 bpm, drum and bass", ["tempo:fast", "style:drum-and-bass"]),
        ("fröhliche Musik mit Frauenstimme", ["mood:happy", "voice:high"]),
        ("canción triste con guitarra y voz masculina", ["mood:sad", "style:folk-acoustic", "voice:low"]),
        ("musique électronique rapide", ["family:electronic", "tempo:fast"]),
        ("dark techno in a minor key", ["mood:dark", "style:techno", "mode:minor"]),
        ("Klavierballade ohne Schlagzeug", ["style:piano-ballad", "drums:none"]),
    ],
)
def test_a_description_says_what_a_piece_is_like(words: str, names: list[str]) -> None:
    assert [quality.name for quality in read_qualities(words).said] == names


def test_what_it_must_not_be_is_told_apart_from_what_has_a_name_of_its_own() -> None:
    said = read_qualities("not metal, no drums").said
    assert [(quality.name, quality.wanted) for quality in said] == [("style:metal", False), ("drums:none", True)]


def test_a_no_lasts_for_one_thing() -> None:
    assert [(q.name, q.wanted) for q in read_qualities("no metal, happy ska").said] == [
        ("style:metal", False), ("mood:happy", True), ("style:ska", True),
    ]  # fmt: skip
    assert [q.wanted for q in read_qualities("not metal or punk").said] == [False, False]


def test_words_that_say_nothing_are_named() -> None:
    heard = read_qualities("xyzzy reggae")
    assert ([q.name for q in heard.said], heard.skipped) == (["style:reggae"], ("xyzzy",))


def test_nothing_is_said_twice() -> None:
    assert [q.name for q in read_qualities("reggae, roots reggae, with singing and a female voice").said] == [
        "style:reggae",
        "voice:high",
    ]


@pytest.mark.parametrize(("words", "code"), [("  ", "prompt.empty"), ("a" * 2001, "prompt.too_long")])
def test_no_words_and_too_many_are_refused(words: str, code: str) -> None:
    with pytest.raises(InvalidPrompt) as refused:
        read_qualities(words)
    assert refused.value.stable_code == code


@given(st.text(min_size=1, max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        heard = read_qualities(text)
    except InvalidPrompt:
        return
    names = [quality.name for quality in heard.said]
    assert len(names) == len(set(names))


class _ByLetters:
    """Word vectors that find a text like a document when it is one of its phrases."""

    name = "letters"

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        return [0.9 if text in document.split(", ") else 0.1 for document in documents]


def test_words_that_no_list_holds_may_be_like_a_style() -> None:
    assert Meaning(_ByLetters()).nearest_style("perreo") == "reggaeton"
    assert Meaning(_ByLetters()).nearest_style("flurbish") is None
