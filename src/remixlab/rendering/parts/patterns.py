"""Step notation laid over the bars of a result: meter, pace, swing, accents and the human hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import log2
from typing import NamedTuple

import numpy as np

from remixlab.plan.styles import BEATS_PER_PATTERN_BAR, Accents, Style, steps_of, steps_per_beat_of
from remixlab.rendering.layout import Layout, ResultBar

TIE = "_"
REST = "."
SYMBOL_VELOCITY = {"X": 0.95, "x": 0.74, "o": 0.5, "g": 0.3, "d": 0.78, "u": 0.56, "t": 0.55, "b": 0.8}

# How strongly human drummers play each sixteenth of a bar against the strongest, by kind of music; the mean over the
# performances of that kind. Source: Groove MIDI Dataset (Gillick et al., ICML 2019), CC BY 4.0.
_HAT_ACCENTS: dict[Accents, tuple[float, ...]] = {
    "machine": (1.0, 0.86, 0.93, 0.86) * 4,
    "rock": (0.87, 0.43, 0.7, 0.62, 0.96, 0.58, 0.68, 0.63, 0.82, 0.61, 0.72, 0.62, 1.0, 0.52, 0.65, 0.58),
    "funk": (0.83, 0.36, 0.64, 0.37, 1.0, 0.37, 0.6, 0.45, 0.73, 0.38, 0.7, 0.36, 0.9, 0.4, 0.65, 0.42),
    "hip-hop": (0.92, 0.42, 0.53, 0.45, 1.0, 0.46, 0.57, 0.4, 0.83, 0.52, 0.6, 0.47, 0.97, 0.49, 0.65, 0.57),
    "jazz": (0.86, 0.77, 0.8, 0.8, 0.97, 0.86, 0.83, 0.83, 0.85, 0.86, 0.87, 0.73, 1.0, 0.86, 0.83, 0.79),
    "latin": (0.95, 0.63, 0.75, 0.9, 0.9, 0.77, 0.72, 0.9, 0.85, 0.83, 0.83, 0.69, 0.94, 0.74, 0.72, 0.8),
    "disco": (0.93, 0.63, 0.9, 0.8, 0.74, 0.65, 0.79, 0.98, 0.91, 0.63, 1.0, 0.84, 0.7, 0.72, 0.86, 0.93),
    "reggae": (0.45, 0.4, 1.0, 0.4, 0.56, 0.4, 0.74, 0.86, 0.72, 0.6, 0.74, 0.63, 0.58, 0.36, 0.88, 0.9),
    "afro": (0.93, 0.5, 0.88, 0.6, 0.9, 0.62, 0.84, 1.0, 0.78, 0.6, 0.88, 0.95, 0.78, 0.75, 0.76, 0.84),
}
# Where the sixteenths between the eighths fall in those performances. Unit: ms late at 100 bpm.
_LEAN_MS: dict[Accents, float] = {
    "machine": 0.0, "rock": 2.0, "funk": 9.0, "hip-hop": 7.0, "jazz": 4.0, "latin": -4.0, "disco": 2.0, "reggae": 5.0, "afro": -4.0,
}  # fmt: skip


class Step(NamedTuple):
    """One symbol over beats of the result."""

    beat: float
    symbol: str
    length: float
    sixteenth: int


@dataclass(frozen=True, slots=True)
class Pattern:
    """Symbols on a loop of whole bars. Unit: pattern beats."""

    events: tuple[tuple[float, str, float], ...]
    length: float
    bar: float


@lru_cache(maxsize=1024)
def pattern_of(text: str, meter: str) -> Pattern:
    """The steps as symbols with lengths, in the meter of the song."""
    steps = steps_of(text)
    per_beat = steps_per_beat_of(text)
    events: list[tuple[float, str, float]] = []
    for k, symbol in enumerate(steps):
        if symbol == TIE and events:
            beat, what, _ = events[-1]
            events[-1] = (beat, what, (k + 1) / per_beat - beat)
        elif symbol not in (REST, TIE):
            events.append((k / per_beat, symbol, 1.0 / per_beat))
    ended = _sounding_until_next(events, len(steps) / per_beat) if TIE not in steps else events
    return _in_meter(ended, len(steps) / per_beat, meter)


def _sounding_until_next(events: list[tuple[float, str, float]], length: float) -> list[tuple[float, str, float]]:
    """Without ties every symbol may sound until the next one, the last one until the first comes round again."""
    following = [*(beat for beat, _, _ in events[1:]), *(length + beat for beat, _, _ in events[:1])]
    return [(beat, symbol, max(1e-3, nxt - beat)) for (beat, symbol, _), nxt in zip(events, following, strict=True)]


def _in_meter(events: list[tuple[float, str, float]], length: float, meter: str) -> Pattern:
    """Three-four drops the third beat of four; six-eight plays each beat of four as three eighths."""
    bar = BEATS_PER_PATTERN_BAR
    if meter == "3/4":
        kept = [(b, s, n) for b, s, n in events if int(b % bar) != 2]
        moved = [(b // bar * 3 + (b % bar if b % bar < 2 else b % bar - 1), s, n) for b, s, n in kept]
        return Pattern(tuple((b, s, min(n, 3 - b % 3)) for b, s, n in moved), length * 3 / bar, 3.0)
    if meter == "6/8":
        places = {0: 0.0, 1: 1.0, 2: 2.0, 3: 2.5}
        moved = [(int(b) * 3 + places[min(3, int((b % 1) * 4 + 0.01))], s, n * 3) for b, s, n in events]
        return Pattern(tuple(moved), length * 3, 6.0)
    return Pattern(tuple(events), length, float(bar))


def pace_of(style: Style, layout: Layout) -> float:
    """How fast the style's beat runs against the song's: 1, or double or half time where that is nearer to the style's tempo."""
    low, high = style.tempo_bpm

    def distance(pace: float) -> float:
        tempo = layout.tempo_bpm * pace * (1.0 if layout.meter != "6/8" else 1 / 3)
        outside = max(0.0, log2(low / tempo), log2(tempo / high))
        return outside + (0.0 if pace == 1.0 else 0.12)

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
                warped = warp(at, swing, swing_unit)
                yield Step(bar.first + (warped - start) / pace, symbol, length / pace, int(at * 4 + 0.01) % 16)
        loop += 1


