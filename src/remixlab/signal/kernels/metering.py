# pyright: basic
"""Loops of the meters and of the limiter."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def weighted_energy(samples, edges, coefficients, energy):
    """Sum of squares of the K-weighted sound between consecutive edges, all channels together."""
    b0, b1, b2, a1, a2, d1, d2 = coefficients
    channels = samples.shape[0]
    # Two channels at once, for one of them alone waits on its own last frame; an odd one out is its own neighbour.
    for c in range(0, channels, 2):
        d = min(c + 1, channels - 1)
        s1 = s2 = t1 = t2 = 0.0
        p1 = p2 = q1 = q2 = 0.0
        for k in range(edges.shape[0] - 1):
            total = 0.0
            other = 0.0
            for i in range(np.uint64(edges[k]), np.uint64(edges[k + 1])):
                x = float(samples[c, i])
                z = float(samples[d, i])
                y = b0 * x + s1
                u = b0 * z + p1
                s1 = b1 * x - a1 * y + s2
                p1 = b1 * z - a1 * u + p2
                s2 = b2 * x - a2 * y
                p2 = b2 * z - a2 * u
                w = y + t1
                v = u + q1
                t1 = t2 - 2.0 * y - d1 * w
                q1 = q2 - 2.0 * u - d1 * v
                t2 = y - d2 * w
                q2 = u - d2 * v
                total += w * w
                other += v * v
            energy[k] += total
            if d > c:
                energy[k] += other


@njit(cache=True, nogil=True, fastmath=True)
def highest_true_peak(samples, taps, gate):
    """Largest magnitude between samples; only neighbourhoods above `gate` times the largest so far are interpolated."""
    channels, frames = samples.shape
    phases, length = taps.shape
    half = length // 2
    best = np.float32(0.0)
    for c in range(channels):
        for i in range(frames):
            best = max(best, abs(samples[c, i]))
    if best == 0.0:
        return best
    for c in range(channels):
        for i in range(frames):
            threshold = gate * best
            if abs(samples[c, i]) < threshold and (i + 1 >= frames or abs(samples[c, i + 1]) < threshold):
                continue
            first = i + 1 - half
            low = max(0, -first)
            high = min(length, frames - first)
            for p in range(1, phases):
                total = np.float32(0.0)
                for k in range(low, high):
                    total += taps[p, k] * samples[c, np.uint64(first + k)]
                best = max(best, abs(total))
    return best


@njit(cache=True, nogil=True, fastmath=True)
def peaks_about(samples, taps, gate, peaks):
    """The largest magnitude at each frame and half-way to its neighbours; between frames only where one of the two
    is above `gate`.
    """
    channels, frames = samples.shape
    phases, length = taps.shape
    half = length // 2
    between = np.float32(0.0)
    for i in range(frames):
        here = np.float32(0.0)
        after = np.float32(0.0)
        for c in range(channels):
            here = max(here, abs(samples[c, i]))
            if i + 1 < frames:
                after = max(after, abs(samples[c, i + 1]))
        peak = max(here, between)
        between = np.float32(0.0)
        if here > gate or after > gate:
            first = i + 1 - half
            low = max(0, -first)
            high = min(length, frames - first)
            for c in range(channels):
                for p in range(1, phases):
                    total = np.float32(0.0)
                    for k in range(low, high):
                        total += taps[p, k] * samples[c, np.uint64(first + k)]
                    between = max(between, abs(total))
        peaks[i] = max(peak, between)


@njit(cache=True, nogil=True, error_model="numpy")
def limited(samples, peaks, ceiling, gain, look, release, out):
    """Samples times a gain that falls within `look` frames before each peak above the ceiling and recovers with
    `release` per frame.

    Works in runs of `look` + 1 frames: the lowest gain needed in the window that ends at a frame is the lower of what
    the run before needs from there on and what this one needs so far.
    """
    channels, frames = samples.shape
    width = look + 1
    need = np.empty(width, np.float32)
    behind = np.ones(width + 1, np.float32)
    smooth = np.ones(width + 1, np.float32)
    totals = np.empty(width)
    total = float(look)
    level = np.float32(1.0)
    lowest = np.float32(1.0)
    begin = 0
    while begin < frames + look:
        here = min(width, max(0, frames - begin))
        for r in range(np.uint64(here)):
            peak = peaks[np.uint64(begin) + r] * gain
            need[r] = ceiling / peak if peak > ceiling else np.float32(1.0)
        need[here:] = np.float32(1.0)
        least = np.float32(1.0)
        for r in range(np.uint64(width)):
            least = min(least, need[r])
            floor = min(least, behind[r + np.uint64(1)])
            level = floor if floor < level else floor + (level - floor) * release
            # What leaves the average is a run and a frame less away: the place after this one still holds it, the last
            # frame's is the first.
            gone = smooth[r + np.uint64(1)] if r + np.uint64(1) < np.uint64(width) else smooth[0]
            smooth[r] = level
            total += level - gone
            totals[r] = total
        least = np.float32(1.0)
        for r in range(width - 1, -1, -1):
            least = min(least, need[np.uint64(r)])
            behind[np.uint64(r)] = least
        first = max(0, look - begin)
        for r in range(np.uint64(first), np.uint64(min(width, frames + look - begin))):
            now = np.float32(totals[r] / look)
            lowest = min(lowest, now)
            totals[r] = now
        for c in range(channels):
            for r in range(np.uint64(first), np.uint64(min(width, frames + look - begin))):
                j = np.uint64(begin - look) + r
                out[c, j] = samples[c, j] * np.float32(totals[r]) * gain
        begin += width
    return lowest
