"""Swing: the second half of each pair of notes comes late."""

from __future__ import annotations

from math import floor

PAIR_BEATS = {"8th": 1.0, "16th": 0.5}
"""How long a pair of swung notes is, by the note that swings."""
_ROUNDING = 1e-9
"""A beat that arithmetic left a hair before its pair belongs to the pair."""


def swung(beat: float, swing: float, pair_beats: float) -> float:
    """The beat with its off-beat delayed: all the way, swing 1, to the third triplet.

    Law: whole pairs stay where they are, and order is kept.
    """
    if swing == 0.0:
        return beat
    whole = floor(beat / pair_beats + _ROUNDING) * pair_beats
    part = (beat - whole) / pair_beats
    middle = 0.5 + swing / 6.0
    bent = part * 2 * middle if part < 0.5 else middle + (part - 0.5) * 2 * (1 - middle)
    return whole + bent * pair_beats
