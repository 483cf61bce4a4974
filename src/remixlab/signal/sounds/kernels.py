# pyright: basic
"""The loops of the amplifier: twice the rate, two valves with a coupling capacitor between them, and back."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def double_rate(sound, side, out):
    """Twice as many frames: those there were, and one between each two from `side` (an even number of taps)."""
    taps = side.shape[0]
    half = taps // 2
    for i in range(half, sound.shape[0] - half):
        between = np.float32(0.0)
        for k in range(taps):
            between += side[k] * sound[i - half + 1 + k]
        out[2 * i] = sound[i]
        out[2 * i + 1] = between


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def halve_rate(sound, side, out):
    """Every second frame, after the half band filter that `double_rate` is the other side of."""
    taps = side.shape[0]
    half = taps // 2
    for i in range(half, out.shape[0] - half):
        total = np.float32(0.0)
        for k in range(taps):
            total += side[k] * sound[2 * (i - half + k) + 1]
        out[i] = np.float32(0.5) * (sound[2 * i] + total)


@njit(cache=True, nogil=True, fastmath={"contract", "reassoc", "nsz"})
def bend(sound, gain, bias):
    """A valve: a rational tanh, bent more on one side by its bias; at rest it gives nothing. In place."""
    rest = bias * (np.float32(27.0) + bias * bias) / (np.float32(27.0) + np.float32(9.0) * bias * bias)
    for i in range(sound.shape[0]):
        x = gain * sound[i] + bias
        x = min(np.float32(3.0), max(np.float32(-3.0), x))
        q = x * x
        sound[i] = x * (np.float32(27.0) + q) / (np.float32(27.0) + np.float32(9.0) * q) - rest


@njit(cache=True, nogil=True)
def couple(sound, high_pass, low_pass):
    """What lies between two stages: a high-pass and a low-pass of one pole each. In place."""
    below = np.float32(0.0)
    smooth = np.float32(0.0)
    for i in range(sound.shape[0]):
        below += high_pass * (sound[i] - below)
        smooth += low_pass * (sound[i] - below - smooth)
        sound[i] = smooth


@njit(cache=True, nogil=True)
def hold_and_step(sound, first, rate_ratio, steps, out):
    """An old sampler: a value is held until the next of its own slow clock, and rounded to its steps."""
    for c in range(sound.shape[0]):
        for i in range(out.shape[1]):
            tick = np.floor((first + i) * rate_ratio)
            place = int(np.ceil(tick / rate_ratio)) - first
            x = sound[c, max(0, place)]
            out[c, i] = np.round(x * steps) / steps
