"""The form hears the singer: an intro ends where singing begins, and what is sung is neither intro nor solo."""

from __future__ import annotations

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.domain.music import Note
from remixlab.listening.sections import BarFeatures, find_sections, name_parts
from remixlab.listening.sung_bars import parted_by_singing, sung_share

RATE = 8_000


def sound(level: float, seconds: float = 16.0) -> Audio:
    wave = level * np.sin(2 * np.pi * 220 * np.arange(int(seconds * RATE)) / RATE)
    return Audio(np.stack([wave, wave]).astype(np.float32), RATE)


def notes(begin: float, end: float) -> tuple[Note, ...]:
    return tuple(Note(start_s=t, end_s=t + 0.4, midi=60.0) for t in np.arange(begin, end, 0.5))


def gated(level: float, begin: float) -> Audio:
    samples = sound(level).samples.copy()
    samples[:, : int(begin * RATE)] *= 1e-3
    return Audio(samples, RATE)


BARS = np.arange(0.0, 16.0, 2.0)


def test_a_bar_is_sung_as_much_as_it_has_notes() -> None:
    shares = sung_share(notes(8, 16), BARS, 16.0, None, sound(0.5))
    assert shares[:4].max() == 0 and shares[4:].min() > 0.6


def test_notes_where_the_separated_voice_is_shut_are_some_other_instrument() -> None:
    shares = sung_share(notes(0, 16), BARS, 16.0, gated(0.3, 8.0), sound(0.5))
    assert shares[:3].max() < 0.05 and shares[5:].min() > 0.5


def test_a_voice_without_notes_that_is_loud_is_heard_all_the_same() -> None:
    shares = sung_share((), BARS, 16.0, gated(0.4, 8.0), sound(0.5))
    assert shares[:4].max() == 0 and shares[5:].min() > 0.5


def test_an_intro_ends_where_the_first_phrase_begins() -> None:
    voice = np.array([0.0] * 5 + [0.6] * 11)
    assert parted_by_singing([0, 16], np.append(voice, [0.6] * 8)) == [0, 5, 16]
    assert parted_by_singing([0, 8], np.full(16, 0.6)) == [0, 8]
    assert parted_by_singing([0, 8], np.zeros(16)) == [0, 8]


def test_a_long_solo_behind_a_verse_is_a_part_of_its_own_and_a_short_tail_is_not() -> None:
    long = np.array([0.6] * 8 + [0.0] * 8)
    assert parted_by_singing([0], long) == [0, 8]
    short = np.array([0.6] * 12 + [0.0] * 4)
    assert parted_by_singing([0], short) == [0]


def features(energy: list[float], voice: list[float], bars: int = 8) -> BarFeatures:
    loud, sung = (np.repeat(values, bars).astype(np.float64) for values in (energy, voice))
    nothing = np.zeros((24, loud.size))
    return BarFeatures(nothing, nothing, loud, sung, loud * 0, loud * 0)


def test_a_quiet_sung_beginning_is_a_verse_and_no_intro() -> None:
    found = features([0.2, 0.6, 0.9, 0.6, 0.9], [0.5, 0.5, 0.6, 0.5, 0.6])
    labels = name_parts(found, [0, 8, 16, 24, 32], [0, 1, 2, 1, 2])
    assert labels[0] == "verse"


def test_a_part_that_is_sung_less_often_than_others_is_still_sung() -> None:
    """A verse with long rests was a solo."""
    found = features([0.3, 0.6, 0.9, 0.6, 0.9, 0.2], [0.0, 0.25, 0.7, 0.25, 0.7, 0.0])
    assert name_parts(found, [0, 8, 16, 24, 32, 40], [0, 1, 2, 1, 2, 3])[1::2][:2] == ["verse", "verse"]


def test_there_is_no_chorus_of_one_bar() -> None:
    dice = np.random.default_rng(3)
    for _ in range(30):
        bars = int(dice.integers(9, 60))
        timbre, harmony = dice.normal(size=(24, bars)), np.abs(dice.normal(size=(48, bars)))
        harmony /= np.linalg.norm(harmony, axis=0) / 2
        energy, voice, crash = (dice.random(bars) for _ in range(3))
        found = find_sections(
            np.arange(bars) * 2.0, BarFeatures(timbre, harmony, energy, voice, crash, crash), bars * 2.0
        )
        lengths = [(s.label, s.end_s - s.start_s) for s in found]
        assert all(length > 4.0 for label, length in lengths if label == "chorus"), lengths
        assert all(length > 2.0 for _, length in lengths) and found[0].start_s == 0 and found[-1].end_s == bars * 2.0
