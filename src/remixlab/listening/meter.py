"""Bars: how many beats they have and which beat begins them, told by harmony, bass and drums."""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.listening.chords import BeatChroma, Floats, chord_evidence, likeliest_path
from remixlab.listening.frames import FPS, Array

Meter = Literal["3/4", "4/4", "6/8"]

_METERS: dict[Meter, int] = {"4/4": 4, "3/4": 3, "6/8": 6}
_PRIOR: dict[Meter, float] = {"4/4": 0.0, "3/4": -0.35, "6/8": -0.45}
_SLIP_COST = 10.0


class Bars(NamedTuple):
    meter: Meter
    phase: NDArray[np.int64]
    """Position of each beat in its bar, 0 on downbeats. Shape: (beats,)"""
    confidence: float


def find_bars(beats_s: Floats, chroma: BeatChroma, flux: Array) -> Bars:
    """The meter and the downbeats. Fewer than eight beats tell nothing: then bars of four from the first."""
    count = len(beats_s)
    if count < 8:
        return Bars("4/4", np.arange(count) % 4, 0.0)
    accent, backbeat = beat_accents(beats_s, chroma, flux)
    decoded = {meter: _decode(accent, backbeat, beats) for meter, beats in _METERS.items()}
    ranked = sorted(_METERS, key=lambda meter: -(decoded[meter][0] + _PRIOR[meter]))
    best, second = (decoded[meter][0] + _PRIOR[meter] for meter in ranked[:2])
    return Bars(ranked[0], decoded[ranked[0]][1], float(1 - np.exp(-4 * (best - second))))


def beat_accents(beats_s: Floats, chroma: BeatChroma, flux: Array) -> tuple[Floats, Floats]:
    """How much each beat looks like the first of a bar, and how much like a backbeat. Shape: (beats,), (beats,)."""
    treble = chroma.treble / (np.linalg.norm(chroma.treble, axis=0) + 1e-6)
    bass = chroma.bass / (np.linalg.norm(chroma.bass, axis=0) + 1e-6)
    path = likeliest_path(chord_evidence(chroma), 2.0)
    change = (np.diff(path, prepend=path[0]) != 0).astype(np.float64)
    low, mid, high = (_at_beats(band, beats_s) for band in flux)
    accent = 1.2 * _z(change) + 1.0 * _z(_novelty(bass)) + 0.6 * _z(_novelty(treble)) + 0.5 * _z(low)
    return accent, _z(mid + high) - _z(low)


def _z(values: Floats) -> Floats:
    return (values - values.mean()) / (values.std() + 1e-6)


def _novelty(columns: Array, around: int = 2) -> Floats:
    """One minus the likeness of the two beats before to the two from here on. Shape: (rows, beats) -> (beats,)."""
    novelty = np.zeros(columns.shape[1])
    for k in range(1, columns.shape[1]):
        past, coming = columns[:, max(0, k - around) : k].mean(axis=1), columns[:, k : k + around].mean(axis=1)
        novelty[k] = 1 - past @ coming / (np.linalg.norm(past) * np.linalg.norm(coming) + 1e-6)
    return novelty


def _at_beats(band: Array, beats_s: Floats) -> Floats:
    """The strongest frame within 35 ms of each beat."""
    centre = np.clip(np.round(beats_s * FPS).astype(int), 3, max(3, band.shape[0] - 4))
    return np.max([band[np.minimum(centre + d, band.shape[0] - 1)] for d in range(-3, 4)], axis=0).astype(np.float64)


def _decode(accent: Floats, backbeat: Floats, beats: int) -> tuple[float, NDArray[np.int64]]:
    """Best bar positions for one meter; a slip of the count costs. Returns the score per beat and the positions."""
    count = len(accent)
    fit = np.repeat(-accent[:, None] / (beats - 1), beats, axis=1)
    fit[:, 0] = accent
    if beats == 4:
        fit[:, 1::2] += 0.4 * backbeat[:, None]
        fit[:, 0::2] -= 0.4 * backbeat[:, None]
    if beats == 6:
        fit[:, 3] += 0.4 * accent
    score = fit[0].copy()
    came = np.zeros((count, beats), np.int64)
    for k in range(1, count):
        steady = np.roll(score, 1)
        best = int(score.argmax())
        slipped = score[best] - _SLIP_COST
        came[k] = np.where(steady >= slipped, (np.arange(beats) - 1) % beats, best)
        score = np.maximum(steady, slipped) + fit[k]
    phase = np.zeros(count, np.int64)
    phase[-1] = int(score.argmax())
    for k in range(count - 1, 0, -1):
        phase[k - 1] = came[k, phase[k]]
    return float(score.max() / count), phase
