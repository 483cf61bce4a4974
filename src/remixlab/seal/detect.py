"""Detect: find and read the mark in any sound, or test for one that is expected."""

from __future__ import annotations

from collections.abc import Collection
from math import erfc, log10, sqrt

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.seal.code import CODED_BITS, decode
from remixlab.seal.evidence import PHASES, UNCHANGED, Scale, measure_power, measure_tiles
from remixlab.seal.keys import EpochKeys, MarkKeys
from remixlab.seal.pattern import Pattern, make_pattern
from remixlab.seal.payload import decipher
from remixlab.seal.search import find_scales, take_middle
from remixlab.seal.sync import best_places, correlate, fold, lay, make_template, sync_template

_PLACES_TRIED = 6
"""Places of the sync that are decoded: the right one is among them wherever the mark can be read."""
_SYNC_MIN = 3.0
"""A place less sure than three deviations is not worth decoding."""
_SCALED_S = 60.0
"""A minute from the middle is read at another scale: longer the tiles would drift apart."""
_PART_S = 480.0
"""Eight minutes are read at once, so that hours do not fill the memory."""
_KNOWN_MIN = 5.5
"""Deviations from which a known mark is believed: 120 unmarked sounds reached 4.1 at most."""
_KNOWN_DATA_MIN = 4.0
"""The data tiles alone must agree so well, for sync tiles are every mark's."""
_KNOWN_PER_TENFOLD = 0.4
"""Ten times as many suspects agree ten times as often by chance: that many deviations more are asked for."""


class Detection(Value):
    """Whether a mark of ours was read, which, and how sure.

    `confidence` is one minus the chance that unmarked sound would agree as well; `strength` is the agreement in
    deviations. `time_scale` and `pitch_scale` tell how the sound was changed since it was marked.
    """

    found: bool
    mark_id: int | None = None
    confidence: float = 0.0
    strength: float = 0.0
    time_scale: float = 1.0
    pitch_scale: float = 1.0


NOT_FOUND = Detection(found=False)
"""What is said where no mark is read."""


def detect(sound: Audio, keys: MarkKeys, *, expect: Collection[int] = (), search: bool = True) -> Detection:
    """Read the mark in a sound of any rate and length.

    `expect` tests for known marks, which takes less sound than reading an unknown one; of more suspects more is asked.
    `search` also tries other tempi and pitches when nothing is found as it is; that takes about ten times as long.
    """
    # Hours of sound are read in parts, so that they do not fill the memory.
    part_frames = int(_PART_S * sound.sample_rate)
    power: NDArray[np.float32] | None = None
    for start in range(0, sound.length_frames, part_frames):
        part_power = measure_power(Audio(sound.samples[:, start : start + part_frames], sound.sample_rate))
        detection = _detect_at(part_power, UNCHANGED, keys, expect)
        if detection.found:
            return detection
        power = part_power if power is None else power
    if power is None or not search:
        return NOT_FOUND
    # A scale is known to a twentieth of a per cent: over a minute the tiles would drift apart.
    for scale in find_scales(power, keys):
        detection = _detect_at(take_middle(power, _SCALED_S), scale, keys, expect)
        if detection.found:
            return detection
    return NOT_FOUND


def _detect_at(power: NDArray[np.float32], scale: Scale, keys: MarkKeys, expect: Collection[int]) -> Detection:
    tiles = measure_tiles(power, scale)
    if not len(tiles):
        return NOT_FOUND
    folded = fold(tiles, PHASES)
    for epoch in keys.epochs:
        pattern = make_pattern(epoch)
        tried = (
            (_test(folded, pattern, epoch, mark, len(expect)) for mark in expect)
            if expect
            else (_read(folded, pattern, epoch),)
        )
        detection = next((one for one in tried if one.found), NOT_FOUND)
        if detection.found:
            return detection.model_copy(
                update={"time_scale": round(scale.time, 4), "pitch_scale": round(scale.pitch, 4)}
            )
    return NOT_FOUND


def _read(folded: NDArray[np.float32], pattern: Pattern, epoch: EpochKeys) -> Detection:
    """Find the sync tiles, decode what lies between them, and believe it only if the redundancy is right."""
    for place in best_places(correlate(folded, sync_template(epoch)), _PLACES_TRIED):
        if place.deviations < _SYNC_MIN:
            break
        laid = lay(folded, place)
        mark_id = decipher(decode(_gather(laid, pattern)), epoch.payload)
        if mark_id is not None:
            own = laid * pattern.tiles(mark_id, epoch.payload)
            return _found(mark_id, float(own.sum() / (np.sqrt((own**2).sum()) + 1e-12)), 1)
    return NOT_FOUND


def _gather(laid: NDArray[np.float32], pattern: Pattern) -> NDArray[np.float32]:
    """Evidence of each coded bit from all its tiles. Shape: (CODED_BITS,)."""
    sums = np.bincount(pattern.roles.ravel() + 1, (laid * pattern.chips).ravel(), minlength=CODED_BITS + 1)[1:]
    return (sums / (sums.std() + 1e-12)).astype(np.float32)


def _test(folded: NDArray[np.float32], pattern: Pattern, epoch: EpochKeys, mark_id: int, suspects: int) -> Detection:
    """Compare with all tiles of one known mark; its data tiles alone must agree too, since sync tiles are every
    mark's.
    """
    tiles = pattern.tiles(mark_id, epoch.payload).astype(np.float32)
    agreement = correlate(folded, make_template(tiles))
    [place] = best_places(agreement, 1)
    data = pattern.roles >= 0
    own = lay(folded, place)[data] * tiles[data]
    if place.deviations < _KNOWN_MIN + _KNOWN_PER_TENFOLD * log10(suspects) or own.sum() < _KNOWN_DATA_MIN * np.sqrt(
        (own**2).sum()
    ):
        return NOT_FOUND
    return _found(mark_id, place.deviations, agreement.size * suspects)


def _found(mark_id: int, deviations: float, places: int) -> Detection:
    by_chance = places * erfc(deviations / sqrt(2)) / 2
    return Detection(
        found=True, mark_id=mark_id, confidence=round(max(0.0, 1 - by_chance), 6), strength=round(deviations, 2)
    )
