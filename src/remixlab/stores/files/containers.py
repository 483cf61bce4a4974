"""What a file is, by its first bytes; and the formats that need the extra `[formats]` (m4a, webm, wma)."""

from __future__ import annotations

import io
import mmap
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ports.blobs import Content

Bytes = bytes | mmap.mmap


def sniff(data: Bytes) -> str | None:
    """wav, flac, mp3, ogg, aiff, mp4, webm, asf; None when it is none of these. Names are never believed."""
    head = data[:16]
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE":
        return "wav"
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    for magic, kind in (
        (b"fLaC", "flac"),
        (b"OggS", "ogg"),
        (b"\x1aE\xdf\xa3", "webm"),
        (b"0&\xb2u\x8ef\xcf\x11", "asf"),
    ):
        if head.startswith(magic):
            return kind
    if head[4:8] == b"ftyp":
        return "mp4"
    if head[:3] == b"ID3":
        return _behind_id3(data)
    return "mp3" if _is_mpeg_frame(head) else None


def is_cut_off(data: Bytes, kind: str) -> bool:
    """Whether a file says that it is longer than it is. Of what says nothing, what is there counts as all of it."""
    match kind:
        case "wav":
            return _wav_is_cut_off(data)
        case "ogg":
            return _last_page_is_cut_off(data)
        case _:
            return False


def says_its_length(data: Bytes, kind: str) -> bool:
    """Whether the number of frames that the reader reports was written into the file, and is not an estimate."""
    if kind != "mp3":
        return kind != "ogg"
    start = _id3_length(data)
    return any(mark in data[start : start + 4096] for mark in (b"Xing", b"Info"))


def stream_container(content: Content, name: str, length_max_s: int) -> SoundStream:
    """Decode what libsndfile does not know. Raises: InvalidAudio; without the extra it names the command that installs it."""
    try:
        av: Any = import_module("av")  # lazy: an optional extra
    except ImportError as missing:
        raise InvalidAudio(
            f"'{name}' is in a format that needs one more package",
            code="audio.needs_formats",
            hint="pip install 'remixlab[formats]'",
        ) from missing
    with _translated(av, name), _opened(av, content) as container:
        if not container.streams.audio:
            raise InvalidAudio(f"there is no sound in '{name}'", code="audio.no_frames")
        stream = container.streams.audio[0]
        rate, channels = int(stream.rate), 1 if stream.channels == 1 else 2
    return SoundStream(rate, channels, _read(av, content, name, channels, length_max_s * rate))


def _read(av: Any, content: Content, name: str, channels: int, length_max: int) -> Iterator[Samples]:
    frames = 0
    with _translated(av, name), _opened(av, content) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(
            format="fltp", layout="mono" if channels == 1 else "stereo", rate=int(stream.rate)
        )
        for packet in chain(container.decode(stream), (None,)):
            for block in resampler.resample(packet):
                samples = np.ascontiguousarray(block.to_ndarray(), np.float32)
                frames += samples.shape[1]
                if frames > length_max:
                    raise InvalidAudio(
                        f"'{name}' is longer than three hours",
                        code="audio.too_long",
                        hint="Cut it into its songs first.",
                    )
                yield Audio.checked(samples, int(stream.rate)).samples
    if not frames:
        raise InvalidAudio(f"there is no sound in '{name}': zero frames", code="audio.no_frames")


def _opened(av: Any, content: Content) -> Any:
    return av.open(str(content) if isinstance(content, Path) else io.BytesIO(content))


@contextmanager
def _translated(av: Any, name: str) -> Generator[None]:
    try:
        yield
    except (av.FFmpegError, ValueError) as wrong:
        raise InvalidAudio(
            f"'{name}' cannot be read: {str(wrong).lower()}", code="audio.damaged", hint="Export it again."
        ) from wrong


def _wav_is_cut_off(data: Bytes) -> bool:
    place = 12
    while place + 8 <= len(data):
        length = int.from_bytes(data[place + 4 : place + 8], "little")
        if data[place : place + 4] == b"data":
            # A program that did not know the length while it wrote leaves a huge number or zero.
            return length < 0x7FFF_0000 and place + 8 + length - len(data) > max(4096, length // 100)
        place += 8 + length + length % 2
    return False


def _last_page_is_cut_off(data: Bytes) -> bool:
    page = data.rfind(b"OggS")
    if page < 0 or page + 27 > len(data):
        return True
    segments = data[page + 26]
    lacing = data[page + 27 : page + 27 + segments]
    return len(lacing) < segments or page + 27 + segments + sum(lacing) > len(data)


def _id3_length(data: Bytes) -> int:
    """Where the sound begins behind an ID3 tag. Unit: bytes."""
    if len(data) < 10 or data[:3] != b"ID3" or any(byte & 0x80 for byte in data[6:10]):
        return 0
    return 10 + ((data[6] << 21) | (data[7] << 14) | (data[8] << 7) | data[9])


def _behind_id3(data: Bytes) -> str | None:
    """An ID3 tag may stand before MP3, and some programs put it before FLAC."""
    start = _id3_length(data)
    if not start:
        return None
    rest = data[start : start + 4096].lstrip(b"\0")
    if rest[:4] == b"fLaC":
        return "flac"
    return (
        "mp3" if rest[:2] and any(_is_mpeg_frame(rest[place : place + 4]) for place in range(len(rest) - 3)) else None
    )


def _is_mpeg_frame(head: bytes) -> bool:
    """Eleven sync bits, then a version, a layer, a bitrate and a rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer != 0 and head[2] >> 4 not in (0, 15) and head[2] >> 2 & 3 != 3
