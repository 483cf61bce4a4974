# pyright: basic
"""Where the beats fall: the most probable sequence of beat intervals, given onset strength per frame."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numba import njit
from scipy.ndimage import maximum_filter1d

from remixlab.listening.frames import FPS, Array
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.pulse import TempoGuess, onset_activation
from remixlab.listening.tempo_octave import certainty, countable, loop_tempi

_ON_BEAT_PART = 1 / 16
"""Part of an interval in which a beat may sound; the rest is off the beat (Krebs, Böck and Widmer 2015 use 16ths)."""
_OFF_BEAT_PARTS = 15
"""The other sixteenths, over which the belief in no beat is shared out."""
_STRETCH_BEATS, _MANY_BEATS = 32, 48
"""Alternate beats are compared in stretches of eight bars; fewer beats than a stretch and a half tell less."""
_SAME_TEMPO, _OTHER_TEMPO, _SAME_OCTAVES = 0.05, 0.06, 0.08
"""Tempi nearer than 5 % are one, farther than 6 % are tried apart; an octave is one within a semitone's ratio (6 %)."""
_LESS_IN_SIX = 0.6
"""A bar of six is counted in quick pulses, about which onsets are mistaken: they weigh so much less (decision 64)."""
_LEAST_TRUST, _BY_TRUST = 0.4, 0.6
"""Where the network has not understood the music, two fifths of its weight are left to it (decision 64)."""
_STIFFNESS = 100.0
"""How unwilling the tempo is to change from beat to beat: the lambda of Krebs, Böck and Widmer (2015)."""
_REACH = 4
"""One interval differs from the last by at most so many frames (46 ms): what players do."""
_EMPTY_BEATS, _EMPTY_BEATS_OF_FEW = 0.42, 0.3
"""The tempo is halved where the weaker beats have less of the stronger ones' onsets; set by hand."""
_SLOWEST_HALVED_BPM = 100.0
"""Slower tempi are not halved: half of 100 is as slow as people count."""
_SPOKEN_PART, _EVENNESS_WEIGHT, _ONSETS_WEIGHT, _ONSETS_ALONE_WEIGHT = 0.8, 2.0, 0.3, 0.6
"""How network, evenness and onsets are weighed (decision 64). Set as the three below."""
_NOT_UNDERSTOOD, _UNDERSTOOD, _NO_KIN = 0.4, 0.65, 0.65
"""Set on rendered songs that training kept out and on the project's own compositions."""
_SLOWEST_BPM, _FASTEST_BPM = 48.0, 240.0
"""Tempi that are tried: nobody counts slower or faster."""
_FREEDOM, _LOOP_FREEDOM = 0.15, 0.015
"""How far beats may leave the tempo: 15 % for players, 1.5 % for a loop whose tempo its length tells (decision 79)."""
_WIDE_FREEDOM, _MOVES, _PLAINLY_MOVES = 0.45, 0.02, 0.06
"""A tempo that moves by up to 45 % is followed where the network agrees with those beats by two in a hundred more, and
no straight grid is tried where it does by six: steady music gains nothing by it."""
_RELATIONS = (1.0, 2.0, 0.5, 1.5, 2 / 3, 3.0, 1 / 3)
"""Octaves and thirds at which onsets mislead about a tempo, the likeliest first."""


def track_at_walking_pace(flux: Array, activation: Array, tempo_bpm: float) -> tuple[np.ndarray, float]:
    """Beat times and their tempo; half the tempo where every second beat is empty in all bands."""
    beats_s = track_beats(activation, tempo_bpm)
    while tempo_bpm >= _SLOWEST_HALVED_BPM and weaker_share(flux, beats_s) < (
        _EMPTY_BEATS if len(beats_s) >= _MANY_BEATS else _EMPTY_BEATS_OF_FEW
    ):
        tempo_bpm /= 2
        beats_s = track_beats(activation, tempo_bpm)
    return beats_s, tempo_bpm


