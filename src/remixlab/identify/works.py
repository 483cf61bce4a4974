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
_SCORE_MIN = 0.25
_FULL_SCORE = 48.0
"""A perfect run gains one and a half a beat: 32 beats of it."""
_ALIGNED = 10
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

    Source: Casey, Rhodes, Slaney (2008) for shingles of chroma; Serra et al. (2009) for the alignment.
    """
    if len(harmony) < _BEATS_MIN:
        return []
    levels = [level for level in (_change_level(harmony, ratio) for ratio in (1.0, 0.5, 2.0)) if len(level) >= _BEATS_MIN]
    shingles = [_stack_shingles(level.chroma) for level in levels]
    likely: list[_Likely] = []
    for number in range(len(index)):
        reference = index.harmony_of(number)
        if len(reference) >= _BEATS_MIN:
            likely.append(_find_likeliest(number, reference, levels, shingles))
    likely.sort(key=lambda found: -found.likeness)
    aligned = [_align(found, levels[found.level], shingles[found.level], index.harmony_of(found.recording)) for found in likely[:_ALIGNED]]
    return sorted((w for w in aligned if w.score >= _SCORE_MIN), key=lambda w: -w.score)[:_SHOWN]


class _Likely(NamedTuple):
    """The key and the level of beats in which a recording is most like the query, by its single shingles."""

    recording: int
    likeness: float
    level: int
    semitones: int


def _find_likeliest(number: int, reference: Harmony, levels: list[Harmony], shingles: list[NDArray[np.float32]]) -> _Likely:
    """Try the beat levels, each in the keys that bring the sums of all pitch classes closest."""
    theirs = _stack_shingles(reference.chroma)
    tried: list[_Likely] = []
    for number_of_level, (level, own) in enumerate(zip(levels, shingles, strict=True)):
        for semitones in _likely_keys(level, reference):
            nearest = (_rotate_shingles(own[:: _SHINGLE_BEATS // 2], semitones) @ theirs.T).max(axis=1)
            tried.append(_Likely(number, float(nearest.mean()), number_of_level, semitones))
    return max(tried, key=lambda found: found.likeness)


def _likely_keys(query: Harmony, reference: Harmony) -> list[int]:
    """Semitones up that bring the query's key to the reference's."""
    own, theirs = (h.chroma.reshape(-1, 12).sum(axis=0, dtype=np.float64) for h in (query, reference))
    likeness = [float(theirs @ np.roll(own, k)) for k in range(12)]
    return [int(k) for k in np.argsort(likeness)[::-1][:_KEYS_TRIED]]


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
    """Eight beats side by side, centred and of unit length. Shape: (beats - 7, 24 * 8)."""
    windows = np.lib.stride_tricks.sliding_window_view(chroma.astype(np.float32), _SHINGLE_BEATS, axis=0)
    flat = windows.reshape(len(windows), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / (np.linalg.norm(flat, axis=1, keepdims=True) + np.float32(1e-6))


def _rotate_shingles(shingles: NDArray[np.float32], semitones: int) -> NDArray[np.float32]:
    """The same shingles so many semitones higher."""
    return np.roll(shingles.reshape(len(shingles), 2, 12, _SHINGLE_BEATS), semitones, axis=2).reshape(len(shingles), -1)


def _align(found: _Likely, query: Harmony, shingles: NDArray[np.float32], reference: Harmony) -> WorkMatch:
    """The longest stretch that both play, beat against beat."""
    similarity = (_rotate_shingles(shingles, found.semitones) @ _stack_shingles(reference.chroma).T - _NEAR) * np.float32(4)
    similarity = np.maximum(similarity, np.float32(-1))
    score = np.zeros_like(similarity)
    origin = np.zeros(similarity.shape, np.int32)
    row, column = align_diagonals(similarity, _SKIP_COST, score, origin)
    first_row = int(origin[row, column])
    first_column = max(0, column - (row - first_row))
    lasts = (row + _SHINGLE_BEATS - 1, column + _SHINGLE_BEATS - 1)
    own_s = float(query.beats_s[lasts[0]] - query.beats_s[first_row])
    their_s = float(reference.beats_s[lasts[1]] - reference.beats_s[first_column])
    return WorkMatch(
        recording=found.recording,
        score=round(min(1.0, float(score[row, column]) / _FULL_SCORE), 4),
        query_start_s=float(query.beats_s[first_row]),
        query_end_s=float(query.beats_s[lasts[0]]),
        reference_start_s=float(reference.beats_s[first_column]),
        tempo_ratio=round(their_s / max(own_s, 1e-3), 4),
        pitch_semitones=float((6 - found.semitones) % 12 - 6),
    )
