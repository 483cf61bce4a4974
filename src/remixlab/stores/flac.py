"""FLAC, written by ourselves on several cores: a frame knows nothing of its neighbours. Source: RFC 9639."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.stores.kernels import BLOCK_FRAMES, FRAME_BYTES_MAX, write_flac_frames

RATE_CODES: Final = {
    8_000: 4, 16_000: 5, 22_050: 6, 24_000: 7, 32_000: 8, 44_100: 9, 48_000: 10, 88_200: 1, 96_000: 11, 176_400: 2, 192_000: 3,
}  # fmt: skip
"""The rates that a frame can name in one word: other sounds are written elsewhere."""

_PIECE_FRAMES = 64 * BLOCK_FRAMES
_BITS = 24


def encode_flac(audio: Audio, workers: int) -> bytes:
    """A stereo sound as FLAC of 24 bits, the same bytes with any number of workers."""
    pieces = range(0, audio.length_frames, _PIECE_FRAMES)
    digest, frames = hashlib.md5(usedforsecurity=False), list[memoryview]()
    with ThreadPoolExecutor(workers) as pool:
        for encoded, packed in pool.map(partial(_write_piece, audio), pieces):
            digest.update(packed)
            frames.append(encoded)
    return b"".join((b"fLaC", _header(audio, digest.digest()), *frames))


def _write_piece(audio: Audio, begin: int) -> tuple[memoryview, memoryview]:
    """The frames of a piece, and its samples as the bytes that the digest of a FLAC file is taken over."""
    samples = np.ascontiguousarray(audio.samples[:, begin : begin + _PIECE_FRAMES])
    packed = np.empty(-(-samples.shape[1] // 2) * 3, np.uint32)
    out = np.empty(-(-samples.shape[1] // BLOCK_FRAMES) * FRAME_BYTES_MAX, np.uint8)
    size = write_flac_frames(samples, begin // BLOCK_FRAMES, RATE_CODES[audio.sample_rate], _checks(), packed, out)
    return out[:size].data, packed.astype("<u4", copy=False).view(np.uint8)[: samples.shape[1] * 6].data


def _header(audio: Audio, digest: bytes) -> bytes:
    """The last and only block of metadata: what the stream is."""
    facts = (audio.sample_rate << 44) | ((audio.channels - 1) << 41) | ((_BITS - 1) << 36) | audio.length_frames
    body = BLOCK_FRAMES.to_bytes(2, "big") * 2 + bytes(6) + facts.to_bytes(8, "big") + digest
    return bytes([0x80]) + len(body).to_bytes(3, "big") + body


@lru_cache(maxsize=1)
def _checks() -> NDArray[np.uint32]:
    """The check of each byte with 0 to 7 zero bytes behind it. Shape: (8, 256). Source: CRC-16 with the polynomial 0x8005."""
    checks = np.zeros((8, 256), np.uint32)
    checks[0] = np.arange(256) << 8
    for _ in range(8):
        checks[0] = ((checks[0] << 1) ^ np.where(checks[0] & 0x8000, 0x8005, 0)) & 0xFFFF
    for row in range(1, 8):
        checks[row] = ((checks[row - 1] << 8) & 0xFFFF) ^ checks[0, checks[row - 1] >> 8]
    return checks
