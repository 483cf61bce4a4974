# pyright: basic
"""From frames to samples: beats moved onto the attacks they stand for, and a ruler-straight grid where the music is
machine-tight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.ndimage import maximum_filter1d

from remixlab.domain.audio import Audio
from remixlab.listening.frames import FPS, NOTE_FPS, Array, Frames
from remixlab.listening.pulse import onset_activation

_BIN_S = 0.001
"""Attacks are placed to a millisecond; 15 ms is what a remix allows (decision 10)."""
_REACH_S = 0.050
"""How far an attack may lie from its frame: four hops of the first hearing."""
_SPREAD_S = 0.022
"""Nearer attacks are preferred by a Gaussian of two hops."""
_TIGHT_S = 0.012
"""An attack so near to a line stands on it: ears forgive less, players play looser."""
_SLOW_BPM = 85.0
"""Slower than this a beat may be divided into eight."""
_PASSAGE_S = 8.0
"""A passage of four bars at 120, in which a phase of its own is tried."""
_TRUST = 4.0
"""How much a trusted network's beats outvote accents and harmony; set on kept-out songs (decision 64)."""
_STRAIGHT_EXCESS, _STRAIGHT_OVERALL, _STRAIGHT_QUARTER, _OTHER_PACE = 0.34, 0.84, 0.7, 0.25
"""When a grid is straight (decision 10: 84 %, worst quarter 70 %), and how much better no other pace may be (79)."""
_FEWEST_ATTACKS = 12
"""Fewer attacks lie on some line by chance."""

_BEFORE_BINS, _AFTER_BINS = 14, 7
"""Energies that are compared at an attack: 7 ms of it against 14 ms of what was there before."""
_ONSET_MIN = 0.12
"""Onset strength from which a peak is an attack; set by hand."""
_LATER_MARGIN, _QUARTER_EXCESS = 0.15, 0.35
"""A later guess of the tempo must fit so much better; each quarter of the recording must lie on the grid beyond
chance.
"""
_ROUNDED_S = 0.02
"""A tempo is rounded to half a beat a minute where that moves nothing by more (decision 10)."""
_ACCENT_VOTE, _HARMONY_VOTE = 1.5, 1.2
"""How low accents and changes of harmony vote on which line is the beat, against one vote of the tracked beats."""
_OTHER_PACES = (0.02, 0.081, 0.004)
"""Paces 2 to 8 % slower or faster are held against the grid's (decision 79)."""
_NEAR_BEATS = 4
"""Where nothing is straight, beats lie on a line through the nine nearest (decision 10)."""
_OWN_FROM, _OWN_PART, _OWN_MAX_S = 1.5, 0.5, 0.02
"""A beat with a clear attack of its own goes half of the way to it, at most 20 ms: human timing keeps its bends."""
_EARLY_S = 0.03
"""A first beat may lie so much before the recording's begin: masters are cut close."""


class Grid(NamedTuple):
    """Beats that cover the recording from 0 to its end. `steady` is true where one tempo explains every attack."""

    beats_s: np.ndarray
    tempo_bpm: float
    steady: bool


def lay_grid(
    recording: Audio,
    frames: Frames,
    beats_s: np.ndarray,
    tempi_bpm: Sequence[float],
    *,
    trust: float = 0.0,
    loop: bool = False,
    moves: bool = False,
) -> Grid:
    """Beats of the whole recording: moved onto attacks, straightened where one tempo explains all, continued to both
    ends.

    Which grid line is the beat is put to a vote; beats with `trust` (0-1), a trained network's, outvote accents and
    harmony. A `loop` of the last tempo, too sparse to tell its grid, begins with a beat. A tempo that `moves` is
    followed as it bends, and no straight grid is tried.
    """
    duration_s = recording.duration_s
    peaks, weight, accent = _onset_peaks(frames.flux)
    if len(peaks) and not moves:
        attacks_s, rise = find_attacks(recording.samples, recording.sample_rate, peaks / FPS)
        weight = weight * np.minimum(rise, 3)
        straight = fit_straight(attacks_s, weight, tempi_bpm, duration_s)
        if straight is not None:
            start_s = _phase(*straight, beats_s, attacks_s, accent, frames.notes, 1 + _TRUST * trust)
            return Grid(
                cover_recording(np.array([start_s]), straight[1], straight[1], duration_s), 60 / straight[1], True
            )
    if loop:
        return Grid(
            cover_recording(np.zeros(1), 60 / tempi_bpm[-1], 60 / tempi_bpm[-1], duration_s), tempi_bpm[-1], True
        )
    if len(beats_s) < 3:
        period_s = 60 / tempi_bpm[0]
        first = beats_s[:1] if len(beats_s) else np.zeros(1)
        return Grid(cover_recording(first, period_s, period_s, duration_s), tempi_bpm[0], False)
    attacks_s, strength = find_attacks(recording.samples, recording.sample_rate, beats_s)
    smooth = _smoothed(attacks_s, strength, beats_s, bend=2 if moves else 1)
    head, tail = np.median(np.diff(smooth[:9])), np.median(np.diff(smooth[-9:]))
    return Grid(cover_recording(smooth, head, tail, duration_s), float(60 / np.median(np.diff(smooth))), False)


