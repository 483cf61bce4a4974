# pyright: basic
"""Loops of the wandering delays, the wave shaper and the compressor."""

from __future__ import annotations

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def wandering(samples, delays, offset, block, gains, feedback, ring, position, out):
    """Sum of voices read from delay lines whose lengths move in straight lines from row to row; returns the next
    position.

    delays (voices, channels, rows) in frames, row k at frame k * block - offset; gains (voices, channels).
    """
    channels, frames = samples.shape
    voices = delays.shape[0]
    mask = ring.shape[1] - 1
    for c in range(channels):
        for i in range(frames):
            at = offset + i
            row = at // block
            part = np.float32(at - row * block) / np.float32(block)
            here = position + i
            total = np.float32(0.0)
            back = np.float32(0.0)
            for v in range(voices):
                length = delays[v, c, np.uint64(row)] + part * (
                    delays[v, c, np.uint64(row + 1)] - delays[v, c, np.uint64(row)]
                )
                whole = int(length)
                f = length - np.float32(whole)
                y0 = ring[c, np.uint64((here - whole + 1) & mask)] if whole > 1 else samples[c, i]
                y1 = ring[c, np.uint64((here - whole) & mask)]
                y2 = ring[c, np.uint64((here - whole - 1) & mask)]
                y3 = ring[c, np.uint64((here - whole - 2) & mask)]
                c1 = np.float32(0.5) * (y2 - y0)
                c2 = y0 - np.float32(2.5) * y1 + np.float32(2.0) * y2 - np.float32(0.5) * y3
                c3 = np.float32(0.5) * (y3 - y0) + np.float32(1.5) * (y1 - y2)
                value = ((c3 * f + c2) * f + c1) * f + y1
                total += gains[v, c] * value
                back += value
            fed = samples[c, i] + feedback * back
            ring[c, here & mask] = fed if abs(fed) > np.float32(1e-15) else np.float32(0.0)
            out[c, i] = total
    return position + frames


@njit(inline="always")
def _allpass(x, coefficients, start, state, row):
    """A chain of first-order all-pass sections, every second coefficient from `start`; a row of the state holds
    their last values.
    """
    k = 0
    for s in range(start, coefficients.shape[0], 2):
        y = coefficients[s] * (x - state[row, k + 1]) + state[row, k]
        state[row, k] = x
        x = y
        k += 1
    state[row, k] = x
    return x


@njit(inline="always")
def _saturated(x):
    """A smooth curve of slope 1 at 0 that reaches 1 at 3 and stays there."""
    x = min(max(x, np.float32(-3.0)), np.float32(3.0))
    return x * (np.float32(27.0) + x * x) / (np.float32(27.0) + np.float32(9.0) * x * x)


@njit(cache=True, nogil=True, error_model="numpy")
def drive(samples, first, outer, inner, gain, bias, level, mix, leak, state, out):
    """A saturating curve at four times the rate, between half-band filters, with the dry sound mixed inside them.

    first counts the frames of this process; state (9 x channels, sections + 1): for each channel two chains of each of
    four filters, and one row against DC.
    """
    channels, frames = samples.shape
    rest = _saturated(bias)
    half = np.float32(0.5)
    for i in range(frames):
        for c in range(channels):
            row = 9 * c
            x = samples[c, i]
            a = _allpass(x, outer, 0, state, row)
            b = _allpass(x, outer, 1, state, row + 1)
            p = _allpass(a, inner, 0, state, row + 2)
            q = _allpass(a, inner, 1, state, row + 3)
            r = _allpass(b, inner, 0, state, row + 2)
            s = _allpass(b, inner, 1, state, row + 3)
            p += mix * ((_saturated(gain * p + bias) - rest) * level - p)
            q += mix * ((_saturated(gain * q + bias) - rest) * level - q)
            r += mix * ((_saturated(gain * r + bias) - rest) * level - r)
            s += mix * ((_saturated(gain * s + bias) - rest) * level - s)
            a = half * (_allpass(q, inner, 0, state, row + 4) + _allpass(p, inner, 1, state, row + 5))
            b = half * (_allpass(s, inner, 0, state, row + 4) + _allpass(r, inner, 1, state, row + 5))
            y = half * (_allpass(b, outer, 0, state, row + 6) + _allpass(a, outer, 1, state, row + 7))
            state[row + 8, 0] += leak * (y - state[row + 8, 0])
            out[c, i] = y - state[row + 8, 0]
        if (first + i) & 63 == 63:
            for r_ in range(state.shape[0]):
                for k in range(state.shape[1]):
                    if abs(state[r_, k]) < np.float32(1e-18):
                        state[r_, k] = np.float32(0.0)


@njit(cache=True, nogil=True)
def ride(key, threshold, slope, knee, range_db, decay, attack, release, state, gain):
    """Gain that turns down what a key signal has above its threshold; all of it in dB, smoothed on the way down and up.

    Works in steps of 8 frames: the loudest frame of each moves the gain of the next in a straight line. decay, attack
    and release are shares per step; state (6,): the key's smoothed power, the reduction now, gain and its slope, frames
    and loudest of a step begun.
    """
    channels, frames = key.shape
    power, held, now, climb, loudest = state[0], state[1], state[2], state[3], state[5]
    done = int(state[4])
    i = 0
    while i < frames:
        n = min(8 - done, frames - i)
        top = np.float32(0.0)
        for c in range(channels):
            for j in range(np.uint64(i), np.uint64(i + n)):
                top = max(top, abs(key[c, j]))
        loudest = max(loudest, float(top) * float(top))
        for j in range(n):
            gain[np.uint64(i + j)] = now + climb * (done + j + 1)
        done += n
        i += n
        if done < 8:
            break
        power = loudest if loudest > power else power + decay * (loudest - power)
        if power < 1e-30:
            power = 0.0
        done = 0
        loudest = 0.0
        over = 10.0 * np.log10(power + 1e-20) - threshold
        if over <= -0.5 * knee:
            wanted = 0.0
        elif over < 0.5 * knee:
            wanted = slope * (over + 0.5 * knee) ** 2 / (2.0 * knee)
        else:
            wanted = slope * over
        wanted = min(wanted, range_db)
        held += (attack if wanted > held else release) * (wanted - held)
        if held < 1e-9:
            held = 0.0
        now += 8 * climb
        climb = (10.0 ** (-0.05 * held) - now) / 8
    state[0], state[1], state[2], state[3], state[4], state[5] = power, held, now, climb, done, loudest
