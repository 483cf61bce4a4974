"""Version identification: the same tune and chords in another performance, by the harmony of eight beats at a time."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.harmony import Harmony
from remixlab.identify.index import Index
from remixlab.identify.kernels import align_diagonals

_SHINGLE_BEATS = 8
_BEATS_MIN = 16
_KEYS_TRIED = 2
_SKIP_COST = np.float32(0.6)
_NEAR = np.float32(0.62)
_SCORE_MIN = 0.5
_SHOWN = 5


class WorkMatch(NamedTuple):
    """A recording whose harmony runs alongside the query's."""

    recording: int
    score: float
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float


def find_works(harmony: Harmony, index: Index) -> list[WorkMatch]:
    """Recordings that may be other performances of what is heard, best first, at most five.

    Source: Serra et al. (2009) for the alignment; Casey, Rhodes, Slaney (2008) for shingles of chroma.
    """
    if len(harmony) < _BEATS_MIN:
        return []
    levels = [_change_level(harmony, level) for level in (1.0, 0.5, 2.0)]
    found: list[WorkMatch] = []
    for number in range(len(index)):
        reference = index.harmony_of(number)
        if len(reference) >= _BEATS_MIN:
            found.append(max((_compare(level, reference, number) for level in levels if len(level) >= _BEATS_MIN), key=lambda w: w.score))
    found = [w for w in found if w.score >= _SCORE_MIN]
    return sorted(found, key=lambda w: -w.score)[:_SHOWN]


def _change_level(harmony: Harmony, level: float) -> Harmony:
    """The same harmony counted in half or double beats."""
    if level == 0.5:
        pairs = len(harmony) // 2
        chroma = (harmony.chroma[: 2 * pairs : 2].astype(np.uint16) + harmony.chroma[1 : 2 * pairs : 2]) // 2
        return Harmony(chroma.astype(np.uint8), harmony.beats_s[: 2 * pairs : 2])
    if level == 2.0:
        halves = np.interp(np.arange(2 * len(harmony)) / 2, np.arange(len(harmony)), harmony.beats_s)
        return Harmony(np.repeat(harmony.chroma, 2, axis=0), halves.astype(np.float32))
    return harmony


def _stack_shingles(chroma: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Eight beats side by side, centred and of unit length. Shape: (beats - 7, 192)."""
    windows = np.lib.stride_tricks.sliding_window_view(chroma.astype(np.float32), _SHINGLE_BEATS, axis=0)
    flat = windows.reshape(len(windows), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / (np.linalg.norm(flat, axis=1, keepdims=True) + np.float32(1e-6))


def _rotate(chroma: NDArray[np.uint8], semitones: int) -> NDArray[np.uint8]:
    return np.roll(chroma.reshape(-1, 2, 12), semitones, axis=2).reshape(-1, 24)


def _compare(query: Harmony, reference: Harmony, number: int) -> WorkMatch:
    """The best alignment of two recordings' beats, in the two most likely keys."""
    profile_query = query.chroma.reshape(-1, 2, 12).sum(axis=(0, 1), dtype=np.float64)
    profile_reference = reference.chroma.reshape(-1, 2, 12).sum(axis=(0, 1), dtype=np.float64)
    likeness = np.array([profile_reference @ np.roll(profile_query, k) for k in range(12)])
    shingles = _stack_shingles(reference.chroma)
    best: WorkMatch | None = None
    for semitones in np.argsort(-likeness)[:_KEYS_TRIED]:
        similarity = (_stack_shingles(_rotate(query.chroma, int(semitones))) @ shingles.T - _NEAR) * np.float32(4)
        match = _align(np.maximum(similarity, np.float32(-1)), query, reference, number, int(semitones))
        if best is None or match.score > best.score:
            best = match
    assert best is not None
    return best


def _align(similarity: NDArray[np.float32], query: Harmony, reference: Harmony, number: int, semitones: int) -> WorkMatch:
    score = np.zeros_like(similarity)
    origin = np.zeros(similarity.shape, np.int32)
    row, column = align_diagonals(np.ascontiguousarray(similarity), _SKIP_COST, score, origin)
    first_row = int(origin[row, column])
    first_column = max(0, column - (row - first_row))
    length = min(row - first_row, column - first_column) + 1
    rate = _duration(reference, first_column, column) / max(_duration(query, first_row, row), 1e-3) if length > 1 else 1.0
    # A perfect run gains about one and a half a beat; 32 beats of it make a full score.
    return WorkMatch(
        number,
        round(min(1.0, float(score[row, column]) / 48), 4),
        float(query.beats_s[first_row]),
        float(query.beats_s[row + _SHINGLE_BEATS - 1]),
        float(reference.beats_s[first_column]),
        round(rate, 4),
        float((-semitones + 6) % 12 - 6),
    )


def _duration(harmony: Harmony, first: int, last: int) -> float:
    return float(harmony.beats_s[last] - harmony.beats_s[first])
