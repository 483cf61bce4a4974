"""The last stage: exactly as loud as asked, never above the ceiling."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.signal.kernels.metering import limited, peaks_about
from remixlab.signal.levels import SILENCE_DB, amplitude_from_db, as_samples, db_from_amplitude
from remixlab.signal.measure.loudness import measure_loudness_lufs, measure_peak_dbtp, peak_taps

_CEILING_MARGIN_DB = 0.15
"""The limiter aims so far under the ceiling: on five songs another meter (soxr, fourfold) read up to 0.06 dB more."""
_TOLERANCE_LU = 0.15
"""Near enough to the target: meters of different makers differ by as much."""
_PASSES, _PASSES_MAX = 4, 10
"""Five songs of five were on target in one to three passes; a mix that comes slowly gets up to ten."""
_RELEASE_S = 0.12
"""How fast the limiter recovers: slower than a period of bass, quicker than a beat; set by hand."""
_LOOK_S = 0.005
"""The limiter falls within 5 ms before a peak: quicker is a click, slower is heard as a dip."""
_SPARE_DB = 2.0
"""Peaks are sought for a gain so much higher than the first guess, so that later passes need not seek again."""
_PIECE_FRAMES = 1 << 21
"""Frames whose peaks one thread seeks at once: 48 s, so a song keeps four threads at work."""

TARGET_LUFS, CEILING_DBTP = -14.0, -1.0
"""What streaming services play at, and the true peak that Spotify asks masters to stay under."""
REDUCTION_MAX_DB = 15.0
"""More than this a limiter must not take: the mix would be flat long before."""
_NEAR_CEILING = 0.6
"""Peaks between samples are sought where a sample is above this part of the ceiling: 4.4 dB, more than music adds
between.
"""
_ON_TARGET_LU = 0.3
"""What is told to be on target: no listener hears the difference."""
_BELOW_DB = 0.02
"""Where the ceiling was passed, the next pass aims this much lower than needed, so that rounding cannot pass it
again.
"""
_LIGHT_DB, _OVERSHOOT = 1.0, 1.4
"""Where the limiter works, a gain of 1 dB brings less than 1 LU: the next step is larger by so much; set by hand."""


@dataclass(frozen=True, slots=True, eq=False)
class Mastered:
    """A finished mix and what was measured on it; `on_target` is False where the limiter would have had to do too
    much.
    """

    samples: Samples
    loudness_lufs: float
    peak_dbtp: float
    gain_db: float
    reduction_db: float
    on_target: bool


def limit(
    samples: Samples,
    sample_rate: int,
    *,
    gain_db: float = 0.0,
    ceiling_dbtp: float = CEILING_DBTP,
    release_s: float = _RELEASE_S,
    look_s: float = _LOOK_S,
    pool: Executor | None = None,
) -> tuple[Samples, float]:
    """Apply a gain and hold the true peak under the ceiling; (samples, largest reduction in dB).

    One gain for all channels, looking ahead, without delay. Bits of a segment equal those of the whole once `release_s`
    x 8 of pre-roll and `look_s` of what follows are given with it. With a pool the peaks are sought on its threads.
    """
    source = as_samples(samples)
    peaks = _peaks(source, gain_db, ceiling_dbtp, map if pool is None else pool.map)
    return _limited(source, sample_rate, peaks, gain_db, ceiling_dbtp, release_s, look_s)


def _peaks(
    source: Samples, gain_db: float, ceiling_dbtp: float, each: Callable[..., Iterable[Any]] = map
) -> NDArray[np.float32]:
    """True peaks, exact where a gain up to this one could bring them near the ceiling. Shape: (frames,)."""
    frames, taps, gate = (
        source.shape[1],
        peak_taps(),
        np.float32(_NEAR_CEILING * amplitude_from_db(ceiling_dbtp - gain_db)),
    )
    peaks = np.empty(frames, np.float32)

    def find(begin: int, end: int) -> None:
        early, late = max(0, begin - taps.shape[1]), min(frames, end + taps.shape[1])
        found = np.empty(late - early, np.float32)
        peaks_about(np.ascontiguousarray(source[:, early:late]), taps, gate, found)
        peaks[begin:end] = found[begin - early : end - early]

    borders = range(0, frames, _PIECE_FRAMES)
    list(each(find, borders, [*borders[1:], frames]))
    return peaks


def _limited(
    source: Samples,
    sample_rate: int,
    peaks: NDArray[np.float32],
    gain_db: float,
    ceiling_dbtp: float,
    release_s: float,
    look_s: float,
) -> tuple[Samples, float]:
    """The limiter, given the true peaks of its source."""
    gain, ceiling = np.float32(amplitude_from_db(gain_db)), np.float32(amplitude_from_db(ceiling_dbtp))
    out = np.empty_like(source)
    look = max(1, round(look_s * sample_rate))
    lowest = limited(source, peaks, ceiling, gain, look, np.float32(exp(-1.0 / (release_s * sample_rate))), out)
    return out, -db_from_amplitude(float(lowest))


def _faded(samples: Samples, fade: NDArray[np.float32]) -> Samples:
    """The samples themselves, their last frames multiplied by the fade."""
    samples[:, samples.shape[1] - fade.size :] *= fade
    return samples


def _read(meter: Callable[[], float]) -> float:
    return meter()


def master(
    samples: Samples,
    sample_rate: int,
    target_lufs: float = TARGET_LUFS,
    ceiling_dbtp: float = CEILING_DBTP,
    *,
    reduction_db_max: float = REDUCTION_MAX_DB,
    fade_out: NDArray[np.float32] | None = None,
    pool: Executor | None = None,
) -> Mastered:
    """Bring a mix to its loudness under its ceiling: gain, limit, measure, again until it fits (1-4 passes, up to 10
    where it comes slowly to its target).

    Silence stays silence. Where the limiter would take away more than `reduction_db_max`, the gain stops there and the
    loudness stays below its target. The last frames are multiplied by `fade_out` before anything is read, for a quiet
    end may leave the gate of the meter by it. With a pool what does not wait for another runs beside it; the bits are
    the same.
    """
    each = map if pool is None else pool.map
    source, fade = as_samples(samples), np.ones(0, np.float32) if fade_out is None else fade_out
    loudness = measure_loudness_lufs(source, sample_rate)
    if loudness <= SILENCE_DB:
        faint = _faded(source.copy(), fade)
        return Mastered(faint, SILENCE_DB, measure_peak_dbtp(faint), 0.0, 0.0, on_target=False)
    ceiling = ceiling_dbtp - _CEILING_MARGIN_DB
    gain = target_lufs - loudness
    best: Mastered | None = None
    searched_db, peaks = gain + _SPARE_DB, _peaks(source, gain + _SPARE_DB, ceiling, each)
    gain_max = ceiling_dbtp + reduction_db_max - db_from_amplitude(float(peaks.max()))
    for number in range(1, _PASSES_MAX + 1):
        gain = min(gain, gain_max)
        if gain > searched_db:
            searched_db, peaks = gain, _peaks(source, gain, ceiling, each)
        made, reduction = _limited(source, sample_rate, peaks, gain, ceiling, _RELEASE_S, _LOOK_S)
        made = _faded(made, fade)
        meters = (partial(measure_loudness_lufs, made, sample_rate), partial(measure_peak_dbtp, made))
        reached, top = each(_read, meters)
        fits = top <= ceiling_dbtp
        near = abs(reached - target_lufs) <= _TOLERANCE_LU
        best = Mastered(made, reached, top, gain, reduction, on_target=abs(reached - target_lufs) <= _ON_TARGET_LU)
        if fits and (near or gain >= gain_max or (number >= _PASSES and best.on_target)):
            break
        ceiling = ceiling if fits else ceiling - (top - ceiling_dbtp) - _BELOW_DB
        gain += (target_lufs - reached) * (1.0 if reduction < _LIGHT_DB else _OVERSHOOT)
    assert best is not None
    return best
