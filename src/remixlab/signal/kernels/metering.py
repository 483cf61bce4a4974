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
    for c in range(channels):
        s1 = 0.0
        s2 = 0.0
        t1 = 0.0
        t2 = 0.0
        for k in range(edges.shape[0] - 1):
            total = 0.0
            for i in range(edges[k], edges[k + 1]):
                x = float(samples[c, i])
                y = b0 * x + s1
                s1 = b1 * x - a1 * y + s2
                s2 = b2 * x - a2 * y
                w = y + t1
                t1 = t2 - 2.0 * y - d1 * w
                t2 = y - d2 * w
                total += w * w
            energy[k] += total


@njit(cache=True, nogil=True)
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
            for p in range(1, phases):
                total = np.float32(0.0)
                for k in range(length):
                    j = i + 1 - half + k
                    if 0 <= j < frames:
                        total += taps[p, k] * samples[c, j]
                best = max(best, abs(total))
    return best


@njit(cache=True, nogil=True)
def needed_gain(samples, taps, ceiling, gain, need):
    """The gain, at most 1 beyond `gain`, that keeps every sample and every point between samples under the ceiling."""
    channels, frames = samples.shape
    phases, length = taps.shape
    half = length // 2
    need[:] = np.float32(1.0)
    gate = np.float32(0.6) * ceiling / gain
    for i in range(frames):
        here = np.float32(0.0)
        after = np.float32(0.0)
        for c in range(channels):
            here = max(here, abs(samples[c, i]))
            if i + 1 < frames:
                after = max(after, abs(samples[c, i + 1]))
        peak = here
        if here > gate or after > gate:
            for c in range(channels):
                for p in range(1, phases):
                    total = np.float32(0.0)
                    for k in range(length):
                        j = i + 1 - half + k
                        if 0 <= j < frames:
                            total += taps[p, k] * samples[c, j]
                    peak = max(peak, abs(total))
        peak *= gain
        if peak > ceiling:
            wanted = ceiling / peak
            need[i] = min(need[i], wanted)
            if i + 1 < frames:
                need[i + 1] = min(need[i + 1], wanted)


@njit(cache=True, nogil=True)
def limited(samples, need, gain, look, release, out):
    """Samples times a gain that falls within `look` frames before each need and recovers with `release` per frame."""
    channels, frames = samples.shape
    queue = np.empty(look + 1, np.int64)
    head = 0
    size = 0
    box = np.ones(look, np.float32)
    total = float(look)
    at = 0
    smooth = np.float32(1.0)
    lowest = np.float32(1.0)
    for i in range(frames + look):
        if i < frames:
            while size > 0 and need[queue[(head + size - 1) % (look + 1)]] >= need[i]:
                size -= 1
            queue[(head + size) % (look + 1)] = i
            size += 1
        while size > 0 and queue[head] < i - look:
            head = (head + 1) % (look + 1)
            size -= 1
        floor = need[queue[head]] if size > 0 else np.float32(1.0)
        smooth = floor if floor < smooth else floor + (smooth - floor) * release
        total += smooth - box[at]
        box[at] = smooth
        at = (at + 1) % look
        j = i - look
        if j >= 0:
            now = np.float32(total / look)
            lowest = min(lowest, now)
            for c in range(channels):
                out[c, j] = samples[c, j] * now * gain
    return lowest
