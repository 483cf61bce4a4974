"""Levels over time as one curve: bars that are louder, softer or silent, dips under the kick, the rider on the voice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio, Samples
from remixlab.rendering.layout import SAMPLE_RATE, Layout
from remixlab.rendering.mixer.kernels import ride

_RAMP_S = 0.012
_BEFORE_S = 0.004
_HOP_S = 0.04
_EXPAND_BELOW_DB, _EXPAND_MAX_DB = 17.0, 20.0
_LEVEL_MAX_DB = 5.0


@dataclass(frozen=True, eq=False)
class Ride:
    """A gain over the result, straight between points. Unit: frames, amplitude."""

    frames: NDArray[np.float64]
    gains: NDArray[np.float64]

    def apply(self, sound: Samples, first_frame: int) -> None:
        """Change the sound in place."""
        ride(sound, self.frames, self.gains, first_frame)

    def at(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(frames, self.frames, self.gains)


def combined(rides: Iterable[Ride | None]) -> Ride | None:
    """Several rides as one; None when there is nothing to do."""
    real = [r for r in rides if r is not None]
    if len(real) <= 1:
        return real[0] if real else None
    frames = np.unique(np.concatenate([r.frames for r in real]))
    gains = np.ones(frames.size)
    for one in real:
        gains = gains * one.at(frames)
    return Ride(frames, gains)


def ride_by_bar(gains: NDArray[np.float64], layout: Layout, *, ramp_s: float = _RAMP_S) -> Ride | None:
    """One gain per bar, with ramps that end just before each bar; None when it is 1 throughout."""
    if np.all(gains == 1.0):
        return None
    frames: list[float] = [0.0]
    values: list[float] = [float(gains[0])]
    for k in range(1, gains.size):
        if gains[k] != gains[k - 1]:
            at = (layout.bars[k].start_s - _BEFORE_S) * SAMPLE_RATE
            frames += [at - ramp_s * SAMPLE_RATE, at]
            values += [float(gains[k - 1]), float(gains[k])]
    return Ride(np.array(frames), np.array(values))


def dips(times_s: NDArray[np.float64], depth_db: float, release_s: float) -> Ride | None:
    """Down at each moment, back up after it: the bow of a side-chained mix, known beforehand and so without lag."""
    if times_s.size == 0 or depth_db <= 0:
        return None
    shares = np.array([0.0, 0.12, 0.3, 0.55, 0.8, 1.0])
    recovery = 0.5 - 0.5 * np.cos(np.pi * shares**0.8)
    points = np.unique(np.concatenate([times_s - 0.007, *(times_s + share * release_s for share in shares)]))
    index = np.searchsorted(times_s, points + 1e-9, side="right") - 1
    since = points - times_s[np.maximum(index, 0)]
    down = np.where(index >= 0, 1.0 - np.interp(since / release_s, shares, recovery), 0.0)
    return Ride(points * SAMPLE_RATE, 10.0 ** (-depth_db * down / 20.0))


def ride_of_voice(voice: Audio, layout: Layout, *, clean: bool) -> Ride | None:
    """A hand on the fader of a sung stem: levels its phrases, and where it only leaks (not `clean`), closes it.

    Computed on the source and carried to wherever its bars play.
    """
    levels = _levels_db(voice)
    loud = levels[levels > levels.max() - 40.0]
    usual = float(np.percentile(loud, 70)) if loud.size else -60.0
    if usual < -55.0:
        return None
    slow = _smoothed(np.maximum(levels, usual - 12.0), 14)
    gain_db = np.clip((usual - slow) * 0.45, -_LEVEL_MAX_DB, _LEVEL_MAX_DB)
    if not clean:
        near = np.maximum.reduce([np.roll(levels, k) for k in range(-4, 5)])
        below = np.maximum(0.0, (usual - _EXPAND_BELOW_DB) - near)
        gain_db = np.where(below > 0, np.minimum(gain_db, 0.0) - np.minimum(_EXPAND_MAX_DB, 2.0 * below), gain_db)
        gain_db = _smoothed(gain_db, 3)
    return _carried(gain_db, layout)


def _levels_db(sound: Audio) -> NDArray[np.float64]:
    """Level in steps of 40 ms, from every fourth frame."""
    hop = round(_HOP_S * sound.sample_rate / 4) * 4
    count = max(1, sound.length_frames // hop)
    power = np.zeros(count)
    for channel in sound.samples:
        if sound.length_frames < hop:
            return np.array([-90.0])
        thin = channel[: count * hop].reshape(count, hop)[:, ::4]
        power += np.einsum("ij,ij->i", thin, thin, dtype=np.float32) / thin.shape[1]
    return 10 * np.log10(power / sound.channels + 1e-9)


def _smoothed(values: NDArray[np.float64], reach: int) -> NDArray[np.float64]:
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(values, reach, mode="edge")
    return np.asarray(np.convolve(padded, window / window.sum(), mode="valid"), np.float64)


def _carried(gain_db: NDArray[np.float64], layout: Layout) -> Ride:
    """A curve of the source over the bars of the result."""
    frames: list[NDArray[np.float64]] = []
    values: list[NDArray[np.float64]] = []
    for bar in layout.bars:
        first, last = bar.source_s[0], bar.source_s[-1]
        times = np.arange(np.ceil(first / _HOP_S + 0.5), np.floor(last / _HOP_S + 0.5)) * _HOP_S
        if times.size == 0:
            continue
        at = np.interp(times, np.arange(gain_db.size) * _HOP_S + _HOP_S / 2, gain_db)
        frames.append((bar.start_s + (times - first) / bar.ratio) * SAMPLE_RATE)
        values.append(at)
    if not frames:
        return Ride(np.array([0.0]), np.array([1.0]))
    return Ride(np.concatenate(frames), 10.0 ** (np.concatenate(values) / 20.0))
