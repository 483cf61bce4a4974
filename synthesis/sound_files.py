"""Read recordings as plain arrays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import soundfile
import soxr

RATE = 44100


def read_sound(path: Path, rate: int = RATE) -> np.ndarray:
    """Read a file as float32 at a rate.

    Shape: (frames, 2); a mono file has both channels alike.
    """
    sound, own_rate = soundfile.read(path, dtype="float32", always_2d=True)
    if own_rate != rate:
        sound = soxr.resample(sound, own_rate, rate)
    return np.repeat(sound, 2, axis=1) if sound.shape[1] == 1 else sound[:, :2]
