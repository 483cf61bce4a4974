"""Where a recording sounds in another: votes of triplets, checked peak by peak against the stored recording."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.identify.index import Index
from remixlab.identify.kernels import (
    GAP_STEPS_PER_OCTAVE,
    count_offsets,
    gather_postings,
    look_up_triplets,
    meet_peaks,
)
from remixlab.identify.library import Library, Part
from remixlab.identify.peaks import BINS_PER_SEMITONE, FRAMES_PER_SECOND, Peaks

WINDOW_S = 6.0
"""Votes are counted in windows of 6 s: the shortest passage that is surely told (robustness page), a few loops long."""
_WINDOW_FRAMES = int(WINDOW_S * FRAMES_PER_SECOND)
"""The same in frames."""


class Search(NamedTuple):
    """Tempi that are tried, and triplets of a query's peak: second peaks, and third ones after each.

    They are more than the index keeps (6 and 2), for some of a passage's peaks are lost.
    """

    scales: NDArray[np.float64]
    fan_second: int
    fan_third: int


OWN_TEMPO = Search(np.ones(1), 14, 4)
"""The tempo of the recording itself: few triplets to compare, so that the weakest trace is followed."""
ANY_TEMPO = Search(2.0 ** (np.arange(-7, 8) / 10), 10, 3)
"""Fifteen tempi from .62 to 1.62, a tenth of an octave apart: beyond it nobody listens for the song."""
_COMMON = 400
"""A hash that many recordings share tells none of them apart."""
_ASKED_PEAKS = 512
"""Looked up at once, 21 s, so that memory does not grow with the query."""
_POSTINGS_PER_PEAK = 400
"""Of the hashes of a peak the rarest are followed, so that a query's work does not grow with the catalogue."""
_SHIFT_LIMIT_BINS = 36
"""An octave up or down: beyond it nobody recognises a recording, nor do its formants survive."""
_SHIFT_CELL_BINS = 2
"""Shifts are counted in cells of two thirds of a semitone, twice, half a cell apart."""
_OFFSET_CELL_FRAMES = 48
"""Offsets are counted in cells of 0.77 s: a scale that is off by its half moves a window's edges by 0.1 s."""
_OFFSET_CELLS = 1 << 17
"""Cells that an offset has room for, a power of two: 28 hours."""
_SHIFT_CELLS, _SCALE_CELLS = 64, 16
"""Cells that a shift and a scale have room for."""
FRAMES_APART, BINS_APART = 1.3, 0.6
"""Two peaks meet within 21 ms and a fifth of a semitone."""
_CHANCE_DEVIATIONS = 4.0
"""What the fullest of two thousand places exceeds the mean by when nothing is there: copies exceed it by 6 and more."""
_DECOYS = 40
"""Places that a passage is moved to in order to learn what chance meets: enough for a deviation to 11 %."""
_NEAR_S = 0.4
"""A passage moved by less than 0.4 s, a beat at 150, is still at its own place."""
_LOOP_S = 5.0
"""What comes again within five seconds is a loop; a chorus comes later (decision 40)."""
_UNIQUENESS_PEAKS = 600
"""Peaks of a passage that are moved about: 25 s of them, spread over it, tell as much as all."""

_DECOY_PHASE = 0.7
"""No decoy lies where the passage does: the first is most of a step away."""
_SHARED, _SHARED_TO_ONE, _LOOPED, _LOOPED_TO_ONE, _HALF, _HALF_TO_ALL, _LEAST = 1.0, 2.0, 3.0, 1.5, 0.5, 0.3, 0.05
"""From where to where a passage stops being a shared loop: by uniqueness 1 to 3, by local uniqueness 3 to 4.5, by
coverage .5 to .8.

Shaped on strangers that share drum loops: wrong names fell from 7-11 % to .5 % of 200 clips (decision 40).
"""


class _Refinement(NamedTuple):
    width_frames: int
    cells_per_frame: int
    taps: int
    bins_apart: float
    ratios: NDArray[np.float64]
    shifts_bins: NDArray[np.float64]


