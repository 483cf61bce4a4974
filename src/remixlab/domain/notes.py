"""Written notes and hits: what a player is given, in beats.

Three time bases have three names, so that nobody adds beats to seconds: `BeatNote` and `BeatHit` are written music,
`music.Note`
and `music.DrumHit` are what was heard in a recording, in seconds, and the instruments' `NoteEvent` and `HitEvent` are
in frames.
"""

from __future__ import annotations

from typing import NamedTuple


class BeatNote(NamedTuple):
    """A written note. Unit: beat and length in beats, midi in MIDI numbers, velocity in (0, 1];

    `vowel` is for what sings.
    """

    beat: float
    length: float
    midi: float
    velocity: float
    vowel: str = ""


class BeatHit(NamedTuple):
    """A written stroke on a piece of a kit. Unit: beats, velocity in (0, 1]."""

    beat: float
    piece: str
    velocity: float
