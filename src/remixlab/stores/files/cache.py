"""Decoded sound on disk, mapped into memory when needed. All of it can be made again: nothing waits for the disk."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from time import monotonic
from typing import BinaryIO, Final
from uuid import uuid4

import numpy as np

from remixlab.domain.audio import Audio, Samples

_HEADER_BYTES: Final = 128
_SEAL: Final = struct.Struct("<4sI")
_SEALED: Final = b"RLS1"
"""Behind the samples: what says that a sum follows, and the CRC-32 of the samples."""
_SUMMED_BYTES: Final = 1 << 22
_CHECKED_MAX: Final = 4096
_LEFT_AFTER_S: Final = 86_400
"""A draft that nobody has written to for a day belongs to a process that has died."""
COLLECT_EVERY: Final = 16
"""Entries that are written between two looks at how much room the cache takes."""


class FolderSounds:
    """A cache of planar float32 arrays by key; a damaged entry is a missing one, and is made anew.

    What it takes on the disk has a bound: the entry that nobody used for longest goes first.
    """

    def __init__(self, root: Path, bytes_max: int | None = None) -> None:
        self.root = root
        self._bytes_max = bytes_max
        self._written = 0
        self._checked: dict[Path, tuple[int, int]] = {}
        self._lock = Lock()

    def load(self, key: str) -> Audio | None:
        """The sound, mapped copy-on-write: what nobody listens to is not read; kernels see a plain writable array."""
        place = self._place(key)
        found = next(place.parent.glob(f"{place.name}.*.npy"), None)
        if found is None:
            return None
        try:
            samples = np.asarray(np.load(found, mmap_mode="c", allow_pickle=False))
            if not self._is_sound(found, samples):
                raise ValueError("not what was written")
            os.utime(found)  # used now: others go first
            return Audio(samples, int(found.name.split(".")[-2]))
        except (ValueError, OSError, EOFError, OverflowError, struct.error):
            with suppress(OSError):
                found.unlink(missing_ok=True)
            return None

    def _is_sound(self, place: Path, samples: np.ndarray) -> bool:
        """Whether the samples are what was written, and numbers; looked at once for each file as it lies there."""
        if samples.dtype != np.float32 or samples.ndim != 2:
            return False
        state = place.stat()
        known = (state.st_ino, state.st_size)
        if self._checked.get(place) == known:
            return True
        with place.open("rb") as file:
            file.seek(_HEADER_BYTES + samples.nbytes)
            mark, said = _SEAL.unpack(file.read(_SEAL.size))
        flat, found, finite, step = samples.reshape(-1), 0, True, _SUMMED_BYTES // 4
        for start in range(0, flat.size, step):
            part = flat[start : start + step]
            found = zlib.crc32(part.data, found)
            finite = finite and bool(np.isfinite(part).all())
        if mark != _SEALED or found != said or not finite:
            return False
        with self._lock:
            self._checked = {p: s for p, s in self._checked.items() if p != place}
            self._checked[place] = known
            while len(self._checked) > _CHECKED_MAX:
                self._checked.pop(next(iter(self._checked)))
        return True

    def check(self, within_s: float | None = None) -> tuple[int, int]:
        """Read the entries, for so long or to the last, and drop what is damaged; how many were whole, and dropped."""
        began, whole, dropped = monotonic(), 0, 0
        for place in sorted(self.root.glob("*/*.npy")):
            if within_s is not None and monotonic() - began > within_s:
                break
            self._checked.pop(place, None)
            try:
                is_whole = self._is_sound(place, np.asarray(np.load(place, mmap_mode="c", allow_pickle=False)))
            except (ValueError, OSError, EOFError, OverflowError, struct.error):
                is_whole = False
            if is_whole:
                whole += 1
            else:
                place.unlink(missing_ok=True)
                dropped += 1
        return whole, dropped

    def collect(self) -> int:
        """Bring the cache within its bound; the bytes that were freed. Other processes may write to it meanwhile."""
        entries: list[tuple[float, int, Path]] = []
        for place in self.root.glob("*/*"):
            with suppress(OSError):
                entries.append((place.stat().st_mtime, place.stat().st_size, place))
        newest = max((used for used, _, _ in entries), default=0.0)
        entries = sorted(
            (0.0 if place.name.startswith(".") and newest - used > _LEFT_AFTER_S else used, size, place)
            for used, size, place in entries
        )
        excess, freed = sum(size for _, size, _ in entries) - (self._bytes_max or 0), 0
        for used, size, place in entries:
            if used > 0.0 and (self._bytes_max is None or freed >= excess):
                break
            with suppress(OSError):
                place.unlink()
                freed += size
        return freed

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
            self._collect_now_and_then()
        finally:
            draft.unlink(missing_ok=True)

    def forget(self, key: str) -> None:
        """Free the room that a sound takes; one that is not there is forgotten already."""
        place = self._place(key)
        for found in place.parent.glob(f"{place.name}.*.npy"):
            found.unlink(missing_ok=True)

    def _collect_now_and_then(self) -> None:
        with self._lock:
            self._written += 1
            due = self._bytes_max is not None and self._written % COLLECT_EVERY == 1
        if due:
            self.collect()

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
    found = 0
    while part := whole.read(_SUMMED_BYTES):
        found = zlib.crc32(part, found)
    whole.write(_SEAL.pack(_SEALED, found))
