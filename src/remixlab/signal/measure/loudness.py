"""How loud it is and how high it peaks, as broadcasters measure it.

Source: ITU-R BS.1770-4 (integrated loudness, true peak), EBU Tech 3341 (momentary, short-term), 3342 (range).
"""

from __future__ import annotations

from functools import lru_cache
from math import pi, tan

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.signal.kernels.metering import highest_true_peak, weighted_energy
from remixlab.signal.levels import SILENCE_DB, as_samples, db_from_amplitude

OVERSAMPLING = 4
"""Four times the rate, as BS.1770-4 annex 2 asks at 44.1 and 48 kHz."""
_TAPS_PER_PHASE = 24
"""Twice the twelve of the annex; a song's peak is read as by soxr's fourfold resampling, to a thousandth of a dB."""
_HOPS_PER_S = 10
"""Blocks of 400 ms begin every 100 ms, 75 % overlap (BS.1770-4)."""
_ABSOLUTE_GATE_LUFS = -70.0
"""What is softer does not count (BS.1770-4)."""
_PEAK_GATE = 0.5
"""Between samples a band-limited wave of music does not rise above its neighbours by 6 dB: elsewhere none is sought."""

_KAISER_BETA = 8.0
"""Side lobes of the interpolator are 80 dB down."""
_SHELF = (1681.974450955533, 3.999843853973347, 0.7071752369554196)
"""Frequency, gain in dB and Q of the head's shelf: the prototype whose 48 kHz coefficients BS.1770-4 prints."""
_SHELF_BAND = 0.4996667741545416
"""Power of the shelf's gain at its frequency, of the same prototype."""
_HIGH_PASS = (38.13547087602444, 0.5003270373238773)
"""Frequency and Q of the RLB high-pass, the prototype of BS.1770-4's second filter."""
_OFFSET_LU = -0.691
"""Brings a full-scale 997 Hz sine in one front channel to -3.01 LUFS (BS.1770-4)."""
_MOMENTARY_HOPS, _SHORT_TERM_HOPS = 4, 30
"""400 ms and 3 s (EBU Tech 3341)."""
_RELATIVE_GATE_LU, _RANGE_GATE_LU = 10.0, 20.0
"""What is so far under the mean does not count, for loudness (BS.1770-4) and for its range (EBU Tech 3342)."""


