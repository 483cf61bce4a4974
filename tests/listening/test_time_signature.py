"""Bars: where they begin, and when a bar may be cut short."""

from __future__ import annotations

import numpy as np

from remixlab.listening.chords import BeatChroma
from remixlab.listening.frames import FPS
from remixlab.listening.time_signature import Bars, find_bars, three_or_six

BEAT_S = 0.5
TRIADS = ((0, 4, 7), (9, 0, 4), (5, 9, 0), (7, 11, 2))


def hear(lengths: list[int], *, steady: bool) -> tuple[np.ndarray, Bars]:
    """Bars of the given lengths, each with a chord and a kick of its own.

    Returns where they begin, among the beats, and what is found.
    """
    begins = np.cumsum([0, *lengths[:-1]])
    count = sum(lengths)
    treble, bass = np.full((12, count), 0.02, np.float32), np.full((12, count), 0.02, np.float32)
    flux = np.full((3, round((count + 2) * BEAT_S * FPS)), 0.1, np.float32)
    for number, (begin, length) in enumerate(zip(begins, lengths, strict=True)):
        triad = TRIADS[number % 4]
        treble[list(triad), begin : begin + length] = 1
        bass[triad[0], begin : begin + length] = 1
        flux[0, round(begin * BEAT_S * FPS)] = 3
    beats_s = np.arange(count) * BEAT_S
    return begins, find_bars(beats_s, BeatChroma(treble, bass), flux, steady=steady)


def test_bars_of_four_begin_with_chord_and_kick() -> None:
    begins, bars = hear([4] * 20, steady=True)
    assert bars.meter == "4/4"
    assert np.flatnonzero(bars.phase == 0).tolist() == begins.tolist()


def test_players_may_end_a_phrase_with_half_a_bar() -> None:
    begins, bars = hear([4] * 10 + [2] + [4] * 10, steady=False)
    assert np.flatnonzero(bars.phase == 0).tolist() == begins.tolist()


def test_a_machine_counts_on_through_a_few_bars_that_look_shifted() -> None:
    _, bars = hear([4] * 14 + [2] + [4] * 3 + [2] + [4] * 14, steady=True)
    assert np.all(np.diff(np.flatnonzero(bars.phase == 0)) == 4)


def signs(**beats: tuple[float, ...]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What twenty bars of six show at each of their beats, and the places in the bar."""
    shown = {name: np.tile(beats.get(name, (0.0,) * 6), 20) for name in ("chord", "bass_bar", "low", "mid")}
    return shown, np.arange(120) % 6


def test_chords_of_six_beats_over_a_kick_of_six_beats_are_bars_of_six() -> None:
    assert (
        three_or_six(*signs(chord=(2, 0, 0, -0.4, 0, 0), bass_bar=(1, 0, 0, -1, 0, 0), low=(1.4, 0, 0, 0.1, 0, 0)))
        == "6/8"
    )


def test_nothing_longer_than_three_beats_is_bars_of_three() -> None:
    alike = (1.3, 0.0, 0.0, 1.4, 0.0, 0.0)
    assert three_or_six(*signs(chord=alike, bass_bar=alike, low=alike, mid=alike)) == "3/4"


def test_a_waltz_whose_chords_last_two_bars_stays_open() -> None:
    assert (
        three_or_six(*signs(chord=(2, 0, 0, -0.4, 0, 0), bass_bar=(1, 0, 0, -1, 0, 0), low=(1, 0, 0, 1, 0, 0))) is None
    )


def test_a_ballad_in_six_whose_chords_change_in_the_middle_stays_open() -> None:
    alike = (1.3, 0.0, 0.0, 1.4, 0.0, 0.0)
    assert three_or_six(*signs(chord=alike, low=(1.2, 0, 0, 0, 0, 0), mid=(0, 0, 0, 1.2, 0, 0))) is None
