"""Chords: one per beat, from what the notes and the bass spell, smoothed over time and drawn to the key."""

from __future__ import annotations

import itertools
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.music import Chord, ChordSymbol, Key
from remixlab.listening.frames import NOTE_FPS, Array
from remixlab.listening.network_heads import ChordSigns

_QUALITIES = {"maj": (0, 4, 7), "min": (0, 3, 7)}
"""Steps of the two triads that are told; sevenths and inversions are added where they are plain."""
_CHANGE_COST, _CHANGE_COST_TRAINED = 3.5, 5.0
"""What a change of chord costs; with a network more, for it speaks clearer. Set as the parts below."""
_UNTRAINED_PART, _TRAINED_PART = 0.25, 1.0
"""How the two kinds of evidence are weighed where a network listens; set on rendered songs that its training kept
out.
"""
_OUTSIDE_KEY_COST = 0.6
"""What a chord outside the key costs: with such a prior .87 of twelve rendered songs was right, .85 without."""
_BASS_WEIGHT = 8.0
"""How the bass weighs: with it chords of twelve songs were right for .78 instead of .70 of the time, by frames."""
_SILENT = 24
"""The state after twelve major and twelve minor chords."""
_TREBLE_WEIGHT, _ROOT_MORE = 12.0, 0.1
"""How the fit of a triad weighs, in which the root stands out a little; set by hand on the research songs."""
_BASS_FIFTH, _BASS_THIRD = 0.4, 0.3
"""A bass on the fifth or the third speaks for a chord too, less than on its root."""
_SILENT_PART = 0.02
"""Below this part of the loud beats (-34 dB of activation) nobody plays a chord."""
_ON_DOWNBEAT, _OFF_DOWNBEAT = 0.6, 1.1
"""Chords change on downbeats: there a change costs half of what it costs elsewhere."""
_SEVENTH, _DIMINISHED, _INVERTED = 0.6, 1.3, 1.8
"""How plain a seventh is heard against the triad, a lowered fifth against the fifth, another bass against the root;
by hand.
"""

Floats = NDArray[np.float64]


class BeatChroma(NamedTuple):
    """Pitch classes per beat. Shape: treble (12, beats), bass (12, beats), C first."""

    treble: Array
    bass: Array


