"""Version identification: the same tune and chords in another performance, by the harmony of twelve beats at a time."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.harmony import Harmony
from remixlab.identify.index import Index
from remixlab.identify.kernels import align_diagonals

_SHINGLE_BEATS = 12
_BEATS_MIN = 16
_PACES = (1.0, 0.5, 2.0, 2 / 3, 3 / 2, 3 / 4, 4 / 3)
"""Steps in a beat: a beat may be heard at half its pace, at two thirds in a waltz or a shuffle, at three quarters where a bossa or a reggaeton is syncopated."""
_STRIDE_BEATS = 4
_KEYS_TRIED = 4
_WAYS_ALIGNED = 3
_SKIP_COST = np.float32(0.6)
_NEAR = np.float32(0.6)
_ALIGNED = 20
_SHOWN = 5
_USUAL_RANK = 3
"""The fourth: a work may be there in three recordings before its own versions count as what any stranger gains."""
_STRANGERS_MIDDLE, _STRANGERS_WIDTH = 2.1, 4.0
"""How far the likeliest work of a stranger leads (a Gumbel distribution, fitted): one in ten leads by 11, one in twenty by 14, one in a hundred by 20.5."""
_LEAD_S = 35.0
_TRUST_MIN = 0.9


class WorkMatch(NamedTuple):
    """A recording whose harmony runs alongside the query's; `gain` is how far and how closely."""

    recording: int
    gain: float
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float


def find_works(harmony: Harmony, index: Index) -> list[tuple[WorkMatch, float]]:
    """Recordings that may be other performances of what is heard, best first, at most five, with the trust in each.

    Source: Casey, Rhodes, Slaney (2008) for shingles of chroma; Serra et al. (2009) for the alignment.
    """
    ranked = rank_works(harmony, index)
    usual = ranked[_USUAL_RANK].gain if len(ranked) > _USUAL_RANK else 0.0
    trusted = [(work, _measure_trust(_measure_lead(work, usual))) for work in ranked[:_SHOWN]]
    return sorted(((work, trust) for work, trust in trusted if trust >= _TRUST_MIN), key=lambda told: -told[1])


def rank_works(harmony: Harmony, index: Index) -> list[WorkMatch]:
    """The recordings most like what is heard, best first, however little they are."""
    paces = [_Pace.of(harmony, steps) for steps in _PACES if len(harmony) * steps >= _BEATS_MIN]
    if not paces:
        return []
    ways = [_find_ways(n, index.harmony_of(n), paces) for n in range(len(index)) if len(index.harmony_of(n)) >= _BEATS_MIN]
    likely = sorted((w for w in ways if w), key=lambda found: -found[0].likeness)[:_ALIGNED]
    aligned = [max((_align(way, paces[way.pace], index) for way in of_one), key=lambda w: w.gain) for of_one in likely]
    return sorted(aligned, key=lambda w: -w.gain)


def _measure_lead(work: WorkMatch, usual: float) -> float:
    """How much more than usual it gains in about a verse and a chorus: songs that share a loop of chords gain ever more of little."""
    return (work.gain - usual) * min(1.0, _LEAD_S / max(work.query_end_s - work.query_start_s, 1e-3))


def _measure_trust(lead: float) -> float:
    """The share of strangers whose likeliest work leads by less. Source: Karlin, Altschul (1990): chance alignments are Gumbel distributed."""
    return math.exp(-math.exp((_STRANGERS_MIDDLE - lead) / _STRANGERS_WIDTH))


class _Pace(NamedTuple):
    """The query counted in other beats. Shape: chroma sums (12,), shingles (steps - 11, 24 * 12), beats_s (steps,)."""

    pitch_classes: NDArray[np.float32]
    shingles: NDArray[np.float32]
    beats_s: NDArray[np.float32]

    @classmethod
    def of(cls, harmony: Harmony, steps: float) -> _Pace:
        chroma, beats_s = _count_in(harmony, steps)
        return cls(_sum_pitch_classes(chroma), _stack_shingles(chroma), beats_s)


