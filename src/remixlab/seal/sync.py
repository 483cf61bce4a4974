"""Where in the period a sound lies: its tiles against a template at every place at once."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.seal.keys import EpochKeys
from remixlab.seal.pattern import BANDS, PERIOD_SLOTS, make_pattern
from remixlab.seal.spectrum import transform, transform_back


class Place(NamedTuple):
    """Where in the period a sound may begin: a phase within the slot and a slot."""

    phase: int
    slot: int
    deviations: float


class Template(NamedTuple):
    """A mosaic to look for, ready for correlation; `tiles` counts those that are not zero."""

    spectrum: NDArray[np.complex64]
    tiles: int


def make_template(mosaic: NDArray[np.float32]) -> Template:
    return Template(np.conj(transform(mosaic, 0)), int(np.count_nonzero(mosaic)))


def sync_template(epoch: EpochKeys) -> Template:
    """The sync tiles of an epoch, which all its marks share."""
    return _sync_template(epoch.pattern)


@lru_cache(maxsize=8)
def _sync_template(key: bytes) -> Template:
    return make_template(make_pattern(EpochKeys(0, key, b"", b"")).sync)


def fold(tiles: NDArray[np.float32], phases: int) -> NDArray[np.float32]:
    """Add up what repeats after a period. Shape: (phases, PERIOD_SLOTS, BANDS)."""
    slots = -(-len(tiles) // phases)
    periods = max(1, -(-slots // PERIOD_SLOTS))
    whole = np.zeros((periods * PERIOD_SLOTS * phases, BANDS), np.float32)
    whole[: len(tiles)] = tiles
    return np.ascontiguousarray(whole.reshape(periods, PERIOD_SLOTS, phases, BANDS).sum(axis=0).transpose(1, 0, 2))


def correlate(folded: NDArray[np.float32], template: Template) -> NDArray[np.float32]:
    """Agreement with a template at every place, in deviations. Shape: (phases, PERIOD_SLOTS)."""
    product = np.einsum("psb,sb->ps", transform(folded, 1), template.spectrum)
    agreement = transform_back(product, PERIOD_SLOTS, 1)
    return agreement / (np.sqrt((folded**2).mean() * template.tiles) + np.float32(1e-12))


def best_places(agreement: NDArray[np.float32], count: int) -> list[Place]:
    """The places that agree best, best first."""
    order = np.argpartition(-agreement.ravel(), count)[:count]
    places = [Place(int(i) // PERIOD_SLOTS, int(i) % PERIOD_SLOTS, float(agreement.flat[i])) for i in order]
    return sorted(places, key=lambda p: -p.deviations)


def lay(folded: NDArray[np.float32], place: Place) -> NDArray[np.float32]:
    """The sound's tiles moved onto the pattern's rows. Shape: (PERIOD_SLOTS, BANDS)."""
    return np.roll(folded[place.phase], -place.slot, axis=0)
