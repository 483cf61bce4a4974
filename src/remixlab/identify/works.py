"""Version identification: the same chords and tune in another performance. Harmony proposes, tune and chance decide."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.alongside import Alongside, compare_tunes, run_alongside, spread_tune
from remixlab.identify.harmony import Harmony
from remixlab.identify.index import Index
from remixlab.identify.shingles import (
    SHINGLE_STEP_S,
    SHINGLE_STEPS,
    resample_chroma,
    rotate_shingles,
    spread_of_strangers,
    stack_shingles,
)

_STEPS_MIN = 16
_LEVELS = (1.0, 0.5, 2.0, 2 / 3, 3 / 2, 3 / 4, 4 / 3)
"""A beat may be heard at half its pace, at two thirds in a waltz or a shuffle, at three quarters where a bossa or a reggaeton is syncopated."""
_PACE_MIN, _PACE_MAX = 0.45, 2.2
_PACES_PER_OCTAVE = 24
_STRIDE_STEPS = 4
_KEYS_TRIED = 4
_WAYS_ALIGNED = 3
_ALIGNED = 20
_WORTH_COMPARING = 0.5
_SHOWN = 5
_TUNE_WEIGHT, _HARMONY_WEIGHT = 5.0, 0.5
_HARMONY_MAX = 3.0
"""Harmony alone names nothing: songs share whole loops of chords."""
_STRANGERS_MIDDLE, _STRANGERS_WIDTH = 1.7, 1.0
"""What speaks for one unrelated song by chance (a Gumbel distribution, fitted)."""
_KNOWN_MIN = 10
"""A catalogue of few makes nobody surer than this many would."""
_TRUST_MIN = 0.95


class WorkMatch(NamedTuple):
    """A recording whose harmony runs alongside the query's: how far and closely (`gain`), and how well the tunes agree in it (`tune`)."""

    recording: int
    gain: float
    tune: float
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float


def find_works(harmony: Harmony, index: Index) -> list[tuple[WorkMatch, float]]:
    """Recordings that may be other performances of what is heard, best first, at most five, with the trust in each.

    Source: Casey, Rhodes, Slaney (2008) for shingles of chroma; Serra et al. (2009) for the alignment.
    """
    trusted = [(work, measure_trust(work, len(index))) for work in rank_works(harmony, index)[:_SHOWN]]
    return sorted(((work, trust) for work, trust in trusted if trust >= _TRUST_MIN), key=lambda told: -told[1])


def rank_works(harmony: Harmony, index: Index) -> list[WorkMatch]:
    """The recordings most like what is heard, best first, however little they are."""
    own = _Query(harmony)
    ways = [_find_ways(n, index.harmony_of(n), own) for n in range(len(index))]
    likely = sorted((w for w in ways if w), key=lambda found: -found[0].likeness)[:_ALIGNED]
    aligned = [_align_best(of_one, own, index) for of_one in likely]
    return sorted(aligned, key=lambda w: -weigh_work(w))


def weigh_work(work: WorkMatch) -> float:
    """How much speaks for it: tunes that agree, the more the longer they do, and harmony that runs alongside."""
    return _TUNE_WEIGHT * work.tune * math.sqrt(work.query_end_s - work.query_start_s) + min(
        _HARMONY_MAX, _HARMONY_WEIGHT * math.sqrt(work.gain)
    )


def measure_trust(work: WorkMatch, known: int) -> float:
    """The share of strangers for whom nothing that is known has so much speak for it; the more is known, the more comes near by chance.

    Source: Karlin, Altschul (1990): the best of many chance alignments is Gumbel distributed, and moves with the logarithm of their number.
    """
    return math.exp(-max(known, _KNOWN_MIN) * math.exp((_STRANGERS_MIDDLE - weigh_work(work)) / _STRANGERS_WIDTH))


class _Pace(NamedTuple):
    """The query in other steps. Shape: keys (12, 12), its pitch classes in each key; shingles (steps - 11, 24 * 12)."""

    keys: NDArray[np.float32]
    shingles: NDArray[np.float32]