def _onset_peaks(flux: Array) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frames of onsets, their strength, and how much of it lies low (the kick and the bass)."""
    strength = onset_activation(flux)
    low = flux[0] / (flux[0].max(initial=0.0) + 1e-6)
    local = strength == maximum_filter1d(strength, 5)
    frames = np.flatnonzero(local & (strength > _ONSET_MIN))
    return (
        frames.astype(np.float64),
        strength[frames].astype(np.float64),
        (strength[frames] * (0.1 + low[frames])).astype(np.float64),
    )


def find_attacks(samples: np.ndarray, sample_rate: int, near_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The steepest rise of energy near each time, to the millisecond, and how steep it is (0 where nothing rises)."""
    return _attacks(samples, sample_rate, np.ascontiguousarray(near_s, np.float64))


@njit(cache=True, nogil=True)
def _attacks(samples, rate, near_s):
    channels, frames = samples.shape
    width = max(1, int(rate * _BIN_S))
    before, after = _BEFORE_BINS, _AFTER_BINS
    reach = int(_REACH_S / _BIN_S)
    bins = 2 * reach + before + after + 1
    moved = near_s.copy()
    strength = np.zeros(near_s.shape[0])
    energy = np.zeros((2, bins))
    for k in range(near_s.shape[0]):
        begin = int(near_s[k] * rate) - (reach + before) * width
        for b in range(bins):
            flat, sharp = 0.0, 0.0
            for n in range(begin + b * width, begin + (b + 1) * width):
                if n < 1 or n >= frames:
                    continue
                here, past = 0.0, 0.0
                for c in range(channels):
                    here += samples[c, n]
                    past += samples[c, n - 1]
                flat += here * here
                sharp += (here - past) * (here - past)
            energy[0, b] = flat
            energy[1, b] = sharp
        floor0 = 1e-3 * energy[0].max() + 1e-9
        floor1 = 1e-3 * energy[1].max() + 1e-9
        top, where = 0.0, -1
        for t in range(before, before + 2 * reach + 1):
            past0, past1, next0, next1 = 0.0, 0.0, 0.0, 0.0
            for b in range(t - before, t):
                past0 += energy[0, b]
                past1 += energy[1, b]
            for b in range(t, t + after):
                next0 += energy[0, b]
                next1 += energy[1, b]
            rise = np.log((next0 / after + floor0) / (past0 / before + floor0)) + np.log(
                (next1 / after + floor1) / (past1 / before + floor1)
            )
            offset = (t - before - reach) * _BIN_S
            rise *= np.exp(-0.5 * (offset / _SPREAD_S) ** 2)
            if rise > top:
                top, where = rise, t
        if where >= 0:
            moved[k] = (begin + where * width) / rate
            strength[k] = top
    return moved, strength


