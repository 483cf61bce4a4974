"""Drum hits: which piece strikes when, from the rise of energy in the bands where each piece lives."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, uniform_filter1d

from remixlab.domain.music import DrumHit, DrumPiece
from remixlab.listening.frames import FPS, Array

_THRESHOLD: dict[DrumPiece, float] = {"kick": 0.3, "snare": 0.35, "hat": 0.25}


def find_hits(flux: Array) -> tuple[DrumHit, ...]:
    """Kick, snare and hat. Shape: flux (3, frames), low, mid, high."""
    low, mid, high = (_evened(band) for band in flux)
    strength: dict[DrumPiece, NDArray[np.float64]] = {
        "kick": low * (1 - 0.3 * mid),
        "snare": np.sqrt(mid * high) * (1 - 0.4 * low),
        "hat": high * (1 - 0.5 * mid),
    }
    hits: list[DrumHit] = []
    for piece, curve in strength.items():
        peaks = np.flatnonzero((curve == maximum_filter1d(curve, 7)) & (curve > _THRESHOLD[piece]))
        hits += [DrumHit(time_s=float(p / FPS), piece=piece, velocity=float(np.clip(curve[p], 0.05, 1))) for p in peaks]
    return tuple(sorted(hits, key=lambda h: (h.time_s, h.piece)))


def _evened(band: Array) -> NDArray[np.float64]:
    above = np.maximum(0, band - uniform_filter1d(band, round(FPS / 2)))
    ceiling = np.percentile(above, 99.5) if above.size else 0.0
    return np.clip(above / (ceiling + 1e-6), 0, 1).astype(np.float64) if ceiling > 0.02 else np.zeros(len(band))
