"""Notes from what the note network says: an onset begins a note, its frames hold it."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import maximum_filter1d

from remixlab.domain.music import Note
from remixlab.listening.network_heads import LOWEST_NOTE, NoteSigns

_ONSET, _FRAME = 0.5, 0.3
"""Belief from which an onset begins a note, and from which a frame holds it; set on songs that training kept out."""
_CHORD_ONSET = 0.6
"""Notes of chords are claimed more readily than those of a single line."""
_SHORTEST_FRAMES, _GAP_FRAMES = 4, 3
"""A note lasts 80 ms at least and may be silent for 60."""
_SAME_S = 0.06
"""Two parts that claim one pitch within 60 ms have heard one note (decision 81)."""


def read_notes(signs: NoteSigns, *, one_at_a_time: bool = True) -> tuple[Note, ...]:
    """Notes in order of time; a single voice keeps the surest note of those that overlap."""
    least = _ONSET if one_at_a_time else _CHORD_ONSET
    peak = (signs.onset == maximum_filter1d(signs.onset, 5, axis=0)) & (signs.onset > least)
    found: list[tuple[int, int, int, float]] = []
    for pitch in np.flatnonzero(peak.any(axis=0)):
        starts = np.flatnonzero(peak[:, pitch])
        for start, limit in zip(starts, [*starts[1:], len(peak)], strict=True):
            end = _held_until(signs.frame[:, pitch], int(start), int(limit))
            if end - start >= _SHORTEST_FRAMES:
                sureness = float(signs.frame[start:end, pitch].mean() * (0.5 + 0.5 * signs.onset[start, pitch]))
                found.append((int(start), end, int(pitch) + LOWEST_NOTE, sureness))
    if one_at_a_time:
        found = _alone(found)
    return tuple(
        Note(
            start_s=a / signs.fps,
            end_s=b / signs.fps,
            midi=float(pitch),
            velocity=round(float(np.clip(sure, 0.05, 1)), 3),
        )
        for a, b, pitch, sure in sorted(found)
    )


def read_every_note(voice: NoteSigns, bass: NoteSigns, other: NoteSigns) -> tuple[Note, ...]:
    """All pitched notes of a mix in order of time; what two parts claim at one moment has sounded once, as the surer
    says.
    """
    claimed = sorted(
        (*read_notes(voice), *read_notes(bass), *read_notes(other, one_at_a_time=False)),
        key=lambda n: (n.midi, n.start_s),
    )
    kept: list[Note] = []
    for note in claimed:
        if kept and kept[-1].midi == note.midi and note.start_s - kept[-1].start_s < _SAME_S:
            kept[-1] = max(kept[-1], note, key=lambda n: n.velocity)
        else:
            kept.append(note)
    return tuple(sorted(kept, key=lambda n: (n.start_s, n.midi)))


def _held_until(frame: np.ndarray, start: int, limit: int) -> int:
    """The last frame before the pitch has been silent for a while."""
    end = silent = 0
    for at in range(start, limit):
        if frame[at] > _FRAME:
            end, silent = at + 1, 0
        else:
            silent += 1
            if silent > _GAP_FRAMES and at > start + _GAP_FRAMES:
                break
    return max(end, start)


def _alone(found: list[tuple[int, int, int, float]]) -> list[tuple[int, int, int, float]]:
    """Of notes that begin together the surest; a later note ends the one before."""
    kept: list[tuple[int, int, int, float]] = []
    for note in sorted(found):
        if kept and note[0] - kept[-1][0] < _SHORTEST_FRAMES:
            if note[3] > kept[-1][3]:
                kept[-1] = note
            continue
        if kept and kept[-1][1] > note[0]:
            if kept[-1][3] > 2 * note[3] and note[1] < kept[-1][1]:
                continue
            kept[-1] = (kept[-1][0], note[0], *kept[-1][2:])
        kept.append(note)
    return kept
