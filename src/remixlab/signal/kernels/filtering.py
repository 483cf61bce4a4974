# pyright: basic
"""Loops of the filters and of the feedback delays.

Indices that cannot be negative are said to be unsigned: numba then drops its check for counting from the end.
"""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(inline="always")
def _look_ahead(c, ahead):
    """What four frames of a section make of an impulse and of each of its two states, and what is left of all in the
    states.

    ahead (5, 4): outputs to an impulse, to the first and the second state; first and second state after an impulse at
    each frame; returns the states after the states alone.
    """
    a1, a2, a3, m0, m1, m2 = c[0], c[1], c[2], c[3], c[4], c[5]
    for row in range(3):
        s1 = 1.0 if row == 1 else 0.0
        s2 = 1.0 if row == 2 else 0.0
        for k in range(4):
            x = 1.0 if row == 0 and k == 0 else 0.0
            v3 = x - s2
            v1 = a1 * s1 + a2 * v3
            v2 = s2 + a2 * s1 + a3 * v3
            s1 = 2.0 * v1 - s1
            s2 = 2.0 * v2 - s2
            ahead[row, k] = m0 * x + m1 * v1 + m2 * v2
            if row == 0:
                # The later a frame comes, the fewer steps its trace has to fade.
                ahead[3, 3 - k] = s1
                ahead[4, 3 - k] = s2
        if row == 1:
            from_first = (s1, s2)
    return from_first[0], from_first[1], s1, s2


@njit(cache=True, nogil=True, fastmath={"contract"})
def cascade(samples, frames, coefficients, offset, block, state, out):
    """State-variable sections in series over the first `frames` frames, four at a time, each four from the state before
    them.

    Row k of the coefficients rules frames k * block to (k + 1) * block, counted from -offset; frames, offset and block
    are multiples of 4. coefficients (sections, rows, 6) = a1 a2 a3 m0 m1 m2; state (sections, channels, 2) is read and
    left for what follows.
    """
    sections, rows, _ = coefficients.shape
    ahead = np.empty((5, 4))
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for s in range(sections):
        for c in range(samples.shape[0]):
            source = samples[c] if s == 0 else out[c]
            made = out[c]
            i1 = state[s, c, 0]
            i2 = state[s, c, 1]
            i = 0
            while i < frames:
                row = min((offset + i) // block, rows - 1)
                end = frames if row == rows - 1 else min(frames, (row + 1) * block - offset)
                p4, p5, q4, q5 = _look_ahead(coefficients[s, row], ahead)
                h0, h1, h2, h3 = ahead[0, 0], ahead[0, 1], ahead[0, 2], ahead[0, 3]
                p0, p1, p2, p3 = ahead[1, 0], ahead[1, 1], ahead[1, 2], ahead[1, 3]
                q0, q1, q2, q3 = ahead[2, 0], ahead[2, 1], ahead[2, 2], ahead[2, 3]
                e0, e1, e2, e3 = ahead[3, 0], ahead[3, 1], ahead[3, 2], ahead[3, 3]
                f0, f1, f2, f3 = ahead[4, 0], ahead[4, 1], ahead[4, 2], ahead[4, 3]
                for j in range(np.uint64(i), np.uint64(end), np.uint64(4)):
                    x0 = float(source[j])
                    x1 = float(source[j + one])
                    x2 = float(source[j + two])
                    x3 = float(source[j + three])
                    made[j] = h0 * x0 + p0 * i1 + q0 * i2
                    made[j + one] = h1 * x0 + h0 * x1 + p1 * i1 + q1 * i2
                    made[j + two] = h2 * x0 + h1 * x1 + h0 * x2 + p2 * i1 + q2 * i2
                    made[j + three] = h3 * x0 + h2 * x1 + h1 * x2 + h0 * x3 + p3 * i1 + q3 * i2
                    first = e0 * x0 + e1 * x1 + e2 * x2 + e3 * x3 + (p4 * i1 + q4 * i2)
                    i2 = f0 * x0 + f1 * x1 + f2 * x2 + f3 * x3 + (p5 * i1 + q5 * i2)
                    i1 = first
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
        if position & 63 == 0:
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
            x_left * straight
            + np.float32(0.5) * (x_left + x_right) * cross
            + feedback * (left * straight + right * cross)
        )
        ring[1, position & mask] = x_right * straight + feedback * (right * straight + left * cross)
        out[0, i] = dry * x_left + wet * left
        out[1, i] = dry * x_right + wet * right
        position += 1
    return position


