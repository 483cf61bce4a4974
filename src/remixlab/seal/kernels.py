# pyright: basic
"""The compiled inner loops of the mark: shaping a spectrum, predicting tiles, decoding the convolutional code."""

from __future__ import annotations

import numpy as np
from numba import njit

_NEPERS_PER_DB = np.log(10.0) / 20
"""Decibels of amplitude to its natural logarithm."""


@njit(cache=True, nogil=True, fastmath=True)
def shape_mark(spectrum, gains_db, band_of_bin, first_bin, reach_bins, lowest, highest, rise, before):
    """Replace a spectrum by what the mark adds to it: more where music masks it, less on single tones and on attacks.

    Shape: spectrum (channels, frames, bins), complex; gains_db (frames, bands); band_of_bin and before (marked bins,).
    `before` holds the power of the frame before the first and, afterwards, that of the last: what is added to a frame
    begins before its attack does, so a frame that is more than `rise` times stronger is marked less.
    """
    channels, frames, bins = spectrum.shape
    count = band_of_bin.size
    span = 2 * reach_bins + 1
    power = np.empty(count + 2 * reach_bins, np.float32)
    for frame in range(frames):
        for i in range(power.size):
            total = np.float32(1e-12)
            for c in range(channels):
                z = spectrum[c, frame, first_bin - reach_bins + i]
                total += z.real * z.real + z.imag * z.imag
            power[i] = total
        around = np.float32(0)
        for i in range(span):
            around += power[i]
        for i in range(count):
            prominence_db = np.float32(10.0) * np.log10(power[i + reach_bins] * span / around)
            weight = min(highest, max(lowest, np.float32(1.0) - prominence_db / np.float32(20.0)))
            if around > rise * before[i]:
                weight *= np.sqrt(rise * before[i] / around)
            before[i] = around
            x = gains_db[frame, band_of_bin[i]] * weight * np.float32(_NEPERS_PER_DB)
            factor = x * (1 + x * (np.float32(0.5) + x * np.float32(1 / 6)))
            for c in range(channels):
                spectrum[c, frame, first_bin + i] *= factor
            if i + span < power.size:
                around = max(around + power[i + span] - power[i], np.float32(1e-12))
        for c in range(channels):
            for b in range(first_bin):
                spectrum[c, frame, b] = 0
            for b in range(first_bin + count, bins):
                spectrum[c, frame, b] = 0


@njit(cache=True, nogil=True, fastmath=True)
def _energy(samples):
    total = 0.0
    for i in range(samples.size):
        total += float(samples[i]) * float(samples[i])
    return total


@njit(cache=True, nogil=True)
def add_waves(waves, window, samples, first, marked):
    """Write samples plus the second half of each wave and the first half of the next; the energies of what was there
    and of what is now.

    Shape: waves (channels, hops + 1, window); hop 0 begins at frame (first - 1) * window / 2.
    """
    half = window.size // 2
    before = after = 0.0
    for c in range(samples.shape[0]):
        for hop in range(waves.shape[1] - 1):
            start = (first - 1 + hop) * half
            count = min(half, samples.shape[1] - start)
            early = waves[c, hop, half:]
            late = waves[c, hop + 1]
            old = samples[c, start : start + count]
            new = marked[c, start : start + count]
            for i in range(np.uint64(count)):
                new[i] = old[i] + (late[i] * window[i] + early[i] * window[np.uint64(half) + i])
            before += _energy(old)
            after += _energy(new)
    return before, after


@njit(cache=True, nogil=True)
def decode_soft(evidence, outputs, register_bits, input_bits):
    """The most likely bits of a tail-terminated convolutional code. Source: Viterbi (1967).

    `evidence` is positive where a coded bit is rather 0; `outputs` holds the coded bits of every register state.
    """
    rate = evidence.size // input_bits
    states = 1 << (register_bits - 1)
    metric = np.full(states, np.float32(-1e30))
    metric[0] = 0
    after = np.empty(states, np.float32)
    choices = np.zeros((input_bits, states), np.uint8)
    branch = np.empty(1 << rate, np.float32)
    for step in range(input_bits):
        for word in range(1 << rate):
            total = np.float32(0)
            for j in range(rate):
                e = evidence[step * rate + j]
                total += -e if (word >> j) & 1 else e
            branch[word] = total
        for state in range(states):
            low = state >> 1
            high = low | (states >> 1)
            from_low = metric[low] + branch[outputs[state]]
            from_high = metric[high] + branch[outputs[state | states]]
            if from_low >= from_high:
                after[state] = from_low
            else:
                after[state] = from_high
                choices[step, state] = 1
        metric, after = after, metric
    bits = np.zeros(input_bits, np.uint8)
    state = 0
    for step in range(input_bits - 1, -1, -1):
        bits[step] = state & 1
        state = (state >> 1) | (choices[step, state] * (states >> 1))
    return bits