def weaker_share(flux: Array, beats_s: np.ndarray, stretch: int = _STRETCH_BEATS) -> float:
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


def track_beats(activation: Array, tempo_bpm: float, *, freedom: float = _FREEDOM) -> np.ndarray:
    """Beat times in seconds, at tempi within `freedom` of the given one.

    Source: Krebs, Boeck & Widmer, ISMIR 2015 (bar-pointer state space), here searched per interval instead of per
    state.
    """
    period = 60 * FPS / tempo_bpm
    shortest, longest = max(6, int(np.floor(period * (1 - freedom)))), int(np.ceil(period * (1 + freedom)))
    if activation.shape[0] < longest + 2:
        return np.zeros(0)
    periods = np.arange(shortest, longest + 1)
    clipped = np.clip(activation.astype(np.float64), 1e-4, 1 - 1e-4)
    on = np.concatenate([[0.0], np.cumsum(np.log(clipped))])
    off = np.concatenate([[0.0], np.cumsum(np.log((1 - clipped) / _OFF_BEAT_PARTS))])
    change = -_STIFFNESS * np.abs(periods[None, :] / periods[:, None] - 1)
    change -= np.log(np.exp(change).sum(axis=1, keepdims=True))
    return _best_beats(on, off, periods, change) / FPS


def spoken_beats(trained: BeatSigns, frames: int) -> Array:
    """The network's belief in a beat, on the frames of the first hearing. Shape: (frames,), 0-1."""
    at = np.arange(frames) * trained.fps / FPS
    return np.interp(at, np.arange(len(trained.events)), trained.events[:, 0]).astype(np.float32)


class Followed(NamedTuple):
    """Tempi, the most believed first, the beats of the first, how far the network is to be trusted here, 0-1, whether
    it is a loop, and whether its tempo plainly moves.
    """

    tempi: tuple[TempoGuess, ...]
    beats_s: np.ndarray
    trust: float
    loop: bool
    moves: bool = False


def follow_spoken(trained: BeatSigns, flux: Array, tempi: tuple[TempoGuess, ...], duration_s: float) -> Followed:
    """Follow the beats of which a network speaks, at the tempo that fits them best.

    The onsets propose tempi and all their octaves, a loop's length proposes its own. How sure the onsets are of each
    weighs less where a bar of six is heard, whose counted pulse runs fast, and more where no tempo fits what the
    network says: it has then not understood the music. Backbeat and quick notes tell the octave.
    """
    activation = onset_activation(flux)
    spoken = spoken_beats(trained, len(activation))
    loops = loop_tempi(duration_s)
    proposed = _propose(tempi, loops)
    curve = _blend(activation, spoken, _SPOKEN_PART)
    tracked = [track_beats(curve, tempo, freedom=_LOOP_FREEDOM if tempo in loops else _FREEDOM) for tempo in proposed]
    found = [
        tempo if tempo in loops else _tempo_of(beats_s, tempo) for beats_s, tempo in zip(tracked, proposed, strict=True)
    ]
    agreed = [_agreement(spoken, beats_s) for beats_s in tracked]
    trust = float(np.clip((max(agreed) - _NOT_UNDERSTOOD) / (_UNDERSTOOD - _NOT_UNDERSTOOD), 0, 1))
    weight = _ONSETS_WEIGHT * (1 - _LESS_IN_SIX * float(trained.meter[2])) + _ONSETS_ALONE_WEIGHT * (1 - trust)
    fits: list[float] = []
    for agreement, beats_s, tempo in zip(agreed, tracked, found, strict=True):
        sure = max((t.confidence for t in tempi if abs(t.tempo_bpm / tempo - 1) < _SAME_TEMPO), default=0.0)
        fit = agreement * evenness(spoken, beats_s) ** (_EVENNESS_WEIGHT * trust) * (0.1 + sure) ** weight
        fit *= _kinship(tempo, tempi[0].tempo_bpm) * countable(trained, flux[2], beats_s)
        fits.append(fit ** certainty(duration_s) * loops.get(tempo, 1.0))
    order = sorted(range(len(proposed)), key=lambda i: -fits[i])
    total = sum(fit**4 for fit in fits) + 1e-9
    first = order[0]
    loop = found[first] in loops
    best = (
        tracked[first]
        if loop
        else track_beats(_blend(activation, spoken, _SPOKEN_PART * (_LEAST_TRUST + _BY_TRUST * trust)), proposed[first])
    )
    moves = False
    if not loop:
        freed = track_beats(curve, proposed[first], freedom=_WIDE_FREEDOM)
        gain = _agreement(spoken, freed) - _agreement(spoken, best)
        best, moves = (freed, gain > _PLAINLY_MOVES) if gain > _MOVES else (best, False)
    found[first] = found[first] if loop else _tempo_of(best, found[first])
    ranked = tuple(TempoGuess(found[i], agreed[first] * fits[i] ** 4 / total) for i in order[:5])
    return Followed(ranked, best, trust, loop, moves)