@lru_cache(maxsize=1)
def peak_taps() -> NDArray[np.float32]:
    """The interpolation filter of the true-peak meter, by phase. Shape: (4, 24)."""
    length = OVERSAMPLING * _TAPS_PER_PHASE
    taps = np.zeros((OVERSAMPLING, _TAPS_PER_PHASE))
    for phase in range(OVERSAMPLING):
        time = np.arange(_TAPS_PER_PHASE) - (_TAPS_PER_PHASE // 2 - 1) - phase / OVERSAMPLING
        window = np.i0(_KAISER_BETA * np.sqrt(np.clip(1 - (2 * time * OVERSAMPLING / length) ** 2, 0, 1))) / np.i0(
            _KAISER_BETA
        )
        taps[phase] = np.sinc(time) * window
    return np.ascontiguousarray(taps / taps.sum(axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=8)
def _weighting(sample_rate: int) -> tuple[float, float, float, float, float, float, float]:
    """Both filters of the K weighting at any rate, from their analogue prototypes."""
    frequency, gain_db, q = _SHELF
    k = tan(pi * frequency / sample_rate)
    high = 10 ** (gain_db / 20)
    band = high**_SHELF_BAND
    norm = 1 + k / q + k * k
    records = ((high + band * k / q + k * k) / norm, 2 * (k * k - high) / norm, (high - band * k / q + k * k) / norm)
    feedback = (2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)
    frequency, q = _HIGH_PASS
    k = tan(pi * frequency / sample_rate)
    norm = 1 + k / q + k * k
    return (*records, *feedback, 2 * (k * k - 1) / norm, (1 - k / q + k * k) / norm)


def _power_per_hop(samples: Samples, sample_rate: int) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """K-weighted energy of each 100 ms, and the frames where they begin and end; the last one may be shorter."""
    frames = samples.shape[1]
    edges = np.round(np.arange(frames * _HOPS_PER_S // sample_rate + 2) * sample_rate / _HOPS_PER_S).astype(np.int64)
    edges = np.append(edges[edges < frames], frames)
    energy = np.zeros(edges.size - 1)
    weighted_energy(as_samples(samples), edges, _weighting(sample_rate), energy)
    return energy, edges


def _loudness_of(power: NDArray[np.float64]) -> NDArray[np.float64]:
    return _OFFSET_LU + 10 * np.log10(np.maximum(power, 1e-15))


def _windowed(samples: Samples, sample_rate: int, hops: int) -> NDArray[np.float64]:
    """Mean power in windows of `hops` x 100 ms, every 100 ms; a sound that is shorter gives one window."""
    if samples.shape[1] == 0:
        return np.zeros(0)
    energy, edges = _power_per_hop(samples, sample_rate)
    whole = int(np.sum(np.diff(edges) >= int(sample_rate / _HOPS_PER_S)))
    if whole < hops:
        return np.array([energy.sum() / edges[-1]])
    total = np.concatenate(([0.0], np.cumsum(energy[:whole])))
    return (total[hops:] - total[:-hops]) / (edges[hops : whole + 1] - edges[: whole + 1 - hops])


def _gated(power: NDArray[np.float64], relative_gate_db: float) -> NDArray[np.float64]:
    loud = power[_loudness_of(power) > _ABSOLUTE_GATE_LUFS]
    if loud.size == 0:
        return loud
    return loud[_loudness_of(loud) > _loudness_of(loud.mean(keepdims=True)) - relative_gate_db]


def measure_loudness_lufs(samples: Samples, sample_rate: int) -> float:
    """Integrated loudness; SILENCE_DB when nothing is louder than the gate. Unit: LUFS. Source: BS.1770-4."""
    power = _gated(_windowed(samples, sample_rate, _MOMENTARY_HOPS), _RELATIVE_GATE_LU)
    return float(_loudness_of(power.mean(keepdims=True))[0]) if power.size else SILENCE_DB


def momentary_loudness_lufs(samples: Samples, sample_rate: int) -> NDArray[np.float64]:
    """Loudness of each 400 ms, every 100 ms. Source: EBU Tech 3341."""
    return np.maximum(_loudness_of(_windowed(samples, sample_rate, _MOMENTARY_HOPS)), SILENCE_DB)


def integrate_loudness_lufs(momentary_lufs: NDArray[np.float64]) -> float:
    """Integrated loudness from the momentary loudness every 100 ms, however it was gathered; SILENCE_DB when nothing is
    above the gate.

    Law: of what `momentary_loudness_lufs` gives it is what `measure_loudness_lufs` measures.
    """
    power = _gated(10 ** ((np.asarray(momentary_lufs, np.float64) - _OFFSET_LU) / 10), _RELATIVE_GATE_LU)
    return float(_loudness_of(power.mean(keepdims=True))[0]) if power.size else SILENCE_DB


def short_term_loudness_lufs(samples: Samples, sample_rate: int) -> NDArray[np.float64]:
    """Loudness of each 3 s, every 100 ms. Source: EBU Tech 3341."""
    return np.maximum(_loudness_of(_windowed(samples, sample_rate, _SHORT_TERM_HOPS)), SILENCE_DB)


def loudness_range_lu(samples: Samples, sample_rate: int) -> float:
    """Spread between the quiet and the loud parts. Source: EBU Tech 3342."""
    power = _gated(_windowed(samples, sample_rate, _SHORT_TERM_HOPS), _RANGE_GATE_LU)
    if power.size == 0:
        return 0.0
    low, high = np.percentile(_loudness_of(power), [10, 95])
    return float(high - low)


def measure_peak_dbtp(samples: Samples) -> float:
    """True peak by fourfold interpolation, searched where the sound is within 6 dB of its largest.

    Unit: dBTP. Source: BS.1770-4, annex 2.
    """
    return db_from_amplitude(float(highest_true_peak(as_samples(samples), peak_taps(), np.float32(_PEAK_GATE))))
