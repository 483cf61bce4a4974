"""Local alignment of two performances: the stretch in which their harmony runs alongside, and whether their
tunes agree in it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

from remixlab.identify.harmony import TUNE_STEPS
from remixlab.identify.kernels import EVEN, HURRIED, LINGERED, START, align_diagonals
from remixlab.identify.shingles import SHINGLE_STEPS

_SKIP_COST = np.float32(0.6)
"""What hurrying or lingering by a step costs: one that is near brings about as much."""
_NEAR, _SCALE = np.float32(3.0), np.float32(0.6)
"""A shingle is near where it is likelier than a stranger's by more than three of its deviations."""
_TURNS, _TURN_STEPS, _NEARLY = 6, 4, 0.8
"""At most so many stretches, two seconds apart, with this share of the best one's gain."""
_PLACES = 2 * TUNE_STEPS
"""The tune's places in a step of a shingle."""
_OFF_PLACES = 5
"""Tunes are compared up to 0.4 s apart: accompaniment and tune are not together everywhere."""
_SOFTENED_PLACES = 1.5
"""A tune's notes are softened by 0.12 s, as far as two players are apart."""
_HELD_PLACES = 25
"""Two seconds: what is held as long is a chord, and taken away."""
_PITCHES = 4
"""Pitch classes that a tune has at least."""
_moves = {EVEN: (1, 1), HURRIED: (2, 1), LINGERED: (1, 2)}


class Alongside(NamedTuple):
    """A stretch in which two run alongside: which row meets which column, and how far and closely they do.

    Shape: rows and columns (met,), rising; both count the first steps of shingles.
    """

    gain: float
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]


def run_alongside(likeness: NDArray[np.float32], spread: NDArray[np.float32]) -> list[Alongside]:
    """The longest and closest stretch, and those at other places that are nearly so: a loop of chords runs alongside
    itself at each of its turns.

    Shape: likeness (query's shingles, reference's shingles), spread (query's shingles,).
    """
    near = np.maximum((likeness / spread[:, None] - _NEAR) * _SCALE, np.float32(-1))
    score = np.zeros_like(near)
    came = np.zeros(near.shape, np.int8)
    ends = np.zeros(sum(near.shape) - 1, np.int32)
    align_diagonals(near, _SKIP_COST, score, came, ends)
    gains = score[ends, ends + np.arange(ends.size) - (len(score) - 1)]
    found = list[Alongside]()
    for _ in range(_TURNS):
        diagonal = int(gains.argmax())
        gain = float(gains[diagonal])
        if found and (gain <= 0 or gain < _NEARLY * found[0].gain):
            break
        row = int(ends[diagonal])
        found.append(_trace_back(came, row, row + diagonal - (len(score) - 1), gain))
        gains[max(0, diagonal - _TURN_STEPS) : diagonal + _TURN_STEPS + 1] = 0
    return found


def _trace_back(came: NDArray[np.int8], row: int, column: int, gain: float) -> Alongside:
    """The stretch that ends at a row and a column."""
    met = [(row, column)]
    while came[row, column] != START:
        rows, columns = _moves[int(came[row, column])]
        row, column = row - rows, column - columns
        met.append((row, column))
    path = np.array(met[::-1], np.intp)
    return Alongside(gain, path[:, 0], path[:, 1])


def compare_tunes(
    way: Alongside, query: NDArray[np.float32], reference: NDArray[np.float32], pace: float, semitones: int
) -> float:
    """How well two tunes agree where their harmonies run alongside: about 0 for unrelated tunes, 1 for the same.
    Shape: what `spread_tune` gives.
    """
    last = SHINGLE_STEPS - 1
    columns = np.append(way.columns, way.columns[-1] + last)
    rows = np.append(way.rows, way.rows[-1] + last)
    places = np.arange(columns[0] * _PLACES, (columns[-1] + 1) * _PLACES)
    own = np.round(np.interp(places / _PLACES, columns, rows) * _PLACES * pace).astype(np.intp)
    inside = np.flatnonzero((own < len(query)) & (places >= _OFF_PLACES) & (places < len(reference) - _OFF_PLACES))
    if len(inside) < 2 * _PLACES:
        return 0.0
    ours, first = np.roll(query[own[inside]], semitones, axis=1), int(places[inside[0]])
    return max(
        0.0,
        *(
            _agree(ours, reference[first + off : first + off + len(ours)])
            for off in range(-_OFF_PLACES, _OFF_PLACES + 1)
        ),
    )


def spread_tune(tune: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Each place's pitch classes, softened in time, less what two seconds about it have: chords hold, tunes move.
    Shape: (places, 12).
    """
    told = tune.reshape(-1, 12).astype(np.float32) / 255
    moving = gaussian_filter1d(told, _SOFTENED_PLACES, axis=0) - uniform_filter1d(told, _HELD_PLACES, axis=0)
    return moving.astype(np.float32)


def _agree(ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> float:
    """The correlation of two tunes, less where few pitches bring it about: one note that comes again and again is in
    many songs. Shape: (places, 12).
    """
    shared = np.einsum("pk,pk->k", ours, theirs)
    alike = np.maximum(shared, 0)
    pitches = alike.sum() ** 2 / (alike @ alike + 1e-9)
    correlation = shared.sum() / math.sqrt(_energy(ours) * _energy(theirs) + 1e-9)
    return float(correlation * math.sqrt(min(pitches, _PITCHES) / _PITCHES))


def _energy(tune: NDArray[np.float32]) -> float:
    flat = tune.reshape(-1)
    return float(flat @ flat)
