"""Loops of the mixer, compiled."""
# pyright: basic

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def automate(samples, frames, gains, first_frame):
    """Multiply (2, n) samples that begin at `first_frame` by a gain that runs straight between points, held outside
    of them."""
    n = samples.shape[1]
    last = frames.shape[0] - 1
    k = 0
    while k < last and frames[k + 1] <= first_frame:
        k += 1
    i = 0
    while i < n:
        at = first_frame + i
        while k < last and frames[k + 1] <= at:
            k += 1
        if at < frames[0] or k == last:
            end = n if k == last else min(n, int(np.ceil(frames[0])) - first_frame)
            gain = np.float32(gains[k])
            if gain != np.float32(1.0):
                for j in range(i, end):
                    samples[0, j] *= gain
                    samples[1, j] *= gain
        else:
            end = min(n, int(np.ceil(frames[k + 1])) - first_frame)
            slope = (gains[k + 1] - gains[k]) / (frames[k + 1] - frames[k])
            if slope == 0.0 and gains[k] == 1.0:
                i = end
                continue
            for j in range(i, end):
                gain = np.float32(gains[k] + slope * (first_frame + j - frames[k]))
                samples[0, j] *= gain
                samples[1, j] *= gain
        i = max(end, i + 1)


@njit(cache=True, nogil=True)
def pour(sound, dry, room, room_gain, echo, echo_gain):
    """Add a sound to the mix, and where their gains are above 0 to what is sent to the room and to the echo."""
    for c in range(2):
        for i in range(np.uint64(sound.shape[1])):
            dry[c, i] += sound[c, i]
        if room_gain > 0:
            for i in range(np.uint64(sound.shape[1])):
                room[c, i] += room_gain * sound[c, i]
        if echo_gain > 0:
            for i in range(np.uint64(sound.shape[1])):
                echo[c, i] += echo_gain * sound[c, i]


@njit(cache=True, nogil=True)
def halve(samples, state, out):
    """Every second frame of (2, 2n) samples behind a half-band filter; state (2, 6) holds the last frames."""
    for c in range(2):
        for i in range(out.shape[1]):
            centre = 2 * i - 3
            total = np.float32(0.0)
            for k in range(7):
                at = centre + k - 3
                x = samples[c, at] if at >= 0 else state[c, 6 + at] if at >= -6 else np.float32(0.0)
                if k == 3:
                    total += np.float32(0.5) * x
                elif k == 2 or k == 4:
                    total += np.float32(0.28125) * x
                elif k == 0 or k == 6:
                    total -= np.float32(0.03125) * x
            out[c, i] = total
        for k in range(6):
            state[c, k] = samples[c, samples.shape[1] - 6 + k]


@njit(cache=True, nogil=True)
def double(samples, state, out):
    """(2, n) samples at twice the rate, by cubic interpolation; state (2, 3) holds the last frames."""
    n = samples.shape[1]
    for c in range(2):
        a, b, d = state[c, 0], state[c, 1], state[c, 2]
        for i in range(n):
            e = samples[c, i]
            out[c, 2 * i] = b
            out[c, 2 * i + 1] = np.float32(0.5625) * (b + d) - np.float32(0.0625) * (a + e)
            a, b, d = b, d, e
        state[c, 0], state[c, 1], state[c, 2] = a, b, d


@njit(cache=True, nogil=True)
def soft_clip(samples, knee, out):
    """Bend what is above the knee towards twice the knee; below it nothing changes."""
    for c in range(samples.shape[0]):
        for i in range(samples.shape[1]):
            x = samples[c, i]
            level = abs(x)
            if level > knee:
                over = (level - knee) / knee
                level = knee * (np.float32(1.0) + over / (np.float32(1.0) + over))
                x = level if x > 0 else -level
            out[c, i] = x
