"""Bass lines in steps: `1` root, `3` third, `5` fifth, `7` seventh, `8` octave, `a` an approach to the next root,
`w` the next step of a walking line, `_` holds, `.` rests, capitals do not exist: weight comes from the beat."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from remixlab.band import nearest_note, notes_between, read_steps
from remixlab.domain.music import QUALITIES, ChordSymbol, Key
from remixlab.domain.notes import BeatNote

LOWEST, HIGHEST = 28, 50
"""From the open E of a bass to its D an octave and a seventh above: higher it would be heard as a guitar."""


def _nearest(pitch_class: int, around: float) -> int:
    """The note of a pitch class nearest to another one, on the bass."""
    found = nearest_note((pitch_class % 12,), around, LOWEST, HIGHEST)
    assert found is not None, "the bass spans more than an octave"
    return found


def _interval(chord: ChordSymbol, mark: str) -> int:
    steps = QUALITIES[chord.quality]
    match mark:
        case "3":
            return steps[1] if len(steps) > 1 else 0
        case "5":
            return steps[2] if len(steps) > 2 else 7
        case "7":
            return steps[3] if len(steps) > 3 else 10
        case "8":
            return 12
        case _:
            return 0


def _approach(midi_before: int, target: int, key: Key, rng: np.random.Generator) -> int:
    """A step into the next root: from below or above, in the key or by semitone."""
    below = target - 1 if rng.random() < 0.5 or (target - 2) % 12 not in key.scale else target - 2
    above = target + 2 if (target + 2) % 12 in key.scale else target + 1
    return below if abs(below - midi_before) <= abs(above - midi_before) else above


def play_bass(
    pattern: str,
    steps_per_beat: int,
    beats: int,
    chord_index: Sequence[int],
    chords: Sequence[ChordSymbol],
    key: Key,
    gate: float,
    level: float,
    around: float,
    rng: np.random.Generator,
) -> list[BeatNote]:
    """Notes of a bass pattern repeated over `beats` beats."""  # fmt: skip
    total = beats * steps_per_beat
    looped = (pattern * (total // len(pattern) + 1))[:total]
    struck = read_steps(looped)
    starts = [note.start for note in struck[1:]]
    notes: list[BeatNote] = []
    last = around
    for (start, symbol, held), following in zip(struck, [*starts, total], strict=True):
        at = chord_index[start]
        changed = next((i for i in range(start + 1, held) if chord_index[i] != at), held)
        chord = chords[at]
        if chord.root is None:
            continue
        low = chord.root if chord.bass is None else chord.bass
        ahead = chords[chord_index[following]] if following < total else chord
        if symbol == "a":
            target = _nearest(ahead.root if ahead.root is not None else low, last)
            midi = _approach(int(last), target, key, rng)
        elif symbol == "w":
            midi = _walk(chord, ahead, last, start == 0 or chord_index[start - 1] != at, low, key, rng)
        else:
            root = _nearest(low, 0.6 * last + 0.4 * around)
            midi = root + _interval(chord, symbol)
            midi -= 12 if midi > HIGHEST + 4 else 0
        weight = 0.85 if (start / steps_per_beat) % 1 == 0 else 0.7
        cuts = [start, changed, held] if changed < held else [start, held]
        for begin, end in pairwise(cuts):
            here = midi if begin == start else _nearest(chords[chord_index[begin]].root or 0, midi)
            notes.append(
                BeatNote(begin / steps_per_beat, (end - begin) / steps_per_beat * gate, here, min(1.0, weight * level))
            )
        last = 0.8 * midi + 0.2 * around
    return notes


def _walk(
    chord: ChordSymbol, ahead: ChordSymbol, last: float, first: bool, low: int, key: Key, rng: np.random.Generator
) -> int:
    """A quarter of a walking line: the root on a new chord, then scale and chord tones drifting towards the next
    root."""
    if first:
        return _nearest(low, last)
    aim = _nearest(ahead.root if ahead.root is not None else low, last)
    tones = set(chord.pitch_classes)
    options = notes_between(tones | set(key.scale), max(LOWEST, int(last) - 5), min(HIGHEST, int(last) + 6) - 1)
    return min(
        options,
        key=lambda m: (
            abs(m - aim) * 0.5 + (0 if m % 12 in tones else 0.8) + (2.5 if m == round(last) else 0) + rng.random()
        ),
    )
