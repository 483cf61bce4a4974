"""Modulators: how velocity and key bend the generators of a zone.

Nobody turns a wheel while a part is rendered, so every controller rests, and a modulator is a
number known when the note begins. Source: SoundFont Technical Specification 2.04, sections 8.2 to 8.4 and 9.5.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from remixlab.signal.soundfont.generators import Gen

_RESTING: Mapping[int, int] = MappingProxyType({7: 127, 10: 64, 11: 127})
"""Volume and expression are open and pan is in the middle, for a desk sets them here; everything else is at zero."""
_CONTROLLER_BIT = 0x80
"""Set where a source's index means a MIDI controller (SoundFont 2.04, section 8.2.1)."""


class Modulator(NamedTuple):
    source: int
    destination: int
    amount: int
    scale: int
    transform: int

    @property
    def identity(self) -> tuple[int, int, int]:
        """Of two modulators with the same identity the nearer to the sample wins."""
        # Velocity to cutoff was published with two secondary sources; fonts that switch it off use either.
        both = self.source == 0x0102 and self.destination == Gen.FILTER_CUTOFF and self.scale in (0, 0x0D02)
        return (self.source, self.destination, 0 if both else self.scale)


STANDARD: tuple[Modulator, ...] = (
    Modulator(0x0502, Gen.ATTENUATION, 960, 0, 0),
    Modulator(0x0102, Gen.FILTER_CUTOFF, -2400, 0, 0),
)
"""The modulators that every zone has unless it says otherwise, as far as they do something where every controller
rests.
"""


def merge(*layers: Sequence[Modulator]) -> tuple[Modulator, ...]:
    """Each layer over the one before it: what has the same identity is replaced."""
    merged: dict[tuple[int, int, int], Modulator] = {}
    for layer in layers:
        merged |= {one.identity: one for one in layer}
    return tuple(merged.values())


def effects_of(modulators: Iterable[Modulator], key: int, velocity: int) -> dict[int, float]:
    """What the modulators add to each generator for one note."""
    added: dict[int, float] = {}
    for one in modulators:
        value = (
            one.amount * _level(one.source, key, velocity) * (_level(one.scale, key, velocity) if one.scale else 1.0)
        )
        added[one.destination] = added.get(one.destination, 0.0) + (abs(value) if one.transform == 2 else value)
    return added


def _level(source: int, key: int, velocity: int) -> float:
    """Where a source stands, from 0 to 1, or from -1 to 1 when it is bipolar."""
    index, falls, bipolar, curve = source & 0x7F, bool(source & 0x100), bool(source & 0x200), source >> 10
    position = _position(index, bool(source & _CONTROLLER_BIT), key, velocity)
    if position is None:
        return 0.0
    if not bipolar:
        return _bend(1.0 - position if falls else position, curve)
    swing = 2.0 * position - 1.0
    return math.copysign(_bend(abs(swing), curve), -swing if falls else swing) if swing else 0.0


def _position(index: int, is_controller: bool, key: int, velocity: int) -> float | None:
    """Of 0 (lowest) to 1 (highest); None for what is no source."""
    if is_controller:
        value = _RESTING.get(index, 0)
        return 0.5 if value == 64 else value / 127.0
    match index:
        case 2:
            return velocity / 127.0
        case 3:
            return key / 127.0
        case 10 | 13:
            return 0.0
        case 14:
            return 0.5
        case 16:
            return 2.0 / 127.0
        case _:
            return None


def _bend(x: float, curve: int) -> float:
    match curve:
        case 1:
            return concave(x)
        case 2:
            return 1.0 - concave(1.0 - x)
        case 3:
            return 1.0 if x >= 0.5 else 0.0
        case _:
            return x


def concave(x: float) -> float:
    """Slow first, then steep: what makes loudness follow velocity by the square."""
    return 1.0 if x >= 1.0 else min(1.0, -(400.0 / 960.0) * math.log10(1.0 - x))
