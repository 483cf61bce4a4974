"""Levels: the way that the words say is the way that the fader goes."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.music import Analysis
from remixlab.prompt import write_plan

RELAXED = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STEMS = {"bass": "bass", "drums": "drums", "vocals": "vocals", "other instruments": "other"}


def level(prompt: str, song: Analysis) -> tuple[tuple[str, ...], float]:
    (op,) = write_plan(prompt, song, source="recording").plan.ops
    assert op.op == "gain", op
    return tuple(str(stem) for stem in op.on), op.gain_db


UP = (
    "louder {0}",
    "more {0}",
    "bigger {0}",
    "fuller {0}",
    "boost the {0}",
    "{0} louder",
    "the {0} are too quiet",
    "not enough {0}",
    "too little {0}",
    "the {0} are too weak",
    "turn up the {0}",
    "i can't hear the {0}",
    "{0} +3 dB",
    "+3 dB on the {0}",
    "raise the {0} by 3 dB",
)
DOWN = (
    "softer {0}",
    "less {0}",
    "smaller {0}",
    "quieter {0}",
    "{0} softer",
    "the {0} are too loud",
    "too much {0}",
    "not so loud {0}",
    "not too much {0}",
    "the {0} are not too loud",
    "turn down the {0}",
    "{0} -3 dB",
    "-3 dB on the {0}",
    "- 3 dB {0}",
    "lower the {0} by 3 dB",
    "{0} at 50 %",
)
AMOUNTS = ("", "a bit ", "a little ", "much ", "way ", "slightly ")


@given(form=st.sampled_from(UP), stem=st.sampled_from(sorted(STEMS)))
@RELAXED
def test_words_for_more_never_lower(form: str, stem: str, song: Analysis) -> None:
    on, gain_db = level(form.format(stem), song)
    assert on == (STEMS[stem],)
    assert gain_db > 0


@given(form=st.sampled_from(DOWN), stem=st.sampled_from(sorted(STEMS)))
@RELAXED
def test_words_for_less_never_raise(form: str, stem: str, song: Analysis) -> None:
    on, gain_db = level(form.format(stem), song)
    assert on == (STEMS[stem],)
    assert gain_db < 0


@given(
    amount=st.sampled_from(AMOUNTS),
    way=st.sampled_from(("more", "less", "louder", "softer")),
    stem=st.sampled_from(("bass", "drums", "vocals")),
)
@RELAXED
def test_how_much_is_said_changes_the_size_and_never_the_way(amount: str, way: str, stem: str, song: Analysis) -> None:
    _, plain = level(f"{way} {stem}", song)
    _, said = level(f"{amount}{way} {stem}", song)
    assert said * plain > 0
    small, big = amount.strip() in ("a bit", "a little", "slightly"), amount.strip() in ("much", "way")
    assert abs(said) < abs(plain) if small else abs(said) > abs(plain) if big else said == plain


DEEP = (
    "deeper bass",
    "make the bass deeper",
    "a much deeper bass",
    "deep bass",
    "bass deeper",
    "base boosted",
    "base deeper",
    "tieferer Bass",
    "Bass tiefer",
    "mach den Bass tiefer",
    "mehr tiefe Bässe",
    "des basses plus profondes",
    "basse profonde",
    "rends la basse plus grave",
    "bajos más graves",
    "bassi più gravi",
    "bass not deep enough",
    "bajo más profundo",
    "un bajo más profundo",
    "bassi più profondi",
    "basso più profondo",
    "baixo mais profundo",
    "graves mais profundos",
)


@pytest.mark.parametrize("prompt", DEEP)
def test_a_deeper_bass_is_more_of_it(prompt: str, song: Analysis) -> None:
    on, gain_db = level(prompt, song)
    assert on == ("bass",)
    assert gain_db > 0


@pytest.mark.parametrize(
    ("prompt", "semitones"),
    [("a tone deeper", -2), ("einen Ganzton tiefer", -2), ("deeper", -2), ("an octave deeper", -12)],
)
def test_a_deeper_song_is_lower(prompt: str, semitones: int, song: Analysis) -> None:
    assert [op.semitones for op in write_plan(prompt, song, source="recording").plan.ops] == [semitones]


@pytest.mark.parametrize(
    "prompt", ["deeper voice", "a deep voice", "deeper vocals", "tiefere Stimme", "voix plus profonde"]
)
def test_a_deeper_voice_is_a_way_of_singing(prompt: str, song: Analysis) -> None:
    assert [op.manner for op in write_plan(prompt, song, source="recording").plan.ops if op.op == "revoice"] == ["deep"]


COMPLAINTS = (
    ("the vocals are a bit too quiet", "vocals", 2.0),
    ("the hi-hats are way too loud", "drums", -7.0),
    ("die Drums sind zu leise", "drums", 4.0),
    ("viel zu laute Drums", "drums", -7.0),
    ("zu viel Bass", "bass", -4.0),
    ("zu wenig Bass", "bass", 4.0),
    ("la voix est trop forte", "vocals", -4.0),
    ("pas assez de basse", "bass", 4.0),
    ("trop de batterie", "drums", -4.0),
    ("la batería está demasiado alta", "drums", -4.0),
    ("falta bajo", "bass", 4.0),
    ("la voce è troppo bassa", "vocals", 4.0),
    ("troppo basso", "bass", -4.0),
    ("a voz está alta demais", "vocals", -4.0),
    ("the low end is weak", "bass", 4.0),
    ("the drums aren't loud enough", "drums", 4.0),
    ("die Drums sind nicht laut genug", "drums", 4.0),
    ("le chant n'est pas assez fort", "vocals", 4.0),
    ("la batería no suena lo bastante fuerte", "drums", 4.0),
    ("la voix est faible", "vocals", 4.0),
    ("die Stimme ist leise", "vocals", 4.0),
    ("a voz está fraca", "vocals", 4.0),
    ("el bajo está muy bajo", "bass", 4.0),
    ("a voz é muito baixa", "vocals", 4.0),
    ("baixo demais a voz", "vocals", 4.0),
)


@pytest.mark.parametrize(("prompt", "stem", "gain_db"), COMPLAINTS)
def test_too_much_of_it_asks_for_less_and_too_little_for_more(
    prompt: str, stem: str, gain_db: float, song: Analysis
) -> None:
    assert level(prompt, song) == ((stem,), gain_db)


@given(
    gain_db=st.integers(-12, 12).filter(bool),
    stem=st.sampled_from(sorted(STEMS)),
    front=st.booleans(),
    unit=st.sampled_from((" dB", "dB", " db")),
)
@RELAXED
def test_the_sign_that_is_written_is_the_sign_of_the_level(
    gain_db: int, stem: str, front: bool, unit: str, song: Analysis
) -> None:
    said = f"{gain_db:+d}{unit} {stem}" if front else f"{stem} {gain_db:+d}{unit}"
    assert level(said, song) == ((STEMS[stem],), float(gain_db))


@pytest.mark.parametrize("prompt", ["don't make the drums louder", "no louder drums", "not louder drums"])
def test_a_level_that_is_not_wanted_moves_no_fader(prompt: str, song: Analysis) -> None:
    plan = write_plan(f"{prompt}, faster", song, source="recording").plan
    assert not [op for op in plan.ops if op.op == "gain"]


def test_a_bigger_chorus_is_not_a_longer_one(song: Analysis) -> None:
    assert level("a bigger chorus", song)[1] > 0
    assert [op.op for op in write_plan("more chorus", song, source="recording").plan.ops] == ["repeat"]