def pool_beats(frames: Array, beats_s: Floats, duration_s: float, fps: float = NOTE_FPS) -> Array:
    """Median over the frames of each beat. Shape: (rows, frames) -> (rows, beats)."""
    edges = np.clip(np.round(np.append(beats_s, duration_s) * fps).astype(int), 0, frames.shape[1])
    columns = [
        np.median(frames[:, a : max(a + 1, b)], axis=1) if a < frames.shape[1] else frames[:, -1]
        for a, b in itertools.pairwise(edges)
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def trained_evidence(signs: ChordSigns, beats_s: Floats, duration_s: float) -> Floats:
    """What a trained network says, in the scale of `chord_evidence`. Shape: (beats, 25)."""
    root = np.log(pool_beats(signs.root.T, beats_s, duration_s, signs.fps).astype(np.float64) + 0.01)
    notes = np.clip(pool_beats(signs.notes.T, beats_s, duration_s, signs.fps).astype(np.float64), 0.02, 0.98)
    present, absent = np.log(notes), np.log(1 - notes)
    evidence = np.empty((root.shape[1], 25))
    for row, steps in enumerate(_QUALITIES.values()):
        for tonic in range(12):
            third, other_third = (tonic + steps[1]) % 12, (tonic + 7 - steps[1]) % 12
            told = present[third] + present[(tonic + 7) % 12] * 0.5 + absent[other_third]
            evidence[:, 12 * row + tonic] = root[tonic] + told
    evidence[:, _SILENT] = root[12] + absent.sum(axis=0) / 4
    return evidence


def chord_evidence(chroma: BeatChroma, key: Key | None = None) -> Floats:
    """Log-likelihood-like scores: 12 major, 12 minor, silence. Shape: (beats, 25)."""
    treble = chroma.treble / (np.linalg.norm(chroma.treble, axis=0) + 1e-6)
    low = chroma.bass / (chroma.bass.sum(axis=0) + 1e-6)
    beats = treble.shape[1]
    evidence = np.empty((beats, 25))
    for row, steps in enumerate(_QUALITIES.values()):
        for root in range(12):
            shape = np.zeros(12)
            shape[[(root + s) % 12 for s in steps]] = 1.0
            shape[root] += _ROOT_MORE
            fit = (shape / np.linalg.norm(shape)) @ treble
            bass = low[root] + _BASS_FIFTH * low[(root + 7) % 12] + _BASS_THIRD * low[(root + steps[1]) % 12]
            evidence[:, 12 * row + root] = _TREBLE_WEIGHT * fit + _BASS_WEIGHT * bass
    evidence[:, _SILENT] = _TREBLE_WEIGHT * treble.sum(axis=0) / np.sqrt(12) - 1.0
    loud = chroma.treble.sum(axis=0) + chroma.bass.sum(axis=0)
    evidence[loud < _SILENT_PART * (np.percentile(loud, 90) + 1e-9), _SILENT] += _TREBLE_WEIGHT
    if key is not None:
        evidence[:, [c for c in range(24) if not _in_key(c, key)]] -= _OUTSIDE_KEY_COST
    return evidence


def _in_key(chord: int, key: Key) -> bool:
    scale = set(key.scale)
    root, steps = chord % 12, _QUALITIES["maj" if chord < 12 else "min"]
    dominant = key.mode == "minor" and chord == (key.tonic + 7) % 12
    return dominant or all((root + s) % 12 in scale for s in steps)


def likeliest_path(evidence: Floats, change_cost: Floats | float) -> NDArray[np.int64]:
    """Viterbi with one cost for any change, per step or constant. Shape: (steps, states) -> (steps,)."""
    steps, states = evidence.shape
    cost = np.broadcast_to(np.asarray(change_cost, np.float64), (steps,))
    score = evidence[0].copy()
    came = np.zeros((steps, states), np.int64)
    for t in range(1, steps):
        best = int(score.argmax())
        switch = score[best] - cost[t]
        stay = score >= switch
        came[t] = np.where(stay, np.arange(states), best)
        score = np.where(stay, score, switch) + evidence[t]
    path = np.zeros(steps, np.int64)
    path[-1] = int(score.argmax())
    for t in range(steps - 1, 0, -1):
        path[t - 1] = came[t, path[t]]
    return path


def name_chords(
    chroma: BeatChroma,
    beats_s: Floats,
    downbeat: NDArray[np.bool_],
    key: Key,
    duration_s: float,
    trained: ChordSigns | None = None,
) -> tuple[Chord, ...]:
    """Chords that cover the recording; changes are cheaper on downbeats."""
    change_cost, evidence = _CHANGE_COST, chord_evidence(chroma, key)
    if trained is not None:
        change_cost = _CHANGE_COST_TRAINED
        evidence = _UNTRAINED_PART * evidence + _TRAINED_PART * trained_evidence(trained, beats_s, duration_s)
    path = likeliest_path(evidence, change_cost * np.where(downbeat, _ON_DOWNBEAT, _OFF_DOWNBEAT))
    edges = np.append(beats_s, duration_s)
    starts = np.flatnonzero(np.diff(path, prepend=-1))
    ends = np.append(starts[1:], len(path))
    spans: list[Chord] = []
    if edges[0] > 0.01:
        spans.append(Chord(start_s=0.0, end_s=float(edges[0]), symbol="N"))
    for a, b in zip(starts, ends, strict=True):
        symbol = _dressed(int(path[a]), chroma.treble[:, a:b].mean(axis=1), chroma.bass[:, a:b].mean(axis=1))
        begin = 0.0 if a == 0 and edges[0] <= 0.01 else float(edges[a])
        spans.append(Chord(start_s=begin, end_s=float(edges[b]), symbol=str(symbol)))
    return tuple(_merged(spans))


def _dressed(state: int, treble: Array, bass: Array) -> ChordSymbol:
    """Add the seventh and the inversion where they are plainly heard."""
    if state == _SILENT:
        return ChordSymbol(None)
    root, quality = state % 12, "maj" if state < 12 else "min"
    third, fifth = (root + (4 if quality == "maj" else 3)) % 12, (root + 7) % 12
    level = float(np.mean(treble[[root, third, fifth]])) + 1e-9
    minor7, major7 = treble[(root + 10) % 12] / level, treble[(root + 11) % 12] / level
    if quality == "maj":
        quality = "7" if minor7 > _SEVENTH and minor7 > major7 else "maj7" if major7 > _SEVENTH else "maj"
    elif treble[(root + 6) % 12] > _DIMINISHED * treble[fifth] and treble[(root + 6) % 12] / level > 0.5:
        quality = "dim"
    elif minor7 > _SEVENTH:
        quality = "min7"
    lowest = int(bass.argmax())
    inverted = lowest in (third, fifth) and bass[lowest] > _INVERTED * bass[root]
    return ChordSymbol(root, quality, lowest if inverted else None)


def _merged(spans: list[Chord]) -> list[Chord]:
    merged: list[Chord] = []
    for span in spans:
        if span.end_s <= span.start_s:
            continue
        if merged and merged[-1].symbol == span.symbol:
            merged[-1] = Chord(start_s=merged[-1].start_s, end_s=span.end_s, symbol=span.symbol)
        else:
            merged.append(span)
    return merged
