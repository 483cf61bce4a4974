"""Two performances side by side: the stretch in which their harmony runs alongside, and whether their tunes agree in it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from remixlab.identify.harmony import TUNE_STEPS
from remixlab.identify.kernels import EVEN, HURRIED, LINGERED, START, align_diagonals
from remixlab.identify.shingles import SHINGLE_STEPS

_SKIP_COST = np.float32(0.6)
_NEAR, _SCALE = np.float32(3.0), np.float32(0.6)
"""A shingle is near where it is likelier than a stranger's by more than three of its deviations."""
_PLACES = 2 * TUNE_STEPS
"""The tune's places in a step of a shingle."""
_OFF_PLACES = 5
_HELD_PLACES = 25
_moves = {EVEN: (1, 1), HURRIED: (2, 1), LINGERED: (1, 2)}


class Alongside(NamedTuple):
    """A stretch in which two run alongside: which row meets which column, and how far and closely they do.

    Shape: rows and columns (met,), rising; both count the first steps of shingles.
    """

    gain: float
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


def run_alongside(likeness: NDArray[np.float32], spread: NDArray[np.float32]) -> Alongside:
    """The longest and closest stretch. Shape: likeness (query's shingles, reference's shingles), spread (query's shingles,)."""
    near = np.maximum((likeness / spread[:, None] - _NEAR) * _SCALE, np.float32(-1))
    score = np.zeros_like(near)
    came = np.zeros(near.shape, np.int8)
    row, column = align_diagonals(near, _SKIP_COST, score, came)
    met = [(row, column)]
    gain = float(score[row, column])
    while came[row, column] != START:
        rows, columns = _moves[int(came[row, column])]
        row, column = row - rows, column - columns
        met.append((row, column))
    path = np.array(met[::-1], np.intp)
    return Alongside(gain, path[:, 0], path[:, 1])


def compare_tunes(way: Alongside, query: NDArray[np.float32], reference: NDArray[np.float32], pace: float, semitones: int) -> float:
    """How well two tunes agree where their harmonies run alongside: about 0 for unrelated tunes, 1 for the same. Shape: what `spread_tune` gives."""
    last = SHINGLE_STEPS - 1
    columns = np.append(way.columns, way.columns[-1] + last)
    rows = np.append(way.rows, way.rows[-1] + last)
    places = np.arange(columns[0] * _PLACES, (columns[-1] + 1) * _PLACES)
    own = np.round(np.interp(places / _PLACES, columns, rows) * _PLACES * pace).astype(np.intp)
    inside = (own < len(query)) & (places >= _OFF_PLACES) & (places < len(reference) - _OFF_PLACES)
    if inside.sum() < 2 * _PLACES:
        return 0.0
    ours, places = np.roll(query[own[inside]], semitones, axis=1), places[inside]
    return max(0.0, *(_correlate(ours, reference[places + off]) for off in range(-_OFF_PLACES, _OFF_PLACES + 1)))


def spread_tune(tune: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Each place's pitch class as one of twelve, softened in time, less what two seconds about it have: chords hold, tunes move. Shape: (places, 12)."""
    told = (tune.reshape(-1, 1) == np.arange(12)).astype(np.float32)
    moving = gaussian_filter1d(told, 1.0, axis=0) - uniform_filter1d(told, _HELD_PLACES, axis=0)
    return moving.astype(np.float32)


def _correlate(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    return float((ours * theirs).sum() / np.sqrt((ours * ours).sum() * (theirs * theirs).sum() + 1e-9))
