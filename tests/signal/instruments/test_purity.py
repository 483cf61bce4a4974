"""Laws of clean sound over every instrument: nothing between the harmonics, no step at a note's edges, tails that end,
no offset.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remixlab.signal.instruments import INSTRUMENTS, NoteEvent, play
from remixlab.signal.instruments.plucked import PluckedString, pluck
from remixlab.signal.instruments.struck import Struck, strike
from remixlab.signal.instruments.sustained import Sustained, hold

RATE = 44_100
HARMONIC = sorted(name for name, one in INSTRUMENTS.items() if isinstance(one.tone, (Sustained, PluckedString)))


def _between_harmonics_db(sound: np.ndarray, f0_hz: float) -> float:
    """Energy that lies nowhere near a harmonic, against all."""
    power = np.abs(np.fft.rfft(sound * np.blackman(sound.size))) ** 2
    hz = np.arange(power.size) * RATE / sound.size
    number = np.maximum(1, np.round(hz / f0_hz))
    far = (np.abs(hz - number * f0_hz) > np.maximum(0.12 * f0_hz, 0.02 * hz)) & (hz > 20)
    return float(10 * np.log10(power[far].sum() / power.sum() + 1e-12))


@pytest.mark.parametrize("name", HARMONIC)
def test_nothing_sounds_between_the_harmonics_of_a_high_hard_note(name: str):
    """What folds back from above half the sample rate, or beats with the wave table, lands between the harmonics."""
    one = INSTRUMENTS[name]
    for midi in (one.highest - 12.63, one.highest - 0.37):
        f0_hz = 440 * 2 ** ((midi - 69) / 12)
        if isinstance(one.tone, Sustained):
            sound = hold(replace(one.tone, breath=0.0, chiff=0.0), midi, 1.0, RATE, 1)
            f0_hz /= one.tone.divisor
        else:
            assert isinstance(one.tone, PluckedString)
            sound = pluck(one.tone, midi, 1.0, RATE, 1)
        assert _between_harmonics_db(sound.mean(axis=0)[RATE // 3 :], f0_hz) < -55.0


STRUCK = sorted(name for name, one in INSTRUMENTS.items() if isinstance(one.tone, Struck))


@pytest.mark.parametrize("name", STRUCK)
def test_a_high_struck_note_has_its_partials_and_no_other(name: str):
    """Partials above half the sample rate must be left out: folded back they would ring where none belongs."""
    one = INSTRUMENTS[name]
    assert isinstance(one.tone, Struck)
    midi = one.highest - 0.37
    f0_hz = 440 * 2 ** ((midi - 69) / 12)
    number = np.arange(1, 60)
    stiff = 3.2e-4 * 2 ** (12 * np.log2(f0_hz / 261.63) / 9.5)
    partials = (
        number * f0_hz * np.sqrt((1 + stiff * number**2) / (1 + stiff))
        if one.tone.stiff
        else np.array(one.tone.ratios) * f0_hz
    )
    sound = strike(replace(one.tone, knock=0.0), midi, 1.0, RATE, 1).mean(axis=0)[RATE // 20 :]
    power = np.abs(np.fft.rfft(sound * np.blackman(sound.size))) ** 2
    hz = np.arange(power.size) * RATE / sound.size
    far = np.abs(hz[:, None] - partials[None]).min(axis=1) > np.maximum(0.12 * f0_hz, 0.02 * hz)
    assert 10 * np.log10(power[far].sum() / power.sum()) < -55.0


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
@pytest.mark.parametrize("velocity", [0.15, 1.0])
def test_a_note_begins_and_ends_without_a_step_at_any_height(name: str, velocity: float):
    one = INSTRUMENTS[name]
    for midi in (one.lowest, (one.lowest + one.highest) // 2, one.highest):
        start, length = RATE // 4, RATE // 3 + 137
        sound = play(name, [NoteEvent(start, length, midi, velocity)], RATE * 3)
        peak = float(np.abs(sound).max())
        # A singer's breath and consonant come before the note.
        ahead = RATE // 8 if one.sings else 0
        assert not sound[:, : start - ahead].any()
        assert np.abs(sound[:, : start - ahead + 4]).max() < 0.35 * peak
        bend = np.abs(np.diff(sound, 2, axis=1)).max(axis=0)
        end = start + length
        steady = float(bend[end - 4000 : end - 40].max())
        assert bend[end - 20 : end + 20].max() <= 1.6 * steady + 2e-4 * peak


@pytest.mark.parametrize("name", sorted(INSTRUMENTS))
def test_a_long_low_note_neither_drifts_nor_grows(name: str):
    one = INSTRUMENTS[name]
    sound = play(name, [NoteEvent(0, 6 * RATE, one.lowest, 0.9)], 6 * RATE)
    seconds = np.sqrt(np.mean(sound[:, : 6 * RATE].reshape(2, 6, RATE) ** 2, axis=(0, 2)))
    assert np.abs(sound.mean(axis=1)).max() < 1e-3
    assert seconds[1:].max() <= 1.5 * seconds[:2].max()
    if not one.sustains:
        assert seconds[5] < 0.5 * seconds[0]


PLUCKED = sorted(name for name, one in INSTRUMENTS.items() if isinstance(one.tone, PluckedString))


@pytest.mark.parametrize("name", PLUCKED)
def test_a_plucked_string_does_not_tick_where_the_touch_ends(name: str) -> None:
    tone = INSTRUMENTS[name].tone
    assert isinstance(tone, PluckedString)
    for midi in range(INSTRUMENTS[name].lowest, INSTRUMENTS[name].highest, 5):
        bend = np.abs(np.diff(pluck(tone, midi, 0.6, 8820, 3)[0], 2))
        near = np.sqrt(np.convolve(bend**2, np.ones(883) / 883, "same"))
        assert (bend[60:] / near[60:]).max() < 10.0