_REFINEMENTS = (
    _Refinement(96, 1, 3, 0.7, np.array([0, -1, 1, -2, 2, -3, 3]) * 0.013, np.array([0, -1.0, 1.0])),
    _Refinement(
        12, 2, 4, 0.6, np.array([0, -1, 1, -2, 2, -3, 3, -4, 4, -5, 5]) * 0.0025, np.array([0, -0.3, 0.3, -0.6, 0.6])
    ),
)
"""Coarse, over 1.5 s, 4 % of tempo and a third of a semitone, then fine. Smallest changes first: a tie keeps the
line where it was.
"""


@dataclass(frozen=True, slots=True)
class Line:
    """Query frame q is frame q * ratio + start of a take, and query bin b is its bin b + shift_bins."""

    take: int
    ratio: float
    start: float
    shift_bins: float

    def at(self, query_frame: float) -> float:
        return query_frame * self.ratio + self.start

    def map(self, query_frames: NDArray[np.int32]) -> NDArray[np.float64]:
        return query_frames.astype(np.float64) * self.ratio + self.start

    @property
    def pitch_semitones(self) -> float:
        return -self.shift_bins / BINS_PER_SEMITONE


@dataclass(frozen=True, slots=True)
class Candidate:
    """A line that many triplets of one window voted for."""

    votes: int
    window_start: float
    line: Line


@dataclass(frozen=True, slots=True)
class Evidence:
    """How well a line holds: met peaks of the query, as a share, above chance, and against the same recording
    elsewhere.

    `uniqueness` is low when the passage fits the recording at other places too; `local_uniqueness` is low only when it
    already fits within a few seconds, as a loop does, and not where a whole chorus comes again.
    """

    met: int
    coverage: float
    chance: float
    deviations: float
    uniqueness: float
    local_uniqueness: float

    @property
    def strength(self) -> float:
        """Deviations above chance, held down where only a loop is shared: neither one place only nor nearly all that
        sounds.
        """
        one_place = (self.uniqueness - _SHARED) / _SHARED_TO_ONE
        no_loop = (self.local_uniqueness - _LOOPED) / _LOOPED_TO_ONE
        nearly_all = (self.coverage - _HALF) / _HALF_TO_ALL
        return self.deviations * min(1.0, max(_LEAST, one_place, no_loop, nearly_all))


def vote(
    query: Peaks, library: Library, *, votes_min: int, per_window: int, search: Search = ANY_TEMPO
) -> list[Candidate]:
    """The lines that most triplets agree on, in overlapping windows, most votes first."""
    if len(query) < 3:
        return []
    postings = max(1, sum(len(part.index.hashes) for part in library.parts))
    found: list[Candidate] = []
    for part in library.parts:
        share = len(part.index.hashes) / postings
        hits = _look_up(query, part.index, search, share)
        for grid in (0, 1):
            found += _count_votes(query.frames, hits, part, search.scales, grid, votes_min, per_window)
    found.sort(key=lambda c: -c.votes)
    taken: Counter[float] = Counter()
    chosen: list[Candidate] = []
    for candidate in found:
        if taken[candidate.window_start] < per_window:
            taken[candidate.window_start] += 1
            chosen.append(candidate)
    return chosen


class _Hits(NamedTuple):
    """Peaks of the query whose triplets are those of an anchor at a scale. Shape: each (hits,)."""

    peaks: NDArray[np.int32]
    anchors: NDArray[np.uint32]
    scales: NDArray[np.uint8]
    shifts: NDArray[np.float32]


def _look_up(query: Peaks, index: Index, search: Search, share: float) -> _Hits:
    chunks = [
        _look_up_chunk(query, index, search, begin, min(begin + _ASKED_PEAKS, len(query)), share)
        for begin in range(0, len(query), _ASKED_PEAKS)
    ]
    return _Hits(*(np.concatenate(column) for column in zip(*chunks, strict=True)))