def _propose(tempi: tuple[TempoGuess, ...], loops: Iterable[float]) -> list[float]:
    """What loops tell and what the onsets tell with all octaves, each once."""
    proposed = [tempo for tempo in loops if _SLOWEST_BPM <= tempo <= _FASTEST_BPM]
    for tempo in (t.tempo_bpm * relation for relation in _RELATIONS for t in tempi[:3]):
        if _SLOWEST_BPM <= tempo <= _FASTEST_BPM and all(abs(tempo / other - 1) > _OTHER_TEMPO for other in proposed):
            proposed.append(tempo)
    return proposed


def _tempo_of(beats_s: np.ndarray, otherwise: float) -> float:
    """Finer than a frame: the mean of the intervals near their median."""
    if len(beats_s) < 3:
        return otherwise
    gaps = np.diff(beats_s)
    return 60 / float(gaps[np.abs(gaps / np.median(gaps) - 1) < 0.08].mean())


def _kinship(tempo_bpm: float, onset_tempo_bpm: float) -> float:
    """1 for the tempo that the onsets tell and its octaves, less for any other."""
    octaves = np.log2(tempo_bpm / onset_tempo_bpm)
    return 1.0 if abs(octaves - round(octaves)) < _SAME_OCTAVES else _NO_KIN


def _blend(activation: Array, spoken: Array, part: float) -> Array:
    return ((1 - part) * activation + part * spoken).astype(np.float32)


def _agreement(spoken: Array, beats_s: np.ndarray) -> float:
    """F measure between beats and a curve of belief: belief under the beats, against beats and against all peaks of
    belief.
    """
    if len(beats_s) < 4:
        return 0.0
    at, near = _belief_at(spoken, beats_s)
    peaks = (spoken == maximum_filter1d(spoken, 9)) & (spoken > 0.2)
    inside = peaks[max(0, at[0] - 4) : at[-1] + 5]
    every = float(spoken[max(0, at[0] - 4) : at[-1] + 5][inside].sum())
    return float(2 * near.sum() / (len(near) + every + 1e-9))


def evenness(spoken: Array, beats_s: np.ndarray, stretch: int = _STRETCH_BEATS) -> float:
    """Belief under the weaker of the alternate beats against the stronger, 0-1: low where twice the true tempo is
    counted.
    """
    _, near = _belief_at(spoken, beats_s)
    strong = weak = 1e-9
    for begin in range(0, max(1, len(near) - stretch // 2), stretch):
        part = near[begin : begin + stretch]
        pair = (part[::2].mean(), part[1::2].mean()) if len(part) > 1 else (1.0, 1.0)
        strong, weak = strong + max(pair), weak + min(pair)
    return float(weak / strong)


def _belief_at(spoken: Array, beats_s: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The frames of beats, and the highest belief within 35 ms of each."""
    at = np.clip(np.round(beats_s * FPS).astype(int), 0, len(spoken) - 1)
    return at, np.max([spoken[np.clip(at + d, 0, len(spoken) - 1)] for d in range(-3, 4)], axis=0)


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
