"""A pool that needs nothing but the product: songs of its own composer, sung by its own voices.

Enough to see a network learn, in a minute.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from remixlab.compose import band_names, sketch
from remixlab.domain.audio import Stem
from training.material.pool import Pool

BARS = 8


def sing_song(number: int, seed: int, band: str) -> dict[str, np.ndarray]:
    """Compose and perform a short song with a singer. Shape: (2, frames) each, at 44100 Hz."""
    made = sketch(
        band, seed=1000 * seed + number, form=f"verse{BARS // 2} chorus{BARS // 2}", singer=("high", "low")[number % 2]
    )
    return {stem.value: made.stems[stem].samples for stem in Stem}


def make_tiny_pool(folder: Path, seed: int, songs: int) -> None:
    """Write a pool of short songs, a band at a time."""
    pool, bands = Pool(folder), band_names()
    for number in range(songs):
        for stem, sound in sing_song(number, seed, bands[number % len(bands)]).items():
            if np.abs(sound).max() > 0.01:
                pool.add(stem, f"own_{number:02d}", "own_songs", "Apache-2.0", sound.T)
    pool.close()
