"""Splice: put other sound in place of a stretch, so that nobody hears a seam and nothing is louder than around it."""

from __future__ import annotations

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Samples

SEAM_S = 0.03
"""Half of a crossfade: as long as an attack, shorter than a note."""
_AROUND_S = 4.0
"""What a stretch shall be as loud as: two bars before it and two after it."""
_SILENT_RMS = 1e-5
"""-100 dB: a level below it is that of silence, and not matched."""


def splice(sound: Samples, other: Samples | None, start: int, end: int) -> Samples:
    """The sound with `other`, which runs beside it frame by frame, from `start` to `end`; with silence for None.

    The other sound is brought to the level of what is around it. Shape: (channels, frames), all of them.
    """
    seam = min(round(SEAM_S * SAMPLE_RATE), max(1, (end - start) // 4))
    share = _share(sound.shape[1], start, end, seam)
    kept = sound * (1 - share)
    if other is None:
        return kept.astype(np.float32)
    laid = np.zeros_like(sound)
    length = min(sound.shape[1], other.shape[1])
    laid[:, :length] = other[:, :length]
    gain = _level_around(sound, start, end) / max(_rms(laid[:, start:end]), _SILENT_RMS)
    return (kept + laid * share * np.float32(gain)).astype(np.float32)


def _share(frames: int, start: int, end: int, seam: int) -> Samples:
    """How much of each frame is replaced; equal powers would be too loud where both play the same chord."""
    places = np.array([start - seam, start + seam, end - seam, end + seam], np.float64)
    return np.interp(np.arange(frames), places, [0.0, 1.0, 1.0, 0.0]).astype(np.float32)


def _level_around(sound: Samples, start: int, end: int) -> float:
    """The level before and behind a stretch; where nothing is there, or all is silent, its own."""
    reach = round(_AROUND_S * SAMPLE_RATE)
    around = np.concatenate([sound[:, max(0, start - reach) : start], sound[:, end : end + reach]], axis=1)
    level = _rms(around)
    return level if level > _SILENT_RMS else _rms(sound[:, start:end])


def _rms(sound: Samples) -> float:
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64)))) if sound.size else 0.0
