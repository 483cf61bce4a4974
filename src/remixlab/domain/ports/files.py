"""Audio files in and out, and a cache of decoded sound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.ports.blobs import Content


class AudioFiles(Protocol):
    """Reads and writes audio formats. Raises: InvalidAudio with one clear sentence."""

    def decode(self, content: Content, name: str) -> Audio: ...

    def stream(self, content: Content, name: str) -> SoundStream:
        """The same sound, read while it is gone through."""
        ...

    def writing(
        self, path: Path, sample_rate: int, channels: int, length_frames: int
    ) -> AbstractContextManager[Callable[[Samples], None]]:
        """Write a float WAV block by block, whole or not at all; gives what takes the blocks."""
        ...

    def encode(self, audio: Audio, suffix: str) -> bytes:
        """`suffix` is wav, flac, mp3, ogg or opus."""
        ...

    def media_type(self, data: bytes) -> str:
        """`audio/flac`, by what is in it."""
        ...

    def read_tags(self, content: Content, name: str) -> Mapping[str, str]:
        """`title`, `artist`, `isrc`, `album` where the file says them."""
        ...


class SoundCache(Protocol):
    """Decoded sound, ready to be mapped into memory. May be lost at any time: everything in it can be made again."""

    def load(self, key: str) -> Audio | None: ...

    def save(self, key: str, audio: Audio) -> None: ...

    def writing(self, key: str, sample_rate: int) -> AbstractContextManager[Callable[[Samples], None]]:
        """Save a sound while it is made, whole or not at all; gives what takes its blocks."""
        ...

    def forget(self, key: str) -> None: ...
