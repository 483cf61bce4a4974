"""Version identification: the same chords and tune in another performance. Harmony proposes, tune and chance decide.

Every recording is known by how it sounds, and by its score where it was listened to: a cover is played from what was
written down.
"""

from __future__ import annotations

import math
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.harmony import STEP_S, Harmony
from remixlab.identify.library import Library
from remixlab.identify.local_alignment import Alongside, compare_tunes, run_alongside, spread_tune
from remixlab.identify.shingles import (
    SHINGLE_STEP_S,
    SHINGLE_STEPS,
    resample_chroma,
    rotate_shingles,
    spread_of_cohort,
    stack_shingles,
)

_STEPS_MIN = 16
"""Less than eight seconds is no harmony: four steps more than a shingle."""
_LEVELS = (1.0, 0.5, 2.0, 2 / 3, 3 / 2, 3 / 4, 4 / 3)
"""A beat may be heard at half its pace, at two thirds in a waltz or a shuffle, at three quarters where a bossa or a
reggaeton is syncopated.
"""
_PACE_MIN, _PACE_MAX = 0.45, 2.2
"""Paces that are tried: a cover at half or double its song's tempo, and a little farther."""
_PACES_PER_OCTAVE = 24
"""Paces are told apart by 3 %: over a shingle of six seconds steps drift by less than half."""
_STRIDE_STEPS, _THEIR_STRIDE_STEPS = 4, 2
"""Every fourth shingle of the query and every second of the reference find the way; all are followed along it."""
_SHINGLES_ASKED = 24
"""At most about twice so many of a query's shingles are looked for, spread over it; all of them are where it is
followed.
"""
_KEYS_TRIED = 4
"""Of twelve keys the four likeliest by all pitch classes are tried (decision 76)."""
_WAYS_ALIGNED = 3
"""And the likeliest at the query's own tempo, which a cover often keeps: a held chord is as like at any."""
_ALIGNED = 12
"""Of the recordings as they sound, and of the scores."""
_WORTH_COMPARING = 0.5
"""Tunes are compared only along stretches at least half as good as the best."""
_SHOWN = 5
"""As many as a person will listen to."""
_TUNE_WEIGHT, _HARMONY_WEIGHT = 5.0, 0.5
"""How tune and harmony speak; chosen before the benchmark, kept since (decisions 99, 101)."""
_HARMONY_MAX = 3.0
"""Harmony alone names nothing: songs share whole loops of chords."""
_LENGTH_MIN_S = 9.0
"""Nine seconds, under which nothing is named; chosen with the benchmark's songs in sight (decision 101)."""
_TEMPO_COST = 2.2
"""For every octave of tempo between the two: most covers keep about their song's, and strangers meet at any."""
_STRANGERS_MIDDLE, _STRANGERS_WIDTH = 3.0, 0.9
"""What speaks for one unrelated song by chance, against half a minute (a Gumbel distribution, fitted)."""
_USUAL_LENGTH_S = 30.0
"""The length that the fit's strangers had; the chance grows with the root of it (decision 101)."""
_KNOWN_MIN = 10
"""A catalogue of few makes nobody surer than this many would."""
_TRUST_MIN = 0.95
"""One stranger in twenty would be named beside a catalogue: a candidate for a person, no verdict (decision 99)."""


class WorkMatch(NamedTuple):
    """A recording whose harmony runs alongside the query's: how far and closely (`gain`), and how well the tunes
    agree in it (`tune`).
    """

    recording: int
    gain: float
    tune: float
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float


def find_works(harmony: Harmony, library: Library) -> list[tuple[WorkMatch, float]]:
    """Recordings that may be other performances of what is heard, best first, at most five, with the trust in each.

    Source: Casey, Rhodes, Slaney (2008) for shingles of chroma; Serra et al. (2009) for the alignment.
    """
    if not harmony.is_pitched:
        return []
    chances = max(len(library), _KNOWN_MIN) * math.sqrt(max(len(harmony), 1) * STEP_S / _USUAL_LENGTH_S)
    trusted = [(work, measure_trust(work, chances)) for work in _pitched(rank_works(harmony, library), library)]
    return sorted(((work, trust) for work, trust in trusted if trust >= _TRUST_MIN), key=lambda told: -told[1])


def _pitched(works: list[WorkMatch], library: Library) -> list[WorkMatch]:
    """The best whose recordings have a harmony at all."""
    return list(islice((work for work in works if library.harmony_of(work.recording).is_pitched), _SHOWN))


def rank_works(harmony: Harmony, library: Library) -> list[WorkMatch]:
    """The recordings most like what is heard, best first, however little they are."""
    own = _Query(harmony)
    sounding = _likeliest([(n, library.harmony_of(n)) for n in range(len(library))], own)
    written = _likeliest([(n, score) for n in range(len(library)) if (score := library.score_of(n))], own)
    best: dict[int, WorkMatch] = {}
    for found in sorted(sounding + written, key=weigh_work):
        best[found.recording] = found
    return sorted(best.values(), key=lambda w: -weigh_work(w))