def _look_up_chunk(query: Peaks, index: Index, search: Search, begin: int, end: int, share: float) -> _Hits:
    room = (end - begin) * search.fan_second * search.fan_third * len(search.scales)
    met = np.empty(room, np.int32), np.empty(room, np.uint8), np.empty(room, np.int64), np.empty(room, np.int32)
    how_many = np.zeros(_COMMON + 1, np.int64)
    count = look_up_triplets(
        query.frames,
        query.bins,
        begin,
        end,
        search.fan_second,
        search.fan_third,
        np.log2(search.scales) * GAP_STEPS_PER_OCTAVE,
        index.buckets,
        index.bucket_bits,
        index.hashes,
        _COMMON,
        *met,
        how_many,
    )
    peaks, scale, firsts, counts = (column[:count] for column in met)
    # Rarest first, as far as the work allows: what is in many recordings tells none of them apart.
    work = np.cumsum(how_many * np.arange(_COMMON + 1))
    allowed = max(1, int(np.searchsorted(work, (end - begin) * _POSTINGS_PER_PEAK * share, "right")) - 1)
    size = int(work[allowed])
    peaks_hit, scales_hit, postings = np.empty(size, np.int32), np.empty(size, np.uint8), np.empty(size, np.int64)
    gather_postings(peaks, scale, firsts, counts, allowed, peaks_hit, scales_hit, postings)
    anchors = index.anchors[postings]
    shifts = index.bins[anchors] - query.bins[peaks_hit]
    near = np.abs(shifts) <= _SHIFT_LIMIT_BINS
    return _Hits(peaks_hit[near], anchors[near], scales_hit[near], shifts[near])


