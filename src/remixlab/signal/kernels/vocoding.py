# pyright: basic
"""Loops of the phase vocoder."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _peaks_of(power, peaks):
    """Bins that are stronger than two neighbours to each side, at least one; returns how many."""
    count = 0
    for b in range(2, power.shape[0] - 2):
        here = power[b]
        if here > power[b - 1] and here >= power[b + 1] and here > power[b - 2] and here >= power[b + 2]:
            peaks[count] = b
            count += 1
    if count == 0:
        peaks[0] = 0
        count = 1
    return count


@njit(cache=True, nogil=True, error_model="numpy")
def lock_phases(now, before, weights, last, out):
    """Turn each spectral peak, and all about it on all channels alike, so that it goes on from the frame before.

    Spectra are float32 pairs (real, imaginary) side by side. now, before (frames, channels, 2 x bins): at each place and
    one synthesis hop earlier. last (channels, 2 x bins): the result's frame before the first, all zeros to begin anew.
    out gets weights * result; last is left for what follows.
    """
    frames, channels, width = now.shape
    bins = width // 2
    power = np.empty(bins, np.float32)
    turn = np.empty(width, np.float32)
    peaks = np.empty(bins, np.int64)
    for k in range(frames):
        if not last.any():
            for c in range(channels):
                for b in range(width):
                    last[c, b] = now[k, c, b]
                    out[k, c, b] = weights[k] * now[k, c, b]
            continue
        power[:] = np.float32(0.0)
        for c in range(channels):
            row = now[k, c]
            for b in range(bins):
                power[b] += row[2 * b] * row[2 * b] + row[2 * b + 1] * row[2 * b + 1]
        count = _peaks_of(power, peaks)
        low = 0
        for i in range(count):
            peak = peaks[i]
            high = bins
            if i < count - 1:
                high = peak + 1
                for b in range(peak + 1, peaks[i + 1]):
                    if power[b] < power[high]:
                        high = b
            loud = 0
            if channels > 1:
                first = now[k, 0, 2 * peak] * now[k, 0, 2 * peak] + now[k, 0, 2 * peak + 1] * now[k, 0, 2 * peak + 1]
                loud = 0 if first >= np.float32(0.5) * power[peak] else 1
            a = last[loud, 2 * peak]
            b_ = last[loud, 2 * peak + 1]
            p = before[k, loud, 2 * peak]
            q = -before[k, loud, 2 * peak + 1]
            real = a * p - b_ * q
            imaginary = a * q + b_ * p
            size = np.sqrt(real * real + imaginary * imaginary)
            if size > np.float32(1e-20):
                real /= size
                imaginary /= size
            else:
                real = np.float32(1.0)
                imaginary = np.float32(0.0)
            for b in range(low, high):
                turn[2 * b] = real
                turn[2 * b + 1] = imaginary
            low = high
        weight = weights[k]
        for c in range(channels):
            row = now[k, c]
            for b in range(bins):
                real = row[2 * b] * turn[2 * b] - row[2 * b + 1] * turn[2 * b + 1]
                imaginary = row[2 * b] * turn[2 * b + 1] + row[2 * b + 1] * turn[2 * b]
                last[c, 2 * b] = real
                last[c, 2 * b + 1] = imaginary
                out[k, c, 2 * b] = weight * real
                out[k, c, 2 * b + 1] = weight * imaginary