def _likeliest(known: list[tuple[int, Harmony]], query: _Query) -> list[WorkMatch]:
    """The closest of those that are known in one manner: sounding harmonies and written ones are not alike alike."""
    ways = [(reference, found) for number, reference in known if (found := _find_ways(number, reference, query))]
    likely = sorted(ways, key=lambda way: -way[1][0].likeness)[:_ALIGNED]
    return [_align_best(found, query, reference) for reference, found in likely]


def weigh_work(work: WorkMatch) -> float:
    """How much speaks for it: tunes that agree, the more the longer they do, and harmony that runs alongside, at
    about the same tempo.
    """
    length_s = work.query_end_s - work.query_start_s
    if length_s < _LENGTH_MIN_S:
        return 0.0
    harmony = min(_HARMONY_MAX, _HARMONY_WEIGHT * math.sqrt(work.gain))
    return _TUNE_WEIGHT * work.tune * math.sqrt(length_s) + harmony - _TEMPO_COST * abs(math.log2(work.tempo_ratio))


def measure_trust(work: WorkMatch, chances: float) -> float:
    """The share of strangers for whom nothing that is known has so much speak for it; the more is compared, the more
    comes near by chance.

    Source: Karlin, Altschul (1990): the best of many chance alignments is Gumbel distributed, and moves with the
    logarithm of their number.
    """
    return math.exp(-chances * math.exp((_STRANGERS_MIDDLE - weigh_work(work)) / _STRANGERS_WIDTH))


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
        self._asked: dict[tuple[int, int], NDArray[np.float32]] = {}

    def paces_to(self, beat_s: float) -> list[int]:
        """The paces at which it may be the reference's, in parts of an octave: its own, and those that make one's
        beat the other's.
        """
        ratios = (1.0, *(self.harmony.beat_s / beat_s * level for level in _LEVELS))
        return sorted({round(math.log2(r) * _PACES_PER_OCTAVE) for r in ratios if _PACE_MIN <= r <= _PACE_MAX})

    def at(self, pace: int) -> _Pace | None:
        """The query in the reference's steps, or None where that is too little."""
        if pace not in self._paces:
            chroma = resample_chroma(self.harmony, 2 ** (pace / _PACES_PER_OCTAVE))
            self._paces[pace] = _prepare(chroma) if len(chroma) >= _STEPS_MIN else None
        return self._paces[pace]

    def asked_at(self, pace: int, shingles: NDArray[np.float32], key: int) -> NDArray[np.float32]:
        """Some of its shingles in this pace, in another key."""
        if (pace, key) not in self._asked:
            stride = max(_STRIDE_STEPS, len(shingles) // _SHINGLES_ASKED)
            self._asked[pace, key] = rotate_shingles(shingles[::stride], key)
        return self._asked[pace, key]

    def spread_at(self, pace: int, shingles: NDArray[np.float32]) -> NDArray[np.float32]:
        """What strangers give its shingles in this pace."""
        if pace not in self._spreads:
            self._spreads[pace] = spread_of_cohort(shingles)
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
    theirs, pitch_classes = stack_shingles(chroma)[::_THEIR_STRIDE_STEPS], _sum_pitch_classes(chroma)
    tried = [(n, pace, key) for n, pace in paces for key in _likely_keys(pace.keys, pitch_classes)]
    rows = [query.asked_at(n, pace.shingles, key) for n, pace, key in tried]
    # One product for all: many small ones cost a threaded library more in waiting than in work.
    nearest = np.split((np.concatenate(rows) @ theirs.T).max(axis=1), np.cumsum([len(r) for r in rows])[:-1])
    ways = [_Way(number, float(near.mean()), n, key) for (n, _, key), near in zip(tried, nearest, strict=True)]
    ways.sort(key=lambda way: -way.likeness)
    return list(dict.fromkeys([*ways[:_WAYS_ALIGNED], *[way for way in ways if way.pace == 0][:1]]))


def _likely_keys(keys: NDArray[np.float32], theirs: NDArray[np.float32]) -> list[int]:
    """Semitones up that bring the query's key to the reference's."""
    return [int(k) for k in np.argsort(keys @ theirs)[::-1][:_KEYS_TRIED]]


def _sum_pitch_classes(chroma: NDArray[np.float32]) -> NDArray[np.float32]:
    return chroma.reshape(-1, 12).sum(axis=0, dtype=np.float32)


def _align_best(ways: list[_Way], query: _Query, reference: Harmony) -> WorkMatch:
    """The stretch that most speaks for a recording, of those that its ways lead to."""
    theirs, tune = stack_shingles(resample_chroma(reference, 1.0)), spread_tune(reference.tune)
    met = [(way, found) for way in ways for found in _align(way, query, theirs)]
    closest = max(found.gain for _, found in met)
    return max(
        (_describe(way, found, query, tune) for way, found in met if found.gain >= _WORTH_COMPARING * closest),
        key=weigh_work,
    )


def _align(way: _Way, query: _Query, theirs: NDArray[np.float32]) -> list[Alongside]:
    """The longest stretches that both play, step against step."""
    pace = query.at(way.pace)
    assert pace is not None
    return run_alongside(
        rotate_shingles(pace.shingles, way.semitones) @ theirs.T, query.spread_at(way.pace, pace.shingles)
    )


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
