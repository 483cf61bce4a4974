"""How a sound was stretched, sped up or transposed since it was marked, found by its sync tiles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.seal.evidence import FRAMES_PER_SECOND, Scale, measure_tiles
from remixlab.seal.keys import MarkKeys
from remixlab.seal.sync import correlate, fold, sync_template

_PROBE_S, _LONGER_S = 12.0, 30.0
"""Seconds from the middle that the coarse grid tries, and that the fine one measures."""
_PHASES = 4
"""Parts of a slot at which tiles are measured while searching: half of what reading takes."""
_COARSE_PHASES = 2
"""And for the coarse grid: a quarter."""
_FINALISTS = 4
"""Guesses of the coarse grid that are measured finely: the true one is among them where a mark can be read."""
_stretches = tuple(float(d) for d in np.arange(-26, 27) * 0.004 if d)
"""Tempo alone, up to 10.4 % either way: twelve seconds still agree 0.2 % off."""
_pitches = tuple(float(d) for d in np.arange(-8, 9) * 0.008 if d)
"""Pitch alone, or with tempo, up to 6.4 % either way: a semitone."""
_SPEED_STEP = 0.004
"""Speeds beside a pitch's own that its tiles serve: a band is wide enough for them."""
_fine_steps = tuple(float(d) for d in np.arange(-4, 5) * 0.001)
"""Steps about a finalist, to a tenth of a per cent."""
_finest_steps = (-0.0005, 0.0005)
"""And to a twentieth."""


class _Guess(NamedTuple):
    deviations: float
    scale: Scale


def find_scales(power: NDArray[np.float32], keys: MarkKeys) -> Iterator[Scale]:
    """The most promising changes of time and pitch, each measured to a twentieth of a per cent, best first.

    A coarse grid over twelve seconds from the middle, then a fine one over more of the sound.
    """
    coarse = sorted(_probe(take_middle(power, _PROBE_S), keys), key=lambda g: -g.deviations)
    longer = take_middle(power, _LONGER_S)
    for guess in coarse[:_FINALISTS]:
        # Tiles are measured once for the pitch of the guess; the fine steps only move them in time.
        tiles = measure_tiles(longer, guess.scale, _PHASES)
        best = max(
            (_Guess(_agree(tiles, 1 + step, keys, _PHASES), _move(guess.scale, step)) for step in _fine_steps),
            key=_by_deviations,
        )
        near = (best.scale.time / guess.scale.time * (1 + step) - 1 for step in _finest_steps)
        finest = [_Guess(_agree(tiles, 1 + step, keys, _PHASES), _move(guess.scale, step)) for step in near]
        yield max((best, *finest), key=_by_deviations).scale


def take_middle(power: NDArray[np.float32], length_s: float) -> NDArray[np.float32]:
    """The frames of so many seconds from the middle of a sound."""
    middle, half = len(power) // 2, int(length_s * FRAMES_PER_SECOND / 2)
    return power[max(0, middle - half) : middle + half]


def _by_deviations(guess: _Guess) -> float:
    return guess.deviations


def _probe(power: NDArray[np.float32], keys: MarkKeys) -> Iterator[_Guess]:
    """Longer or shorter at one pitch; faster and higher, as on a turntable; higher or lower at one tempo."""

    def guess(tiles: NDArray[np.float32], scale: Scale) -> _Guess:
        return _Guess(_agree(tiles, scale.time, keys, _COARSE_PHASES), scale)

    as_it_is = measure_tiles(power, Scale(), _PHASES)
    for step in _stretches:
        yield guess(as_it_is, Scale(time=1 + step))
    for step in _pitches:
        # A band is wide enough to serve the speeds next to its own.
        tiles = measure_tiles(power, Scale(pitch=1 + step), _PHASES)
        yield guess(tiles, Scale(pitch=1 + step))
        for speed in (1 + step - _SPEED_STEP, 1 + step, 1 + step + _SPEED_STEP):
            yield guess(tiles, Scale(time=1 / speed, pitch=speed))


def _agree(tiles: NDArray[np.float32], time: float, keys: MarkKeys, phases: int) -> float:
    """The best agreement of tiles, moved to another time scale, with any epoch's sync tiles at any place, in
    deviations.
    """
    if len(tiles) < 2:
        return 0.0
    rows = np.arange(0, len(tiles) - 1, time * _PHASES / phases, dtype=np.float64)
    whole = rows.astype(np.intp)
    share = (rows - whole).astype(np.float32)[:, None]
    moved = tiles[whole] + share * (tiles[whole + 1] - tiles[whole])
    folded = fold(moved.astype(np.float32), phases)
    return max(float(correlate(folded, sync_template(epoch)).max()) for epoch in keys.epochs)


def _move(scale: Scale, step: float) -> Scale:
    """A little longer; where pitch moved with time it moves on with it."""
    time = scale.time * (1 + step)
    together = scale.pitch != 1.0 and scale.time != 1.0
    return Scale(time=time, pitch=1 / time if together else scale.pitch)
