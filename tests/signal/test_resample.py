from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidAudio
from remixlab.signal import read_at, resample


@settings(max_examples=25, deadline=None)
@given(frames=st.integers(0, 5000), to_hz=st.sampled_from([8000, 16000, 22050, 44100, 48000, 96000]))
def test_the_length_follows_the_rates(frames, to_hz):
    made = resample(np.ones((2, frames), np.float32), 44100, to_hz)
    assert made.shape == (2, round(frames * to_hz / 44100))
    assert made.dtype == np.float32 and made.flags.c_contiguous


def test_a_tone_keeps_its_frequency_and_level(tone, loudest_hz):
    made = resample(tone(1000.0, 1.0), 44100, 48000)
    assert loudest_hz(made, 48000) == pytest.approx(1000.0, abs=0.05)
    assert np.abs(made[:, 2000:-2000]).max() == pytest.approx(0.5, abs=0.002)


def test_what_does_not_fit_the_lower_rate_is_gone(tone):
    assert np.abs(resample(tone(9000.0, 0.5), 44100, 16000)[:, 500:-500]).max() < 1e-3


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(InvalidAudio):
        resample(np.zeros((1, 10), np.float32), 44100, 0)


def test_reading_at_whole_frames_gives_the_frames(noise):
    sound = noise(0.1)
    assert np.abs(read_at(sound, np.arange(100, 3000)) - sound[:, 100:3000]).max() < 1e-6


def test_reading_between_frames_follows_the_wave(tone):
    sound = tone(3000.0, 0.2)
    places = np.arange(500, 5000) + 0.37
    wanted = 0.5 * np.sin(2 * np.pi * 3000.0 * places / 44100)
    assert np.abs(read_at(sound, places)[0] - wanted).max() < 1e-4


def test_reading_faster_does_not_alias(tone):
    sound = tone(15000.0, 0.5)
    assert np.abs(read_at(sound, np.arange(1000, 20000, 2.0))[:, 100:-100]).max() < 5e-3


def test_there_is_silence_outside(noise):
    assert not read_at(noise(0.1), np.arange(-500, -100)).any()
