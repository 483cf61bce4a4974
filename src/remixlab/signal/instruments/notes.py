"""What a player is asked for: notes and hits at frames of the engine's rate."""

from __future__ import annotations

from typing import NamedTuple


class NoteEvent(NamedTuple):
    """One note to play. Unit: frames at 44 100 Hz; velocity in (0, 1]. A vowel (a e i o u y) is heard by singers
    only.
    """

    start_frame: int
    length_frames: int
    midi: float
    velocity: float
    vowel: str = ""


class HitEvent(NamedTuple):
    """One stroke on one piece of a kit. Unit: frame at 44 100 Hz; velocity in (0, 1]."""

    frame: int
    piece: str
    velocity: float
