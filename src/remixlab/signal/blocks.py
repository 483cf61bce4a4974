"""A long recording in short pieces: resampled blocks with margins, so that memory stays flat at any length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import soxr

from remixlab.domain.audio import Audio, Samples
from remixlab.signal.downmix import mono_stretch, to_stereo

_FEED_FRAMES = 1 << 18
"""Frames given to the resampler at once, 6 s: large enough that calls cost nothing, small in memory."""


class Block(NamedTuple):
    """`samples` holds `margin` frames of the neighbourhood on both sides of `length` frames that begin at `start`.

    Shape: samples (channels, margin + length + margin), zeros before the start and after the end of the recording.
    """

    start: int
    length: int
    samples: Samples


def resampled_length(recording: Audio, rate: int) -> int:
    """Frames that the recording has at `rate`."""
    return max(1, round(recording.length_frames * rate / recording.sample_rate))


def resampled_blocks(
    recording: Audio, rate: int, *, block_frames: int, margin_frames: int, channels: int = 1
) -> Iterator[Block]:
    """Yield the recording at `rate` piece by piece; `channels` 1 folds to mono, 2 to stereo, as `downmix` does."""
    total = resampled_length(recording, rate)
    arriving = _resampled(recording, rate, channels)
    held = np.zeros((channels, margin_frames), np.float32)
    for start in range(0, total, block_frames):
        length = min(block_frames, total - start)
        needed = margin_frames + length + margin_frames
        parts = [held]
        have = held.shape[1]
        while have < needed and (piece := next(arriving, None)) is not None:
            parts.append(piece)
            have += piece.shape[1]
        if have < needed:
            parts.append(np.zeros((channels, needed - have), np.float32))
        held = np.concatenate(parts, axis=1)
        yield Block(start, length, held[:, :needed])
        held = held[:, block_frames:]


def _resampled(recording: Audio, rate: int, channels: int) -> Iterator[Samples]:
    stream = None
    if rate != recording.sample_rate:
        stream = soxr.ResampleStream(recording.sample_rate, rate, channels, dtype="float32", quality="HQ")
    for begin in range(0, recording.length_frames, _FEED_FRAMES):
        piece = _folded(recording, begin, begin + _FEED_FRAMES, channels)
        if stream is not None:
            last = begin + _FEED_FRAMES >= recording.length_frames
            resampled = stream.resample_chunk(np.ascontiguousarray(piece.T), last=last)
            piece = resampled.reshape(-1, channels).T
        yield np.ascontiguousarray(piece)


def _folded(recording: Audio, begin: int, end: int, channels: int) -> Samples:
    return mono_stretch(recording, begin, end)[None] if channels == 1 else to_stereo(recording.samples[:, begin:end])
