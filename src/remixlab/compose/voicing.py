"""Chords in the hand: voicings that move as little as they can, and the patterns they are played in.

Pattern steps: `x` `X` `o` strike the chord (usual, accent, soft), `d` `u` strum it down or up, `1`-`9` play one note
of it from the bottom (past its top: an octave higher), `g` the guide tones (third and seventh), `_` holds, `.` rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np

from remixlab.band import inversions, movement, read_steps
from remixlab.domain.music import ChordSymbol
from remixlab.domain.notes import BeatNote

Spacing = Literal["close", "open", "power", "single"]
STROKES: dict[str, float] = {"X": 0.95, "x": 0.75, "o": 0.55, "-": 0.35, "d": 0.8, "u": 0.6, "g": 0.65}
"""How strongly each sign is struck. Other values than those of styles: our test songs keep the touch that they
always had."""
_WANDERING = 0.35
"""How much a voicing leans to the middle of its compass."""
_LEAP, _LEAP_FROM = 1.0, 4
"""What a top voice pays that rises by more than a third: an ear follows it."""


def _shapes(chord: ChordSymbol, spacing: Spacing, lowest: int, highest: int) -> list[tuple[int, ...]]:
    tones = list(chord.pitch_classes)
    if spacing == "power":
        tones = [tones[0], (tones[0] + 7) % 12]
    elif len(tones) > 4:
        tones = [tones[1], tones[3], tones[4], tones[2]]
    shapes: list[tuple[int, ...]] = []
    for turn, stack in inversions(tones, lowest, highest):
        shape = _spaced(stack, spacing, turn)
        if shape[0] >= lowest and shape[-1] <= highest:
            shapes.append(tuple(shape))
    return shapes


def _spaced(stack: list[int], spacing: Spacing, turn: int) -> list[int]:
    """A chord in close position, spaced: open moves a note down an octave, power keeps root, fifth (or fourth) and
    octave."""
    if spacing == "open" and len(stack) == 3:
        return sorted([stack[0] - 12, *stack[1:]])
    if spacing == "open" and len(stack) > 3:
        return sorted([*stack[:-2], stack[-2] - 12, stack[-1]])
    if spacing == "power":
        return [stack[0], stack[0] + (7 if turn == 0 else 5), stack[0] + 12]
    return stack


def choose_voicings(
    chords: Sequence[ChordSymbol], spacing: Spacing, lowest: int, highest: int, rng: np.random.Generator
) -> list[tuple[int, ...]]:
    """One voicing per chord, each near the one before: common tones stay, the rest move by step."""
    voicings: list[tuple[int, ...]] = []
    known: dict[ChordSymbol, list[tuple[int, ...]]] = {}
    centre = (lowest + highest) / 2 + float(rng.uniform(-1.5, 1.5))
    for chord in chords:
        if chord not in known:
            known[chord] = _shapes(chord, spacing, lowest, highest) or _shapes(
                chord, "close", lowest - 12, highest + 12
            )
        shapes = known[chord]

        def cost(shape: tuple[int, ...]) -> float:
            wander = abs(float(np.mean(shape)) - centre)
            if not voicings:
                return wander
            before = voicings[-1]
            moved = movement(before, shape) + movement(shape, before)
            return moved + _WANDERING * wander + (_LEAP if shape[-1] > before[-1] + _LEAP_FROM else 0.0)

        voicings.append(min(shapes, key=cost))
    return voicings


def _pick(voicing: tuple[int, ...], number: int) -> int:
    octave, index = divmod(number - 1, len(voicing))
    return voicing[index] + 12 * octave


def _guides(chord: ChordSymbol, voicing: tuple[int, ...]) -> tuple[int, ...]:
    wanted = set(chord.pitch_classes[1:2] + chord.pitch_classes[3:4]) or set(chord.pitch_classes)
    return tuple(midi for midi in voicing if midi % 12 in wanted) or voicing[:1]


def play_pattern(
    pattern: str,
    steps_per_beat: int,
    beats: int,
    chord_index: Sequence[int],
    chords: Sequence[ChordSymbol],
    voicings: Sequence[tuple[int, ...]],
    gate: float,
    strum_beats: float,
    level: float,
) -> list[BeatNote]:
    """Notes of a pattern repeated over `beats` beats; `chord_index` says which chord sounds at each step."""
    total = beats * steps_per_beat
    looped = (pattern * (total // len(pattern) + 1))[:total]
    struck = read_steps(looped)
    # A held chord is struck again where the harmony changes under it.
    changes = {i for i in range(1, total) if chord_index[i] != chord_index[i - 1]}
    notes: list[BeatNote] = []
    for start, symbol, held in struck:
        cuts = [start, *sorted(i for i in changes if start < i < held), held]
        for begin, end in pairwise(cuts):
            at = chord_index[begin]
            notes += _stroke(
                symbol,
                begin / steps_per_beat,
                (end - begin) / steps_per_beat * gate,
                chords[at],
                voicings[at],
                strum_beats,
                level,
            )
    return notes


def _stroke(
    mark: str,
    beat: float,
    length: float,
    chord: ChordSymbol,
    voicing: tuple[int, ...],
    strum_beats: float,
    level: float,
) -> list[BeatNote]:
    if mark.isdigit():
        return [BeatNote(beat, length, _pick(voicing, int(mark)), min(1.0, (0.72 if mark == "1" else 0.62) * level))]
    force = min(1.0, STROKES[mark] * level)
    pitches = _guides(chord, voicing) if mark == "g" else voicing
    order = pitches[::-1] if mark == "u" else pitches
    return [
        BeatNote(beat + i * strum_beats, max(0.05, length - i * strum_beats), midi, force * (1.0 - 0.04 * i))
        for i, midi in enumerate(order)
    ]
