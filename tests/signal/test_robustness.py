"""Odd rates, odd lengths, odd signals: a right result, always finite, and silence stays silence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from remixlab.signal import (
    Chorus,
    Drive,
    Filter,
    Reverb,
    TimeMap,
    analyse_singing,
    apply,
    choir,
    find_onsets,
    istft,
    master,
    measure_loudness_lufs,
    measure_peak_dbtp,
    phase_vocoder,
    pitch_shift,
    resample,
    sing,
    stft,
    telephone,
    whisper,
    wsola,
)

RATES = (8000, 22050, 48000, 96000)
LENGTHS = (0, 1, 2, 500, 7000)
KINDS = ("noise", "silence", "dc", "impulse")


def odd_sound(kind: str, frames: int, channels: int) -> np.ndarray:
    samples = np.zeros((channels, frames), np.float32)
    if kind == "noise":
        return (np.random.default_rng(0).standard_normal((channels, frames)) * 0.1).astype(np.float32)
    if kind == "dc":
        return samples + np.float32(0.5)
    if kind == "impulse":
        samples[:, frames // 2 : frames // 2 + 1] = 1.0
    return samples


TREATMENTS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "master": lambda x, rate: master(x, rate).samples,
    "sing": lambda x, rate: sing(x, analyse_singing(x, rate), semitones=3.0),
    "choir": lambda x, rate: choir(x, analyse_singing(x, rate)),
    "whisper": lambda x, rate: whisper(x),
    "stft": lambda x, rate: istft(stft(x), x.shape[1]),
    "resample": lambda x, rate: resample(x, rate, 44100),
    "filter": lambda x, rate: apply(Filter("low-pass", 18000.0, slope_db=24), x, rate),
    "reverb": lambda x, rate: apply(Reverb(0.5, size=0.3), x, rate),
    "chorus": lambda x, rate: apply(Chorus(), x, rate),
    "drive": lambda x, rate: apply(Drive(), x, rate),
    "telephone": lambda x, rate: apply(telephone(), x, rate),
}
STRETCHES: dict[str, Callable[[np.ndarray, TimeMap, int, np.ndarray], np.ndarray]] = {
    "wsola": lambda x, path, rate, onsets: wsola(x, path, sample_rate=rate, onsets=onsets),
    "vocoder": lambda x, path, rate, onsets: phase_vocoder(x, path, sample_rate=rate, onsets=onsets),
    "shift": lambda x, path, rate, onsets: pitch_shift(x, -3.0, time_map=path, sample_rate=rate, onsets=onsets),
}


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", TREATMENTS)
def test_any_sound_at_any_rate_is_treated(name, rate):
    for frames in LENGTHS:
        for kind in KINDS:
            for channels in (1, 2):
                made = TREATMENTS[name](odd_sound(kind, frames, channels), rate)
                assert made.dtype == np.float32 and made.shape[0] == channels
                assert np.isfinite(made).all()
                assert kind != "silence" or not made.any()


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("name", STRETCHES)
def test_any_sound_at_any_rate_is_stretched(name, rate):
    for frames in LENGTHS[1:]:
        onsets = np.array([0, frames // 2, frames // 2 + 3, frames])
        for kind in KINDS:
            for ratio in (0.5, 1.3):
                path = TimeMap.uniform(ratio, frames)
                made = STRETCHES[name](odd_sound(kind, frames, 2), path, rate, onsets)
                assert made.shape == (2, path.length_frames)
                assert np.isfinite(made).all()
                assert kind != "silence" or not made.any()


@pytest.mark.parametrize("rate", RATES)
def test_any_sound_at_any_rate_is_measured(rate):
    for frames in LENGTHS:
        for kind in KINDS:
            samples = odd_sound(kind, frames, 2)
            assert np.isfinite(measure_loudness_lufs(samples, rate)) and np.isfinite(measure_peak_dbtp(samples))
            heard = find_onsets(samples, rate)
            assert heard.frames.size == heard.strengths.size
            assert ((heard.frames >= 0) & (heard.frames < max(frames, 1))).all()
