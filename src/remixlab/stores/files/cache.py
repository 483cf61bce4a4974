"""Decoded sound on disk, mapped into memory when needed. All of it can be made again: nothing waits for the disk."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO, Final
from uuid import uuid4

import numpy as np

from remixlab.domain.audio import Audio, Samples

_HEADER_BYTES: Final = 128


class FolderSounds:
    """A cache of planar float32 arrays by key; a damaged entry is a missing one."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def load(self, key: str) -> Audio | None:
        """The sound, mapped copy-on-write: what nobody listens to is not read; kernels see a plain writable array."""
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
        with self.writing(key, audio.sample_rate) as append:
            append(audio.samples)

    @contextmanager
    def writing(self, key: str, sample_rate: int) -> Generator[Callable[[Samples], None]]:
        """Save a sound while it is made, whole or not at all; gives what takes its blocks.

        Channels lie one after the other in the end, of a length that nobody knows before: each is written aside.
        """
        place = self._place(key)
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(f".{uuid4().hex}.part")
        try:
            with ExitStack() as files:
                channels: list[BinaryIO] = []

                def append(block: Samples) -> None:
                    while len(channels) < block.shape[0]:
                        if channels:
                            channels.append(files.enter_context(TemporaryFile(dir=place.parent)))
                        else:
                            channels.append(files.enter_context(draft.open("w+b")))
                            channels[0].seek(_HEADER_BYTES)
                    for channel, samples in zip(channels, block, strict=True):
                        channel.write(np.ascontiguousarray(samples, np.float32).data)

                yield append
                _join(channels)
            draft.replace(place.with_name(f"{place.name}.{sample_rate}.npy"))
        finally:
            draft.unlink(missing_ok=True)

    def forget(self, key: str) -> None:
        """Free the room that a sound takes; one that is not there is forgotten already."""
        place = self._place(key)
        for found in place.parent.glob(f"{place.name}.*.npy"):
            found.unlink(missing_ok=True)

    def _place(self, key: str) -> Path:
        name = hashlib.sha256(key.encode()).hexdigest()
        return self.root / name[:2] / name


def _join(channels: Sequence[BinaryIO]) -> None:
    """Lay the channels one after the other behind the header of an array (NumPy's format 1.0)."""
    whole = channels[0]
    frames = (whole.tell() - _HEADER_BYTES) // 4
    for channel in channels[1:]:
        channel.seek(0)
        shutil.copyfileobj(channel, whole, 1 << 20)
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(
        header, {"descr": "<f4", "fortran_order": False, "shape": (len(channels), frames)}
    )
    assert header.tell() == _HEADER_BYTES, "a header is padded to 128 bytes"
    whole.seek(0)
    whole.write(header.getvalue())
