"""Informed marking: listen as the detector will, and move the mark's strength to where the music hides it from the
detector.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.seal.code import CODED_BITS
from remixlab.seal.evidence import UNCHANGED, measure_power, measure_tiles
from remixlab.seal.pattern import BANDS, BLOCK_SLOTS

_PHASES = 4
"""Parts of a slot that are listened at, half as many as to detect."""
_LAG_ROWS = -1
"""A slot's gains are centred a quarter of a slot before the detector's tile of the same number."""
_STRONGER, _WEAKER = np.float32(1.3), np.float32(0.8)
"""A step for bits that are read worse than the median, and for those read better; two passes reach the bounds."""
_SOFTEST, _STRONGEST = np.float32(0.6), np.float32(1.6)
"""Bounds of a tile's strength, so that no bit is given up and none heard; the mean stays as it was."""
_ROLES = CODED_BITS + 1
"""Coded bits, and one for sync."""


def balance_gains(
    marked: Audio, gains_db: NDArray[np.float32], roles: NDArray[np.int16], depth_db: float
) -> NDArray[np.float32]:
    """Gains that give every coded bit of every block about the same evidence, at the same mean strength.

    Shape: gains_db and roles (slots, BANDS).
    """
    tiles = measure_tiles(measure_power(marked), UNCHANGED, _PHASES)
    slots = len(gains_db)
    rows = np.arange(slots) * _PHASES + _LAG_ROWS
    heard = (rows >= 0) & (rows < len(tiles))
    if not heard.any():
        return gains_db
    evidence = np.zeros((slots, BANDS), np.float32)
    evidence[heard] = tiles[rows[heard]]
    evidence *= np.sign(gains_db)
    # One group per block and coded bit; the sync tiles of a block are one group more.
    groups = (np.arange(slots)[:, None] // BLOCK_SLOTS) * _ROLES + roles + 1
    sizes = np.maximum(np.bincount(groups.ravel()), 1)
    margins = np.bincount(groups.ravel(), evidence.ravel()) / sizes
    middle = np.median(margins)
    steps = np.where(margins < middle, _STRONGER, _WEAKER)
    strength = np.clip(np.abs(gains_db) / np.float32(depth_db) * steps[groups], _SOFTEST, _STRONGEST)
    strength /= np.sqrt(np.mean(strength**2))
    return (np.sign(gains_db) * strength * np.float32(depth_db)).astype(np.float32)
