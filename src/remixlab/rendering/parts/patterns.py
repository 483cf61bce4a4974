"""Step notation laid over the bars of a result: meter, pace and swing."""

from __future__ import annotations

from collections.abc import Iterator
from math import log2
from typing import NamedTuple

from remixlab.band import PAIR_BEATS, pattern_of, swung
from remixlab.plan.styles import Style
from remixlab.rendering.layout import Layout, ResultBar

_LEAVING_COSTS = 0.12
"""In octaves of tempo: a style runs in half or double time only where that is clearly nearer to its own tempo."""
_SHUFFLE = 0.85
"""A shuffle is a swing of nearly a full triplet."""


class Step(NamedTuple):
    """One symbol over beats of the result."""

    beat: float
    symbol: str
    length: float
    sixteenth: int


def pace_of(style: Style, layout: Layout) -> float:
    """How fast the style's beat runs against the song's: 1, or double or half time where that is nearer to the
    style's tempo."""
    low, high = style.tempo_bpm

    def distance(pace: float) -> float:
        tempo = layout.tempo_bpm * pace * (1.0 if layout.meter != "6/8" else 1 / 3)
        outside = max(0.0, log2(low / tempo), log2(tempo / high))
        return outside + (0.0 if pace == 1.0 else _LEAVING_COSTS)

    return min((1.0, 0.5, 2.0), key=distance)


def lay(text: str, bar: ResultBar, meter: str, *, pace: float, swing: float, swing_unit: str) -> Iterator[Step]:
    """The steps of a pattern that fall into one bar of the result, in order."""
    pattern = pattern_of(text, meter)
    swing_unit = "8th" if bar.swing > swing or bar.feel == "shuffled" else swing_unit
    if pace < 1.0:
        swing_unit = "16th"  # in half time the pattern's off-beats are beats of the song, on which the voice stays
    pace = _felt(pace, bar.feel)
    swing = _swung(swing, bar)
    start = bar.place * pattern.bar * pace
    span = bar.beats * pace
    loop = int(start // pattern.length)
    while loop * pattern.length < start + span:
        for position, symbol, length in pattern.events:
            at = loop * pattern.length + position
            if start - 1e-9 <= at < start + span - 1e-9:
                warped = swung(at, swing, PAIR_BEATS[swing_unit])
                yield Step(bar.first + (warped - start) / pace, symbol, length / pace, int(at * 4 + 0.01) % 16)
        loop += 1


def _felt(pace: float, feel: str) -> float:
    return pace * {"half": 0.5, "double": 2.0}.get(feel, 1.0)


def _swung(swing: float, bar: ResultBar) -> float:
    if bar.feel == "shuffled":
        return max(swing, _SHUFFLE, bar.swing)
    return max(swing, bar.swing)
