"""Tunes: rhythmic motifs in phrases, pitches found by the cheapest path between contour, chord and motif.

Source: Temperley, The Cognition of Basic Musical Structures (proximity, range and key); the costs are our own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from remixlab.band import notes_between, scale_over
from remixlab.compose.score import BEATS_PER_BAR, Meter
from remixlab.domain.music import ChordSymbol, Key
from remixlab.domain.notes import BeatNote

Cell = tuple[tuple[float, float], ...]
"""Onsets and lengths of one bar, in beats."""

_RUNNING: dict[Meter, tuple[Cell, ...]] = {
    "4/4": (
        ((0, 1), (1, 1), (2, 1), (3, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1), (3, 0.5), (3.5, 0.5)),
        ((0.5, 0.5), (1, 0.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 1), (1, 0.5), (1.5, 1), (2.5, 0.5), (3, 1)),
        ((0, 0.5), (0.5, 1), (1.5, 0.5), (2, 0.5), (2.5, 1), (3.5, 0.5)),
        ((1, 0.5), (1.5, 0.5), (2, 0.5), (2.5, 0.5), (3, 0.5), (3.5, 0.5)),
    ),
    "3/4": (
        ((0, 1), (1, 1), (2, 1)),
        ((0, 2), (2, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1)),
        ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 1)),
    ),
    "6/8": (
        ((0, 2), (2, 1), (3, 2), (5, 1)),
        ((0, 1), (1, 1), (2, 1), (3, 2), (5, 1)),
        ((0, 3), (3, 1), (4, 1), (5, 1)),
        ((1, 1), (2, 1), (3, 1), (4, 1), (5, 1)),
    ),
}
"""Bars that run: what a tune's rhythm is drawn from."""
_BROAD: dict[Meter, tuple[Cell, ...]] = {
    "4/4": (
        ((0, 2), (2, 1), (3, 1)),
        ((0, 1.5), (1.5, 1.5), (3, 1)),
        ((0, 1), (1, 2), (3, 1)),
        ((0, 2.5), (2.5, 0.5), (3, 1)),
        ((0, 0.5), (0.5, 1), (1.5, 1.5), (3, 1)),
    ),
    "3/4": (((0, 2), (2, 1)), ((0, 3),), ((0, 1.5), (1.5, 1.5)), ((0, 1), (1, 2))),
    "6/8": (((0, 3), (3, 2), (5, 1)), ((0, 2), (2, 1), (3, 3)), ((0, 5), (5, 1))),
}
"""Bars of long notes, of which a broad tune has more."""
_ENDING: dict[Meter, tuple[Cell, ...]] = {
    "4/4": (((0, 2.5),), ((0, 1), (1, 1.75)), ((0, 0.5), (0.5, 2)), ((0, 1.5), (1.5, 1.25))),
    "3/4": (((0, 2.25),), ((0, 1), (1, 1.5)), ((0, 1.5), (1.5, 1))),
    "6/8": (((0, 4.5),), ((0, 2), (2, 2.5)), ((0, 3), (3, 1.75))),
}
"""Bars that end a phrase: a long note, and room for a breath."""
_VOWELS = "aoieuaoy"


@dataclass(frozen=True, slots=True)
class Tessitura:
    """Where a tune lies. Unit: MIDI numbers; `breadth` is the share of long notes."""

    lowest: int
    highest: int
    breadth: float

    @property
    def centre(self) -> float:
        return (self.lowest + self.highest) / 2


@dataclass(frozen=True, slots=True)
class _Slot:
    """One note before it has a pitch."""

    beat: float
    length: float
    strong: bool
    chord: ChordSymbol
    aim: float
    last: bool
    echo: int
    """Index of the slot whose melodic step this one repeats, or -1."""


def _rhythm(
    meter: Meter, breadth: float, rng: np.random.Generator
) -> tuple[list[Cell], list[Cell], list[Cell], list[Cell]]:
    """Four units of two bars: statement, answer, statement again, close."""

    def pick(pool: tuple[Cell, ...]) -> Cell:
        return pool[int(rng.integers(len(pool)))]

    def body() -> Cell:
        return pick(_BROAD[meter] if rng.random() < breadth else _RUNNING[meter])

    statement = [body(), pick(_ENDING[meter]) if rng.random() < 0.6 else body()]
    answer = [body(), pick(_ENDING[meter])]
    close = [statement[0] if rng.random() < 0.5 else body(), _ENDING[meter][0]]
    return statement, answer, statement, close


