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
def late_field(
    samples, early, rings, position, lengths, gains, damping, depth, turn, diffusers, diffuser_lengths, colour, state, levels, out
):
    """Sixteen delay lines fed back through a Hadamard matrix, behind a pre-delay, early taps and two chains of diffusers.

    early (2, taps, 2) = frames, gain; turn (2,) = absolute frame, radians per frame of the slow wander;
    levels = dry, early, late; rings[16:18] hold the input. Returns the next position in the rings.
    """
    frames = samples.shape[1]
    mask = rings.shape[1] - 1
    line = np.empty(16, np.float32)
    wander = np.zeros(16, np.float32)
    quarter = np.float32(0.25)
    allpass = np.float32(0.6)
    first = int(turn[0])
    for i in range(frames):
        for c in range(2):
            x = samples[c, i]
            state[c, 16] += colour[0] * (x - state[c, 16])
            state[c, 17] += colour[1] * (state[c, 16] - state[c, 17])
            if abs(state[c, 17]) < np.float32(1e-15):
                state[c, 17] = np.float32(0.0)
            if abs(state[c, 16]) < np.float32(1e-15):
                state[c, 16] = np.float32(0.0)
            rings[16 + c, position & mask] = state[c, 16] - state[c, 17]
        if (first + i) % 64 == 0 or i == 0:
            step = (first + i) // 64 * 64
            for k in range(4):
                wander[4 * k + 1] = depth * (np.float32(1.0) + np.float32(np.sin(turn[1] * step * (1.0 + 0.31 * k) + k * 1.7)))
        for k in range(16):
            read = np.float32(lengths[k]) + wander[k] if wander[k] > 0 else np.float32(lengths[k])
            whole = int(read)
            part = read - np.float32(whole)
            value = rings[k, (position - whole) & mask]
            if part > 0:
                value += part * (rings[k, (position - whole - 1) & mask] - value)
            state[0, k] += (np.float32(1.0) - damping[k]) * (value - state[0, k])
            if abs(state[0, k]) < np.float32(1e-15):
                state[0, k] = np.float32(0.0)
            line[k] = state[0, k] * gains[k]
        left = np.float32(0.0)
        right = np.float32(0.0)
        for k in range(0, 16, 4):
            left += line[k] - line[k + 2]
            right += line[k + 1] - line[k + 3]
        near_left = np.float32(0.0)
        near_right = np.float32(0.0)
        for t in range(early.shape[1]):
            near_left += early[0, t, 1] * rings[16, (position - int(early[0, t, 0])) & mask]
            near_right += early[1, t, 1] * rings[17, (position - int(early[1, t, 0])) & mask]
        for c in range(2):
            x = rings[16 + c, (position - int(levels[3])) & mask]
            for d in range(diffuser_lengths.shape[1]):
                late = diffusers[c, d, (position - diffuser_lengths[c, d]) & (diffusers.shape[2] - 1)]
                fed = x - allpass * late
                if abs(fed) < np.float32(1e-15):
                    fed = np.float32(0.0)
                diffusers[c, d, position & (diffusers.shape[2] - 1)] = fed
                x = late + allpass * fed
            state[c, 18] = x
        span = 1
        while span < 16:
            for k in range(0, 16, 2 * span):
                for m in range(k, k + span):
                    a = line[m]
                    b = line[m + span]
                    line[m] = a + b
                    line[m + span] = a - b
            span *= 2
        for k in range(16):
            sign = np.float32(1.0) if (k // 2) % 2 == 0 else np.float32(-1.0)
            rings[k, position & mask] = quarter * line[k] + sign * state[k % 2, 18]
        out[0, i] = levels[0] * samples[0, i] + levels[1] * near_left + levels[2] * left
        out[1, i] = levels[0] * samples[1, i] + levels[1] * near_right + levels[2] * right
        position += 1
    return position