def _felt(pace: float, feel: str) -> float:
    return pace * {"half": 0.5, "double": 2.0}.get(feel, 1.0)


def _swung(swing: float, bar: ResultBar) -> float:
    if bar.feel == "shuffled":
        return max(swing, 0.85, bar.swing)
    return max(swing, bar.swing)


def warp(beat: float, swing: float, unit: str) -> float:
    """Delay the second half of each beat (or half beat): all the way, swing 1, to the third triplet."""
    if swing == 0.0:
        return beat
    size = 1.0 if unit == "8th" else 0.5
    whole = beat // size * size
    part = (beat - whole) / size
    middle = 0.5 + swing / 6.0
    bent = part * 2 * middle if part < 0.5 else middle + (part - 0.5) * 2 * (1 - middle)
    return whole + bent * size


def hat_accent(accents: Accents, sixteenth: int) -> float:
    """How strong a stroke of the right hand is at a place of the bar."""
    return _HAT_ACCENTS[accents][sixteenth % 16]


class Hand:
    """A player's timing and touch: a slow drift that all strokes share, and a little of its own for each."""

    def __init__(self, rng: np.random.Generator, looseness_ms: float, spread: float, accents: Accents, tempo_bpm: float) -> None:
        self._rng, self._spread = rng, spread
        self._own_s, self._shared_s = looseness_ms * 6e-4, looseness_ms * 7e-4
        self._lean_s = _LEAN_MS[accents] * 1e-3 * 100.0 / tempo_bpm
        self._beat_s = 60.0 / tempo_bpm
        self._drift = 0.0
        self._last = -1.0

    def place(self, beat: float, sixteenth: int, late_ms: float = 0.0) -> float:
        """The beat at which it is really played."""
        if beat > self._last + 0.2:
            self._drift = 0.85 * self._drift + 0.53 * float(self._rng.standard_normal())
            self._last = beat
        lean = self._lean_s if sixteenth % 2 else 0.0
        off_s = self._shared_s * self._drift + self._own_s * self._jitter() + lean + late_ms * 1e-3
        return max(0.0, beat + off_s / self._beat_s)

    def touch(self, velocity: float) -> float:
        """The velocity with which it is really played."""
        return min(1.0, max(0.05, velocity * (1.0 + self._spread * self._jitter())))

    def _jitter(self) -> float:
        return min(2.0, max(-2.0, float(self._rng.standard_normal())))