def fit_straight(
    attacks_s: np.ndarray, weight: np.ndarray, tempi_bpm: Sequence[float], duration_s: float
) -> tuple[float, float, int] | None:
    """A ruler-straight fine grid through all attacks of the recording, or None where the playing bends.

    Returns (start, beat period, grid lines per beat): which of the lines carry the beats is for `_phase` to say.
    """
    if len(attacks_s) < _FEWEST_ATTACKS:
        return None
    best, found = -1.0, None
    for tempo in tempi_bpm:
        margin = _LATER_MARGIN if found else 0.0
        for lines in (4, 6, 3) if tempo > _SLOW_BPM else (8, 4, 6, 3):
            period, start = _longest_line(attacks_s, weight, 60 / tempo / lines)
            inside = np.abs(attacks_s - start - np.round((attacks_s - start) / period) * period) < _TIGHT_S
            chance = 2 * _TIGHT_S / period
            parts = np.array_split(np.arange(len(attacks_s)), 4)
            shares = [_excess(float(weight[p][inside[p]].sum() / weight[p].sum()), chance) for p in parts]
            whole = _excess(float(weight[inside].sum() / weight.sum()), chance)
            if whole > max(best + margin, _STRAIGHT_EXCESS) and np.median(shares) > _QUARTER_EXCESS:
                overall, worst = _straightness(attacks_s, weight, period, start)
                if (
                    overall < _STRAIGHT_OVERALL
                    or worst < _STRAIGHT_QUARTER
                    or _another_pace(attacks_s, weight, period) > _OTHER_PACE
                ):
                    continue
                best, found = whole, (start, period * lines, lines)
    if found is None:
        return None
    start, period, lines = found
    rounded = 60 / (round(60 / period * 2) / 2)
    if abs(rounded - period) * duration_s / period < _ROUNDED_S:
        middle = start + period * round((duration_s / 2 - start) / period)
        start, period = middle - rounded * round((middle - start) / rounded), rounded
    return start, period, lines


