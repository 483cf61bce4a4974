"""A sound that arrives in blocks: held only where it is needed, at any rate, so that hours take no more memory than
minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import numpy as np
import soxr

from remixlab.domain.audio import Audio, Samples
from remixlab.domain.errors import InvalidAudio

T = TypeVar("T")

BLOCK_FRAMES = 1 << 18
"""Frames of one block: 6 s, 2 MiB of stereo."""


class Reel:
    """Consecutive blocks as one timeline; what lies before `forget` is gone.

    Shape: every block (channels, any frames).
    """

    def __init__(self, blocks: Iterable[Samples] = ()) -> None:
        self._coming = iter(blocks)
        self._held: list[Samples] = []
        self._begin = 0
        self.end = 0
        """Frames known so far."""

    def append(self, block: Samples) -> None:
        self._held.append(block)
        self.end += block.shape[1]

    def recorded(self, blocks: Iterable[Samples]) -> Iterator[Samples]:
        """Pass blocks on, keeping each."""
        for block in blocks:
            self.append(block)
            yield block

    def reach(self, frame: int) -> bool:
        """Read on until this many frames are known; whether the sound is that long."""
        while self.end < frame:
            block = next(self._coming, None)
            if block is None:
                return False
            self.append(block)
        return True

    def read(self, begin: int, end: int) -> Samples:
        """A stretch of what is held, as a copy; silence before the start and after what is known."""
        if self._begin > max(0, begin):
            raise IndexError(f"frame {begin} was forgotten")
        stretch = np.zeros((self._held[0].shape[0] if self._held else 1, end - begin), np.float32)
        place = self._begin
        for block in self._held:
            first, last = max(place, begin), min(place + block.shape[1], end)
            if first < last:
                stretch[:, first - begin : last - begin] = block[:, first - place : last - place]
            place += block.shape[1]
        return stretch

    def forget(self, before: int) -> None:
        """Let go of the blocks that end before a frame."""
        while len(self._held) > 1 and self._begin + self._held[0].shape[1] <= before:
            self._begin += self._held.pop(0).shape[1]


def blocks_of(recording: Audio, block_frames: int = BLOCK_FRAMES) -> Iterator[Samples]:
    """A recording, block after block, without a copy."""
    for begin in range(0, recording.length_frames, block_frames):
        yield recording.samples[:, begin : begin + block_frames]


def resample_blocks(blocks: Iterable[Samples], from_hz: float, to_hz: float) -> Iterator[Samples]:
    """The same sound at another rate, exactly as long as `resample` makes it. Raises: InvalidAudio on a rate that is
    none.
    """
    if from_hz <= 0 or to_hz <= 0:
        raise InvalidAudio("a sample rate must be positive")
    if from_hz == to_hz:
        yield from blocks
        return
    given, made, channels = 0, 0, 1
    stream: soxr.ResampleStream | None = None
    for block in blocks:
        channels = block.shape[0]
        stream = stream or soxr.ResampleStream(from_hz, to_hz, channels, dtype="float32", quality="HQ")
        given += block.shape[1]
        found = _turned(stream.resample_chunk(np.ascontiguousarray(block.T)), channels)
        made += found.shape[1]
        if found.shape[1]:
            yield found
    if stream is not None:
        rest = _turned(stream.resample_chunk(np.zeros((0, channels), np.float32), last=True), channels)
        missing = max(0, round(given * to_hz / from_hz) - made)
        yield np.pad(rest[:, :missing], ((0, 0), (0, max(0, missing - rest.shape[1]))))


def make_ahead(items: Iterator[T]) -> Iterator[T]:
    """The same items, the next of which is made on a thread of its own while one is used."""
    end = object()
    with ThreadPoolExecutor(1) as aside:
        coming: Future[Any] = aside.submit(next, items, end)
        while (item := coming.result()) is not end:
            coming = aside.submit(next, items, end)
            yield item


def measure_rms(blocks: Iterable[Samples]) -> float:
    """Root mean square over all channels, full scale = 1."""
    power, size = 0.0, 0
    for block in blocks:
        power += float(np.vdot(block, block))
        size += block.size
    return (power / max(1, size)) ** 0.5


def measure_envelope(blocks: Iterable[Samples], length_frames: int, columns: int) -> Samples:
    """Lowest and highest sample of each of `columns` equal stretches, over all channels. Shape: (2, columns)."""
    edges = np.linspace(0, length_frames, columns + 1).astype(np.int64)
    begins, ends = edges[:-1], np.maximum(edges[1:], edges[:-1] + 1)
    low, high = np.full(columns, np.inf, np.float32), np.full(columns, -np.inf, np.float32)
    place = 0
    for block in blocks:
        following = place + block.shape[1]
        for column in range(int(np.searchsorted(ends, place, "right")), int(np.searchsorted(begins, following))):
            piece = block[:, max(0, begins[column] - place) : ends[column] - place]
            low[column], high[column] = min(low[column], piece.min()), max(high[column], piece.max())
        place = following
    return np.where(np.isfinite(low), np.stack([low, high]), np.float32(0))


def _turned(frames: Samples, channels: int) -> Samples:
    return np.ascontiguousarray(frames.reshape(-1, channels).T)
