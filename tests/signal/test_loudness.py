"""The meters against the figures of the standards (EBU Tech 3341 and 3342, test signals made here)."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from remixlab.signal import (
    SILENCE_DB,
    loudness_range_lu,
    measure_loudness_lufs,
    measure_peak_dbtp,
    momentary_loudness_lufs,
    short_term_loudness_lufs,
)


@pytest.mark.parametrize("rate", [22050, 44100, 48000, 96000])
def test_a_stereo_sine_of_1_khz_at_minus_23_dbfs_measures_minus_23_lufs_at_any_rate(tone, rate):
    sound = tone(1000.0, 5.0, 10 ** (-23 / 20), rate, 2)
    assert measure_loudness_lufs(sound, rate) == pytest.approx(-23.0, abs=0.1)
    assert momentary_loudness_lufs(sound, rate)[10] == pytest.approx(-23.0, abs=0.1)


def test_quiet_passages_are_gated_out(tone):
    parts = [
        tone(1000.0, seconds, 10 ** (level / 20), 48000, 2)
        for seconds, level in ((10, -36.0), (60, -23.0), (10, -36.0))
    ]
    assert measure_loudness_lufs(np.concatenate(parts, axis=1), 48000) == pytest.approx(-23.0, abs=0.1)


def test_the_range_between_minus_20_and_minus_30_is_10(tone):
    sound = np.concatenate([tone(1000.0, 20, 10 ** (level / 20), 48000, 2) for level in (-20.0, -30.0)], axis=1)
    assert loudness_range_lu(sound, 48000) == pytest.approx(10.0, abs=1.0)


def test_the_peak_between_samples_is_found(tone):
    n = np.arange(48000)
    sound = (0.5 * np.sin(2 * np.pi * n / 4 + np.pi / 4))[None, :].astype(np.float32)
    assert 20 * np.log10(np.abs(sound).max()) < -8.9
    assert measure_peak_dbtp(sound) == pytest.approx(-6.0, abs=0.15)


def test_the_true_peak_agrees_with_plain_oversampling(noise):
    sound = noise(2.0)
    reference = 20 * np.log10(np.abs(resample_poly(sound, 4, 1, axis=1)).max())
    assert measure_peak_dbtp(sound) == pytest.approx(reference, abs=0.15)


def test_silence_and_nothing_at_all_have_no_loudness():
    assert measure_loudness_lufs(np.zeros((2, 44100), np.float32), 44100) == SILENCE_DB
    assert measure_loudness_lufs(np.zeros((2, 0), np.float32), 44100) == SILENCE_DB
    assert measure_peak_dbtp(np.zeros((1, 10), np.float32)) == SILENCE_DB


def test_a_sound_shorter_than_a_window_is_measured_as_a_whole(tone):
    sound = tone(1000.0, 0.2, 10 ** (-23 / 20), 44100, 2)
    assert measure_loudness_lufs(sound, 44100) == pytest.approx(-23.0, abs=0.3)
    assert short_term_loudness_lufs(sound, 44100).shape == (1,)


@settings(max_examples=20, deadline=None)
@given(gain_db=st.floats(-30, 30), seed=st.integers(0, 1000))
def test_a_gain_moves_loudness_and_peak_by_itself(gain_db, seed):
    sound = (np.random.default_rng(seed).standard_normal((2, 44100)) * 0.05).astype(np.float32)
    louder = sound * np.float32(10 ** (gain_db / 20))
    assert measure_loudness_lufs(louder, 44100) - measure_loudness_lufs(sound, 44100) == pytest.approx(
        gain_db, abs=0.01
    )
    assert measure_peak_dbtp(louder) - measure_peak_dbtp(sound) == pytest.approx(gain_db, abs=0.01)
