# pyright: basic
"""The loops of the amplifier: twice the rate, two valves with a coupling capacitor between them, and back."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def between(sound, side, out):
    """The frames between each two of `sound`, by half a filter (an even number of taps): with them it runs at twice the
    rate.
    """
    taps = side.shape[0]
    half = taps // 2
    for i in range(half, sound.shape[0] - half):
        total = np.float32(0.0)
        for k in range(taps):
            total += side[np.uint64(k)] * sound[np.uint64(i - half + 1 + k)]
        out[np.uint64(i)] = total


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def halved(even, odd, side, out):
    """Back at the single rate: the frames that lie on it, and what the filter makes of those between."""
    taps = side.shape[0]
    half = taps // 2
    for i in range(half, out.shape[0] - half):
        total = np.float32(0.0)
        for k in range(taps):
            total += side[np.uint64(k)] * odd[np.uint64(i - half + k)]
        out[np.uint64(i)] = np.float32(0.5) * (even[np.uint64(i)] + total)


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def bend(sound, gain, bias):
    """A valve: a rational tanh, bent more on one side by its bias; at rest it gives nothing. In place."""
    rest = bias * (np.float32(27.0) + bias * bias) / (np.float32(27.0) + np.float32(9.0) * bias * bias)
    for i in range(sound.shape[0]):
        x = gain * sound[np.uint64(i)] + bias
        x = min(np.float32(3.0), max(np.float32(-3.0), x))
        q = x * x
        sound[np.uint64(i)] = x * (np.float32(27.0) + q) / (np.float32(27.0) + np.float32(9.0) * q) - rest


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def couple(even, odd, high_pass, low_pass):
    """What lies between two stages: a high-pass and a low-pass of one pole each, at twice the rate. In place."""
    below = np.float32(0.0)
    smooth = np.float32(0.0)
    for i in range(even.shape[0]):
        k = np.uint64(i)
        below += high_pass * (even[k] - below)
        smooth += low_pass * (even[k] - below - smooth)
        even[k] = smooth
        below += high_pass * (odd[k] - below)
        smooth += low_pass * (odd[k] - below - smooth)
        odd[k] = smooth


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def shape_input(sound, b, a, out):
    """A filter of the fourth order at rest, as it stands in `b` and `a` (a[0] is 1)."""
    s0 = 0.0
    s1 = 0.0
    s2 = 0.0
    s3 = 0.0
    for i in range(sound.shape[0]):
        x = float(sound[np.uint64(i)])
        y = b[0] * x + s0
        s0 = b[1] * x - a[1] * y + s1
        s1 = b[2] * x - a[2] * y + s2
        s2 = b[3] * x - a[3] * y + s3
        s3 = b[4] * x - a[4] * y
        out[np.uint64(i)] = np.float32(y)


@njit(cache=True, nogil=True)
def hold_and_step(sound, first, rate_ratio, steps, out):
    """An old sampler: a value is held until the next of its own slow clock, and rounded to its steps."""
    for c in range(sound.shape[0]):
        for i in range(out.shape[1]):
            tick = np.floor((first + i) * rate_ratio)
            place = int(np.ceil(tick / rate_ratio)) - first
            x = sound[c, max(0, place)]
            out[c, i] = np.round(x * steps) / steps
