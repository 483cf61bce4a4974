"""A studio changes how a voice sounds, not when it sings nor whether it can be drawn again."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("soxr", reason="training resamples with soxr")
sys.path.insert(0, str(Path(__file__).parents[2]))

from synthesis.sound_files import RATE
from training.separation.produce import delay_variably, draw_echoes, produce_voice, squeeze


def sing() -> np.ndarray:
    """One second of rest, one of a tone, one of rest. Shape: (frames, 2)."""
    time = np.arange(3 * RATE) / RATE
    tone = sum(np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, 9)) * ((time >= 1) & (time < 2)) * 0.1
    return np.repeat(np.asarray(tone, np.float32)[:, None], 2, axis=1)


def test_a_produced_voice_is_a_voice_at_its_own_time() -> None:
    rng, voice = np.random.default_rng(0), sing()
    for _ in range(30):
        made = produce_voice(voice, rng)
        assert made.shape == voice.shape and made.dtype == np.float32 and np.isfinite(made).all()
        power = [float(np.mean(made[int((k + 0.1) * RATE) : int((k + 0.9) * RATE)] ** 2)) for k in range(3)]
        assert power[0] < 1e-9 < power[1]
        assert power[2] < power[1]


def test_no_two_productions_are_alike_and_each_can_be_drawn_again() -> None:
    voice = sing()
    first, again, other = (produce_voice(voice, np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert np.abs(first - other).max() > 0.01


def test_a_second_take_is_as_late_and_as_sharp_as_said() -> None:
    voice = sing()
    late = delay_variably(voice, 0.02, 0.0)
    assert np.abs(late[RATE + 882 :] - voice[RATE:-882]).max() < 1e-6
    sharp = delay_variably(voice, 0.0, 100.0)[int(1.1 * RATE) : int(1.8 * RATE), 0]
    heard = np.abs(np.fft.rfft(sharp * np.hanning(len(sharp)))).argmax() * RATE / len(sharp)
    assert heard == pytest.approx(220 * 2 ** (1 / 12), abs=1.5)


def test_the_voice_itself_comes_before_its_echoes() -> None:
    for seed in range(20):
        response = draw_echoes(np.random.default_rng(seed), RATE)
        assert response[0] == pytest.approx([1.0, 1.0], abs=0.3)
        assert np.isfinite(response).all() and (response[1:] ** 2).sum() < 5


def test_squeezing_brings_soft_and_loud_together_but_no_rest() -> None:
    voice = sing()
    voice[: RATE // 2] = 1e-5
    voice[int(1.5 * RATE) :] *= 0.3
    made = squeeze(voice, np.random.default_rng(3))
    level = lambda x, a, b: float(np.sqrt(np.mean(x[int(a * RATE) : int(b * RATE)] ** 2)))  # noqa: E731
    assert level(made, 1.6, 1.9) / level(made, 1.1, 1.4) > 1.1 * level(voice, 1.6, 1.9) / level(voice, 1.1, 1.4)
    assert level(made, 0.1, 0.4) < 1e-3
