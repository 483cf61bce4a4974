"""Sounds whose truth is known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy import signal

RATE = 44100
SHARED = Path(__file__).parents[3] / "shared" / "audio"


def _excerpt(name: str, start_s: float, length_s: float) -> np.ndarray:
    soundfile = pytest.importorskip("soundfile")
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not there: the shared recordings are absent")
    samples, rate = soundfile.read(
        path, start=round(start_s * RATE), frames=round(length_s * RATE), dtype="float32", always_2d=True
    )
    assert rate == RATE
    return np.ascontiguousarray(samples.T)


@pytest.fixture(scope="session")
def excerpt() -> Callable[[str, float, float], np.ndarray]:
    """A piece of a real recording; skips where the recordings are absent."""
    return _excerpt


def _noise(seconds: float, channels: int = 2, seed: int = 0, gain: float = 0.1) -> np.ndarray:
    return (np.random.default_rng(seed).standard_normal((channels, round(seconds * RATE))) * gain).astype(np.float32)


@pytest.fixture(scope="session")
def noise() -> Callable[..., np.ndarray]:
    return _noise


def _tone(hz: float, seconds: float, amplitude: float = 0.5, rate: int = RATE, channels: int = 1) -> np.ndarray:
    wave = amplitude * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate)) / rate)
    return np.repeat(wave[None, :], channels, axis=0).astype(np.float32)


@pytest.fixture(scope="session")
def tone() -> Callable[..., np.ndarray]:
    return _tone


def _drums(seconds: float, tempo_bpm: float = 118.0, seed: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Kicks, snares and hats with human timing over a quiet room; (samples, frames of the attacks)."""
    dice = np.random.default_rng(seed)
    out = dice.standard_normal((2, round(seconds * RATE))) * 1e-4
    step = 30.0 / tempo_bpm
    places = []
    for k, time in enumerate(np.arange(0.2, seconds - 0.4, step)):
        at = round((time + dice.uniform(-0.01, 0.01)) * RATE)
        n = np.arange(round(0.25 * RATE)) / RATE
        if k % 4 == 0:
            hit = np.sin(2 * np.pi * (50 * n + 8 * (1 - np.exp(-n * 30)))) * np.exp(-n * 18) + 0.15 * np.exp(-n * 800)
        elif k % 4 == 2:
            hit = (0.5 * np.sin(2 * np.pi * 190 * n) + dice.standard_normal(n.size) * 0.5) * np.exp(-n * 28)
        else:
            hit = np.diff(dice.standard_normal(n.size + 1)) * np.exp(-n * 60) * 0.25
        out[:, at : at + n.size] += hit * np.array([[0.5], [0.4]])
        places.append(at)
    return out.astype(np.float32), np.array(places)


@pytest.fixture(scope="session")
def drums() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return _drums


FORMANTS_HZ = (700.0, 1220.0, 2600.0)


def _voice(seconds: float, base_hz: float = 110.0) -> tuple[np.ndarray, np.ndarray]:
    """A sung vowel with glides and vibrato; (samples of two channels, its pitch at each frame)."""
    n = np.arange(round(seconds * RATE))
    times = n / RATE
    knots = np.array([0, 3, -2, 5, 0])
    f0 = (
        base_hz
        * 2 ** (np.interp(times, np.linspace(0, seconds, knots.size), knots) / 12)
        * (1 + 0.008 * np.sin(2 * np.pi * 5.3 * times))
    )
    phase = np.cumsum(f0) / RATE
    wave = sum(np.where(f0 * h < 16000, 1.0 / h, 0.0) * np.sin(2 * np.pi * h * phase) for h in range(1, 100))
    for centre, width in zip(FORMANTS_HZ, (80.0, 100.0, 150.0), strict=True):
        r = np.exp(-np.pi * width / RATE)
        poles = [1, -2 * r * np.cos(2 * np.pi * centre / RATE), r * r]
        wave = signal.lfilter([sum(poles)], poles, wave)
    wave *= 0.4 / np.abs(wave).max()
    breath = np.random.default_rng(5).standard_normal((2, n.size)) * 1e-4
    return (np.stack([wave, 0.7 * wave]) + breath).astype(np.float32), f0


@pytest.fixture(scope="session")
def voice() -> Callable[..., tuple[np.ndarray, np.ndarray]]:
    return _voice


def _loudest_hz(samples: np.ndarray, rate: int = RATE) -> float:
    """Frequency of the strongest component, interpolated."""
    mono = samples[0].astype(float)
    spectrum = np.abs(np.fft.rfft(mono * np.blackman(mono.size)))
    k = int(spectrum[1:-1].argmax()) + 1
    a, b, c = np.log(spectrum[k - 1 : k + 2] + 1e-12)
    return float((k + 0.5 * (a - c) / (a - 2 * b + c)) * rate / mono.size)


@pytest.fixture(scope="session")
def loudest_hz() -> Callable[..., float]:
    return _loudest_hz
