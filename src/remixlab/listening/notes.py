# pyright: basic
"""From a pitch contour to notes: vibrato removed, slides divided, repeated notes parted."""

from __future__ import annotations

import itertools

import numpy as np

from remixlab.domain.music import Note
from remixlab.listening.salience import Contour

_SHORTEST_S = 0.07
"""A shorter stretch of pitch is a slide or a scratch: sixteenths at 200 beats a minute last 75 ms."""

WOBBLE, CHANGE_COST, RISE_DB = 0.55, 3.0, 5.0
"""How far a voice strays inside a note (semitones, most vibrato is less), what another note costs, what rise begins
one.
"""
_RISE_FRAMES = 6
"""A level that rises within 70 ms begins a note: an attack, and no swell."""
LINES_PER_BEAT, SNAP_S, _EARLIER = 4, 0.09, 0.7
"""Starts go to the nearest sixteenth within 90 ms; an earlier one counts as nearer, for low strings speak late (80
ms measured).
"""


def write_notes(
    contour: Contour, *, wobble_semitones: float = WOBBLE, change_cost: float = CHANGE_COST, rise_db: float = RISE_DB
) -> tuple[Note, ...]:
    """Notes whose `midi` is the median of the measured pitch. `wobble_semitones` is how far a voice may stray inside
    one note.
    """
    sung = contour.midi > 0
    if not sung.any():
        return ()
    loud = np.percentile(contour.level[sung], 95) + 1e-12
    notes: list[Note] = []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], sung.astype(int), [0]])))
    level_db = 20 * np.log10(_smooth(contour.level, 5) + 1e-6)
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        for a, b in _divided(contour.midi[begin:end], level_db[begin:end], wobble_semitones, change_cost, rise_db):
            if (b - a) / contour.fps < _SHORTEST_S:
                continue
            part = slice(begin + a, begin + b)
            velocity = float(np.clip((np.median(contour.level[part]) / loud) ** 0.5, 0.05, 1.0))
            notes.append(
                Note(
                    start_s=float((begin + a) / contour.fps),
                    end_s=float((begin + b) / contour.fps),
                    midi=round(float(np.median(contour.midi[part])), 2),
                    velocity=round(velocity, 3),
                )
            )
    return tuple(notes)


def _divided(midi, level_db, wobble, cost, rise_db):
    """Spans of steady pitch inside one sung stretch: Viterbi over semitones, then cut where the level rises anew."""
    low = int(np.floor(midi.min())) - 1
    states = np.arange(low, int(np.ceil(midi.max())) + 2)
    offset = np.median((midi + 0.5) % 1 - 0.5)
    fit = -0.5 * (np.minimum(np.abs(midi[:, None] - states - offset), 2.0) / wobble) ** 2
    score, came = fit[0].copy(), np.zeros(fit.shape, int)
    for t in range(1, len(midi)):
        best = int(score.argmax())
        stay = score >= score[best] - cost
        came[t] = np.where(stay, np.arange(len(states)), best)
        score = np.where(stay, score, score[best] - cost) + fit[t]
    path = np.zeros(len(midi), int)
    path[-1] = int(score.argmax())
    for t in range(len(midi) - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    cuts = {int(c) + 1 for c in np.flatnonzero(np.diff(path))}
    lag = _RISE_FRAMES
    if len(midi) > 3 * lag:
        rise = level_db[lag:] - level_db[:-lag]
        for t in range(2, len(rise) - 2):
            if (
                rise[t] > rise_db
                and rise[t] == rise[max(0, t - 8) : t + 9].max()
                and lag < t + lag // 2 < len(midi) - lag
            ):
                cuts.add(t + lag // 2)
    ordered = [0, *sorted(cuts), len(midi)]
    return list(itertools.pairwise(ordered))


def _smooth(values, width):
    return np.convolve(values, np.ones(width) / width, mode="same")


def snap_notes(
    notes: tuple[Note, ...], beats_s: np.ndarray, *, lines_per_beat: int = LINES_PER_BEAT, reach_s: float = SNAP_S
) -> tuple[Note, ...]:
    """Move starts to the nearest grid line within reach, preferably an earlier one: low strings speak late."""
    if len(beats_s) < 2:
        return notes
    lines = np.interp(np.arange(0, len(beats_s) - 1 + 1e-9, 1 / lines_per_beat), np.arange(len(beats_s)), beats_s)
    snapped: list[Note] = []
    for note in notes:
        gap = note.start_s - lines
        nearest = int(np.argmin(np.where(gap >= 0, gap * _EARLIER, -gap)))
        start = float(lines[nearest]) if abs(gap[nearest]) <= reach_s else note.start_s
        if snapped and start < snapped[-1].end_s:
            if start <= snapped[-1].start_s + 0.03:
                if note.end_s - start > snapped[-1].end_s - snapped[-1].start_s:
                    snapped.pop()
                else:
                    continue
            else:
                snapped[-1] = snapped[-1].model_copy(update={"end_s": start})
        if note.end_s - start >= 0.05:
            snapped.append(note.model_copy(update={"start_s": start}))
    return tuple(snapped)
