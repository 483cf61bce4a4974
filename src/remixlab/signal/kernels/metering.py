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
    """The largest magnitude at each frame and half-way to its neighbours; between frames only where one of the two is above `gate`."""
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


@njit(cache=True, nogil=True)
def limited(samples, peaks, ceiling, gain, look, release, out):
    """Samples times a gain that falls within `look` frames before each peak above the ceiling and recovers with `release` per frame."""
    channels, frames = samples.shape
    need = np.ones(frames, np.float32)
    for i in range(frames):
        if peaks[i] * gain > ceiling:
            need[i] = ceiling / (peaks[i] * gain)
    mask = 1
    while mask < look + 1:
        mask *= 2
    queue = np.empty(mask, np.int64)
    mask -= 1
    head = 0
    size = 0
    box = np.ones(look, np.float32)
    total = float(look)
    at = 0
    smooth = np.float32(1.0)
    lowest = np.float32(1.0)
    for i in range(frames + look):
        if i < frames:
            while size > 0 and need[queue[np.uint64((head + size - 1) & mask)]] >= need[i]:
                size -= 1
            queue[np.uint64((head + size) & mask)] = i
            size += 1
        while size > 0 and queue[head] < i - look:
            head = (head + 1) & mask
            size -= 1
        floor = need[queue[head]] if size > 0 else np.float32(1.0)
        smooth = floor if floor < smooth else floor + (smooth - floor) * release
        total += smooth - box[at]
        box[at] = smooth
        at = at + 1 if at + 1 < look else 0
        j = i - look
        if j >= 0:
            now = np.float32(total / look)
            lowest = min(lowest, now)
            for c in range(channels):
                out[c, j] = samples[c, j] * now * gain
    return lowest
