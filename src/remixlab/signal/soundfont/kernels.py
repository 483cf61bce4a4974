# pyright: basic
"""The loops of the player: read a sample at a moving rate, filter it, lay it under its envelope."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath=True)
def read_sample(sound, table, steps, out, block_frames):
    """Read `sound` (with half a table of silence on both sides) at steps[block] frames per frame; how many frames it
    lasted.
    """
    taps = table.shape[1]
    phases = table.shape[0] - 1
    last = sound.shape[0] - taps
    position = 0.0
    for block in range(steps.shape[0]):
        step = steps[block]
        for i in range(block * block_frames, (block + 1) * block_frames):
            whole = int(position)
            if whole > last:
                return i
            place = (position - whole) * phases
            row = int(place)
            part = np.float32(place - row)
            below = np.float32(0.0)
            above = np.float32(0.0)
            for k in range(taps):
                x = sound[np.uint64(whole + k)]
                below += x * table[np.uint64(row), np.uint64(k)]
                above += x * table[np.uint64(row + 1), np.uint64(k)]
            out[np.uint64(i)] = below + part * (above - below)
            position += step
    return steps.shape[0] * block_frames


@njit(cache=True, nogil=True)
def low_pass(sound, b0, b1, a1, a2, block_frames):
    """A second-order low-pass in place, its coefficients new in every block; the outer taps are alike."""
    s1 = 0.0
    s2 = 0.0
    for i in range(sound.shape[0]):
        block = np.uint64(i // block_frames)
        x = sound[np.uint64(i)]
        y = b0[block] * x + s1
        s1 = b1[block] * x - a1[block] * y + s2
        s2 = b0[block] * x - a2[block] * y
        sound[np.uint64(i)] = np.float32(y)


@njit(cache=True, nogil=True)
def lay_voice(out, tone, offset, gains, gain_l, gain_r, block_frames):
    """Add a tone that begins at frame `offset` of `out` (may be negative) under gains given at every block's border."""
    begin = max(0, -offset)
    end = min(tone.shape[0], (gains.shape[0] - 1) * block_frames, out.shape[1] - offset)
    i = begin
    while i < end:
        block = i // block_frames
        first = block * block_frames
        low = np.float32(gains[np.uint64(block)])
        rise = np.float32((gains[np.uint64(block + 1)] - gains[np.uint64(block)]) / block_frames)
        left = np.float32(gain_l)
        right = np.float32(gain_r)
        stop = min(end, first + block_frames)
        for k in range(i, stop):
            g = (low + rise * np.float32(k - first)) * tone[np.uint64(k)]
            out[0, np.uint64(offset + k)] += left * g
            out[1, np.uint64(offset + k)] += right * g
        i = stop


@njit(cache=True, nogil=True)
def envelope_gains(gains, step_s, hold_s, delay_s, rise_s, risen_s, plateau_s, decay_s, sustain, release_s):
    """The volume envelope at every border, as `Envelope.gains` gives it at any times."""
    for k in range(gains.shape[0]):
        time_s = k * step_s
        held_at = min(time_s, hold_s)
        if held_at < risen_s:
            held = min(1.0, max(0.0, (held_at - delay_s) / rise_s))
            down = -20.0 * np.log10(max(held, 1e-6))
        else:
            down = 100.0 * min(sustain, max(0.0, (held_at - plateau_s) / decay_s))
        down += 100.0 * max(0.0, time_s - hold_s) / release_s
        gains[k] = 0.0 if down >= 96.0 else 10.0 ** (-down / 20.0)
