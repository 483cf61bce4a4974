"""What must hold for any text: typos, case, order, hidden characters, nonsense."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan, parse, unfold
from remixlab.prompt import write_plan

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = (
    "80s synthwave",
    "keep the vocals",
    "20 percent faster",
    "a bit more bass",
    "skip the intro",
    "reverb on the drums",
    "up two semitones",
)
WORDS = (
    "no",
    "drums",
    "bass",
    "chorus",
    "second",
    "bars",
    "first",
    "8",
    "9-16",
    "last",
    "twice",
    "and",
    "with",
    "without",
    "keep",
    "only",
    "faster",
    "half",
    "double",
    "percent",
    "20",
    "%",
    "bpm",
    "reggae",
    "cover",
    "reverb",
    "start",
    "end",
    "swap",
    "before",
    "everything",
    "but",
    "the",
    ",",
    "minor",
    "A",
    "third",
    "up",
    "down",
    "more",
    "less",
    "replace",
    "violin",
    "undo",
    "seconds",
    "shorter",
    "0",
    "99999999",
    "-3",
    "rest",
    "drop",
    "sans",
    "ohne",
    "mas",
    "piu",
    "weg",
    "leave",
    "alone",
    "out",
    "fade",
    "duck",
    "vocals",
    "choir",
    "half time",
    "verse",
    "to",
    "octave",
    "times",
)


def meaning(plan: RemixPlan) -> set[str]:
    return {str(op.model_copy(update={"because": None})) for op in plan.ops}


def plan_of(prompt: str, song: Analysis) -> RemixPlan:
    return write_plan(prompt, song, source="recording").plan


@given(order=st.permutations(PARTS))
@RELAXED
def test_the_order_of_separate_wishes_does_not_matter(order: list[str], song: Analysis) -> None:
    assert meaning(plan_of(", ".join(order), song)) == meaning(plan_of(", ".join(PARTS), song))


@pytest.mark.parametrize(
    "dress", [str.upper, str.title, lambda t: f"  {t}!!! ", lambda t: f"🔥 {t} 🎧", lambda t: f"\u200f\u202b{t}\u202c"]
)
def test_case_emoji_and_direction_marks_change_nothing(dress, song: Analysis) -> None:  # type: ignore[no-untyped-def]
    for part in PARTS:
        assert meaning(plan_of(dress(part), song)) == meaning(plan_of(part, song))


@pytest.mark.parametrize(
    ("typo", "right"),
    [("synthwaev", "synthwave"), ("orchestrla", "orchestral"), ("skip teh intro", "skip the intro"), ("witout drums", "without drums"),
     ("lowder vocals", "louder vocals"), ("reggea", "reggae"), ("fasterrrr", "faster"), ("revreb on the drums", "reverb on the drums")],
)  # fmt: skip
def test_typos_are_forgiven(typo: str, right: str, song: Analysis) -> None:
    assert meaning(plan_of(typo, song)) == meaning(plan_of(right, song))


@pytest.mark.parametrize(
    "group",
    [("without drums", "no drums", "remove the drums", "drums out", "take the drums out", "mute the drums", "sans batterie", "ohne Schlagzeug"),
     ("twice as fast", "double speed", "at double the tempo", "doppelt so schnell", "deux fois plus vite"),
     ("skip the intro", "no intro", "leave out the intro", "cut the intro", "lass das Intro weg", "sin la intro"),
     ("two semitones up", "up a whole tone", "+2 semitones", "raise it by two half steps", "un ton plus haut")],
)  # fmt: skip
def test_paraphrases_mean_the_same(group: tuple[str, ...], song: Analysis) -> None:
    assert len({frozenset(meaning(plan_of(prompt, song))) for prompt in group}) == 1


@given(words=st.lists(st.sampled_from(WORDS), min_size=1, max_size=14))
@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_jumble_of_known_words_gives_a_playable_plan_or_a_clear_refusal(words: list[str], song: Analysis) -> None:
    try:
        plan = plan_of(" ".join(words), song)
    except InvalidPrompt as error:
        assert error.stable_code.startswith("prompt.")
        return
    assert parse(plan.to_json()) == plan
    if not any(op.op == "cut" for op in plan.ops):
        assert unfold(plan, song)


@given(text=st.text(max_size=300))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gives_a_plan_or_a_clear_refusal(text: str, song: Analysis) -> None:
    for analysis in (song, None):
        try:
            assert write_plan(text, analysis, source="recording").plan.source == "recording"
        except InvalidPrompt as error:
            assert error.message


def test_null_bytes_are_as_if_not_there(song: Analysis) -> None:
    assert meaning(plan_of("no\0 drums\0", song)) == meaning(plan_of("no drums", song))


@pytest.mark.parametrize(
    ("prompt", "code"),
    [
        ("", "prompt.empty"),
        (" \n\t", "prompt.empty"),
        ("\0\0", "prompt.empty"),
        ("🎵", "prompt.empty"),
        ("x" * 5000, "prompt.too_long"),
    ],
)
def test_no_text_and_too_much_text_are_said(prompt: str, code: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        write_plan(prompt, song, source="recording")
    assert caught.value.stable_code == code


def test_a_wish_of_two_thousand_characters_is_read(song: Analysis) -> None:
    prompt = ("no drums, " * 200)[:1999]
    assert meaning(plan_of(prompt, song)) == meaning(plan_of("no drums", song))


@pytest.mark.parametrize(
    "word", ["lady", "clone", "drown", "brand", "shadow", "question", "solution", "weekday", "fear", "earth"]
)
def test_an_everyday_word_is_never_taken_for_a_misspelt_one(word: str, song: Analysis) -> None:
    assert meaning(plan_of(f"no drums {word}", song)) == meaning(plan_of("no drums", song))


PLACES = (
    "before the last chorus",
    "after the bridge",
    "in every other chorus",
    "from the second verse to the end",
    "until the first chorus",
)
WISHES = ("no drums", "more bass", "reverb on the vocals", "robot voice", "half time")


@given(place=st.sampled_from(PLACES), wish=st.sampled_from(WISHES), front=st.booleans(), loud=st.booleans())
@RELAXED
def test_a_stretch_may_stand_before_or_behind_its_wish(
    place: str, wish: str, front: bool, loud: bool, song: Analysis
) -> None:
    said = f"{place}, {wish}" if front else f"{wish} {place}"
    said = said.upper() if loud else said
    assert meaning(plan_of(said, song)) == meaning(plan_of(f"{wish} {place}", song))


SPOTS = (
    "before",
    "after",
    "until",
    "from",
    "to",
    "between",
    "and",
    "every other",
    "but not",
    "except",
    "the",
    "second",
    "last",
    "chorus",
    "verse",
    "bridge",
    "intro",
    "bars 5-9",
    "first half",
    "two bars",
    "1:30",
    "the end",
    "only",
    "no drums",
    "vocals",
    "enter",
    "reverb",
    ",",
)


@given(words=st.lists(st.sampled_from(SPOTS), min_size=1, max_size=12), sections=st.integers(0, 8))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_jumble_of_places_gives_a_playable_plan_or_a_clear_refusal(
    words: list[str], sections: int, song: Analysis
) -> None:
    recording = song.model_copy(update={"sections": song.sections[:sections]})
    try:
        plan = plan_of(" ".join(words), recording)
    except InvalidPrompt as error:
        assert error.stable_code.startswith("prompt.")
        return
    if not any(op.op == "cut" for op in plan.ops):
        assert unfold(plan, recording)


@pytest.mark.parametrize("word", ["jelly", "elephant", "clips", "radiator", "firewall", "wallet", "monkey"])
def test_another_word_is_no_slip_of_the_pen(word: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt):
        write_plan(word, song, source="rec")
    assert word in write_plan(f"reggae, {word}", song, source="rec").skipped


def test_everything_but_everything_leaves_nothing_to_silence(song: Analysis) -> None:
    with pytest.raises(InvalidPrompt):
        write_plan("strip away everything except guitar-ish accompaniment and voice", song, source="rec")


def test_an_acapella_under_a_style_is_the_voice_that_stays(song: Analysis) -> None:
    plan = plan_of("house with the acapella on top", song)
    assert [op.op for op in plan.ops if op.op in ("keep", "mute", "restyle")] == ["keep", "restyle"]


@pytest.mark.parametrize("place", ["the bridge", "the second verse"])
@pytest.mark.parametrize("verb", ["skip", "remove", "drop"])
def test_an_effect_after_a_cut_is_a_wish_of_its_own(verb: str, place: str, song: Analysis) -> None:
    plan = plan_of(f"{verb} {place}, tape echo on the last chorus", song)
    assert [(op.op, op.at) for op in plan.ops if op.op == "treat"] == [("treat", "chorus:last")]
    assert any(op.op == "cut" for op in plan.ops)
