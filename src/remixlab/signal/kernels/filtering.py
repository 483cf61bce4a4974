# pyright: basic
"""Loops of the filters and of the feedback delays."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def cascade(samples, coefficients, offset, block, state, out):
    """State-variable sections in series; row k of the coefficients rules frames k * block to (k + 1) * block, counted from -offset.

    coefficients (sections, rows, 6) = a1 a2 a3 m0 m1 m2; state (sections, channels, 2) is read and left for what follows.
    """
    channels, frames = samples.shape
    sections, rows, _ = coefficients.shape
    for s in range(sections):
        for c in range(channels):
            i1 = state[s, c, 0]
            i2 = state[s, c, 1]
            i = 0
            while i < frames:
                row = min((offset + i) // block, rows - 1)
                end = frames if row == rows - 1 else min(frames, (row + 1) * block - offset)
                a1 = coefficients[s, row, 0]
                a2 = coefficients[s, row, 1]
                a3 = coefficients[s, row, 2]
                m0 = coefficients[s, row, 3]
                m1 = coefficients[s, row, 4]
                m2 = coefficients[s, row, 5]
                for j in range(i, end):
                    x = float(samples[c, j]) if s == 0 else float(out[c, j])
                    v3 = x - i2
                    v1 = a1 * i1 + a2 * v3
                    v2 = i2 + a2 * i1 + a3 * v3
                    i1 = 2.0 * v1 - i1
                    i2 = 2.0 * v2 - i2
                    out[c, j] = m0 * x + m1 * v1 + m2 * v2
                if abs(i1) < 1e-18 and abs(i2) < 1e-18:
                    i1 = 0.0
                    i2 = 0.0
                i = end
            state[s, c, 0] = i1
            state[s, c, 1] = i2


@njit(cache=True, nogil=True)
def echoes(samples, ring, position, lengths, feedback, cross, low_pass, high_pass, dry, wet, state, out):
    """Two delay lines with a band-limited feedback that may cross over; returns the next position in the ring."""
    frames = samples.shape[1]
    size = ring.shape[1]
    mask = size - 1
    for i in range(frames):
        echo_left = ring[0, (position - lengths[0]) & mask]
        echo_right = ring[1, (position - lengths[1]) & mask]
        state[0, 0] += low_pass * (echo_left - state[0, 0])
        state[1, 0] += low_pass * (echo_right - state[1, 0])
        state[0, 1] += high_pass * (state[0, 0] - state[0, 1])
        state[1, 1] += high_pass * (state[1, 0] - state[1, 1])
        for c in range(2):
            for k in range(2):
                if abs(state[c, k]) < np.float32(1e-15):
                    state[c, k] = np.float32(0.0)
        left = state[0, 0] - state[0, 1]
        right = state[1, 0] - state[1, 1]
        x_left = samples[0, i]
        x_right = samples[1, i]
        straight = np.float32(1.0) - cross
        ring[0, position & mask] = (
            x_left * straight + np.float32(0.5) * (x_left + x_right) * cross + feedback * (left * straight + right * cross)
        )
        ring[1, position & mask] = x_right * straight + feedback * (right * straight + left * cross)
        out[0, i] = dry * x_left + wet * left
        out[1, i] = dry * x_right + wet * right
        position += 1
    return position


@njit(cache=True, nogil=True)
def toned(samples, history, colour, state, out):
    """Write the history, then the samples through a low-pass less a lower one, into `out`; state (2, 2) is left for what follows."""
    frames = samples.shape[1]
    past = history.shape[1]
    for c in range(2):
        out[c, :past] = history[c]
        upper = state[c, 0]
        lower = state[c, 1]
        for i in range(frames):
            upper += colour[0] * (samples[c, i] - upper)
            lower += colour[1] * (upper - lower)
            if abs(upper) < np.float32(1e-15):
                upper = np.float32(0.0)
            if abs(lower) < np.float32(1e-15):
                lower = np.float32(0.0)
            out[c, past + i] = upper - lower
        state[c, 0] = upper
        state[c, 1] = lower


@njit(cache=True, nogil=True)
def diffused(samples, rings, position, lengths, gain):
    """All-pass sections in series on each channel, in place; rings (channels, sections, size). Returns the next position."""
    channels, frames = samples.shape
    mask = rings.shape[2] - 1
    for c in range(channels):
        for d in range(rings.shape[1]):
            ring = rings[c, d]
            back = position - lengths[c, d]
            for i in range(frames):
                late = ring[(back + i) & mask]
                fed = samples[c, i] - gain * late
                if abs(fed) < np.float32(1e-15):
                    fed = np.float32(0.0)
                ring[(position + i) & mask] = fed
                samples[c, i] = late + gain * fed
    return position + frames


@njit(cache=True, nogil=True)
def late_field(samples, ring, position, lengths, gains, damping, wander, turn, state, out):
    """Sixteen delay lines, damped and fed back through a Hadamard matrix; every fourth wanders.

    ring (size, 16); wander = depth in frames; turn (2,) = absolute frame, radians per frame; state (16,). Each 64 frames
    the wandering lines move on. Returns the next position.
    """
    frames = samples.shape[1]
    mask = ring.shape[0] - 1
    line = np.empty(16, np.float32)
    keep = np.empty(16, np.float32)
    for k in range(16):
        keep[k] = np.float32(1.0) - damping[k]
    part = np.zeros(4, np.float32)
    reads = np.empty(16, np.int64)
    quarter = np.float32(0.25)
    first = int(turn[0])
    for i in range(frames):
        if i == 0 or (first + i) & 63 == 0:
            step = (first + i) // 64 * 64
            for k in range(16):
                reads[k] = lengths[k]
                if step == first + i and abs(state[k]) < np.float32(1e-15):
                    state[k] = np.float32(0.0)
            for k in range(4):
                drift = wander * (np.float32(1.0) + np.float32(np.sin(turn[1] * step * (1.0 + 0.31 * k) + k * 1.7)))
                reads[4 * k + 1] += int(drift)
                part[k] = drift - np.float32(int(drift))
        here = position + i
        for k in range(16):
            line[k] = ring[(here - reads[k]) & mask, k]
        for k in range(4):
            m = 4 * k + 1
            line[m] += part[k] * (ring[(here - reads[m] - 1) & mask, m] - line[m])
        for k in range(16):
            state[k] += keep[k] * (line[k] - state[k])
            line[k] = state[k] * gains[k]
        out[0, i] = (line[0] - line[2]) + (line[4] - line[6]) + (line[8] - line[10]) + (line[12] - line[14])
        out[1, i] = (line[1] - line[3]) + (line[5] - line[7]) + (line[9] - line[11]) + (line[13] - line[15])
        for k in range(8):
            a = line[k]
            b = line[k + 8]
            line[k] = a + b
            line[k + 8] = a - b
        for g in range(0, 16, 8):
            for k in range(g, g + 4):
                a = line[k]
                b = line[k + 4]
                line[k] = a + b
                line[k + 4] = a - b
        for g in range(0, 16, 4):
            for k in range(g, g + 2):
                a = line[k]
                b = line[k + 2]
                line[k] = a + b
                line[k + 2] = a - b
        x = samples[0, i]
        y = samples[1, i]
        row = ring[here & mask]
        for g in range(0, 16, 4):
            row[g] = quarter * (line[g] + line[g + 1]) + x
            row[g + 1] = quarter * (line[g] - line[g + 1]) + y
            row[g + 2] = quarter * (line[g + 2] + line[g + 3]) - x
            row[g + 3] = quarter * (line[g + 2] - line[g + 3]) - y
    return position + frames
