"""Fader automation: gains over time as one curve, bar by bar, and the riding of a sung stem phrase by phrase."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer.kernels import automate

_RAMP_S = 0.012
"""How long a change of level takes: short beside a sixteenth, long beside a click (20 ms of bass are one period)."""
_BEFORE_S = 0.004
"""How much before the bar line a ramp has ended, so that the first stroke of the bar is whole."""
_HOP_S = 0.04
"""How often the level of a voice is measured: several times in a syllable."""
_RANGE_DB = 40.0
"""What is softer than the loudest moment by more than this is no singing."""
_USUAL_PERCENT = 70
"""The usual level of a voice is that of its louder moments: pauses and breaths must not lower it."""
_SILENT_DB = -55.0
"""A stem whose usual level is below this has nobody to ride."""
_PAUSE_DB = 12.0
"""A pause counts as no softer than this below the usual, so that it pulls no phrase up."""
_PHRASE_HOPS = 14
"""Half a second on each side: a phrase is levelled, its words keep their accents."""
_EVENNESS = 0.45
"""How much of the difference to the usual level is taken out: a little less than half leaves a voice its dynamics."""
_LEVEL_MAX_DB = 5.0
"""The fader goes no further than this up or down."""
_LEAK_HOPS = 4
"""A moment belongs to the singing when somebody sings within 160 ms of it: consonants and breaths stay."""
_EXPAND_BELOW_DB, _EXPAND_SLOPE, _EXPAND_MAX_DB = 17.0, 2.0, 20.0
"""Downward expansion of what a separator leaves where nobody sings: from so far below the usual, so many dB for
each, at most."""
_CLOSING_HOPS = 3
"""The fader closes within an eighth of a second, unheard as a gate."""


@dataclass(frozen=True, eq=False)
class Automation:
    """Fader automation: a gain over the result, straight between points. Unit: frames, amplitude."""

    frames: NDArray[np.float64]
    gains: NDArray[np.float64]

    def apply(self, sound: Samples, first_frame: int) -> None:
        """Change the sound in place."""
        automate(sound, self.frames, self.gains, first_frame)

    def at(self, frames: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.interp(frames, self.frames, self.gains)


def combined(curves: Iterable[Automation | None]) -> Automation | None:
    """Several curves as one; None when there is nothing to do."""
    real = [r for r in curves if r is not None]
    if len(real) <= 1:
        return real[0] if real else None
    frames = np.unique(np.concatenate([r.frames for r in real]))
    gains = np.ones(frames.size)
    for one in real:
        gains = gains * one.at(frames)
    return Automation(frames, gains)


def automation_by_bar(gains: NDArray[np.float64], layout: Layout, *, ramp_s: float = _RAMP_S) -> Automation | None:
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
    return Automation(np.array(frames), np.array(values))


def ride_voice(voice: Audio, layout: Layout, *, clean: bool) -> Automation | None:
    """Vocal riding: the fader levels the phrases of a sung stem, and where it only leaks (not `clean`), closes.

    Computed on the source and carried to wherever its bars play.
    """
    levels = _levels_db(voice)
    loud = levels[levels > levels.max() - _RANGE_DB]
    usual = float(np.percentile(loud, _USUAL_PERCENT)) if loud.size else -60.0
    if usual < _SILENT_DB:
        return None
    slow = _smoothed(np.maximum(levels, usual - _PAUSE_DB), _PHRASE_HOPS)
    gain_db = np.clip((usual - slow) * _EVENNESS, -_LEVEL_MAX_DB, _LEVEL_MAX_DB)
    if not clean:
        near = np.maximum.reduce([np.roll(levels, k) for k in range(-_LEAK_HOPS, _LEAK_HOPS + 1)])
        below = np.maximum(0.0, (usual - _EXPAND_BELOW_DB) - near)
        gain_db = np.where(
            below > 0, np.minimum(gain_db, 0.0) - np.minimum(_EXPAND_MAX_DB, _EXPAND_SLOPE * below), gain_db
        )
        gain_db = _smoothed(gain_db, _CLOSING_HOPS)
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


def _carried(gain_db: NDArray[np.float64], layout: Layout) -> Automation:
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
        return Automation(np.array([0.0]), np.array([1.0]))
    return Automation(np.concatenate(frames), 10.0 ** (np.concatenate(values) / 20.0))
