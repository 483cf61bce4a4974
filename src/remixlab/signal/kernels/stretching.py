# pyright: basic
"""Loops of the time stretchers and of the fractional reader."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(inline="always")
def _product(signal, one, other, length):
    """Sum of products of two stretches of a signal."""
    total = np.float32(0.0)
    for i in range(np.uint64(length)):
        total += signal[np.uint64(one) + i] * signal[np.uint64(other) + i]
    return total


@njit(inline="always")
def _moved(energy, signal, begin, length):
    """The energy of a stretch, from that of the one which begins a frame earlier."""
    gone = float(signal[np.uint64(begin - 1)])
    come = float(signal[np.uint64(begin + length - 1)])
    return energy + (come * come - gone * gone)


@njit(inline="always")
def _best_shift(coarse, base, target, into, hop, reach):
    """Which shift of at most `reach` makes the stretch about `base` most like what it goes on from, and like what it
    leads into, if any.

    Correlations are normalised; the energies that this takes move along with the shift.
    """
    low = max(-reach, -base)
    high = min(reach, coarse.shape[0] - 2 * hop - base)
    found = 0
    if low > high or target < 0 or target + hop > coarse.shape[0]:
        return found
    meets = into >= 0 and into + 2 * hop <= coarse.shape[0]
    rising = 1e-9 + float(_product(coarse, target, target, hop))
    falling = 1e-9 + float(_product(coarse, into + hop, into + hop, hop)) if meets else 1.0
    first = float(_product(coarse, base + low, base + low, hop))
    second = float(_product(coarse, base + low + hop, base + low + hop, hop))
    best = -1e9
    for j in range(low, high + 1):
        at = base + j
        if j > low:
            first = _moved(first, coarse, at, hop)
            second = _moved(second, coarse, at + hop, hop)
        score = float(_product(coarse, at, target, hop)) / np.sqrt(max(first, 0.0) * rising + 1e-18)
        if meets:
            score += float(_product(coarse, at + hop, into + hop, hop)) / np.sqrt(max(second, 0.0) * falling + 1e-18)
        score -= 0.05 * abs(j) / reach
        if score > best:
            best = score
            found = j
    return found


@njit(cache=True, nogil=True, fastmath=True)
def align_frames(mid, origin, coarse, starts, fixed, frame, reach, offsets):
    """Move each free frame by at most `reach` so that it goes on where the one before it would have gone.

    A free frame whose successor is fixed is also matched against what leads into that one. `mid` is the mono
    sound from `origin` on, `coarse` its fourfold decimation. Frames that are fixed keep offset 0.
    """
    hop = frame // 2
    step = 4
    hop4 = hop // step
    last = starts.shape[0] - 1
    for k in range(starts.shape[0]):
        offsets[k] = 0
        if fixed[k] or k == 0:
            continue
        target = starts[k - 1] + offsets[k - 1] + hop - origin
        into = -1
        if k < last and fixed[k + 1]:
            into = starts[k + 1] - origin - hop
        base = starts[k] - origin
        middle = step * _best_shift(coarse, base // step, target // step, into // step, hop4, reach // step)
        low = max(middle - step, -base)
        high = min(middle + step, mid.shape[0] - hop - base)
        if low > high or target < 0 or target + hop > mid.shape[0]:
            continue
        best = -1e9
        own = float(_product(mid, base + low, base + low, hop))
        for j in range(low, high + 1):
            at = base + j
            if j > low:
                own = _moved(own, mid, at, hop)
            score = float(_product(mid, at, target, hop)) / np.sqrt(max(own, 0.0) + 1e-9) - 1e-5 * abs(j)
            if score > best:
                best = score
                offsets[k] = j


@njit(cache=True, nogil=True)
def join_frames(samples, origin, places, frame, rise, out):
    """Cross-fade consecutive frames at constant power for what they have in common; frame k and k + 1 meet in hop k
    of the result.
    """
    hop = frame // 2
    channels, frames = samples.shape
    for k in range(places.shape[0] - 1):
        old = places[k] + hop - origin
        new = places[k + 1] - origin
        if old == new:
            for c in range(channels):
                for i in range(hop):
                    at = new + i
                    out[c, k * hop + i] = samples[c, at] if 0 <= at < frames else np.float32(0.0)
            continue
        cross = 1e-12
        left = 1e-12
        right = 1e-12
        for c in range(channels):
            for i in range(hop):
                if 0 <= old + i < frames and 0 <= new + i < frames:
                    a = samples[c, old + i]
                    b = samples[c, new + i]
                    cross += a * b
                    left += a * a
                    right += b * b
        alike = np.float32(min(1.0, max(0.0, cross / np.sqrt(left * right))))
        for i in range(hop):
            up = rise[i]
            down = np.float32(1.0) - up
            level = np.float32(1.0) / np.sqrt(up * up + down * down + np.float32(2.0) * alike * up * down)
            for c in range(channels):
                a = samples[c, old + i] if 0 <= old + i < frames else np.float32(0.0)
                b = samples[c, new + i] if 0 <= new + i < frames else np.float32(0.0)
                out[c, k * hop + i] = (a * down + b * up) * level


@njit(cache=True, nogil=True, fastmath=True)
def read_between(samples, origin, positions, table, out):
    """Samples at fractional positions by a windowed sinc.

    table (steps + 1, taps): the filter for each fraction; positions are counted from `origin`.
    """
    channels, frames = samples.shape
    steps = table.shape[0] - 1
    taps = table.shape[1]
    half = taps // 2
    weights = np.empty(taps, np.float32)
    for n in range(positions.shape[0]):
        whole = int(np.floor(positions[n]))
        part = (positions[n] - whole) * steps
        row = int(part)
        blend = np.float32(part - row)
        for k in range(taps):
            weights[k] = table[np.uint64(row), k] + blend * (table[np.uint64(row + 1), k] - table[np.uint64(row), k])
        first = whole - origin - half + 1
        inside = first >= 0 and first + taps <= frames
        for c in range(channels):
            total = np.float32(0.0)
            if inside:
                for k in range(taps):
                    total += weights[k] * samples[c, np.uint64(first + k)]
            else:
                for k in range(taps):
                    if 0 <= first + k < frames:
                        total += weights[k] * samples[c, first + k]
            out[c, n] = total
