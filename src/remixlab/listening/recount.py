"""Beats counted at another level, where drums and quick notes say plainly that they were counted wrongly.

Two mistakes have one sign each. Fast music in half time, begun on the wrong foot: the snare falls on every beat, and
the kick between all of them. Bars of six counted in twos: kick and snare lie three eighths apart, and each of the three
is struck.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from remixlab.listening.frames import FPS, Array
from remixlab.listening.grid import Grid, cover_recording
from remixlab.listening.network_heads import BeatSigns
from remixlab.listening.pulse import onset_activation

Floats = NDArray[np.float64]

_KICK, _SNARE = 0, 1
"""Lanes of the beat network's drums."""
_NEAR_S: Final = 0.04
"""A stroke within 40 ms belongs to its place: a little more than drummers spread (18 ms, both ways)."""
_FASTEST_BPM: Final = 240.0
"""No beat is counted faster: above it people tap every other one."""
_ON_EVERY, _BETWEEN_ALL = 0.7, 0.5
"""Belief in a snare on the beats, and in a kick between them, from which the count has begun on the wrong foot."""
_PLAINLY: Final = 1.8
"""How many times more snare than kick lies on the beats, and kick than snare between, at least."""
_FEWEST_BEATS: Final = 16
"""Four bars: fewer strokes are no habit of a drummer."""
_EIGHTHS: Final = (1 / 3, 1 / 2, 1.0, 2 / 3)
"""Parts of a counted beat that an eighth may be."""
_SHORTEST_S, _LONGEST_S = 0.2, 0.46
"""Eighths of bars of six: 130 to 300 a minute."""
_TERNARY, _EVENLY = 1.6, 0.45
"""Thirds of the half bar are struck so many times more than its middle, and the weaker third so much of the stronger:
a shuffle strikes only one of them."""
_HALVES, _IN_SIX = 0.25, 0.2
"""How much more kick the first half begins with, and snare the second: both alike are two bars of three. And how
much more like strokes are after six eighths than after four."""


def recount(grid: Grid, trained: BeatSigns, flux: Array, duration_s: float) -> tuple[Grid, bool]:
    """The beats at the level that people count, and whether bars of six were found in it."""
    if len(grid.beats_s) < _FEWEST_BEATS:
        return grid, False
    doubled = _from_the_wrong_foot(grid, trained)
    grid = grid if doubled is grid else _covering(doubled, duration_s)
    eighths = _eighths(grid, trained, flux)
    return (grid, False) if eighths is None else (_covering(eighths, duration_s), True)


def _from_the_wrong_foot(grid: Grid, trained: BeatSigns) -> Grid:
    """Twice the beats where the snare is on all of them and the kick between."""
    if grid.tempo_bpm * 2 > _FASTEST_BPM:
        return grid
    beats = grid.beats_s
    middles = (beats[1:] + beats[:-1]) / 2
    (kick_on, snare_on), (kick_off, snare_off) = (
        [float(_at(trained.drums[:, lane], times, trained.fps).mean()) for lane in (_KICK, _SNARE)]
        for times in (beats, middles)
    )
    plain = snare_on > _PLAINLY * kick_on and kick_off > _PLAINLY * kick_on and snare_on > _PLAINLY * snare_off
    if not (plain and snare_on > _ON_EVERY and kick_off > _BETWEEN_ALL):
        return grid
    return _divided(grid, 2.0)


def _eighths(grid: Grid, trained: BeatSigns, flux: Array) -> Grid | None:
    """Eighths of bars of six, where kick, snare and the struck thirds speak for them."""
    period = 60 / grid.tempo_bpm
    activation = onset_activation(flux)
    best, found = 0.0, None
    for part in _EIGHTHS:
        if not _SHORTEST_S <= period * part <= _LONGEST_S:
            continue
        lines = _divided(grid, 1 / part)
        for turn in range(3):
            told = _compound(lines.beats_s[turn:], trained, activation)
            if told > best:
                best, found = told, lines
    return found


def _compound(eighths: Floats, trained: BeatSigns, activation: Array) -> float:
    """How plainly these eighths make bars of six that begin with the first; 0 where they do not."""
    count = len(eighths) // 6 * 6
    if count < 4 * 6:
        return 0.0
    halves = eighths[:count:3]
    steps = np.append(halves, eighths[count] if len(eighths) > count else 2 * halves[-1] - halves[-2])
    thirds, middles = (
        np.stack([_at(activation, halves + np.diff(steps) * share, FPS, 0.03) for share in shares])
        for shares in ((1 / 3, 2 / 3), (0.5,))
    )
    by_third = thirds.mean(axis=1)
    if by_third.mean() < _TERNARY * middles.mean() or by_third.min() < _EVENLY * by_third.max():
        return 0.0
    struck = [_at(trained.drums[:, lane], eighths[:count], trained.fps) for lane in (_KICK, _SNARE)]
    if _returns(struck[1] - struck[0], 6) < _returns(struck[1] - struck[0], 4) + _IN_SIX:
        return 0.0
    (kick_first, kick_second), (snare_first, snare_second) = (lane[::3].reshape(-1, 2).mean(axis=0) for lane in struck)
    turned = kick_first < kick_second
    apart = min(abs(kick_first - kick_second), abs(snare_second - snare_first))
    opposed = (kick_first - kick_second) * (snare_second - snare_first) > 0
    if not opposed or apart < _HALVES:
        return 0.0
    return float(apart) * (0.99 if turned else 1.0)


def _covering(grid: Grid, duration_s: float) -> Grid:
    """The same beats, continued to both ends."""
    head, tail = (float(np.median(np.diff(part))) for part in (grid.beats_s[:9], grid.beats_s[-9:]))
    return Grid(cover_recording(grid.beats_s, head, tail, duration_s), grid.tempo_bpm, grid.steady)


def _returns(strokes: Floats, lag: int) -> float:
    """How like strokes are to those so many places later, -1 to 1."""
    one, other = strokes[:-lag] - strokes.mean(), strokes[lag:] - strokes.mean()
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other) + 1e-9))


def _divided(grid: Grid, parts: float) -> Grid:
    """The same beats counted in so many parts each; fewer than one joins them."""
    places = np.arange(0, len(grid.beats_s) - 1 + 1e-9, 1 / parts)
    beats = np.interp(places, np.arange(len(grid.beats_s)), grid.beats_s)
    return Grid(beats, grid.tempo_bpm * parts, grid.steady)


def _at(lane: Array, times_s: Floats, fps: float, reach_s: float = _NEAR_S) -> Floats:
    """The strongest frame near each time."""
    centre, reach = np.round(times_s * fps).astype(int), max(1, round(reach_s * fps))
    near = [lane[np.clip(centre + d, 0, len(lane) - 1)] for d in range(-reach, reach + 1)]
    return np.max(near, axis=0).astype(np.float64)