def _straightness(times_s: np.ndarray, weight: np.ndarray, period: float, start: float) -> tuple[float, float]:
    """Weight of the attacks on the line against what passages of 8 s could have, each with a phase of its own:
    overall, worst quarter.
    """
    place = (times_s - start) / period
    offset = (place - np.round(place)) * period
    window = ((times_s - times_s.min()) // _PASSAGE_S).astype(int)
    grown = np.zeros((0, window.max() + 1))
    for shift in np.arange(-period / 2, period / 2, _TIGHT_S / 2):
        away = np.abs((offset - shift + period / 2) % period - period / 2)
        grown = np.vstack([grown, np.bincount(window, weight * (away < _TIGHT_S), minlength=window.max() + 1)])
    fixed = np.bincount(window, weight * (np.abs(offset) < _TIGHT_S))
    free = grown.max(axis=0) + 1e-9
    quarters = [float(fixed[q].sum() / free[q].sum()) for q in np.array_split(np.arange(len(free)), 4) if len(q)]
    return float(fixed.sum() / free.sum()), min(quarters)


def _another_pace(times_s: np.ndarray, weight: np.ndarray, period: float) -> float:
    """How much better a pace 2 to 8 % slower or faster explains some 24 s of the recording: a song may begin slower
    than it goes on.
    """
    away = np.arange(*_OTHER_PACES)
    stretch = ((times_s - times_s.min()) // (3 * _PASSAGE_S)).astype(int)
    gains = [0.0]
    for k in range(stretch.max() + 1):
        times, strength = times_s[stretch == k], weight[stretch == k]
        if len(times) >= _FEWEST_ATTACKS:
            here = _resultant(times, strength, period, _PASSAGE_S)
            there = max(_resultant(times, strength, period * float(r), _PASSAGE_S) for r in (*(1 - away), *(1 + away)))
            gains.append((there - here) / (float(strength.sum()) + 1e-9))
    return max(gains)


def _excess(share: float, chance: float) -> float:
    return (share - chance) / max(1 - chance, 0.1)


def _phase(
    start_s: float,
    period_s: float,
    lines: int,
    beats_s: np.ndarray,
    attacks_s: np.ndarray,
    accent: np.ndarray,
    notes: Array,
    trust: float,
) -> float:
    """The grid line that is the beat: where the tracked beats are, the low accents, and the changes of harmony."""

    def share(times: np.ndarray, weight: np.ndarray) -> np.ndarray:
        line = (times - start_s) / (period_s / lines)
        near = np.abs(line - np.round(line)) < 0.25
        votes = np.bincount(np.round(line[near]).astype(int) % lines, weight[near], minlength=lines)
        return votes / (votes.sum() + 1e-9)

    every = start_s + period_s / lines * np.arange(-2 * lines, (notes.shape[1] / NOTE_FPS - start_s) / period_s * lines)
    turned = harmony_turns(notes, every, period_s / 2)
    by_line = np.array([turned[k::lines].mean() for k in range(lines)]) if len(every) > lines else np.ones(lines)
    turns = np.maximum(by_line - np.median(by_line), 0)
    votes = trust * share(beats_s, np.ones(len(beats_s))) + _ACCENT_VOTE * share(attacks_s, accent)
    votes = votes + _HARMONY_VOTE * turns / (turns.sum() + 0.02)
    return start_s + int(np.argmax(votes)) * period_s / lines


def harmony_turns(notes: Array, times_s: np.ndarray, reach_s: float) -> np.ndarray:
    """How much the sounding notes differ before and after each time, 0-1. Shape: notes (72, frames), times (count,)."""
    total = np.concatenate([np.zeros((notes.shape[0], 1)), np.cumsum(notes, axis=1, dtype=np.float64)], axis=1)
    edge = np.clip(
        np.round(np.stack([times_s - reach_s, times_s, times_s + reach_s]) * NOTE_FPS).astype(int), 0, notes.shape[1]
    )
    past, coming = total[:, edge[1]] - total[:, edge[0]], total[:, edge[2]] - total[:, edge[1]]
    likeness = np.sum(past * coming, axis=0) / (np.linalg.norm(past, axis=0) * np.linalg.norm(coming, axis=0) + 1e-9)
    return np.where((edge[0] < edge[1]) & (edge[1] < edge[2]), 1 - likeness, 0.0)


def _longest_line(times_s: np.ndarray, weight: np.ndarray, period: float) -> tuple[float, float]:
    """Grow a straight line outwards from short to long spans, so that the count never slips. Returns (period,
    start).
    """
    span = 64 * period
    total = float(np.ptp(times_s))
    ratios = np.linspace(0.985, 1.015, 91)
    while True:
        score = [_resultant(times_s, weight, period * r, span) for r in ratios]
        period = period * ratios[int(np.argmax(score))]
        if span >= total:
            break
        span = min(span * 3, total)
        ratios = 1 + np.linspace(-0.35, 0.35, 41) * period / span
    for _ in range(3):
        angle = np.angle(np.sum(weight * np.exp(2j * np.pi * times_s / period)))
        start = angle / (2 * np.pi) * period
        count = np.round((times_s - start) / period)
        error = times_s - start - count * period
        kept = weight * (np.abs(error) < _TIGHT_S)
        if (kept > 0).sum() >= 8:
            slope, start = np.polyfit(count, times_s, 1, w=np.sqrt(kept + 1e-12))
            period = float(slope)
    return period, float(start)


def _resultant(times_s: np.ndarray, weight: np.ndarray, period: float, span: float) -> float:
    """How well times agree with a period inside windows of `span`, whatever their phase."""
    turn = 2 * np.pi * times_s / period
    window = ((times_s - times_s.min()) // span).astype(int)
    return float(np.hypot(np.bincount(window, weight * np.cos(turn)), np.bincount(window, weight * np.sin(turn))).sum())


def _smoothed(attacks_s: np.ndarray, strength: np.ndarray, beats_s: np.ndarray, *, bend: int = 1) -> np.ndarray:
    """A line through the strong attacks of the nine nearest beats, per beat; human timing keeps its bends.

    `bend` 2 is a parabola: the tempo itself moves.
    """
    smooth = np.empty(len(beats_s))
    weight = strength + 0.05
    for k in range(len(beats_s)):
        lo, hi = max(0, k - _NEAR_BEATS), min(len(beats_s), k + _NEAR_BEATS + 1)
        at = np.arange(lo, hi) - k
        w = weight[lo:hi] * (1 - (np.abs(at) / (_NEAR_BEATS + 1.5)) ** 3) ** 3
        smooth[k] = np.polyfit(at, attacks_s[lo:hi], min(bend, hi - lo - 1), w=np.sqrt(w))[-1]
    own = np.where(strength > _OWN_FROM, _OWN_PART, 0.0)
    moved = smooth + own * np.clip(attacks_s - smooth, -_OWN_MAX_S, _OWN_MAX_S)
    return np.maximum.accumulate(moved + np.arange(len(moved)) * 1e-6)


def cover_recording(beats_s: np.ndarray, head_s: float, tail_s: float, duration_s: float) -> np.ndarray:
    """The same beats, continued at both ends until the recording is covered; none before 0 or after the end."""
    beats = beats_s[(beats_s > -_EARLY_S) & (beats_s < duration_s)]
    if not len(beats):
        beats = np.array([beats_s[0] % head_s if beats_s[0] >= 0 else 0.0])
    before = beats[0] - head_s * np.arange(int(np.ceil((beats[0] + _EARLY_S) / head_s)), 0, -1)
    after = beats[-1] + tail_s * np.arange(1, int(np.ceil((duration_s - beats[-1]) / tail_s)) + 1)
    every = np.concatenate([before[before > -_EARLY_S], beats, after[after < duration_s - 1e-6]])
    return np.maximum(every, 0.0)
