"""The pulse: how strong an onset each frame is, and how often onsets come back."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from remixlab.listening.frames import FPS, Array

SLOWEST_BPM, FASTEST_BPM = 45.0, 220.0
"""Tempi that onsets are asked for; octaves beyond are tried afterwards."""

_EVENED_S, _WINDOW_S = 4.0, 24.0
"""Onsets are evened out over two bars, and their returns counted over twelve, so that drift of tempo does not
matter.
"""
_BANDS = (0.4, 0.3, 0.3)
"""Weight of low, mid and high onsets: the kick tells the beat a little better than the rest."""
_COMB = ((1, 1.0), (2, 0.6), (3, 0.2), (4, 0.5))
"""A pulse comes again after one, two and four beats, seldom after three, and is weighed so; set by hand."""
_WALKING_BPM, _WALKING_OCTAVES = 115.0, 0.6
"""Where people like to count, and how far from it. Source: as `walking_pace`."""


class TempoGuess(NamedTuple):
    tempo_bpm: float
    confidence: float


def onset_activation(flux: Array) -> Array:
    """Onset strength 0-1, evened out over 4 s, low, mid and high band weighted. Shape: (frames,)."""
    low, mid, high = (_normalised(band) for band in flux)
    return (_normalised(_BANDS[0] * low + _BANDS[1] * mid + _BANDS[2] * high) * np.float32(0.9)).astype(np.float32)


def _normalised(strength: NDArray[Any]) -> Array:
    around = round(_EVENED_S * FPS)
    above = np.maximum(0, strength - uniform_filter1d(strength, round(FPS / 2), mode="constant"))
    ceiling = uniform_filter1d(maximum_filter1d(above, around), around)
    return np.clip(above / (ceiling + 0.05 * above.max(initial=0.0) + 1e-6), 0, 1).astype(np.float32)


def autocorrelation(activation: Array, longest: int) -> NDArray[np.float64]:
    """Normalised to 1 at lag 0, averaged over windows of 24 s so that tempo drift and length do not matter. Shape:
    (longest + 1,).
    """
    window = max(2 * longest, round(_WINDOW_S * FPS))
    total = np.zeros(longest + 1)
    size = next_fast_len(window + longest, real=True)
    for begin in range(0, max(1, activation.shape[0] - window // 2), window // 2):
        piece = activation[begin : begin + window].astype(np.float64)
        piece = piece - piece.mean()
        total += np.asarray(irfft(np.abs(np.asarray(rfft(piece, size))) ** 2, size))[: longest + 1]
    return total / (total[0] + 1e-9)


def tempo_curve(activation: Array) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Beats per minute on a fine grid and how well a pulse of that tempo explains the onsets, preference for walking
    tempo included.
    """
    tempi = 2 ** np.arange(np.log2(SLOWEST_BPM), np.log2(FASTEST_BPM), 1 / 96)
    lags = 60 * FPS / tempi
    correlation = autocorrelation(activation, int(lags.max() * 4) + 2)
    axis = np.arange(correlation.shape[0])
    comb = sum(weight * np.interp(lags * times, axis, correlation) for times, weight in _COMB)
    return tempi, np.maximum(comb, 0) * walking_pace(tempi)


def walking_pace(tempi_bpm: NDArray[np.float64]) -> NDArray[np.float64]:
    """How much people prefer to count at each tempo, 0-1. Source: Parncutt, Music Perception 11 (1994); van Noorden
    & Moelants (1999).
    """
    return np.exp(-0.5 * (np.log2(tempi_bpm / _WALKING_BPM) / _WALKING_OCTAVES) ** 2)


def guess_tempi(activation: Array, count: int = 5) -> tuple[TempoGuess, ...]:
    """The best tempi, best first, with shares of confidence that sum to at most 1; steady 120 at 0 where there is no
    pulse.
    """
    tempi, score = tempo_curve(activation)
    if score.max() < 1e-3:
        return (TempoGuess(120.0, 0.0),)
    peaks = [i for i in range(1, len(score) - 1) if score[i] >= score[i - 1] and score[i] > score[i + 1]] or [
        int(score.argmax())
    ]
    peaks = sorted(peaks, key=lambda i: -score[i])[:count]
    total = sum(score[i] for i in peaks)
    clarity = float(np.clip(score[peaks[0]] / 1.0, 0, 1))
    return tuple(TempoGuess(float(tempi[i]), float(score[i] / total) * (0.3 + 0.7 * clarity)) for i in peaks)
