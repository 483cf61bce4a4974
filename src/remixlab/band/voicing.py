"""Voice leading: which notes a chord is played with, in the style's voicing, moved as little as possible from the
chord before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, product

from remixlab.band.scales import notes_between
from remixlab.domain.music import ChordSymbol
from remixlab.plan.styles import Voicing

_STRINGS = (40, 45, 50, 55, 59, 64)
"""A guitar in its usual tuning: E A D G B E. Unit: MIDI numbers."""
_LOWEST_GROUND = 43
"""A left hand sets no root below the G of a bass clef's lowest line: there it would muddy the bass."""
_WEIGHT = (1, 0, 3, 2, 4, 5)
"""What few voices drop last: the third, then the root, then the seventh; the fifth says least."""


def lead_voices(
    chords: list[ChordSymbol], voicing: Voicing, compass: tuple[int, int], voices: int = 6
) -> list[tuple[int, ...]]:
    """The notes of each chord in order, from the lowest, at most so many voices; empty where there is no chord."""
    result: list[tuple[int, ...]] = []
    previous: tuple[int, ...] = ()
    for chord in chords:
        notes = next_voicing(chord, voicing, compass, previous, voices)
        previous = notes or previous
        result.append(notes)
    return result


def ground_below(chord: ChordSymbol, notes: tuple[int, ...]) -> tuple[int, ...]:
    """The notes of a voicing over its root, as a left hand sets it; unchanged where the root is among them."""
    if chord.root is None or not notes or any(n % 12 == chord.root for n in notes):
        return notes
    root = notes[0] - (notes[0] - chord.root) % 12
    return (root, *notes) if root >= _LOWEST_GROUND else notes


@lru_cache(maxsize=4096)
def next_voicing(
    chord: ChordSymbol, voicing: Voicing, compass: tuple[int, int], previous: tuple[int, ...], voices: int = 6
) -> tuple[int, ...]:
    """The voicing nearest to the one before, leaning to the middle of the compass."""
    if chord.root is None:
        return ()
    if voicing == "guitar":
        return _fretted(chord, compass)
    found = _candidates(chord, voicing, compass, voices)
    centre = (compass[0] + compass[1]) / 2

    def cost(notes: tuple[int, ...]) -> float:
        off_centre = abs(sum(notes) / len(notes) - centre)
        muddy = sum(1.5 for low, high in pairwise(notes) if high - low < 3 and low < 52)
        if not previous:
            return off_centre + muddy
        return _heard_movement(previous, notes) + 0.25 * off_centre + muddy

    return min(found, key=cost)


def _heard_movement(before: tuple[int, ...], after: tuple[int, ...]) -> float:
    """How far the voices go: the top one counts double, an ear follows it."""
    return movement(before, after) + 1.0 * abs(after[-1] - before[-1]) + 0.3 * abs(after[0] - before[0])


def movement(before: Sequence[int], after: Sequence[int]) -> int:
    """How far each note of a chord lies from the nearest of the chord before, summed. Unit: semitones."""
    return sum(min(abs(n - m) for m in before) for n in after)


def inversions(tones: Sequence[int], low: int, high: int) -> Iterator[tuple[int, list[int]]]:
    """Every inversion of a chord in close position whose lowest note lies in a compass: (which inversion, its notes
    from below).

    Unit: tones are pitch classes from the root, notes MIDI numbers.
    """
    for turn in range(len(tones)):
        rotated = [*tones[turn:], *tones[:turn]]
        for start in notes_between((rotated[0],), low, high):
            yield turn, _stack(rotated, start)


def _tones(chord: ChordSymbol, voicing: Voicing, voices: int) -> tuple[int, ...]:
    tones = chord.pitch_classes
    root = tones[0]
    if voices < len(tones):
        # Few voices say what the chord is: its third and root, then its colour, its fifth last.
        return tuple(tones[i] for i in sorted(sorted(range(len(tones)), key=_WEIGHT.index)[:voices]))
    match voicing:
        case "power":
            return (root, (root + 7) % 12, root)
        case "shell":
            return tuple(t for i, t in enumerate(tones) if i != 2) if len(tones) > 3 else tones
        case "rootless":
            return tones[1:] if len(tones) > 3 else tones
        case "close" | "open" | "drop2" | "spread" | "guitar":
            return tones if len(tones) <= 4 else tuple(t for i, t in enumerate(tones) if i != 2)


def _candidates(chord: ChordSymbol, voicing: Voicing, compass: tuple[int, int], voices: int) -> list[tuple[int, ...]]:
    """Every inversion that fits the compass; where none does, the one nearest to it."""
    tones = _tones(chord, voicing, voices)
    low, high = compass
    stacks = [stack for turn, stack in inversions(tones, low - 12, high) if turn == 0 or voicing != "power"]
    shaped = [tuple(sorted(_shape(stack, voicing))) for stack in stacks]
    inside = [notes for notes in shaped if notes[0] >= low and notes[-1] <= high]
    return inside or [min(shaped, key=lambda notes: max(0, low - notes[0]) + max(0, notes[-1] - high))]


def _stack(tones: Sequence[int], start: int) -> list[int]:
    notes = [start]
    for tone in tones[1:]:
        notes.append(notes[-1] + ((tone - notes[-1]) % 12 or 12))
    return notes


def _shape(notes: list[int], voicing: Voicing) -> list[int]:
    match voicing:
        case "drop2" if len(notes) > 3:
            return [notes[-2] - 12, *notes[:-2], notes[-1]]
        case "open" if len(notes) == 3:
            return [notes[0], notes[2], notes[1] + 12]
        case "open" if len(notes) > 3:
            return [notes[0], notes[2], notes[1] + 12, *notes[3:]]
        case "spread":
            return [notes[0] - 12, *notes[1:]]
        case _:
            return notes


def _fretted(chord: ChordSymbol, compass: tuple[int, int]) -> tuple[int, ...]:
    """As a guitarist holds it: the root on a low string, and of what the hand reaches above it the tones that say
    what the chord is."""
    root = chord.root if chord.root is not None else 0
    choices: list[tuple[float, tuple[int, ...]]] = []
    for string in (0, 1, 2):
        bass = _STRINGS[string] + (root - _STRINGS[string]) % 12
        fret = bass - _STRINGS[string]
        if fret > 7:
            continue
        base = max(0, fret - 2) if fret > 3 else 0
        reached = [
            [o + f for f in range(base, base + 5) if (o + f) % 12 in chord.pitch_classes]
            for o in _STRINGS[string + 1 :]
        ]
        for picked in product(*((None, *notes) for notes in reached)):
            notes = (bass, *(note for note in picked if note is not None))
            choices.append((fret + max(0, compass[0] - bass) + _awkwardness(notes, picked, chord.pitch_classes), notes))
    return min(choices)[1] if choices else ()


_MISSED = (0.0, 9.0, 1.5, 4.0, 1.5, 1.5)
"""What a grip without a tone of the chord costs, from the root: a missing third makes it another chord."""


def _awkwardness(notes: tuple[int, ...], picked: tuple[int | None, ...], tones: tuple[int, ...]) -> float:
    """What a grip lacks or muddies: tones that are not in it (the third most of all), close notes far down, strings
    left out."""
    sounding = {note % 12 for note in notes}
    missed = sum(cost for tone, cost in zip(tones, _MISSED, strict=False) if tone not in sounding)
    muddy = sum(3.0 for low, high in pairwise(notes) if high - low < 5 and low < 50)
    crossed = sum(9.0 for low, high in pairwise(notes) if high <= low)
    return missed + muddy + crossed + 1.2 * picked.count(None) + 0.01 * sum(notes)
