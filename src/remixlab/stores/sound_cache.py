"""Decoded sound on the local disk, mapped into memory when it is asked for.

Planar int16 with one scale per file: half the size of float32, converted in milliseconds. Files appear
whole or not at all (written beside, then renamed); losing one costs only the time to make it again.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from remixlab.domain.audio import Audio


class FolderSoundCache:
    """A `SoundCache` in a folder. Unit: stored samples are full scale / 32 767 times the scale in the file's name."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self, key: str) -> Audio | None:
        for path in self._folder.glob(f"{_stem(key)}.*.npy"):
            _, rate, scale, _ = path.name.split(".")
            try:
                stored = np.load(path, mmap_mode="r")
            except (ValueError, OSError, EOFError):  # a damaged cache file is no file
                continue
            samples = np.multiply(stored, np.float32(int(scale) / 1000 / 32767), dtype=np.float32)
            return Audio(samples, int(rate))
        return None

    def save(self, key: str, audio: Audio) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        peak = float(np.abs(audio.samples).max()) if audio.length_frames else 0.0
        scale = max(1000, int(np.ceil(peak * 1000)))
        stored = np.rint(audio.samples * np.float32(32767 * 1000 / scale)).astype(np.int16)
        path = self._folder / f"{_stem(key)}.{audio.sample_rate}.{scale}.npy"
        beside = path.with_suffix(f".{os.getpid()}.part")
        with beside.open("wb") as file:
            np.save(file, stored)
        beside.replace(path)


def _stem(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]
