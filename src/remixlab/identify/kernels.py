# pyright: basic
"""The compiled inner loops of identification: log-frequency map, triplet look-up, offset histograms, alignment of
works.
"""

from __future__ import annotations

import numpy as np
from numba import njit

GAP_MIN_FRAMES = 5
"""The shortest time between two peaks of a triplet, 80 ms: shorter ones are told too coarsely in frames of 16 ms."""
GAP_MAX_FRAMES = 66
"""The longest, 1.06 s: the shorter a triplet, the likelier all of it survives under other music."""
_WIDEST_SCALE = 1.65
"""A query may be slower by so much: gaps are looked for up to the widest of `alignment.ANY_TEMPO`."""
_NEAREST_FRAMES = 3
"""And faster: the shortest gap of an index, at the smallest scale."""
STEP_MAX_BINS = 54.0
"""The widest step in pitch between two peaks, an octave and a half."""
GAP_STEPS_PER_OCTAVE = 7.0
"""Times are told apart by a tenth, so that the nine tempo scales, a tenth of an octave apart, meet every step."""
GAP_STEPS = 28
"""Steps there are: 3.7 octaves of gap, and room at the end."""
STEP_VALUES = 110
"""Steps in pitch there are: 54 bins up or down, rounded, and room at the ends."""
HASHES = STEP_VALUES * STEP_VALUES * GAP_STEPS * GAP_STEPS
"""Hashes there are: 9.5 million, so that a catalogue of hours has few postings for each."""


@njit(cache=True, nogil=True, fastmath=True)
def map_log_frequency(spectrum, low, high, fraction, power):
    """Write the loudest power of each log-frequency bin; narrow bins are interpolated between their neighbours."""
    for frame in range(spectrum.shape[0]):
        for b in range(low.size):
            i = low[b]
            z = spectrum[frame, i]
            p = z.real * z.real + z.imag * z.imag
            if high[b] < i:
                z = spectrum[frame, i + 1]
                p = p * (1 - fraction[b]) + (z.real * z.real + z.imag * z.imag) * fraction[b]
            else:
                for k in range(i + 1, high[b] + 1):
                    z = spectrum[frame, k]
                    q = z.real * z.real + z.imag * z.imag
                    if q > p:
                        p = q
            power[frame, b] = p


@njit(inline="always")
def _measure_gaps(widest):
    """The step of every gap of up to so many frames, and a half, so that the whole part is the nearest step."""
    steps = np.empty(widest + 1)
    for gap in range(1, widest + 1):
        steps[gap] = np.log2(gap / GAP_MIN_FRAMES) * GAP_STEPS_PER_OCTAVE + 0.5
    return steps


@njit(inline="always")
def _pitch_step(bins, one, other):
    """How far up the next peak lies, in whole bins from the lowest step that there is."""
    return int(np.floor(bins[other] - bins[one] + 0.5)) + STEP_VALUES // 2


@njit(inline="always")
def _hash(first_step, second_step, first_gap, second_gap):
    return ((first_step * STEP_VALUES + second_step) * GAP_STEPS + first_gap) * GAP_STEPS + second_gap


@njit(cache=True, nogil=True)
def _choose_triplets(frames, bins, anchor, fan_second, fan_third, nearest, farthest, seconds, thirds):
    """Write the triplets of one peak: a second peak after it and a third after that, the nearest of either; returns how
    many.

    Gaps lie between `nearest` and `farthest` frames. Shape: seconds and thirds (fan_second * fan_third,).
    """
    count = 0
    chosen = 0
    for j in range(anchor + 1, frames.size):
        first = frames[j] - frames[anchor]
        if first > farthest:
            break
        if first < nearest or abs(bins[j] - bins[anchor]) > STEP_MAX_BINS:
            continue
        begun = count
        for k in range(j + 1, frames.size):
            second = frames[k] - frames[j]
            if second > farthest:
                break
            if second < nearest or abs(bins[k] - bins[j]) > STEP_MAX_BINS:
                continue
            seconds[count], thirds[count] = j, k
            count += 1
            if count - begun >= fan_third:
                break
        chosen += 1
        if chosen >= fan_second:
            break
    return count


@njit(cache=True, nogil=True)
def hash_triplets(frames, bins, fan_second, fan_third, hashes, anchors):
    """Write one hash per chosen triplet of peaks and the peak it starts from; returns how many."""
    seconds = np.empty(fan_second * fan_third, np.int64)
    thirds = np.empty(fan_second * fan_third, np.int64)
    steps = _measure_gaps(GAP_MAX_FRAMES)
    count = 0
    for i in range(frames.size):
        found = _choose_triplets(
            frames, bins, i, fan_second, fan_third, GAP_MIN_FRAMES, GAP_MAX_FRAMES, seconds, thirds
        )
        for t in range(found):
            j, k = seconds[t], thirds[t]
            u, v = int(np.floor(steps[frames[j] - frames[i]])), int(np.floor(steps[frames[k] - frames[j]]))
            hashes[count] = _hash(_pitch_step(bins, i, j), _pitch_step(bins, j, k), u, v)
            anchors[count] = i
            count += 1
    return count


