"""Where the mark lies: a keyed mosaic of tiles over time and frequency, different in each of sixteen blocks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from numpy.typing import NDArray

from remixlab.seal.code import CODED_BITS, encode
from remixlab.seal.keys import EpochKeys
from remixlab.seal.payload import encipher

FRAME = 2048
"""Frames of a window, 46 ms."""
SLOT_FRAMES = 2048
"""A slot of 46 ms: with 93 ms .73 of 5 s excerpts were read, with 46 .97, and noise lay further under its mask."""
BLOCK_SLOTS = 108
"""A block of 5.0 s carries the whole payload once."""
BLOCKS = 16
"""Blocks differ in their chips by a counter, so that averaging many blocks of many works shows nothing for long."""
PERIOD_SLOTS = BLOCK_SLOTS * BLOCKS
"""After 80 s the mark comes again (decision 41)."""
_SYNC_SHARE = 0.25
"""A quarter of the tiles finds the mark, the rest carries it: as the prototype, not varied."""
_LOWEST_HZ, _HIGHEST_HZ = 300.0, 9500.0
"""Where codecs and loudspeakers leave music whole: below 300 Hz small ones are silent, above 9.5 kHz codecs cut."""
_NARROWEST_HZ, _NARROWEST_SHARE = 54.0, 0.03
"""Narrower bands (43 Hz, 1.5 %) were read less: .31 against .69 of 5 s after MP3 64."""


def _space_bands() -> NDArray[np.float64]:
    edges = [_LOWEST_HZ]
    while edges[-1] < _HIGHEST_HZ:
        edges.append(edges[-1] + max(_NARROWEST_HZ, edges[-1] * _NARROWEST_SHARE))
    return np.array(edges)


BAND_EDGES_HZ = _space_bands()
"""Borders of the bands, lowest first."""
BANDS = len(BAND_EDGES_HZ) - 1
"""Bands there are, 85."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pattern:
    """The tiles of one epoch.

    Shape: both (PERIOD_SLOTS, BANDS). `chips` are +1 or -1; `roles` is -1 for a sync tile, else the number of its coded
    bit.
    """

    chips: NDArray[np.int8]
    roles: NDArray[np.int16]

    @property
    def sync(self) -> NDArray[np.float32]:
        """The chips of the sync tiles, 0 elsewhere."""
        return np.where(self.roles < 0, self.chips, 0).astype(np.float32)

    def tiles(self, mark_id: int, payload_key: bytes) -> NDArray[np.int8]:
        """The signs of all tiles of one mark, +1 louder, -1 softer."""
        signs = np.append(encode(encipher(mark_id, payload_key)), np.int8(1))
        return self.chips * signs[self.roles]


def make_pattern(keys: EpochKeys) -> Pattern:
    """The pattern of an epoch; kept, since every mark of the epoch needs it."""
    return _make_pattern(keys.pattern)


@lru_cache(maxsize=8)
def _make_pattern(key: bytes) -> Pattern:
    tiles = BLOCK_SLOTS * BANDS
    sync = int(tiles * _SYNC_SHARE)
    role_of_rank = np.concatenate([np.full(sync, -1), np.arange(tiles - sync) % CODED_BITS]).astype(np.int16)
    chips, roles = np.empty((BLOCKS, tiles), np.int8), np.empty((BLOCKS, tiles), np.int16)
    for block in range(BLOCKS):
        stream = _stretch_key(key, block, tiles * 9)
        chips[block] = 1 - 2 * (stream[:tiles] & 1).astype(np.int8)
        order = np.argsort(stream[tiles:].view(np.uint64), kind="stable")
        roles[block, order] = role_of_rank
    shape = (PERIOD_SLOTS, BANDS)
    return Pattern(chips.reshape(shape), roles.reshape(shape))


def choose_start(mark_id: int, keys: EpochKeys) -> int:
    """The slot of the period at which a work begins: each work another, so that works cannot be laid on each other."""
    stream = _stretch_key(keys.pattern, (1 << 32) + mark_id, 8)
    return int(stream.view(np.uint64)[0]) % PERIOD_SLOTS


def _stretch_key(key: bytes, counter: int, length: int) -> NDArray[np.uint8]:
    """Bytes that nobody can tell from dice without the key. Source: AES-256 in counter mode, NIST SP 800-38A."""
    stream = Cipher(algorithms.AES(key), modes.CTR(counter.to_bytes(8, "big") + bytes(8))).encryptor()
    return np.frombuffer(stream.update(bytes(length)), np.uint8)