def _slots(
    chords: Sequence[Sequence[ChordSymbol]], meter: Meter, place: Tessitura, rng: np.random.Generator
) -> list[_Slot]:
    beats = BEATS_PER_BAR[meter]
    units = _rhythm(meter, place.breadth, rng)
    order = (0, 1, 2, 3) if len(chords) >= 8 else (0, 3)
    arch = (place.highest - place.lowest) * 0.32
    heights = {0: -0.3, 1: 0.1, 2: 0.25, 3: 0.6}
    slots: list[_Slot] = []
    begins: dict[int, int] = {}
    for bar in range(len(chords)):
        unit = order[(bar // 2) % len(order)]
        if bar % 2 == 0:
            begins[unit] = len(slots)
        cell = units[unit][bar % 2]
        final_unit = unit == 3
        for onset, length in cell:
            inside = ((bar % 2) * beats + onset) / (2 * beats)
            bend = np.sin(np.pi * min(1.0, inside * 1.25)) if not final_unit else 1.0 - 1.3 * inside
            index = len(slots)
            echo = begins[0] + index - begins[unit] if unit == 2 and 0 in begins else -1
            symbols = chords[bar]
            symbol = symbols[min(len(symbols) - 1, int(onset * len(symbols) / beats))]
            strong = onset % (beats if meter == "3/4" else beats / 2) == 0 or length >= 1.5
            ends_unit = bar % 2 == 1 and onset == cell[-1][0]
            aim = place.centre + arch * (heights[unit] + 0.8 * bend)
            slots.append(
                _Slot(bar * beats + onset, length, strong, symbol, aim, ends_unit, echo if bar // 2 % 4 == 2 else -1)
            )
    return slots


def _candidates(slot: _Slot, key: Key, place: Tessitura) -> list[int]:
    """Scale and chord pitches within the voice; scale tones a semitone from an altered chord tone give way to it."""
    return notes_between(scale_over(slot.chord.pitch_classes[:4], key), place.lowest, place.highest)


def _leap_cost(step: int) -> float:
    size = abs(step)
    if size == 0:
        return 0.55
    if size <= 2:
        return 0.0
    if size <= 4:
        return 0.35
    if size <= 5 or size == 7:
        return 0.9
    return 1.6 + 0.25 * size


def _place_cost(slot: _Slot, midi: int, key: Key) -> float:
    tones = slot.chord.pitch_classes
    cost = 0.14 * abs(midi - slot.aim)
    if midi % 12 not in tones[:4]:
        cost += 2.6 if slot.strong else 0.35
    elif midi % 12 == tones[0] and not slot.last:
        cost += 0.2
    if slot.last and midi % 12 not in tones[:3]:
        cost += 2.0
    if slot.strong and (midi - 1) % 12 in tones[:3] and midi % 12 not in tones:
        cost += 1.5
    return cost


def _sing_through(slots: Sequence[_Slot], key: Key, place: Tessitura, rng: np.random.Generator) -> list[int]:
    """Pitches of least cost, note by note (Viterbi). An echoed note pays for leaving its model's step."""
    options = [_candidates(slot, key, place) for slot in slots]
    best: list[dict[int, tuple[float, int]]] = []
    sung: list[int] = []
    for i, slot in enumerate(slots):
        here: dict[int, tuple[float, int]] = {}
        model: int | None = None
        if slot.echo > 0 and i > 0:
            if slot.echo >= len(sung):
                sung = _trace(best)
            model = sung[slot.echo] - sung[slot.echo - 1]
        for midi in options[i]:
            own = _place_cost(slot, midi, key) + 0.5 * rng.random()
            if i == 0:
                here[midi] = (own, midi)
                continue
            before, cost = midi, np.inf
            for previous, (sofar, _) in best[i - 1].items():
                step = midi - previous
                total = sofar + _leap_cost(step) + (0.45 * min(4, abs(step - model)) if model is not None else 0.0)
                if total < cost:
                    before, cost = previous, total
            here[midi] = (cost + own, before)
        best.append(here)
    return _trace(best)


def _trace(best: list[dict[int, tuple[float, int]]]) -> list[int]:
    midi = min(best[-1], key=lambda m: best[-1][m][0])
    path = [midi]
    for here in reversed(best[1:]):
        midi = here[midi][1]
        path.append(midi)
    return path[::-1]


def write_tune(
    chords: Sequence[Sequence[ChordSymbol]], meter: Meter, key: Key, place: Tessitura, rng: np.random.Generator
) -> tuple[BeatNote, ...]:
    """A tune over bars of chords, from beat 0: statement, answer, statement, close, each two bars."""
    slots = _slots(chords, meter, place, rng)
    midis = _sing_through(slots, key, place, rng)
    turn = int(rng.integers(len(_VOWELS)))
    notes: list[BeatNote] = []
    for i, (slot, midi) in enumerate(zip(slots, midis, strict=True)):
        length = slot.length
        if i + 1 < len(slots):
            length = min(length, slots[i + 1].beat - slot.beat)
        high = (midi - place.lowest) / max(1, place.highest - place.lowest)
        velocity = 0.62 + 0.18 * high + (0.1 if slot.strong else 0.0)
        vowel = _VOWELS[(turn + (slot.echo if slot.echo >= 0 else i) * 3) % len(_VOWELS)]
        notes.append(
            BeatNote(
                slot.beat,
                length * (0.9 if slot.last else 0.97),
                midi,
                min(1.0, velocity),
                "a" if high > 0.85 else vowel,
            )
        )
    return tuple(notes)


def harmonise_below(tune: Sequence[BeatNote], key: Key, chord_at: Sequence[ChordSymbol]) -> tuple[BeatNote, ...]:
    """A second voice a third below in the key, or the next chord tone down where the third would clash on a long
    note."""
    second: list[BeatNote] = []
    for note, chord in zip(tune, chord_at, strict=True):
        allowed = set(key.scale) | set(chord.pitch_classes)
        below = [midi for midi in range(int(note.midi) - 3, int(note.midi) - 10, -1) if midi % 12 in allowed]
        wanted = [midi for midi in below if midi % 12 in chord.pitch_classes]
        midi = below[0] if note.length < 1.0 or not wanted or below[0] % 12 in chord.pitch_classes else wanted[0]
        second.append(note._replace(midi=midi, velocity=note.velocity * 0.8))
    return tuple(second)
