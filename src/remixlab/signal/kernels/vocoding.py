# pyright: basic
"""Loops of the phase vocoder."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def lock_phases(now, before, weights, last, out):
    """Turn each spectral peak, and all about it on all channels alike, so that it goes on from the frame before.

    now, before (frames, channels, bins): spectra at each place and one synthesis hop earlier. last (channels, bins): the
    result's frame before the first, all zeros to begin anew. out gets weights * result; last is left for what follows.
    """
    frames, channels, bins = now.shape
    power = np.empty(bins, np.float32)
    peaks = np.empty(bins, np.int64)
    for k in range(frames):
        anew = True
        for c in range(channels):
            for b in range(bins):
                if last[c, b] != 0:
                    anew = False
                    break
        if anew:
            for c in range(channels):
                for b in range(bins):
                    last[c, b] = now[k, c, b]
                    out[k, c, b] = weights[k] * now[k, c, b]
            continue
        for b in range(bins):
            total = np.float32(0.0)
            for c in range(channels):
                total += now[k, c, b].real * now[k, c, b].real + now[k, c, b].imag * now[k, c, b].imag
            power[b] = total
        count = 0
        for b in range(1, bins - 1):
            here = power[b]
            if here > power[b - 1] and here >= power[b + 1] and (b < 2 or here > power[b - 2]) and (b > bins - 3 or here >= power[b + 2]):
                peaks[count] = b
                count += 1
        if count == 0:
            peaks[0] = 0
            count = 1
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
            top = np.float32(-1.0)
            for c in range(channels):
                size = now[k, c, peak].real * now[k, c, peak].real + now[k, c, peak].imag * now[k, c, peak].imag
                if size > top:
                    top = size
                    loud = c
            turn = last[loud, peak] * np.conj(before[k, loud, peak])
            size = np.sqrt(turn.real * turn.real + turn.imag * turn.imag)
            turn = np.complex64(turn / size) if size > np.float32(1e-20) else np.complex64(1.0)
            for c in range(channels):
                for b in range(low, high):
                    turned = now[k, c, b] * turn
                    last[c, b] = turned
                    out[k, c, b] = weights[k] * turned
            low = high
