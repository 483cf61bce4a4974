# pyright: basic
"""Where the beats fall: the most probable sequence of beat intervals, given onset strength per frame."""

from __future__ import annotations

import numpy as np
from numba import njit

from remixlab.listening.frames import FPS, Array

_ON_BEAT_PART = 1 / 16
_STIFFNESS = 100.0
_REACH = 4


_EMPTY_BEATS, _EMPTY_BEATS_OF_FEW = 0.42, 0.3
_SLOWEST_HALVED_BPM = 100.0


def track_at_walking_pace(flux: Array, activation: Array, tempo_bpm: float) -> tuple[np.ndarray, float]:
    """Beat times and their tempo; half the tempo where every second beat is empty in all bands."""
    beats_s = track_beats(activation, tempo_bpm)
    while tempo_bpm >= _SLOWEST_HALVED_BPM and weaker_share(flux, beats_s) < (_EMPTY_BEATS if len(beats_s) >= 48 else _EMPTY_BEATS_OF_FEW):
        tempo_bpm /= 2
        beats_s = track_beats(activation, tempo_bpm)
    return beats_s, tempo_bpm


def weaker_share(flux: Array, beats_s: np.ndarray, stretch: int = 32) -> float:
    """Onset strength of the weaker of the alternate beats against the stronger, 0-1, over stretches of 32 beats."""
    if len(beats_s) < 8:
        return 1.0
    at = np.round(beats_s * FPS).astype(int)
    strength = np.max([flux[:, np.clip(at + d, 0, flux.shape[1] - 1)] for d in range(-2, 3)], axis=0)
    strength = np.minimum(strength / (np.percentile(strength, 90, axis=1, keepdims=True) + 1e-9), 1.5).mean(axis=0)
    strong = weak = 1e-9
    for begin in range(0, max(1, len(at) - stretch // 2), stretch):
        part = strength[begin : begin + stretch]
        pair = part[::2].mean(), part[1::2].mean()
        strong, weak = strong + max(pair), weak + min(pair)
    return float(weak / strong)


def track_beats(activation: Array, tempo_bpm: float, *, freedom: float = 0.15) -> np.ndarray:
    """Beat times in seconds, at tempi within `freedom` of the given one.

    Source: Krebs, Boeck & Widmer, ISMIR 2015 (bar-pointer state space), here searched per interval instead of per state.
    """
    period = 60 * FPS / tempo_bpm
    shortest, longest = max(6, int(np.floor(period * (1 - freedom)))), int(np.ceil(period * (1 + freedom)))
    if activation.shape[0] < longest + 2:
        return np.zeros(0)
    periods = np.arange(shortest, longest + 1)
    clipped = np.clip(activation.astype(np.float64), 1e-4, 1 - 1e-4)
    on = np.concatenate([[0.0], np.cumsum(np.log(clipped))])
    off = np.concatenate([[0.0], np.cumsum(np.log((1 - clipped) / 15))])
    change = -_STIFFNESS * np.abs(periods[None, :] / periods[:, None] - 1)
    change -= np.log(np.exp(change).sum(axis=1, keepdims=True))
    return _best_beats(on, off, periods, change) / FPS


@njit(cache=True, nogil=True)
def _best_beats(on, off, periods, change):
    frames = on.shape[0] - 1
    count = periods.shape[0]
    longest = periods[count - 1]
    best = np.full((frames, count), -1e18)
    came = np.full((frames, count), -1, np.int16)
    for t in range(frames):
        for j in range(count):
            top, source = -1e18, -1
            for i in range(max(0, j - _REACH), min(count, j + _REACH + 1)):
                p = periods[i]
                b = t - p
                if b < 0:
                    continue
                edge = b + max(1, int(p * _ON_BEAT_PART + 0.5))
                score = best[b, i] + on[edge] - on[b] + off[t] - off[edge] + change[i, j]
                if score > top:
                    top, source = score, i
            if t < longest:
                # the recording may begin anywhere inside its first interval
                score = off[t]
                if source < 0 or (t < periods[j] and score > top):
                    top, source = score, -1
            best[t, j] = top
            came[t, j] = source
    top, last, column = -1e18, -1, 0
    for t in range(max(0, frames - longest), frames):
        for j in range(count):
            edge = min(frames, t + max(1, int(periods[j] * _ON_BEAT_PART + 0.5)))
            if t + periods[j] < frames:
                continue
            score = best[t, j] + on[edge] - on[t] + off[frames] - off[edge]
            if score > top:
                top, last, column = score, t, j
    found = np.zeros(frames, np.float64)
    n = 0
    t, j = last, column
    while t >= 0:
        found[n] = t
        n += 1
        source = came[t, j]
        if source < 0:
            break
        t, j = t - periods[source], source
    return found[:n][::-1].copy()
