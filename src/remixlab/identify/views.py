"""The ways to listen to one recording: what both sides have in common, what they have against each other, each alone,
and all of it backwards.

Whoever wants a copy to pass unknown keeps one of them and drops the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.signal.downmix import to_stereo

Floats = NDArray[np.float32]
View = Literal["mix", "side", "left", "right"]
"""`mix` is the mean of both sides, `side` half their difference."""
VIEWS: tuple[View, ...] = ("mix", "side", "left", "right")
"""All of them, in the order in which they are numbered."""
KEPT: tuple[View, ...] = ("mix", "side")
"""Of a known recording these are kept in the index: either channel alone is close to one of the two."""

_SIDE_LEAST = 0.02
"""Of a recording's level: what is softer, by 34 dB, is nothing but the dither and the codec of a mono recording."""
_SAME = 0.97
"""Channels that are so alike tell the same: one instrument, panned."""
_CHANNELS_APART = 0.6
"""Channels that are less alike than this may hold different music."""


def other_views(recording: Audio) -> Iterator[tuple[View, Floats]]:
    """The views besides the mix that tell something of their own, as one channel each."""
    if recording.channels < 2:
        return
    left, right = to_stereo(recording.samples)
    mix, side = (left + right) * np.float32(0.5), (left - right) * np.float32(0.5)
    if _level(side) <= _SIDE_LEAST * (_level(left) + _level(right)):
        return
    if _likeness(mix, side) < _SAME:
        yield "side", side
    if _likeness(left, right) < _CHANNELS_APART:
        yield "left", left
        yield "right", right


def _likeness(one: Floats, other: Floats) -> float:
    """How alike two channels are, whatever their level and polarity: 1 for the same, 0 for unrelated ones."""
    together = float(np.vdot(one, other)) / max(1, one.size)
    return abs(together) / max(_level(one) * _level(other), 1e-12)


def _level(samples: Floats) -> float:
    """The root of the mean square; 0 for nothing."""
    return float(np.sqrt(np.mean(samples * samples, dtype=np.float64))) if samples.size else 0.0