@njit(inline="always")
def _find_postings(hashes, buckets, bucket_bits, wanted, common):
    """The postings of one hash, from the first to one past the last; one more than `common` at most."""
    low = buckets[wanted >> bucket_bits]
    end = buckets[(wanted >> bucket_bits) + 1]
    if bucket_bits == 0:
        return low, min(end, low + common + 1)
    high = end
    while low < high:
        middle = (low + high) // 2
        if hashes[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    high = low
    while high < end and hashes[high] == wanted and high - low <= common:
        high += 1
    return low, high


@njit(cache=True, nogil=True)
def look_up_triplets(
    frames, bins, begin, end, fan_second, fan_third, scale_shifts, buckets, bucket_bits, hashes, common,
    peaks_met, scales_met, firsts, counts, how_many,
):  # fmt: skip
    """Find which hashes of the peaks from `begin` to `end` have postings, at any of the tempo scales.

    A hash with more than `common` postings says nothing about where it comes from and is passed over.
    Writes the peak, the scale, the first posting and how many there are, and how many hashes have so many; returns how
    many hashes were met. Shape: how_many (common + 1,).
    """
    count = 0
    widest = int(GAP_MAX_FRAMES * _WIDEST_SCALE)
    steps = _measure_gaps(widest)
    seconds = np.empty(fan_second * fan_third, np.int64)
    thirds = np.empty(fan_second * fan_third, np.int64)
    for i in range(begin, end):
        found = _choose_triplets(frames, bins, i, fan_second, fan_third, _NEAREST_FRAMES, widest, seconds, thirds)
        for t in range(found):
            j, k = seconds[t], thirds[t]
            first, second = steps[frames[j] - frames[i]], steps[frames[k] - frames[j]]
            a, b = _pitch_step(bins, i, j), _pitch_step(bins, j, k)
            for s in range(scale_shifts.size):
                u = int(np.floor(first + scale_shifts[s]))
                v = int(np.floor(second + scale_shifts[s]))
                if u < 0 or v < 0 or u >= GAP_STEPS or v >= GAP_STEPS:
                    continue
                low, high = _find_postings(hashes, buckets, bucket_bits, _hash(a, b, u, v), common)
                if high == low or high - low > common:
                    continue
                peaks_met[count] = i
                scales_met[count] = s
                firsts[count] = low
                counts[count] = high - low
                how_many[high - low] += 1
                count += 1
    return count


@njit(cache=True, nogil=True)
def gather_postings(peaks_met, scales_met, firsts, counts, rare, peaks_hit, scales_hit, postings_hit):
    """Write out the postings of every hash that has at most `rare`; returns how many."""
    hit = 0
    for m in range(counts.size):
        if counts[m] > rare:
            continue
        for p in range(firsts[m], firsts[m] + counts[m]):
            peaks_hit[hit] = peaks_met[m]
            scales_hit[hit] = scales_met[m]
            postings_hit[hit] = p
            hit += 1
    return hit


@njit(cache=True, nogil=True)
def count_offsets(times, query_bins, frames, bins, start, width, cells_per_frame, bins_apart, histogram):
    """Count, for every offset, the query's peaks that meet a peak of the reference there.

    A query peak at `times[i]`, in frames of the reference, is looked for from `start` on over `width` frames.
    """
    histogram[:] = 0
    for i in range(times.size):
        first = times[i] + start
        last = -1
        for k in range(np.searchsorted(frames, first), frames.size):
            distance = frames[k] - first
            if distance >= width:
                break
            if abs(bins[k] - query_bins[i]) <= bins_apart:
                cell = int(distance * cells_per_frame)
                if cell != last and cell < histogram.size:
                    histogram[cell] += 1
                    last = cell


@njit(cache=True, nogil=True)
def meet_peaks(times, query_bins, frames, bins, frames_apart, bins_apart, partner):
    """Write for each query peak, at `times` in frames of the reference, the nearest peak it meets, or -1; returns
    how many met.
    """
    count = 0
    for i in range(times.size):
        partner[i] = -1
        nearest = frames_apart
        for k in range(np.searchsorted(frames, times[i] - frames_apart), frames.size):
            if frames[k] > times[i] + frames_apart:
                break
            if abs(bins[k] - query_bins[i]) <= bins_apart and abs(frames[k] - times[i]) <= nearest:
                nearest = abs(frames[k] - times[i])
                partner[i] = k
        if partner[i] >= 0:
            count += 1
    return count


START, EVEN, HURRIED, LINGERED = 0, 1, 2, 3
"""How a cell of an alignment was come to: from nowhere, one step in both, or two steps in the query or in the
reference.
"""


@njit(cache=True, nogil=True)
def align_diagonals(similarity, skip_cost, score, came, ends):
    """Fill a local alignment that may hurry or linger by one step; writes the row where the best one of each diagonal
    ends, from the lowest left.

    Source: Serra, Serra, Andrzejak, "Cross recurrence quantification for cover song identification" (2009), in its soft
    form.
    """
    lowest = similarity.shape[0] - 1
    for diagonal in range(ends.size):
        ends[diagonal] = max(0, lowest - diagonal)
    for i in range(similarity.shape[0]):
        for j in range(similarity.shape[1]):
            before = np.float32(0.0)
            way = START
            if i > 0 and j > 0:
                if score[i - 1, j - 1] > before:
                    before = score[i - 1, j - 1]
                    way = EVEN
                if i > 1 and score[i - 2, j - 1] - skip_cost > before:
                    before = score[i - 2, j - 1] - skip_cost
                    way = HURRIED
                if j > 1 and score[i - 1, j - 2] - skip_cost > before:
                    before = score[i - 1, j - 2] - skip_cost
                    way = LINGERED
            here = before + similarity[i, j]
            if here <= 0:
                score[i, j] = 0
                came[i, j] = START
                continue
            score[i, j] = here
            came[i, j] = way
            diagonal = j - i + lowest
            if here > score[ends[diagonal], ends[diagonal] + diagonal - lowest]:
                ends[diagonal] = i
