"""Filters and equalisers, still or sweeping.

Source: A. Simper, "Linear trapezoidal integrated state variable filter" (2012): stable however fast the cutoff moves.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log, pi, sqrt
from typing import Literal, assert_never

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.curve import Curve, values_at
from remixlab.signal.effects.effect import Process
from remixlab.signal.kernels.filtering import cascade
from remixlab.signal.levels import as_samples

FilterMode = Literal["low-pass", "high-pass", "band-pass", "notch", "peak", "low-shelf", "high-shelf"]

_BLOCK = 32
"""A sweeping cutoff moves on every so many frames: 0.7 ms, a multiple of `_GROUP`."""
_GROUP = 4
"""Frames worked at once from the state before them (decision 55)."""
_STILL = 1 << 40
"""Frames that one row of coefficients rules where nothing moves: more than any sound has."""


@dataclass(frozen=True, slots=True)
class Filter:
    """One filter; `slope_db` 24 doubles a pass filter's steepness, `gain_db` belongs to peak and shelves.

    Unit: cutoff in Hz (bounded to 10 Hz and 0.49 of the sample rate), fixed or a curve over the timeline; q 0.1 to 20.
    """

    mode: FilterMode
    cutoff_hz: float | Curve
    q: float = sqrt(0.5)
    gain_db: float = 0.0
    slope_db: Literal[12, 24] = 12

    def __post_init__(self) -> None:
        if not 0.1 <= self.q <= 20:
            raise InvalidAudio("the q of a filter lies between 0.1 and 20")

    @property
    def preroll_s(self) -> float:
        lowest = min(self.cutoff_hz.values) if isinstance(self.cutoff_hz, Curve) else self.cutoff_hz
        return min(4.0, log(1e5) * max(*_qualities(self), 0.71) / (pi * max(lowest, 10.0)) + 0.002)

    @property
    def tail_s(self) -> float:
        return self.preroll_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        return _Cascade((self,), sample_rate, channels, first_frame)


@dataclass(frozen=True, slots=True)
class Equaliser:
    """Filters in series, as one effect."""

    filters: tuple[Filter, ...]

    @property
    def preroll_s(self) -> float:
        return max((each.preroll_s for each in self.filters), default=0.0)

    @property
    def tail_s(self) -> float:
        return self.preroll_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        return _Cascade(self.filters, sample_rate, channels, first_frame)


def tilt(gain_db: float, pivot_hz: float = 700.0) -> Equaliser:
    """Turn the spectrum about a pivot: positive is brighter by `gain_db` from end to end."""
    return Equaliser(
        (Filter("low-shelf", pivot_hz, 0.5, -gain_db / 2), Filter("high-shelf", pivot_hz, 0.5, gain_db / 2))
    )


def _mixed(mode: FilterMode, k: float, gain: float) -> tuple[float, float, float]:
    """Weights of input, band-pass and low-pass; `gain` is the square root of the amplitude at peak or shelf."""
    match mode:
        case "low-pass":
            return 0.0, 0.0, 1.0
        case "high-pass":
            return 1.0, -k, -1.0
        case "band-pass":
            return 0.0, k, 0.0
        case "notch":
            return 1.0, -k, 0.0
        case "peak":
            return 1.0, k * (gain * gain - 1), 0.0
        case "low-shelf":
            return 1.0, k * (gain - 1), gain * gain - 1
        case "high-shelf":
            return gain * gain, k * (1 - gain) * gain, 1 - gain * gain
        case _:
            assert_never(mode)


def _section(filter_: Filter, q: float, cutoffs_hz: NDArray[np.float64], sample_rate: int) -> NDArray[np.float64]:
    """Coefficients a1 a2 a3 m0 m1 m2 for each cutoff. Shape: (rows, 6)."""
    gain = 10 ** (filter_.gain_db / 40)
    warp = np.tan(pi * np.clip(cutoffs_hz, 10.0, 0.49 * sample_rate) / sample_rate)
    k = 1 / q
    match filter_.mode:
        case "peak":
            k /= gain
        case "low-shelf":
            warp = warp / sqrt(gain)
        case "high-shelf":
            warp = warp * sqrt(gain)
        case _:
            pass
    a1 = 1 / (1 + warp * (warp + k))
    weights = np.broadcast_to(np.array(_mixed(filter_.mode, k, gain)), (cutoffs_hz.size, 3))
    return np.column_stack((a1, warp * a1, warp * warp * a1, weights))


def _qualities(filter_: Filter) -> tuple[float, ...]:
    """The q of each section; two for a steep pass filter (Butterworth, scaled by the resonance asked for)."""
    if filter_.slope_db == 12 or filter_.mode not in ("low-pass", "high-pass"):
        return (filter_.q,)
    return 0.5412, 1.3066 * filter_.q / sqrt(0.5)


class _Cascade:
    """Running filters. The sections work on groups of four frames of the timeline; a group that a block cuts is
    worked again with the next.
    """

    def __init__(self, filters: tuple[Filter, ...], sample_rate: int, channels: int, first_frame: int) -> None:
        self._sections = [(each, q) for each in filters for q in _qualities(each)]
        self._moves = any(isinstance(each.cutoff_hz, Curve) for each in filters)
        self._sample_rate = sample_rate
        self._frame = first_frame // _GROUP * _GROUP
        self._pending = np.zeros((channels, first_frame - self._frame), np.float32)
        self._state = np.zeros((len(self._sections), channels, 2))
        self._still = np.zeros((0, 1, 6)) if self._moves or not filters else self._coefficients(np.zeros(1))

    def _coefficients(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        rows = [_section(each, q, values_at(each.cutoff_hz, times_s), self._sample_rate) for each, q in self._sections]
        return np.ascontiguousarray(np.array(rows).reshape(len(rows), -1, 6))

    def __call__(self, block: Samples) -> Samples:
        source = as_samples(block)
        if not self._sections or source.shape[1] == 0:
            return source.copy()
        begun = self._pending.shape[1]
        if begun:
            source = np.concatenate((self._pending, source), axis=1)
        whole = source.shape[1] // _GROUP * _GROUP
        out = np.empty_like(source)
        self._run(source, whole, self._state, out)
        self._frame += whole
        self._pending = source[:, whole:].copy()
        if self._pending.shape[1]:
            last = np.pad(self._pending, ((0, 0), (0, _GROUP - self._pending.shape[1])))
            made = np.empty_like(last)
            self._run(last, _GROUP, self._state.copy(), made)
            out[:, whole:] = made[:, : source.shape[1] - whole]
        return np.ascontiguousarray(out[:, begun:])

    def _run(self, source: Samples, frames: int, state: NDArray[np.float64], out: Samples) -> None:
        """The first frames of the source through all sections, from the frame that has been reached."""
        if self._moves:
            rows = np.arange(self._frame // _BLOCK, (self._frame + frames - 1) // _BLOCK + 1)
            table = self._coefficients((rows + 0.5) * _BLOCK / self._sample_rate)
            cascade(source, frames, table, self._frame % _BLOCK, _BLOCK, state, out)
        else:
            cascade(source, frames, self._still, 0, _STILL, state, out)
