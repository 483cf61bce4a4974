"""Scales and registers: which notes a line may use over a chord, and which octave of a pitch class lies nearest."""

from __future__ import annotations

from collections.abc import Collection

from remixlab.domain.music import Key


def scale_over(tones: Collection[int], key: Key) -> tuple[int, ...]:
    """Pitch classes that a melody may use over the tones of a chord, rising from C.

    They are the key's, with the chord's own in place of what is a semitone from a tone that the key does not have.
    """
    own = set(tones)
    altered = own - set(key.scale)
    calm = {pc for pc in key.scale if not ({(pc + 1) % 12, (pc - 1) % 12} & altered)}
    return tuple(sorted(calm | own))


def notes_between(pitch_classes: Collection[int], low: int, high: int) -> list[int]:
    """Every note of some pitch classes in a compass, rising. Unit: MIDI numbers; both ends belong to it."""
    return [midi for midi in range(low, high + 1) if midi % 12 in pitch_classes]


def nearest_note(
    pitch_classes: Collection[int], around: float, low: int, high: int, *, pull: float = 0.0, centre: float = 0.0
) -> int | None:
    """The note of some pitch classes nearest to another one, inside a compass; the lower of two that are as near.

    `pull` says how much it also leans to a centre. None where the compass holds none.
    """
    options = notes_between(pitch_classes, low, high)
    return min(options, key=lambda midi: abs(midi - around) + pull * abs(midi - centre)) if options else None
