"""Measure the background cohort of work identification: how alike the harmony of unrelated songs is.

`python -m training.identify.background_cohort` composes forty pieces of our own, in every band, key and form, and
writes their
covariance beside the code that names works; about two minutes of one core.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from remixlab.compose import band_names, sketch
from remixlab.identify import fingerprint
from remixlab.identify.shingles import resample_chroma, stack_shingles, sum_up

FILE = Path(__file__).parents[2] / "src" / "remixlab" / "identify" / "background_cohort.npy"
SONGS, FIRST_SEED = 40, 1000
FORMS = (
    "intro4 verse8 chorus8 verse8 chorus8",
    "verse8 chorus8 verse8 chorus8 bridge8 chorus8",
    "intro4 verse16 chorus8 verse16 chorus8 outro4",
)


def measure_cohort() -> np.ndarray:
    """Sum the shingles of songs that have nothing to do with each other up to one quadratic form."""
    bands = band_names()
    pieces = [
        sketch(bands[seed % len(bands)], seed=seed, form=FORMS[seed % 3])
        for seed in range(FIRST_SEED, FIRST_SEED + SONGS)
    ]
    shingles = [stack_shingles(resample_chroma(fingerprint(piece.recording).harmony, 1.0))[::2] for piece in pieces]
    return sum_up(np.concatenate(shingles))


def main() -> None:
    """Measure, and lay the result where the package looks for it."""
    np.save(FILE, measure_cohort())


if __name__ == "__main__":
    main()