class _Query:
    """What is heard, in the paces that were asked for."""

    def __init__(self, harmony: Harmony) -> None:
        self.harmony = harmony
        self.tune = spread_tune(harmony.tune)
        self._paces: dict[int, _Pace | None] = {}
        self._spreads: dict[int, NDArray[np.float32]] = {}

    def paces_to(self, beat_s: float) -> list[int]:
        """The paces at which it may be the reference's, in parts of an octave: its own, and those that make one's beat the other's."""
        ratios = (1.0, *(self.harmony.beat_s / beat_s * level for level in _LEVELS))
        return sorted({round(math.log2(r) * _PACES_PER_OCTAVE) for r in ratios if _PACE_MIN <= r <= _PACE_MAX})

    def at(self, pace: int) -> _Pace | None:
        """The query in the reference's steps, or None where that is too little."""
        if pace not in self._paces:
            chroma = resample_chroma(self.harmony, 2 ** (pace / _PACES_PER_OCTAVE))
            self._paces[pace] = _prepare(chroma) if len(chroma) >= _STEPS_MIN else None
        return self._paces[pace]

    def spread_at(self, pace: int, shingles: NDArray[np.float32]) -> NDArray[np.float32]:
        """What strangers give its shingles in this pace."""
        if pace not in self._spreads:
            self._spreads[pace] = spread_of_strangers(shingles)
        return self._spreads[pace]


def _prepare(chroma: NDArray[np.float32]) -> _Pace:
    pitch_classes = _sum_pitch_classes(chroma)
    return _Pace(np.stack([np.roll(pitch_classes, key) for key in range(12)]), stack_shingles(chroma))


class _Way(NamedTuple):
    """A key and a pace in which a recording is like the query, by its single shingles."""

    recording: int
    likeness: float
    pace: int
    semitones: int


def _find_ways(number: int, reference: Harmony, query: _Query) -> list[_Way]:
    """The paces and keys in which the reference is most like the query, best first."""
    paces = [(n, pace) for n in query.paces_to(reference.beat_s) if (pace := query.at(n))]
    chroma = resample_chroma(reference, 1.0)
    if not paces or len(chroma) < _STEPS_MIN:
        return []
    theirs, pitch_classes = stack_shingles(chroma), _sum_pitch_classes(chroma)
    tried = [(n, pace, key) for n, pace in paces for key in _likely_keys(pace.keys, pitch_classes)]
    rows = [rotate_shingles(pace.shingles[::_STRIDE_STEPS], key) for _, pace, key in tried]
    # One product for all: many small ones cost a threaded library more in waiting than in work.
    nearest = np.split((np.concatenate(rows) @ theirs.T).max(axis=1), np.cumsum([len(r) for r in rows])[:-1])
    ways = [_Way(number, float(near.mean()), n, key) for (n, _, key), near in zip(tried, nearest, strict=True)]
    return sorted(ways, key=lambda way: -way.likeness)[:_WAYS_ALIGNED]


def _likely_keys(keys: NDArray[np.float32], theirs: NDArray[np.float32]) -> list[int]:
    """Semitones up that bring the query's key to the reference's."""
    return [int(k) for k in np.argsort(keys @ theirs)[::-1][:_KEYS_TRIED]]


def _sum_pitch_classes(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    return chroma.reshape(-1, 12).sum(axis=0, dtype=np.float32)


def _align_best(ways: list[_Way], query: _Query, index: Index) -> WorkMatch:
    """The stretch that most speaks for a recording, of those that its ways lead to."""
    reference = index.harmony_of(ways[0].recording)
    theirs, tune = stack_shingles(resample_chroma(reference, 1.0)), spread_tune(reference.tune)
    met = [(way, _align(way, query, theirs)) for way in ways]
    closest = max(found.gain for _, found in met)
    return max((_describe(way, found, query, tune) for way, found in met if found.gain >= _WORTH_COMPARING * closest), key=weigh_work)


def _align(way: _Way, query: _Query, theirs: NDArray[np.float32]) -> Alongside:
    """The longest stretch that both play, step against step."""
    pace = query.at(way.pace)
    assert pace is not None
    return run_alongside(rotate_shingles(pace.shingles, way.semitones) @ theirs.T, query.spread_at(way.pace, pace.shingles))


def _describe(way: _Way, met: Alongside, query: _Query, tune: NDArray[np.float32]) -> WorkMatch:
    ratio = 2 ** (way.pace / _PACES_PER_OCTAVE)
    own_steps = int(met.rows[-1] - met.rows[0]) + SHINGLE_STEPS
    their_steps = int(met.columns[-1] - met.columns[0]) + SHINGLE_STEPS
    start_s = float(met.rows[0]) * ratio * SHINGLE_STEP_S
    return WorkMatch(
        recording=way.recording,
        gain=met.gain,
        tune=compare_tunes(met, query.tune, tune, ratio, way.semitones),
        query_start_s=start_s,
        query_end_s=start_s + own_steps * ratio * SHINGLE_STEP_S,
        reference_start_s=float(met.columns[0]) * SHINGLE_STEP_S,
        tempo_ratio=round(their_steps / (own_steps * ratio), 4),
        pitch_semitones=float((6 - way.semitones) % 12 - 6),
    )
