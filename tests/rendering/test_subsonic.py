"""What is moved far down loses what nobody hears, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from remixlab import signal
from remixlab.domain.audio import Audio, Stems
from remixlab.domain.material import Material
from remixlab.plan import remix
from remixlab.rendering import render, timeline
from remixlab.rendering.mixer.subsonic import without_subsonics

RATE = 44_100


def tone(hertz: float, frames: int) -> np.ndarray:
    wave = 0.2 * np.sin(2 * np.pi * hertz * np.arange(frames) / RATE)
    return np.repeat(wave.astype(np.float32)[None], 2, axis=0)


def low_song(song: Material) -> Material:
    """The short song with a bass that holds its lowest E, and chords three octaves above it."""
    frames = song.master.length_frames
    silence = Audio(np.zeros((2, frames), np.float32), RATE)
    stems = Stems(
        vocals=silence, drums=silence, bass=Audio(tone(41.2, frames), RATE), other=Audio(tone(329.6, frames), RATE)
    )
    return replace(song, master=stems.mix(), stems=stems)


def level_db(sound: np.ndarray, low_hz: float, high_hz: float) -> float:
    """Power of a band in the middle of a sound."""
    middle = sound[0, 4 * RATE : 12 * RATE] * np.hanning(8 * RATE)
    power = np.abs(np.fft.rfft(middle)) ** 2
    hertz = np.arange(power.size) / 8
    return float(10 * np.log10(power[(hertz >= low_hz) & (hertz < high_hz)].sum() + 1e-12))


@pytest.mark.parametrize("semitones", [-24, -12, -7])
def test_a_bass_that_is_moved_far_down_does_not_swing_below_hearing(song: Material, semitones: int) -> None:
    low = low_song(song)
    sound = render(remix("x").transpose(semitones), low).audio.samples
    heard = level_db(sound, 40.0, 400.0)
    wanted_hz = 41.2 * 2 ** (semitones / 12)
    assert level_db(sound, 1.0, 15.0) < heard - 20
    if wanted_hz > 20:
        assert level_db(sound, 0.9 * wanted_hz, 1.1 * wanted_hz) > heard - 6  # what can be heard stays


@pytest.mark.parametrize("semitones", [-24, -12])
def test_a_remix_moved_far_down_is_the_same_from_anywhere_and_by_any_number_of_threads(
    song: Material, semitones: int
) -> None:
    low, plan = low_song(song), remix("x").transpose(semitones)
    one, two = render(plan, low, stems_out=True), render(plan, low, workers=2)
    assert np.array_equal(one.audio.samples, two.audio.samples)
    whole = sum((part.samples for part in one.stems_out.values()), np.zeros_like(one.audio.samples))
    line = timeline(plan, low)
    for second in (9, 3, 14):
        span = slice(second * RATE, (second + 1) * RATE)
        alone = line.premaster(span.start, span.stop)
        assert np.array_equal(alone, timeline(plan, low, workers=2).premaster(span.start, span.stop))
        assert np.abs(alone - whole[:, span]).max() < 1e-3 * np.abs(whole).max()


def test_what_is_moved_by_less_than_a_fifth_goes_through_nothing() -> None:
    for semitones in ((), (0, 2), (-6, 5)):
        assert without_subsonics(semitones) == ()
    assert len(without_subsonics((0, -7))) == 1


@pytest.mark.parametrize(
    ("hertz", "least_db", "most_db"),
    [(5.0, -120.0, -45.0), (10.0, -30.0, -22.0), (40.0, -0.2, 0.05), (80.0, -0.05, 0.05)],
)
def test_the_filter_takes_what_is_below_hearing_and_leaves_the_lowest_notes(
    hertz: float, least_db: float, most_db: float
) -> None:
    (effect,) = without_subsonics((-24,))
    sound = tone(hertz, 4 * RATE)
    settled = slice(2 * RATE, 4 * RATE)
    gain_db = 20 * np.log10(np.std(signal.apply(effect, sound, RATE)[:, settled]) / np.std(sound[:, settled]))
    assert least_db < gain_db < most_db
