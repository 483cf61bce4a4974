"""Subsonic filter: swings of a sound moved far down, which no loudspeaker plays, take the headroom of the mix."""

from __future__ import annotations

from collections.abc import Iterable

from remixlab import signal

_FAR_DOWN_SEMITONES = -7
"""A fifth: a low E of 41 Hz then lies at 27 Hz, still above the filter."""
_CUTOFF_HZ = 20.0
"""The lowest pitch that is heard as one."""


def without_subsonics(semitones: Iterable[int]) -> tuple[signal.Effect, ...]:
    """The filter that a part needs which is moved by these semitones: none where a low E (41 Hz) comes down by less
    than a fifth."""
    if min(semitones, default=0) > _FAR_DOWN_SEMITONES:
        return ()
    return (signal.Filter("high-pass", _CUTOFF_HZ, slope_db=24),)
