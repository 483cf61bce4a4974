"""A constant-Q spectrum: bins spaced as notes are, by one short FFT per octave on ever slower copies of the sound."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from scipy.fft import next_fast_len, rfft

LONGEST_S = 0.6
"""The longest window: a full one would take 1.25 s at E1, longer than a chord."""
_HEADROOM = 2.05
"""A copy is halved in rate while the new rate is so many times the octave's top: just above the two of Nyquist."""
BINS_PER_OCTAVE = 36
"""Three to the semitone: a note out of tune by half a bin is still told from its neighbours (Mauch and Dixon 2010)."""


@lru_cache(maxsize=16)
def _octave_kernel(rate: float, lowest_hz: float, longest_s: float) -> NDArray[np.complex64]:
    """Shape: (fft/2 + 1, 36). A unit sine at a bin's frequency gives 1 there. Source: Brown & Puckette, JASA 92
    (1992).
    """
    quality = 1.0 / (2 ** (1 / BINS_PER_OCTAVE) - 1)
    hz = lowest_hz * 2 ** (np.arange(BINS_PER_OCTAVE) / BINS_PER_OCTAVE)
    lengths = np.minimum(quality / hz, longest_s) * rate
    size = int(next_fast_len(int(np.ceil(lengths.max())) | 1, real=True) or 1)
    size += size % 2
    at = np.arange(size) - size // 2
    kernel = np.zeros((BINS_PER_OCTAVE, size), np.complex128)
    for row, (frequency, length) in enumerate(zip(hz, lengths, strict=True)):
        window = np.where(np.abs(at) < length / 2, 0.5 + 0.5 * np.cos(2 * np.pi * at / length), 0.0)
        kernel[row] = window / window.sum() * 2 * np.exp(2j * np.pi * frequency / rate * at)
    spectrum = np.fft.fft(kernel, axis=1)[:, : size // 2 + 1].conj() / size
    return np.ascontiguousarray(spectrum.T.astype(np.complex64))


def constant_q(
    mono: NDArray[np.float32], rate: int, *, hop: int, lowest_hz: float, octaves: int, longest_s: float = LONGEST_S
) -> NDArray[np.float32]:
    """Magnitudes on a logarithmic frequency axis, frames centred at multiples of `hop`.

    Shape: (octaves * 36, 1 + frames // hop), lowest bin first. `hop` must be divisible by 2 ** octaves.
    `longest_s` bounds the window, so that bass keeps its timing and gives up some resolution.
    """
    frames = 1 + mono.shape[0] // hop
    result = np.empty((octaves * BINS_PER_OCTAVE, frames), np.float32)
    samples, here = mono, float(rate)
    from scipy.signal import (
        resample_poly,
    )  # lazy: importing scipy.signal takes most of a second, and only listening needs it

    for octave in reversed(range(octaves)):
        bottom_hz = lowest_hz * 2**octave
        while here / 2 > bottom_hz * 2 * _HEADROOM and hop % 2 == 0:
            samples = resample_poly(samples, 1, 2).astype(np.float32, copy=False)
            here, hop = here / 2, hop // 2
        kernel = _octave_kernel(here, bottom_hz, longest_s)
        size = 2 * (kernel.shape[0] - 1)
        padded = np.zeros((frames - 1) * hop + size, np.float32)
        inside = min(samples.shape[0], padded.shape[0] - size // 2)
        padded[size // 2 : size // 2 + inside] = samples[:inside]
        framed = sliding_window_view(padded, size)[::hop][:frames]
        spectrum = np.asarray(rfft(framed, axis=1))
        result[octave * BINS_PER_OCTAVE : (octave + 1) * BINS_PER_OCTAVE] = np.abs(spectrum @ kernel).T
    return result
