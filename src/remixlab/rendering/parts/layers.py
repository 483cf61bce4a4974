"""Layers that add: what would double a part that plays already goes to another octave, or stays silent."""

from __future__ import annotations

from dataclasses import replace

from remixlab.domain.notes import BeatNote
from remixlab.rendering.parts.lines import Line
from remixlab.signal.instruments import INSTRUMENTS

_SAME_BEATS = 0.12
"""Two notes that begin within half a sixteenth are one."""
_OCTAVE = 12.0
"""Semitones: the same note for the harmony, another place for the ear."""


def apart(line: Line, playing: list[Line]) -> Line:
    """The layer, with every note that a part of the same role plays already an octave from it, in its compass."""
    twins = [one for one in playing if one.part == line.part and one.tones]
    if line.origin != "layered" or not line.tones or not twins:
        return line
    sounding = {place for one in twins for tone in one.tones for place in _places(tone)}
    lowest, highest = _compass(line)
    moved: list[BeatNote] = []
    for tone in line.tones:
        if not any(place in sounding for place in _places(tone)):
            moved.append(tone)
            continue
        octave = next(
            (
                tone.midi + way
                for way in (_OCTAVE, -_OCTAVE)
                if lowest <= tone.midi + way <= highest
                and not any(place in sounding for place in _places(tone._replace(midi=tone.midi + way)))
            ),
            None,
        )
        if octave is not None:
            moved.append(tone._replace(midi=octave))
    return replace(line, tones=tuple(moved))


def _places(tone: BeatNote) -> tuple[tuple[int, int], ...]:
    """The pitch at the steps that a note may be said to begin on."""
    step = round(tone.beat / _SAME_BEATS)
    return tuple((round(tone.midi), near) for near in (step - 1, step, step + 1))


def _compass(line: Line) -> tuple[float, float]:
    found = INSTRUMENTS[line.instrument]
    return float(found.lowest), float(found.highest)
