"""The pitch of one voice over time.

Source: A. de Cheveigné and H. Kawahara, "YIN" (JASA 2002) for the candidates; a cheapest path joins them
(as in M. Mauch and S. Dixon, "pYIN", ICASSP 2014), and each period is measured again over several repetitions.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log2

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from remixlab.domain.audio import Samples
from remixlab.signal.kernels.singing import best_path, period_candidates, refine_periods
from remixlab.signal.resample import resample

_RATE_HZ = 16000
"""Pitch is sought at 16 kHz: seven harmonics of the highest note (1.1 kHz) are left, at a third of the rate."""
_WINDOW_S = 0.025
"""YIN compares 25 ms: the window of the paper, one and a half periods of the lowest voice (65 Hz)."""
_CANDIDATES = 5
"""Dips kept in a frame, the path chooses among them; a period and its multiples are seldom more."""
_QUIET_DB = -50.0
"""Frames so far under the loud ones are not looked at: breath and the room."""
_HOPS_PER_S = 200
"""A pitch every 5 ms: some thirty in a period of vibrato."""
_LONGER = 0.06
"""What a path pays for each octave that its periods are longer: a period's multiples fit as well as it does."""
_UNVOICED, _LEAP, _TURN = 0.28, 0.6, 0.25
"""What a path pays for a frame without pitch, for an octave leapt, and for each begin or end of a pitch.

Set by hand and checked on six voices: 4.3 cents off at worst in the median (decision 88).
"""
LOW_HZ, HIGH_HZ = 65.0, 1100.0
"""What voices sing: C2 of a bass to C sharp 6 of a soprano."""
_BLIP_FRAMES, _JUMP_OCTAVES = 5, 0.08
"""A pitch of less than 25 ms is none; a frame a semitone off its neighbours' median is mended."""


@dataclass(frozen=True, slots=True, eq=False)
class PitchContour:
    """Fundamental frequency every 5 ms, 0 where there is none. Frame k is about k * hop_frames of the sound."""

    f0_hz: NDArray[np.float32]
    hop_frames: float
    sample_rate: int

    @property
    def voiced(self) -> NDArray[np.bool_]:
        return self.f0_hz > 0

    @property
    def midi(self) -> NDArray[np.float64]:
        """Fractional MIDI numbers, NaN where there is no pitch."""
        with np.errstate(divide="ignore"):
            midi = 69.0 + 12.0 * np.log2(np.maximum(self.f0_hz, 0.0) / 440.0)
        return np.where(self.voiced, midi, np.nan)

    def index_at(self, frames: NDArray[np.int64] | NDArray[np.float64]) -> NDArray[np.int64]:
        """Contour frames nearest to these frames of the sound."""
        return np.clip(np.round(frames / self.hop_frames), 0, max(0, self.f0_hz.size - 1)).astype(np.int64)


def find_pitch(samples: Samples, sample_rate: int, *, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ) -> PitchContour:
    """Follow the pitch of a single voice (a separated or delivered vocal; a mix has no single pitch)."""
    mono = samples.mean(axis=0, dtype=np.float32)
    slow = resample(mono[None, :], sample_rate, _RATE_HZ)[0]
    centres = np.round(np.arange(samples.shape[1] * _HOPS_PER_S // sample_rate + 1) * _RATE_HZ / _HOPS_PER_S).astype(
        np.int64
    )
    window = round(_WINDOW_S * _RATE_HZ)
    longest, shortest = int(_RATE_HZ / low_hz) + 1, max(2, int(_RATE_HZ / high_hz))
    margin = window + longest
    padded = np.pad(slow, (margin, margin + window))
    lags = np.zeros((centres.size, _CANDIDATES), np.float32)
    costs = np.zeros_like(lags)
    quiet = _quiet(slow, centres, window)
    period_candidates(padded, centres + margin, quiet, window, shortest, longest, lags, costs)
    chosen = np.zeros(centres.size, np.int64)
    best_path(lags, costs, _UNVOICED + _LONGER * log2(longest), _LONGER, _LEAP, _TURN, chosen)
    periods = np.where(chosen >= 0, np.take_along_axis(lags, np.maximum(chosen, 0)[:, None], axis=1)[:, 0], 0.0).astype(
        np.float64
    )
    refine_periods(padded, centres + margin, window, 2 * longest, periods)
    f0 = np.where(periods > 0, _RATE_HZ / np.maximum(periods, 1.0), 0.0).astype(np.float32)
    return PitchContour(_without_blips(f0), sample_rate / _HOPS_PER_S, sample_rate)


def _quiet(signal: NDArray[np.float32], centres: NDArray[np.int64], window: int) -> NDArray[np.bool_]:
    """Where the sound is 50 dB under its loud parts."""
    total = np.concatenate(([0.0], np.cumsum(np.square(signal, dtype=np.float64))))
    power = (
        total[np.clip(centres + window // 2, 0, signal.size)] - total[np.clip(centres - window // 2, 0, signal.size)]
    )
    loud = float(np.percentile(power, 95)) if power.size else 0.0
    return power <= max(loud * 10 ** (_QUIET_DB / 10), 1e-9)


def _without_blips(f0: NDArray[np.float32]) -> NDArray[np.float32]:
    """Voiced runs under 25 ms are dropped; single frames that jump are set to their neighbours' median."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (f0 > 0).astype(np.int8), [0]))))
    out = f0.copy()
    for begin, end in edges.reshape(-1, 2):
        if end - begin < _BLIP_FRAMES:
            out[begin:end] = 0
            continue
        smooth = median_filter(f0[begin:end], _BLIP_FRAMES, mode="nearest")
        jumps = np.abs(np.log2(f0[begin:end] / smooth)) > _JUMP_OCTAVES
        out[begin:end][jumps] = smooth[jumps]
    return out
