"""Every word is understood or named: what no plan can do, what changes nothing, what would be silent, what a verb left lying."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.audio import ALL_STEMS
from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.plan import remix
from remixlab.prompt import write_plan
from remixlab.prompt.silence import is_silent

RELAXED = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

BEYOND = (
    ("sing it in Spanish", "words that are sung"), ("vocals in French", "words that are sung"), ("translate the lyrics", "words that are sung"),
    ("change the lyrics", "words that are sung"), ("sing es auf Spanisch", "words that are sung"), ("chante-la en espagnol", "words that are sung"),
    ("cántala en inglés", "words that are sung"), ("cantala in inglese", "words that are sung"), ("canta em inglês", "words that are sung"),
    ("in English please", "words that are sung"), ("auf Deutsch", "words that are sung"), ("versión en inglés", "words that are sung"),
    ("add rap verse by me", "yourself"), ("add my voice", "yourself"), ("eine Rap-Strophe von mir", "yourself"), ("un couplet rap par moi", "yourself"),
    ("con mi voz", "yourself"), ("con la mia voce", "yourself"), ("com minha voz", "yourself"),
    ("rain sounds", "noises"), ("the sound of rain", "noises"), ("add thunder", "noises"), ("police sirens", "noises"), ("Regengeräusche", "noises"),
    ("bruit de pluie", "noises"), ("sonido de lluvia", "noises"), ("rumore della pioggia", "noises"), ("som de chuva", "noises"),
    ("mashup with Glass Orchard", "another song"), ("mach ein Mashup mit Glass Orchard", "another song"), ("un mashup avec Glass Orchard", "another song"),
    ("make a music video", "only sound"), ("ein Musikvideo", "only sound"),
)  # fmt: skip


@pytest.mark.parametrize(("prompt", "reason"), BEYOND)
def test_what_no_plan_can_do_is_said_and_never_guessed_at(prompt: str, reason: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        write_plan(prompt, song, source="x")
    assert reason in caught.value.message
    assert len(caught.value.details["suggestions"]) == 3
    beside = write_plan(f"{prompt}. 20 % faster", song, source="x")
    assert [op.op for op in beside.plan.ops] == ["tempo"]
    assert any(reason in entry for entry in beside.skipped)


@pytest.mark.parametrize(
    ("prompt", "style"),
    [("rainy day coffee shop", "lo-fi-hip-hop"), ("a mashup of reggae and metal", "reggae"), ("video game version", "chiptune"), ("spanish guitar", "bossa-nova"),
     ("folk cover", "folk-acoustic"), ("french house", "house")],
)  # fmt: skip
def test_words_that_only_look_alike_are_still_wishes(prompt: str, style: str, song: Analysis) -> None:
    assert style in {getattr(op, "style", "") for op in write_plan(prompt, song, source="x").plan.ops}


NOTHING = ("no autotune", "keep everything",
           "no reverb", "same tempo", "keep the key", "kein Autotune", "pas d'autotune", "sin autotune", "senza autotune", "sem autotune",
           "don't make the drums louder", "no drop", "avoid reverb and echo")  # fmt: skip


@pytest.mark.parametrize("prompt", NOTHING)
def test_a_wish_that_changes_nothing_is_an_answer_with_suggestions(prompt: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt, match="Nothing would change") as caught:
        write_plan(prompt, song, source="x")
    assert caught.value.stable_code == "prompt.unclear"
    for idea in caught.value.details["suggestions"]:
        assert write_plan(idea, song, source="x").plan.ops
    assert write_plan(f"{prompt}, house", song, source="x").plan.ops


SILENT = (
    "mute everything", "remove everything",
    "no vocals no drums no bass no other", "no vocals, no drums, no bass and no other instruments", "no band, no voice", "instrumental, no instruments",
    "ohne Gesang, ohne Schlagzeug, ohne Bass, ohne andere Instrumente", "sans voix, sans batterie, sans basse, sans autres instruments",
    "sin voz, sin batería, sin bajo, sin otros instrumentos", "senza voce, senza batteria, senza basso, senza altri strumenti",
    "sem voz, sem bateria, sem baixo, sem outros instrumentos",
)  # fmt: skip


@pytest.mark.parametrize("prompt", SILENT)
def test_a_silent_wish_is_an_answer_with_suggestions(prompt: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        write_plan(prompt, song, source="x")
    assert caught.value.stable_code == "prompt.silent"
    for idea in caught.value.details["suggestions"]:
        assert write_plan(idea, song, source="x").plan.ops
    with pytest.raises(InvalidPrompt, match="Nothing would sound"):
        write_plan(prompt, song, source="x", base=remix("x").tempo(ratio=0.9))


def test_silence_is_judged_by_the_stems_that_there_are_and_by_what_is_new(song: Analysis) -> None:
    plan = write_plan("no vocals", song, source="x").plan
    assert not is_silent(plan, song)
    assert is_silent(plan, song, (ALL_STEMS[0],))
    assert is_silent(
        remix("x").mute("vocals", "drums", at="bars:1-30").mute("vocals", "drums", at="bars:20-52"),
        song,
        ("vocals", "drums"),
    )  # type: ignore[arg-type]
    assert not is_silent(remix("x").mute(*ALL_STEMS).layer("pad", "ambient"), song)
    assert is_silent(remix("x").cut("bars:1-52"), song)


LEFT = (
    ("swap the drums for a breakbeat at 170 bpm", 170.0), ("replace the drums with a breakbeat at 170", 170.0), ("keep the vocals at 170 bpm", 170.0),
    ("only the drums at 170 bpm", 170.0), ("ersetze das Schlagzeug durch einen Breakbeat bei 170 bpm", 170.0),
    ("remplace la batterie par un breakbeat à 170 bpm", 170.0), ("cambia la batería por un breakbeat a 170 bpm", 170.0),
    ("sostituisci la batteria con un breakbeat a 170 bpm", 170.0), ("troca a bateria por um breakbeat a 170 bpm", 170.0),
)  # fmt: skip


@pytest.mark.parametrize(("prompt", "bpm"), LEFT)
def test_a_number_after_at_is_not_lost_behind_another_verb(prompt: str, bpm: float, song: Analysis) -> None:
    plan = write_plan(prompt, song, source="x").plan
    assert [op.bpm for op in plan.ops if op.op == "tempo"] == [bpm]
    assert {"mute", "keep"} & {op.op for op in plan.ops}


def test_a_place_that_a_promise_cannot_keep_is_named(song: Analysis) -> None:
    result = write_plan("reggae, keep the vocals in the chorus", song, source="x")
    assert any("chorus" in entry for entry in result.skipped)


@pytest.mark.parametrize(
    ("prompt", "part"),
    [("disco with strings", "strings"), ("salsa con trompetas", "horns"), ("ska with a brass section", "horns")],
)
def test_a_part_is_played_once(prompt: str, part: str, song: Analysis) -> None:
    assert [op.part for op in write_plan(prompt, song, source="x").plan.ops if op.op == "layer"].count(part) == 1


@pytest.mark.parametrize(
    "words", ["drop the percussion", "without the percussion", "no percussion", "ohne Percussion", "sans percussions"]
)
def test_a_part_that_the_plan_added_is_taken_away_and_nothing_else(words: str, song: Analysis) -> None:
    base = write_plan("reggae", song, source="x").plan
    assert list(write_plan(words, song, source="x", base=base).plan.ops) == [op for op in base.ops if op.op != "layer"]


def test_what_is_gone_already_silences_nothing_in_its_place(song: Analysis) -> None:
    base = write_plan("reggae", song, source="x").plan
    result = write_plan("without the strings", song, source="x", base=base)
    assert result.plan.ops == base.ops
    assert any("none of it left" in entry for entry in result.skipped)


def test_autotune_is_taken_back_by_a_denial(song: Analysis) -> None:
    base = write_plan("autotune, slower", song, source="x").plan
    assert [op.op for op in write_plan("no autotune", song, source="x", base=base).plan.ops] == ["tempo"]


WISHES = ("no drums", "more bass", "reggae", "20 % faster", "reverb on the vocals", "in the chorus", "skip the intro", "a drop", "at the end", "exclude: echo",
          "Instruments: piano", "fade out over 9 seconds", "keep the vocals", "-3 dB bass", "swap the drums for a breakbeat")  # fmt: skip
UNKNOWN = ("zxqv", "wobbulous", "flombit", "gribblewort")


@given(
    wishes=st.lists(st.sampled_from(WISHES), min_size=1, max_size=5),
    word=st.sampled_from(UNKNOWN),
    at=st.integers(0, 5),
    joint=st.sampled_from((", ", ". ", " ", "\n")),
)
@RELAXED
def test_a_word_that_means_nothing_is_always_named(
    wishes: list[str], word: str, at: int, joint: str, song: Analysis
) -> None:
    said = joint.join((*wishes[:at], word, *wishes[at:]))
    try:
        skipped = write_plan(said, song, source="x").skipped
    except InvalidPrompt as error:
        skipped = tuple(error.details["skipped"])
    assert any(word in entry for entry in skipped)


FIGURES = ("130 bpm", "at 130 bpm", "20 % faster", "-3 dB", "up 3 semitones", "in D minor", "2 minutes long")
VERBS = (
    "no drums",
    "keep the vocals",
    "only the bass",
    "swap the drums for a breakbeat",
    "skip the intro",
    "robot voice",
    "reggae",
    "start with the chorus",
    "a drop",
)


@given(
    verb=st.sampled_from(VERBS),
    figure=st.sampled_from(FIGURES),
    joint=st.sampled_from((", ", " and ", " ", ". ")),
    front=st.booleans(),
)
@RELAXED
def test_a_figure_is_in_a_verb_or_named(verb: str, figure: str, joint: str, front: bool, song: Analysis) -> None:
    said = joint.join((figure, verb) if front else (verb, figure))
    try:
        result = write_plan(said, song, source="x")
    except InvalidPrompt as error:
        assert error.details["skipped"] or "Nothing would" in error.message
        return
    number = next(
        part for part in figure.replace("%", " ").replace("minor", " ").split() if part[-1].isdigit() or part == "D"
    )
    heard = [chip.words for chip in result.understood] + list(result.skipped)
    assert any(number in words for words in heard), (said, heard)
