"""Decoded sound on disk, mapped into memory when it is needed. All of it can be made again, so nothing waits for the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import uuid4

import numpy as np

from remixlab.domain.audio import Audio


class FolderSounds:
    """A cache of planar float32 arrays by key; a damaged entry is a missing one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def load(self, key: str) -> Audio | None:
        """The sound, mapped copy-on-write: what is not listened to is not read, and kernels see a plain writable array."""
        place = self._place(key)
        found = next(place.parent.glob(f"{place.name}.*.npy"), None)
        if found is None:
            return None
        try:
            samples = np.asarray(np.load(found, mmap_mode="c", allow_pickle=False))
            return Audio(samples, int(found.name.split(".")[-2]))
        except (ValueError, OSError, EOFError):
            found.unlink(missing_ok=True)
            return None

    def save(self, key: str, audio: Audio) -> None:
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{uuid4().hex}.part")
        try:
            with draft.open("wb") as file:
                np.save(file, audio.samples, allow_pickle=False)
            draft.replace(place.with_name(f"{place.name}.{audio.sample_rate}.npy"))
        finally:
            draft.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.root / name[:2] / name