class _Way(NamedTuple):
    """A key and a pace in which a recording is like the query, by its single shingles."""

    recording: int
    likeness: float
    pace: int
    semitones: int


def _find_ways(number: int, reference: Harmony, paces: list[_Pace]) -> list[_Way]:
    """The paces and keys in which the reference is most like the query, best first."""
    theirs, pitch_classes = _stack_shingles(reference.chroma.astype(np.float32)), _sum_pitch_classes(reference.chroma)
    tried = [(n, key) for n, pace in enumerate(paces) for key in _likely_keys(pace.pitch_classes, pitch_classes)]
    rows = [_rotate_shingles(paces[n].shingles[::_STRIDE_BEATS], key) for n, key in tried]
    # One product for all: many small ones cost a threaded library more in waiting than in work.
    nearest = np.split((np.concatenate(rows) @ theirs.T).max(axis=1), np.cumsum([len(r) for r in rows])[:-1])
    ways = [_Way(number, float(near.mean()), n, key) for (n, key), near in zip(tried, nearest, strict=True)]
    return sorted(ways, key=lambda way: -way.likeness)[:_WAYS_ALIGNED]


def _likely_keys(own: NDArray[np.float32], theirs: NDArray[np.float32]) -> list[int]:
    """Semitones up that bring the query's key to the reference's."""
    likeness = [float(theirs @ np.roll(own, k)) for k in range(12)]
    return [int(k) for k in np.argsort(likeness)[::-1][:_KEYS_TRIED]]


def _sum_pitch_classes(chroma: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float32]:
    return chroma.reshape(-1, 12).sum(axis=0, dtype=np.float32)


def _count_in(harmony: Harmony, steps: float) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The same harmony with so many steps in a beat: chroma and start of each step."""
    beats = len(harmony)
    edges = np.arange(0, beats + 1e-6, 1 / steps)
    sums = np.concatenate([np.zeros((1, 24)), np.cumsum(harmony.chroma, axis=0, dtype=np.float64)])
    before = np.minimum(edges.astype(np.intp), beats - 1)
    at_edges = sums[before] + (edges - before)[:, None] * harmony.chroma[before]
    starts_s = np.interp(edges[:-1], np.arange(beats), harmony.beats_s)
    return (np.diff(at_edges, axis=0) * steps).astype(np.float32), starts_s.astype(np.float32)


def _stack_shingles(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    """Twelve beats side by side, centred and of unit length. Shape: (beats - 11, 24 * 12)."""
    windows = np.lib.stride_tricks.sliding_window_view(chroma, _SHINGLE_BEATS, axis=0)
    flat = windows.reshape(len(windows), -1)
    flat = flat - flat.mean(axis=1, keepdims=True)
    return flat / (np.linalg.norm(flat, axis=1, keepdims=True) + np.float32(1e-6))


def _rotate_shingles(shingles: NDArray[np.float32], semitones: int) -> NDArray[np.float32]:
    """The same shingles so many semitones higher."""
    return np.roll(shingles.reshape(len(shingles), 2, 12, _SHINGLE_BEATS), semitones, axis=2).reshape(len(shingles), -1)


def _align(way: _Way, query: _Pace, index: Index) -> WorkMatch:
    """The longest stretch that both play, beat against beat."""
    reference = index.harmony_of(way.recording)
    theirs = _stack_shingles(reference.chroma.astype(np.float32))
    similarity = (_rotate_shingles(query.shingles, way.semitones) @ theirs.T - _NEAR) * np.float32(4)
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
        recording=way.recording,
        gain=float(score[row, column]),
        query_start_s=float(query.beats_s[first_row]),
        query_end_s=float(query.beats_s[lasts[0]]),
        reference_start_s=float(reference.beats_s[first_column]),
        tempo_ratio=round(their_s / max(own_s, 1e-3), 4),
        pitch_semitones=float((6 - way.semitones) % 12 - 6),
    )
