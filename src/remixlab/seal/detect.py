"""Detect: find and read the mark in any sound, or test for one that is expected."""

from __future__ import annotations

from functools import lru_cache
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.seal.code import CODED_BITS, decode
from remixlab.seal.evidence import PHASES, UNCHANGED, Scale, measure_power, measure_tiles
from remixlab.seal.keys import EpochKeys, MarkKeys
from remixlab.seal.pattern import BANDS, PERIOD_SLOTS, Pattern, make_pattern
from remixlab.seal.payload import decipher
from remixlab.seal.spectrum import transform, transform_back

_PLACES_TRIED = 6
_SYNC_MIN = 3.0
_KNOWN_MIN = 5.5
_KNOWN_DATA_MIN = 4.0


class Detection(Value):
    """Whether a mark of ours was read, which, and how sure; `strength` is in deviations above chance."""

    found: bool
    mark_id: int | None = None
    confidence: float = 0.0
    strength: float = 0.0


NOT_FOUND = Detection(found=False)


class _Place(NamedTuple):
    """Where in the period the sound may begin: a phase within the slot and a slot."""

    phase: int
    slot: int
    deviations: float


def detect(sound: Audio, keys: MarkKeys, *, expect: int | None = None, search: bool = True) -> Detection:
    """Read the mark in a sound of any rate and length.

    `expect` tests for one known mark, which takes less sound than reading an unknown one. `search` also tries other
    tempi and pitches when nothing is found as it is.
    """
    power = measure_power(sound)
    return _detect_at(power, UNCHANGED, keys, expect)


def _detect_at(power: NDArray[np.float32], scale: Scale, keys: MarkKeys, expect: int | None) -> Detection:
    tiles = measure_tiles(power, scale)
    if not len(tiles):
        return NOT_FOUND
    folded = _fold(tiles, PHASES)
    for epoch in keys.epochs:
        pattern = make_pattern(epoch)
        detection = _read(folded, pattern, epoch) if expect is None else _test(folded, pattern, epoch, expect)
        if detection.found:
            return detection
    return NOT_FOUND


def _fold(tiles: NDArray[np.float32], phases: int) -> NDArray[np.float32]:
    """Add up what repeats after a period. Shape: (phases, PERIOD_SLOTS, BANDS)."""
    slots = -(-len(tiles) // phases)
    periods = -(-slots // PERIOD_SLOTS)
    whole = np.zeros((periods * PERIOD_SLOTS * phases, BANDS), np.float32)
    whole[: len(tiles)] = tiles
    return np.ascontiguousarray(whole.reshape(periods, PERIOD_SLOTS, phases, BANDS).sum(axis=0).transpose(1, 0, 2))


def _correlate(folded: NDArray[np.float32], template_spectrum: NDArray[np.complex64], tiles: int) -> NDArray[np.float32]:
    """Agreement with a template at every place, in deviations. Shape: (phases, PERIOD_SLOTS)."""
    spectrum = transform(folded, 1)
    product = np.einsum("psb,sb->ps", spectrum, template_spectrum)
    agreement = transform_back(product, PERIOD_SLOTS, 1)
    return agreement / (np.sqrt((folded**2).mean() * tiles) + np.float32(1e-12))


@lru_cache(maxsize=8)
def _sync_spectrum(key: bytes) -> NDArray[np.complex64]:
    pattern = make_pattern(EpochKeys(0, key, b"", b""))
    return np.conj(transform(pattern.sync, 0))


def _best_places(agreement: NDArray[np.float32], count: int) -> list[_Place]:
    order = np.argpartition(-agreement.ravel(), count)[:count]
    places = [_Place(int(i) // PERIOD_SLOTS, int(i) % PERIOD_SLOTS, float(agreement.flat[i])) for i in order]
    return sorted(places, key=lambda p: -p.deviations)


def _read(folded: NDArray[np.float32], pattern: Pattern, epoch: EpochKeys) -> Detection:
    """Find the sync tiles, decode what lies between them, and believe it only if the redundancy is right."""
    agreement = _correlate(folded, _sync_spectrum(epoch.pattern), int((pattern.roles < 0).sum()))
    for place in _best_places(agreement, _PLACES_TRIED):
        if place.deviations < _SYNC_MIN:
            break
        # Agreement at place s: row r of the sound lies on row r - s of the pattern.
        laid = np.roll(folded[place.phase], -place.slot, axis=0)
        mark_id = decipher(decode(_gather(laid, pattern)), epoch.payload)
        if mark_id is not None:
            return _describe(mark_id, laid, pattern, epoch)
    return NOT_FOUND


def _gather(laid: NDArray[np.float32], pattern: Pattern) -> NDArray[np.float32]:
    """Evidence of each coded bit from all its tiles. Shape: (CODED_BITS,)."""
    sums = np.bincount(pattern.roles.ravel() + 1, (laid * pattern.chips).ravel(), minlength=CODED_BITS + 1)[1:]
    return (sums / (sums.std() + 1e-12)).astype(np.float32)


def _describe(mark_id: int, laid: NDArray[np.float32], pattern: Pattern, epoch: EpochKeys) -> Detection:
    agreement = float((laid * pattern.tiles(mark_id, epoch.payload)).sum() / (np.sqrt((laid**2).sum()) + 1e-12))
    return Detection(found=True, mark_id=mark_id, confidence=_be_sure(agreement, 1), strength=round(agreement, 2))


def _test(folded: NDArray[np.float32], pattern: Pattern, epoch: EpochKeys, mark_id: int) -> Detection:
    """Compare with all tiles of one known mark; its data tiles alone must agree too, since sync tiles are every mark's."""
    tiles = pattern.tiles(mark_id, epoch.payload).astype(np.float32)
    agreement = _correlate(folded, np.conj(transform(tiles, 0)), tiles.size)
    [place] = _best_places(agreement, 1)
    strength = place.deviations
    laid = np.roll(folded[place.phase], -place.slot, axis=0)
    own = laid[pattern.roles >= 0] * tiles[pattern.roles >= 0]
    if strength < _KNOWN_MIN or own.sum() < _KNOWN_DATA_MIN * np.sqrt((own**2).sum()):
        return NOT_FOUND
    return Detection(found=True, mark_id=mark_id, confidence=_be_sure(strength, agreement.size), strength=round(strength, 2))


def _be_sure(deviations: float, places: int) -> float:
    """One minus the chance that unmarked sound agrees as well at any of the places."""
    return round(max(0.0, 1 - places * erfc(deviations / sqrt(2)) / 2), 6)
