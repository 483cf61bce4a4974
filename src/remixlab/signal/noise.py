"""White noise that is a function of seed and position: any frame can be had alone, always the same.

Source: S. Steele and others, the finaliser of SplitMix64 (OOPSLA 2014), used as a counter-based generator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
"""The step of splitmix64: 2**64 over the golden ratio."""
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
"""First multiplier of splitmix64."""
_SECOND = np.uint64(0x94D049BB133111EB)
"""Second multiplier of splitmix64."""


def hashed(seed: int, counters: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """64 well-mixed bits for each counter."""
    with np.errstate(over="ignore"):
        mixed = (counters + np.uint64(seed & 0xFFFFFFFFFFFFFFFF) * _SECOND) * _GOLDEN
        mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
        mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
        return mixed ^ (mixed >> np.uint64(31))


def uniform(seed: int, counters: NDArray[np.uint64]) -> NDArray[np.float64]:
    """Numbers from 0 (included) to 1 (excluded), one for each counter."""
    return (hashed(seed, counters) >> np.uint64(11)).astype(np.float64) * (1.0 / (1 << 53))


def white_noise(seed: int, first_frame: int, length_frames: int, channels: int = 2) -> Samples:
    """Even noise between -1 and 1, channels independent. Law: frame n depends on seed, channel and n alone."""
    counters = np.arange(first_frame, first_frame + length_frames).astype(np.uint64)
    rows = [uniform(seed + 0x51ED27 * channel, counters) for channel in range(channels)]
    return (2.0 * np.array(rows).reshape(channels, length_frames) - 1.0).astype(np.float32)
