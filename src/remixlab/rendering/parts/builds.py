"""Builds: one, two or four bars of growing strokes before a part that lifts, in the song's own tempo."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Stem
from remixlab.domain.notes import BeatHit
from remixlab.plan.ops import Mute
from remixlab.rendering.layout import ResultBar
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.phrasing import hand_of

_FROM, _TO = 0.22, 0.78
"""How softly a roll begins and how strongly it arrives. Unit: velocity."""
_STAGES = ((0.0, 1.0), (0.5, 0.5), (0.75, 0.25))
"""From which share of a build on strokes fall how often: beats, eighths, sixteenths. Unit: beats."""
_LAST_BEAT_STEP = 0.125
"""A machine ends in thirty-seconds; hands do not."""
_SHORT_BARS, _LONG_BARS, _LONGEST_BARS = 1, 2, 4
"""A build takes so many bars into a first chorus after a short part, usually, and into the last chorus."""


def lifts(bar: ResultBar) -> bool:
    """Whether a bar begins a part that lifts."""
    return bar.place == 0 and bar.position > 0 and bar.label in ("chorus", "solo")


def build_bars(cast: Cast, target: ResultBar) -> int:
    """How many bars before a lifting part its build begins; 0 where the style has none or there is no room."""
    if not cast.style.ear.riser or cast.partial or cast.layered:
        return 0
    before = cast.layout.bars[target.position - 1]
    if before.label == target.label or before.length < 4:
        return 0
    lasts = max(bar.occurrence for bar in cast.layout.bars if bar.label == target.label)
    if before.length >= 8 and target.occurrence == lasts > 1:
        return _LONGEST_BARS
    return _LONG_BARS if before.length >= 8 else _SHORT_BARS


def builds_in(cast: Cast, bar: ResultBar) -> bool:
    """Whether a build ends with this bar: no fill is played against it."""
    following = bar.position + 1
    if not bar.is_last_of_section or following >= len(cast.layout.bars):
        return False
    target = cast.layout.bars[following]
    return lifts(target) and build_bars(cast, target) > 0


def roll_into(cast: Cast, target: ResultBar, bars: int, share: float = 1.0) -> tuple[BeatHit, ...]:
    """A roll over the bars before a part: beats, eighths, sixteenths, ever stronger; silent where the style drops."""
    first = float(cast.layout.bars[target.position - bars].first)
    last = cast.layout.bars[target.position - 1]
    end = last.first + cast.drop_from(last)
    length = target.first - first
    piece = "snare" if hand_of(cast.style.groove) == "machine" else "tom-low"
    silent = _silent_beats(cast)
    strokes: list[BeatHit] = []
    beat = first
    while beat < end - 1e-6:
        way = (beat - first) / length
        if not silent[int(beat)]:
            strokes.append(BeatHit(beat, piece, share * (_FROM + (_TO - _FROM) * way)))
        step = next(step for begin, step in reversed(_STAGES) if way >= begin)
        if hand_of(cast.style.groove) == "machine" and target.first - beat <= 1.0 + 1e-6:
            step = _LAST_BEAT_STEP
        beat += step
    return tuple(strokes)


def _silent_beats(cast: Cast) -> NDArray[np.bool_]:
    """The beats in which the plan silences the drums: a hole before a drop stays one. Shape: (beats,)."""
    silent = np.zeros(cast.layout.beats_s.size, np.bool_)
    for op, bars in cast.layout.verbs:
        if isinstance(op, Mute) and Stem.DRUMS in op.on:
            for index in np.flatnonzero(bars):
                bar = cast.layout.bars[index]
                silent[bar.first : bar.first + bar.beats] = True
    return silent
