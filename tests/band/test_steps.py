"""Step notation: every sign is read once, in order, and holds as long as it is written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.band import StepNote, pattern_of, read_steps
from remixlab.compose import band_names
from remixlab.compose.band import read_band
from remixlab.plan import styles

TEXTS = st.text("Xxo1._", max_size=64)


def test_a_hold_lengthens_what_sounds_and_a_rest_does_not() -> None:
    assert read_steps("_X__.o.x") == (StepNote(1, "X", 4), StepNote(5, "o", 6), StepNote(7, "x", 8))
    assert read_steps("_..") == ()


@given(TEXTS)
def test_signs_come_in_order_and_do_not_overlap(text: str) -> None:
    notes = read_steps(text)
    assert "".join(note.symbol for note in notes) == text.replace(".", "").replace("_", "")
    assert all(0 <= note.start < note.end <= len(text) for note in notes)
    assert all(a.end <= b.start for a, b in pairwise(notes))


@given(TEXTS.map(lambda text: text.lstrip("_")).filter(lambda text: "._" not in text))
def test_every_step_that_is_no_rest_sounds(text: str) -> None:
    held = {step for note in read_steps(text) for step in range(note.start, note.end)}
    assert held == {step for step, sign in enumerate(text) if sign != "."}


@pytest.mark.parametrize("name", band_names())
def test_no_band_of_the_composer_holds_over_a_rest(name: str) -> None:
    band = read_band(name)
    for pattern in (*band.bass_patterns, *(pattern for comper in band.compers for pattern in comper.patterns)):
        assert "._" not in pattern * 2, "a composer's hold ends at a rest, a style's goes on over it"


@pytest.mark.parametrize("meter", ["4/4", "3/4", "6/8"])
def test_patterns_of_every_style_stay_inside_their_loop_in_every_meter(meter: str) -> None:
    for style_id in styles.ids():
        style = styles.load(style_id)
        for line in (*style.bass.verse, *style.bass.chorus, *style.chords.verse, *style.chords.chorus):
            pattern = pattern_of(line.steps, meter)
            beats = [beat for beat, _, _ in pattern.events]
            assert beats == sorted(beats)
            assert pattern.length % pattern.bar == 0
            assert all(0 <= beat < pattern.length and length > 0 for beat, _, length in pattern.events)