def _count_votes(
    frames: NDArray[np.int32],
    hits: _Hits,
    part: Part,
    scales: NDArray[np.float64],
    grid: int,
    votes_min: int,
    per_window: int,
) -> list[Candidate]:
    """Sort (window, take, shift, scale, offset at the window's centre) and count what repeats."""
    if not hits.peaks.size:
        return []
    at = frames[hits.peaks]
    window = (at + grid * _WINDOW_FRAMES // 2) // _WINDOW_FRAMES
    centre = window * _WINDOW_FRAMES + _WINDOW_FRAMES // 2 - grid * _WINDOW_FRAMES // 2
    # The second grid is also moved by half a cell in shift and offset, so that no line falls between cells in both.
    offset = part.index.frames[hits.anchors] - (at - centre) * scales[hits.scales] + grid * _OFFSET_CELL_FRAMES / 2
    offset_cell = np.clip(np.floor(offset / _OFFSET_CELL_FRAMES) + 8, 0, _OFFSET_CELLS - 1).astype(np.int64)
    shift_cell = np.floor((hits.shifts + _SHIFT_LIMIT_BINS) / _SHIFT_CELL_BINS + 0.5 * grid).astype(np.int64)
    key = window.astype(np.int64) * part.index.takes + part.index.owners[hits.anchors]
    key = ((key * _SHIFT_CELLS + shift_cell) * _SCALE_CELLS + hits.scales) * _OFFSET_CELLS + offset_cell
    key.sort()
    starts = np.flatnonzero(np.diff(key, prepend=-1))
    votes = np.diff(starts, append=key.size)
    many = votes >= votes_min
    key, votes = key[starts[many]], votes[many]
    rest, offset_cell = np.divmod(key, _OFFSET_CELLS)
    rest, scale = np.divmod(rest, _SCALE_CELLS)
    rest, shift_cell = np.divmod(rest, _SHIFT_CELLS)
    window, take = np.divmod(rest, part.index.takes)
    found: list[Candidate] = []
    taken: Counter[int] = Counter()
    seen: set[tuple[int, int, int, int]] = set()
    for i in np.argsort(-votes, kind="stable"):
        w, number = int(window[i]), int(take[i])
        place = (w, number, int(shift_cell[i]) // 3, int(offset_cell[i]) // 6)
        if taken[w] >= per_window or place in seen or not part.lives[number]:
            continue
        seen.add(place)
        taken[w] += 1
        middle = (w + 0.5 - 0.5 * grid) * _WINDOW_FRAMES
        reference = (offset_cell[i] - 8 + 0.5 - 0.5 * grid) * _OFFSET_CELL_FRAMES
        ratio = float(scales[scale[i]])
        shift = (shift_cell[i] + 0.5 - 0.5 * grid) * _SHIFT_CELL_BINS - _SHIFT_LIMIT_BINS
        line = Line(part.first_take + number, ratio, float(reference - middle * ratio), float(shift))
        found.append(Candidate(int(votes[i]), middle - _WINDOW_FRAMES / 2, line))
    return found


def refine(query: Peaks, reference: Peaks, line: Line) -> Line | None:
    """Move a line to where most peaks meet: first coarsely in time, ratio and pitch, then finely; None where coarsely
    no more of them meet than by chance.
    """
    middle = float(query.frames[0] + query.frames[-1]) / 2
    best = line
    for step in _REFINEMENTS:
        histogram = np.empty(step.width_frames * step.cells_per_frame, np.int32)
        most, usual, origin = -1, 0.0, best
        for shift in origin.shift_bins + step.shifts_bins:
            bins = query.bins + np.float32(shift)
            for ratio in origin.ratio * (1 + step.ratios):
                times = (query.frames - middle) * ratio
                start = origin.at(middle) - step.width_frames / 2
                count_offsets(
                    times,
                    bins,
                    reference.frames,
                    reference.bins,
                    start,
                    step.width_frames,
                    step.cells_per_frame,
                    step.bins_apart,
                    histogram,
                )
                sums = np.convolve(histogram, np.ones(step.taps, np.int32), "valid")
                cell = int(np.argmax(sums))
                if sums[cell] > most:
                    most, usual = int(sums[cell]), float(sums.mean())
                    offset = start + (cell + step.taps / 2) / step.cells_per_frame
                    best = Line(line.take, float(ratio), float(offset - middle * ratio), float(shift))
        if most - usual < _CHANCE_DEVIATIONS * math.sqrt(usual + 1):
            return None
    return best


def meet(query: Peaks, reference: Peaks, line: Line, *, frames_apart: float = FRAMES_APART) -> NDArray[np.int32]:
    """The reference peak that each query peak meets on a line, or -1. Shape: (query peaks,)."""
    partner = np.empty(len(query), np.int32)
    bins = query.bins + np.float32(line.shift_bins)
    meet_peaks(line.map(query.frames), bins, reference.frames, reference.bins, frames_apart, BINS_APART, partner)
    return partner


def weigh(query: Peaks, reference: Peaks, line: Line) -> Evidence:
    """Compare the peaks met on a line with those met by chance, and with the best other place in the same recording."""
    met = int((meet(query, reference, line) >= 0).sum())
    bins = query.bins + np.float32(line.shift_bins)
    times = line.map(query.frames)
    span = float(reference.frames[-1]) + 1.0
    partner = np.empty(len(query), np.int32)
    # Decoys: the same passage moved round the recording, so that its density of peaks stays what it is.
    decoys = np.array(
        [
            meet_peaks(
                (times + span * (j + _DECOY_PHASE) / _DECOYS) % span,
                bins,
                reference.frames,
                reference.bins,
                FRAMES_APART,
                BINS_APART,
                partner,
            )
            for j in range(_DECOYS)
        ],
        np.float64,
    )
    chance = float(decoys.mean())
    share = max(chance, 1.0) / len(query)
    spread = np.sqrt(max(float(decoys.var()), len(query) * share * (1 - share))) + 0.5
    deviations = float((met - chance) / spread)
    return Evidence(
        met, met / len(query), chance / len(query), deviations, *_measure_uniqueness(times, bins, reference)
    )


def _measure_uniqueness(times: NDArray[np.float64], bins: NDArray[np.float32], reference: Peaks) -> tuple[float, float]:
    """How far the peaks met here exceed those met when the passage is moved anywhere, and moved a little, in
    deviations.
    """
    every = -(-times.size // _UNIQUENESS_PEAKS)
    times, bins = times[::every].copy(), bins[::every].copy()
    length = float(times[-1] - times[0])
    start = -float(times[0]) - length / 2
    histogram = np.empty(int(reference.frames[-1] + length) + 2, np.int32)
    count_offsets(times, bins, reference.frames, reference.bins, start, histogram.size, 1, BINS_APART, histogram)
    sums = np.convolve(histogram, np.ones(3, np.int32), "same")
    here, near = round(-start), int(_NEAR_S * FRAMES_PER_SECOND)
    if not 0 <= here < sums.size:
        return 0.0, 0.0  # the line lies outside the recording
    met = int(sums[max(0, here - 1) : here + 2].max())
    sums[max(0, here - near) : max(0, here + near + 1)] = 0
    reach = int(_LOOP_S * FRAMES_PER_SECOND)

    def exceed(others: NDArray[np.int32]) -> float:
        second = int(others.max(initial=0))
        return (met - second) / float(np.sqrt(second + met + 1.0))

    return exceed(sums), exceed(sums[max(0, here - reach) : here + reach])
