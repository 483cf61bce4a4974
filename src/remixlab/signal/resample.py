"""Other sample rates, and reading a sound at any speed."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import soxr
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.kernels.stretching import read_between
from remixlab.signal.levels import as_samples

_STEPS = 512
"""Fractions the reader's filter is tabled for; between two it is blended in a straight line, -106 dB from exact."""
_ZERO_CROSSINGS = 16
"""Of the reader's windowed sinc to each side: full level up to four fifths of the band."""

_KAISER_BETA = 9.0
"""Side lobes of the window are 90 dB down (Kaiser and Schafer 1980)."""
_NARROWEST = 48
"""Semitones that a sound is read faster at most without aliases, four octaves: the table's length is bounded by it."""


def resample(samples: Samples, from_hz: float, to_hz: float) -> Samples:
    """The same sound at another rate, frames rounded to the nearest. Raises: InvalidAudio on a rate that is none."""
    if from_hz <= 0 or to_hz <= 0:
        raise InvalidAudio("a sample rate must be positive")
    source = as_samples(samples)
    if from_hz == to_hz or source.shape[1] == 0:
        return source.copy()
    length = round(source.shape[1] * to_hz / from_hz)
    out = soxr.resample(source.T, from_hz, to_hz, quality="HQ").T
    fitted = np.zeros((source.shape[0], length), np.float32)
    fitted[:, : min(length, out.shape[1])] = out[:, :length]
    return fitted


@lru_cache(maxsize=32)
def _sinc_table(narrowing: int) -> NDArray[np.float32]:
    """The reader's filter for each of 513 fractions; passes 1/2^(narrowing/12) of the band. Shape: (513, taps)."""
    band = 2.0 ** (-narrowing / 12.0)
    half = int(np.ceil(_ZERO_CROSSINGS / band))
    fraction = np.arange(_STEPS + 1)[:, None] / _STEPS
    time = np.arange(2 * half)[None, :] - (half - 1) - fraction
    window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (time / half) ** 2, 0, 1))) / np.i0(_KAISER_BETA)
    taps = band * np.sinc(band * time) * window
    return np.ascontiguousarray(taps / taps.sum(axis=1, keepdims=True), np.float32)


def read_at(samples: Samples, positions: NDArray[Any], *, origin: int = 0) -> Samples:
    """The sound at fractional frame positions (varispeed): silence outside, no aliasing where it is read faster.

    `origin` is the position of the first frame given. A result frame depends on its position, the sounds
    about it and the fastest speed of the call, rounded up to a semitone.
    """
    source = as_samples(samples)
    places = np.ascontiguousarray(positions, np.float64)
    speed = float(np.abs(np.diff(places)).max(initial=0.0))
    return read_banded(source, places, speed, origin=origin)


def read_banded(samples: Samples, positions: NDArray[np.float64], speed: float, *, origin: int = 0) -> Samples:
    """As `read_at`, with the filter for a given highest speed: what segments of one sound must share."""
    narrowing = 0 if speed <= 1.0 + 1e-6 else int(np.ceil(12 * np.log2(speed) - 1e-6))
    out = np.empty((samples.shape[0], positions.size), np.float32)
    read_between(as_samples(samples), origin, positions, _sinc_table(min(narrowing, _NARROWEST)), out)
    return out


def reach_frames(speed: float) -> int:
    """How many frames about a position `read_banded` looks at, to each side."""
    return int(np.ceil(_ZERO_CROSSINGS * max(1.0, 1.06 * speed))) + 2