@njit(cache=True, nogil=True)
def toned(samples, history, colour, state, out):
    """Write the history, then both channels through a low-pass less a lower one, into `out`; state (2, 2) is left
    for what follows.
    """
    frames = samples.shape[1]
    past = history.shape[1]
    out[0, :past] = history[0]
    out[1, :past] = history[1]
    upper, lower = state[0, 0], state[0, 1]
    above, below = state[1, 0], state[1, 1]
    for i in range(np.uint64(frames)):
        upper += colour[0] * (samples[0, i] - upper)
        above += colour[0] * (samples[1, i] - above)
        lower += colour[1] * (upper - lower)
        below += colour[1] * (above - below)
        upper = upper if abs(upper) > np.float32(1e-15) else np.float32(0.0)
        above = above if abs(above) > np.float32(1e-15) else np.float32(0.0)
        lower = lower if abs(lower) > np.float32(1e-15) else np.float32(0.0)
        below = below if abs(below) > np.float32(1e-15) else np.float32(0.0)
        out[0, np.uint64(past) + i] = upper - lower
        out[1, np.uint64(past) + i] = above - below
    state[0, 0], state[0, 1] = upper, lower
    state[1, 0], state[1, 1] = above, below


@njit(cache=True, nogil=True)
def roomed(samples, heard, taps, gains, dry, late, out):
    """Add to the late field in `out`, at its level, the early reflections and the dry sound; `heard` ends with these
    frames.

    taps and gains (2, n): how long ago each reflection left, in frames, and how strong it is.
    """
    frames = samples.shape[1]
    past = heard.shape[1] - frames
    for c in range(2):
        for i in range(np.uint64(frames)):
            out[c, i] = out[c, i] * late + dry * samples[c, i]
        for t in range(taps.shape[1]):
            gain = gains[c, t]
            back = np.uint64(past - taps[c, t])
            for i in range(np.uint64(frames)):
                out[c, i] += gain * heard[c, back + i]


@njit(cache=True, nogil=True)
def diffused(samples, rings, position, lengths, gain):
    """All-pass sections in series on each channel, in place; rings (channels, sections, size). Returns the next
    position.

    Works in runs that are no longer than the section and do not cross the end of its ring: nothing in a run waits for
    another frame of it.
    """
    channels, frames = samples.shape
    size = rings.shape[2]
    for c in range(channels):
        sound = samples[c]
        for d in range(rings.shape[1]):
            ring = rings[c, d]
            i = 0
            while i < frames:
                here = (position + i) & (size - 1)
                back = (position + i - lengths[c, d]) & (size - 1)
                run = min(frames - i, lengths[c, d], size - here, size - back)
                heard, fed = ring[back : back + run], ring[here : here + run]
                piece = sound[i : i + run]
                for j in range(np.uint64(run)):
                    late = heard[j]
                    value = piece[j] - gain * late
                    value = value if abs(value) >= np.float32(1e-15) else np.float32(0.0)
                    fed[j] = value
                    piece[j] = late + gain * value
                i += run
    return position + frames


@njit(inline="always")
def _cross(one, two, three, four, length):
    """Two steps of plain sums and differences of four lines, in place."""
    for j in range(np.uint64(length)):
        a, b, c, d = one[j], two[j], three[j], four[j]
        e, f, g, h = a + c, b + d, a - c, b - d
        one[j], two[j], three[j], four[j] = e + f, e - f, g + h, g - h


