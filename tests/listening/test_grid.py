"""Straight grids, and playing that only looks straight."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.listening.grid import fit_straight


def attacks(beat_s: float, beats: int, start_s: float) -> np.ndarray:
    """Eighths with a player's three milliseconds."""
    eighths = start_s + np.arange(2 * beats) * beat_s / 2
    return eighths + np.random.default_rng(5).normal(0, 0.003, len(eighths))


def test_one_tempo_throughout_is_a_straight_grid() -> None:
    played = attacks(60 / 63, 200, 0.3)
    found = fit_straight(played, np.ones(len(played)), [63.0], float(played[-1]) + 1)
    assert found is not None
    assert found[1] == pytest.approx(60 / 63, rel=1e-4)


@pytest.mark.parametrize("slow_beats", [30, 53])
def test_a_song_that_begins_slower_than_it_goes_on_is_not_straight(slow_beats: int) -> None:
    slow, fast = attacks(1.0, slow_beats, 0.3), attacks(60 / 63 / 2, 300, 0.3 + slow_beats)
    played, weight = np.concatenate([slow, fast]), np.repeat([0.5, 1.0], [len(slow), len(fast)])
    assert fit_straight(played, weight, [63.0], float(played[-1]) + 1) is None
