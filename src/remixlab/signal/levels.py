"""Amplitudes and decibels, and samples in the one form that the kernels take."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio

SILENCE_DB = -120.0
"""What a level is said to be where there is nothing to measure."""


def as_samples(array: NDArray[Any]) -> Samples:
    """The array as float32 (channels, frames) that is C-contiguous and writable, copied only when it is not.

    A memory-mapped stem is read-only and would make every kernel compile a second time.
    Raises: InvalidAudio when it has not one or two dimensions.
    """
    if array.ndim not in (1, 2):
        raise InvalidAudio("samples must have the shape (channels, frames)")
    return np.require(np.atleast_2d(array), np.float32, ["C", "W"])


def amplitude_from_db(gain_db: float) -> float:
    """1.0 for 0 dB, 2.0 for about 6 dB."""
    return float(10.0 ** (gain_db / 20.0))


def db_from_amplitude(amplitude: float) -> float:
    """0 dB for 1.0; SILENCE_DB for nothing."""
    return max(SILENCE_DB, 20.0 * float(np.log10(max(abs(amplitude), 1e-12))))


def rms_db(samples: Samples) -> float:
    """Root mean square over all channels. Unit: dB, a full-scale square wave is 0."""
    if samples.size == 0:
        return SILENCE_DB
    return db_from_amplitude(float(np.sqrt(np.mean(np.square(samples, dtype=np.float64)))))


def equal_power_gains(mix: float) -> tuple[float, float]:
    """(dry, wet) of constant power for a mix from 0 (dry) to 1 (wet)."""
    angle = min(max(mix, 0.0), 1.0) * np.pi / 2
    return float(np.cos(angle)), float(np.sin(angle))


def fade_curve(length_frames: int) -> NDArray[np.float32]:
    """A rise from 0 to 1 without corners; reversed it is the fall that sums with it to 1. Shape: (length_frames,)."""
    if length_frames <= 0:
        return np.zeros(0, np.float32)
    phase = (np.arange(length_frames) + 0.5) / length_frames
    return (0.5 - 0.5 * np.cos(np.pi * phase)).astype(np.float32)


def faded(samples: Samples, *, in_frames: int = 0, out_frames: int = 0) -> Samples:
    """The samples with a smooth start and a smooth end."""
    out = samples.copy()
    rise = fade_curve(min(in_frames, samples.shape[1]))
    fall = fade_curve(min(out_frames, samples.shape[1]))[::-1]
    out[:, : rise.size] *= rise
    out[:, out.shape[1] - fall.size :] *= fall
    return out
