"""Transcription played again: the recording's own drums for another kit, its own bass for another instrument."""

from __future__ import annotations

import numpy as np

from remixlab.domain.notes import BeatHit, BeatNote
from remixlab.rendering.parts.cast import Cast
from remixlab.rendering.parts.melody import clean_line

_PIECES = {"tom": "tom-mid"}


def play_transcribed_drums(cast: Cast) -> tuple[BeatHit, ...]:
    """What was heard of the drums, most of the way to the nearest sixteenth."""
    hits = cast.layout.source.drums
    times = np.array([hit.time_s for hit in hits])
    strokes: list[BeatHit] = []
    for bar in cast.layout.bars:
        beats = np.array(bar.source_s)
        first, last = np.searchsorted(times, [beats[0] - 0.04, beats[-1] - 0.04]) if times.size else (0, 0)
        for hit in hits[first:last]:
            beat = float(np.interp(hit.time_s, beats, np.arange(beats.size)))
            grid = round(beat * 4) / 4
            placed = bar.first + beat + 0.8 * (grid - beat)
            strokes.append(BeatHit(placed, _PIECES.get(hit.piece, hit.piece), max(0.15, hit.velocity)))
    return tuple(sorted(strokes))


def play_transcribed_bass(cast: Cast) -> tuple[BeatNote, ...]:
    """The recording's own bass line, cleaned, in the octave where the style's bass lies."""
    line = clean_line(cast.layout, cast.layout.source.bass, cast.harmony, centre=None)
    low, high = cast.style.bass.compass
    return tuple(t._replace(midi=t.midi + 12 * round(((low + high) / 2 - t.midi) / 12), velocity=0.75) for t in line)
