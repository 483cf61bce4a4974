"""Swing moves off-beats alone: pairs stay, order stays, and a full swing is a triplet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.band import PAIR_BEATS, swung

BEATS = st.floats(0, 1000, allow_nan=False)
SWINGS = st.floats(0, 1)
PAIRS = st.sampled_from(sorted(PAIR_BEATS.values()))


@given(st.integers(0, 1000), SWINGS, PAIRS)
def test_the_first_of_a_pair_stays(number: int, swing: float, pair: float) -> None:
    assert swung(number * pair, swing, pair) == number * pair


@given(BEATS, BEATS, SWINGS, PAIRS)
def test_what_comes_first_stays_first(a: float, b: float, swing: float, pair: float) -> None:
    assert swung(min(a, b), swing, pair) <= swung(max(a, b), swing, pair) + 1e-9


@given(BEATS, PAIRS)
def test_without_swing_nothing_moves(beat: float, pair: float) -> None:
    assert swung(beat, 0.0, pair) == beat


@pytest.mark.parametrize(("beat", "pair", "late"), [(0.5, 1.0, 2 / 3), (3.5, 1.0, 3 + 2 / 3), (0.25, 0.5, 1 / 3)])
def test_a_full_swing_puts_the_off_beat_on_the_third_triplet(beat: float, pair: float, late: float) -> None:
    assert swung(beat, 1.0, pair) == pytest.approx(late)