@njit(inline="always")
def _mix_lines(lines, length):
    """The first `length` frames of sixteen lines through a Hadamard matrix, in place."""
    for m in range(4):
        _cross(lines[m], lines[m + 4], lines[m + 8], lines[m + 12], length)
    for m in range(0, 16, 4):
        _cross(lines[m], lines[m + 1], lines[m + 2], lines[m + 3], length)


@njit(inline="always")
def _copy_stretch(ring, start, line, length):
    """Copy `length` frames of a ring from `start` on into a line, round the ring's end where they lie across it."""
    size = ring.shape[0]
    if start + length <= size:
        for j in range(length):
            line[j] = ring[np.uint64(start + j)]
    else:
        for j in range(length):
            line[j] = ring[np.uint64((start + j) & (size - 1))]


@njit(cache=True, nogil=True)
def late_field(samples, ring, position, lengths, gains, damping, wander, turn, state, out):
    """Sixteen delay lines, damped and fed back through a Hadamard matrix; every fourth wanders.

    ring (16, size), lengths at least 34; wander = depth in frames; turn (2,) = absolute frame, radians per frame; state
    (16,). The wandering lines move on every 64 frames. Works in runs of up to 32 frames, which no line is shorter than.
    Returns the next position.
    """
    frames = samples.shape[1]
    size = ring.shape[1]
    mask = size - 1
    lines = np.empty((16, 32), np.float32)
    keep = np.empty(16, np.float32)
    for k in range(16):
        keep[k] = np.float32(1.0) - damping[k]
    quarter = np.float32(0.25)
    first = int(turn[0])
    i = 0
    while i < frames:
        phase = (first + i) & 63
        n = min(32, frames - i, 64 - phase)
        step = first + i - phase
        for k in range(16):
            if phase == 0 and abs(state[k]) < np.float32(1e-15):
                state[k] = np.float32(0.0)
            part = np.float32(0.0)
            back = lengths[k]
            if k % 4 == 1:
                drift = wander * (
                    np.float32(1.0) + np.float32(np.sin(turn[1] * step * (1.0 + 0.31 * (k // 4)) + (k // 4) * 1.7))
                )
                back += int(drift)
                part = drift - np.float32(int(drift))
            start = (position + i - back) & mask
            _copy_stretch(ring[k], start, lines[k], n)
            if part > np.float32(0.0):
                for j in range(n):
                    lines[k, j] += part * (ring[k, np.uint64((start + j - 1) & mask)] - lines[k, j])
        for j in range(n):
            for k in range(16):
                value = state[k] + keep[k] * (lines[k, j] - state[k])
                state[k] = value
                lines[k, j] = value * gains[k]
        for j in range(n):
            out[0, np.uint64(i + j)] = (
                (lines[0, j] - lines[2, j])
                + (lines[4, j] - lines[6, j])
                + (lines[8, j] - lines[10, j])
                + (lines[12, j] - lines[14, j])
            )
        for j in range(n):
            out[1, np.uint64(i + j)] = (
                (lines[1, j] - lines[3, j])
                + (lines[5, j] - lines[7, j])
                + (lines[9, j] - lines[11, j])
                + (lines[13, j] - lines[15, j])
            )
        _mix_lines(lines, n)
        start = (position + i) & mask
        for k in range(16):
            c = k % 2
            sign = np.float32(1.0) if k % 4 < 2 else np.float32(-1.0)
            if start + n <= size:
                for j in range(n):
                    ring[k, np.uint64(start + j)] = quarter * lines[k, j] + sign * samples[c, np.uint64(i + j)]
            else:
                for j in range(n):
                    ring[k, np.uint64((start + j) & mask)] = quarter * lines[k, j] + sign * samples[c, np.uint64(i + j)]
        i += n
    return position + frames
