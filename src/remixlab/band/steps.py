"""Step notation (a drum machine's): one character for each step, `_` holds, `.` rests, everything else is a symbol.

What the symbols mean is said where they are used: `plan/styles/schema.py` for styles, `compose/` for its own bands.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from remixlab.plan.styles import BEATS_PER_PATTERN_BAR, steps_of, steps_per_beat_of

TIE = "_"
REST = "."
SYMBOL_VELOCITY = {"X": 0.95, "x": 0.74, "o": 0.5, "g": 0.3, "d": 0.78, "u": 0.56, "t": 0.55, "b": 0.8}
"""How strongly a style's symbols are struck: accent, normal, soft, ghost; strums down and up; the upper voices, the
lowest."""


class StepNote(NamedTuple):
    """One symbol with the steps over which it is held. Unit: steps; `end` is the first that is no more its own."""

    start: int
    symbol: str
    end: int


def read_steps(steps: str) -> tuple[StepNote, ...]:
    """The symbols of a pattern in order; a hold lengthens the symbol before it, one at the beginning is silent."""
    notes: list[StepNote] = []
    for step, symbol in enumerate(steps):
        if symbol == TIE and notes:
            notes[-1] = notes[-1]._replace(end=step + 1)
        elif symbol not in (REST, TIE):
            notes.append(StepNote(step, symbol, step + 1))
    return tuple(notes)


_TAKEN: Final = {"3/4": (0, 1, 3), "5/4": (0, 1, 2, 3, 3), "7/4": (0, 1, 2, 3, 0, 1, 3)}
"""Three-four drops the third beat of four, five ends with its last one twice, seven is four and three."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """Symbols on a loop of whole bars: events are (beat, symbol, length). Unit: pattern beats."""

    events: tuple[tuple[float, str, float], ...]
    length: float
    bar: float


@lru_cache(maxsize=1024)
def pattern_of(text: str, meter: str) -> Pattern:
    """The steps of a style's pattern as symbols with lengths, in the meter of the song."""
    steps = steps_of(text)
    per_beat = steps_per_beat_of(text)
    length = len(steps) / per_beat
    events = [(note.start / per_beat, note.symbol, _length(note, per_beat)) for note in read_steps(steps)]
    return _in_meter(events if TIE in steps else _sounding_until_next(events, length), length, meter)


def _length(note: StepNote, per_beat: int) -> float:
    return 1.0 / per_beat if note.end == note.start + 1 else note.end / per_beat - note.start / per_beat


def _sounding_until_next(events: list[tuple[float, str, float]], length: float) -> list[tuple[float, str, float]]:
    """Without ties every symbol may sound until the next one, the last one until the first comes round again."""
    following = [*(beat for beat, _, _ in events[1:]), *(length + beat for beat, _, _ in events[:1])]
    return [(beat, symbol, max(1e-3, nxt - beat)) for (beat, symbol, _), nxt in zip(events, following, strict=True)]


def _in_meter(events: list[tuple[float, str, float]], length: float, meter: str) -> Pattern:
    """Other meters take beats of the four in turn; six-eight plays each beat of four as three eighths."""
    bar = BEATS_PER_PATTERN_BAR
    if meter in _TAKEN:
        taken = _TAKEN[meter]
        beats = len(taken)
        placed = [
            (b // bar * beats + place + b % 1, s, n)
            for b, s, n in events
            for place, beat in enumerate(taken)
            if int(b % bar) == beat
        ]
        in_order = sorted(placed, key=lambda event: event[0])
        return Pattern(
            tuple((b, s, min(n, beats - b % beats)) for b, s, n in in_order), length * beats / bar, float(beats)
        )
    if meter == "6/8":
        places = {0: 0.0, 1: 1.0, 2: 2.0, 3: 2.5}
        moved = [(int(b) * 3 + places[min(3, int((b % 1) * 4 + 0.01))], s, n * 3) for b, s, n in events]
        return Pattern(tuple(moved), length * 3, 6.0)
    return Pattern(tuple(events), length, float(bar))
