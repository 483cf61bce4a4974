# pyright: basic
"""Loops of the phase vocoder.

Which bin is a peak cannot be guessed by a processor: what depends on it is computed without branching.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(inline="always")
def _power_of(spectrum, power):
    """Power of each bin, all channels together."""
    one, two = np.uint64(1), np.uint64(2)
    power[:] = np.float32(0.0)
    for c in range(spectrum.shape[0]):
        for b in range(np.uint64(power.shape[0])):
            real = spectrum[c, two * b]
            imaginary = spectrum[c, two * b + one]
            power[b] += real * real + imaginary * imaginary


@njit(inline="always")
def _peaks_of(power, peaks):
    """Bins that are stronger than two neighbours to each side, at least one; returns how many."""
    count = 0
    below, before, here, after = power[0], power[1], power[2], power[3]
    for b in range(np.uint64(2), np.uint64(power.shape[0] - 2)):
        above = power[b + np.uint64(2)]
        peaks[np.uint64(count)] = b
        count += int((here > before) & (here >= after) & (here > below) & (here >= above))
        below, before, here, after = before, here, after, above
    if count == 0:
        peaks[0] = 0
        count = 1
    return count


@njit(inline="always")
def _weakest(power, first, last):
    """The first of the weakest bins from `first` up to `last`."""
    found = first
    least = power[np.uint64(first)]
    for b in range(np.uint64(first + 1), np.uint64(last)):
        value = power[b]
        lower = value < least
        least = value if lower else least
        found = np.int64(b) if lower else found
    return found


@njit(inline="always")
def _turned(spectrum, turn, weight, last, out):
    """One channel of a spectrum times the turn of each bin: into `last`, and weighted into `out`."""
    one = np.uint64(1)
    for b in range(np.uint64(0), np.uint64(turn.shape[0]), np.uint64(2)):
        real = spectrum[b] * turn[b] - spectrum[b + one] * turn[b + one]
        imaginary = spectrum[b] * turn[b + one] + spectrum[b + one] * turn[b]
        last[b] = real
        last[b + one] = imaginary
        out[b] = weight * real
        out[b + one] = weight * imaginary


@njit(cache=True, nogil=True, error_model="numpy")
def lock_phases(spectra, here, ago, weights, last, out):
    """Turn each spectral peak, and all about it on all channels alike, so that it goes on from the frame before.

    Spectra are float32 pairs (real, imaginary) side by side. spectra (places, channels, 2 x bins); here, ago (frames,):
    which of them is each frame's own, and which the one a synthesis hop earlier. last (channels, 2 x bins): the
    result's frame before the first, all zeros to begin anew. out (frames, channels, 2 x bins) gets weights * result;
    last is left for what follows.
    """
    _, channels, width = spectra.shape
    bins = width // 2
    power = np.empty(bins, np.float32)
    turn = np.empty(width, np.float32)
    peaks = np.empty(bins, np.int64)
    one, two = np.uint64(1), np.uint64(2)
    for k in range(here.shape[0]):
        now = spectra[here[k]]
        before = spectra[ago[k]]
        if not last.any():
            for c in range(channels):
                for b in range(width):
                    last[c, b] = now[c, b]
                    out[k, c, b] = weights[k] * now[c, b]
            continue
        _power_of(now, power)
        count = _peaks_of(power, peaks)
        low = 0
        for i in range(count):
            peak = np.uint64(peaks[i])
            high = bins if i == count - 1 else _weakest(power, peaks[i] + 1, peaks[i + 1])
            loud = 0
            if channels > 1:
                first = now[0, two * peak] * now[0, two * peak] + now[0, two * peak + one] * now[0, two * peak + one]
                loud = 0 if first >= np.float32(0.5) * power[peak] else 1
            a = last[loud, two * peak]
            b_ = last[loud, two * peak + one]
            p = before[loud, two * peak]
            q = -before[loud, two * peak + one]
            real = a * p - b_ * q
            imaginary = a * q + b_ * p
            size = np.sqrt(real * real + imaginary * imaginary)
            if size > np.float32(1e-20):
                real /= size
                imaginary /= size
            else:
                real = np.float32(1.0)
                imaginary = np.float32(0.0)
            for b in range(np.uint64(low), np.uint64(high)):
                turn[two * b] = real
                turn[two * b + one] = imaginary
            low = high
        for c in range(channels):
            _turned(now[c], turn, weights[k], last[c], out[k, c])


@njit(cache=True, nogil=True)
def cut_pieces(samples, places, window, out):
    """The sound from each place on, times a window, silence outside of it; out (places, channels, size)."""
    channels, frames = samples.shape
    size = window.shape[0]
    for k in range(places.shape[0]):
        low = min(size, max(0, -places[k]))
        high = max(low, min(size, frames - places[k]))
        for c in range(channels):
            piece = out[k, c]
            piece[:low] = np.float32(0.0)
            piece[high:] = np.float32(0.0)
            sound = samples[c, places[k] + low : places[k] + high]
            for i in range(np.uint64(high - low)):
                piece[np.uint64(low) + i] = sound[i] * window[np.uint64(low) + i]


@njit(cache=True, nogil=True)
def lay_pieces(pieces, fade, begin, hop, out):
    """Add each piece times the fade to the sound, every `hop` frames from `begin` on; pieces (n, channels, size)."""
    for k in range(pieces.shape[0]):
        for c in range(pieces.shape[1]):
            piece = pieces[k, c]
            sound = out[c, begin + k * hop : begin + k * hop + fade.shape[0]]
            for i in range(np.uint64(fade.shape[0])):
                sound[i] += piece[i] * fade[i]
