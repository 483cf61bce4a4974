"""Tables for reading a sample between its frames: a windowed sinc that also keeps out what would fold back.

Read faster than it was recorded, a sample holds more than the result can carry; the tables get narrower by steps of a
whole tone and longer in the same measure. Source: J. O. Smith, Digital Audio Resampling (bandlimited interpolation).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from numpy.typing import NDArray

RATIO_MAX = 16
"""Four octaves up: beyond it a sample is of no use, and the tables grow with it."""
PHASES = 256
"""Fractions that are tabled; between two the reader blends in a straight line, -94 dB from exact."""
_TAPS = 32
"""Frames that a sample is read from where it is not read faster."""
_STEPS_PER_OCTAVE = 6
"""A table for every whole tone: at most a ninth of the band is lost."""
_KAISER_BETA = 7.5
"""Side lobes of the window are 75 dB down, under the noise of 16-bit samples that fold back."""
_PASS_BAND = 0.92
"""Part of the band that passes at half level; a sharper edge would need longer tables."""


def sinc_table(ratio: float) -> NDArray[np.float32]:
    """The table for reading at most `ratio` frames per frame. Shape: (PHASES + 1, taps)."""
    return _table(max(0, math.ceil(_STEPS_PER_OCTAVE * math.log2(max(1.0, ratio)) - 1e-9)))


@cache
def _table(step: int) -> NDArray[np.float32]:
    ratio = 2.0 ** (step / _STEPS_PER_OCTAVE)
    taps = 8 * math.ceil(_TAPS * ratio / 8)
    phases = np.arange(PHASES + 1)[:, None] / PHASES
    distance = np.arange(taps)[None, :] - (taps // 2 - 1) - phases
    band = _PASS_BAND / ratio
    inside = np.clip(1.0 - (2.0 * distance / taps) ** 2, 0.0, 1.0)
    table = band * np.sinc(band * distance) * np.i0(_KAISER_BETA * np.sqrt(inside)) / np.i0(_KAISER_BETA)
    # Each phase passes what does not move, so that a loop has no hum at the rate of the phases.
    return np.ascontiguousarray(table / table.sum(axis=1, keepdims=True), dtype=np.float32)
