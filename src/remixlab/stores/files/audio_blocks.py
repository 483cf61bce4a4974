"""Audio files read block by block: headers lie about their length, and neither a lie nor an hour may cost memory."""

from __future__ import annotations

import mmap
import stat
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Final, cast

import numpy as np
import soundfile as sf

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.errors import InvalidAudio, StoreUnavailable
from remixlab.domain.ports.blobs import Content
from remixlab.signal.downmix import to_stereo
from remixlab.signal.reel import resample_blocks
from remixlab.stores.files.containers import has_formats, stream_container
from remixlab.stores.files.formats.parts import CutOff, NeedsOther, Part, read_parts
from remixlab.stores.files.formats.pieces import PieceReader
from remixlab.stores.files.formats.recognising import recognise
from remixlab.stores.files.formats.unreadable import (
    check_shape,
    cut_off,
    damaged,
    is_pipe,
    no_frames,
    not_audio,
    not_finite,
    not_read,
    out_of_range,
    shown,
    too_dense,
    too_long,
    words_of,
)

BLOCK_FRAMES: Final = 1 << 18
LENGTH_MAX_S: Final = 3 * 3600
VALUES_MAX: Final = LENGTH_MAX_S * 192_000 * 2
"""The longest recording in the finest quality that music is sold in."""
DENSE_FROM_BYTES: Final = 200_000_000
DENSITY_MAX: Final = 400
"""Music at the lowest bit rates unpacks to a hundred times its size; silence to thousands."""
PEAK_MAX: Final = 1e4
"""Eighty decibels beyond full scale: no mix is that far out, and squares of more leave what floats can hold."""


def open_sound(content: Content, name: str) -> SoundStream:
    """The sound of a file, at its own rate, with its own channels, read while it is gone through.

    Raises: InvalidAudio with one sentence; what only shows on the way is raised on the way.
    """
    stream = _open_sound(content, name)
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    return replace(stream, blocks=_bounded(stream.blocks, size, name))


def _bounded(blocks: Iterator[Samples], file_bytes: int, name: str) -> Iterator[Samples]:
    """The blocks, as long as they are what music is. Raises: InvalidAudio."""
    values = 0
    for block in blocks:
        values += block.size
        check_effort(values, file_bytes, name)
        if block.size and max(-float(block.min()), float(block.max())) > PEAK_MAX:
            raise out_of_range(name)
        yield block


def check_effort(values: int, file_bytes: int, name: str) -> None:
    """Whether so many samples may come out of so many bytes. Raises: InvalidAudio."""
    if values > VALUES_MAX:
        raise too_long(name)
    unpacked = values * 2  # as 16 bit, which is what lossy formats are measured by
    if unpacked > DENSE_FROM_BYTES and unpacked > DENSITY_MAX * file_bytes:
        raise too_dense(name)


def _open_sound(content: Content, name: str) -> SoundStream:
    with seen(content) as data:
        if not len(data):
            raise InvalidAudio(f"{shown(name)} is empty", code="audio.empty")
        found = recognise(data)
        if found is None:
            raise not_audio(data, name)
        if found.reader == "none":
            raise not_read(found.kind, name)
        try:
            parts = read_parts(data, found) if found.reader == "libsndfile" else []
        except NeedsOther as other:
            return stream_container(content, name, LENGTH_MAX_S, other.what)
        except CutOff as cut:
            raise cut_off(name) from cut
    if not parts:
        return stream_container(content, name, LENGTH_MAX_S, found.kind, found.start)
    try:
        return _open_parts(content, parts, name)
    except InvalidAudio as refused:
        if refused.stable_code != "audio.damaged" or not has_formats():
            raise
        return stream_container(
            content, name, LENGTH_MAX_S, found.kind, found.start
        )  # a codec that only the other reader knows


def decode_sound(content: Content, name: str) -> Audio:
    """The whole sound of a file. Raises: InvalidAudio, as `open_sound`."""
    stream = open_sound(content, name)
    blocks = list(stream.blocks)
    samples = np.empty((stream.channels, sum(block.shape[1] for block in blocks)), np.float32)
    place = 0
    for number, block in enumerate(blocks):
        samples[:, place : place + block.shape[1]] = block
        place += block.shape[1]
        blocks[number] = block[:, :0]  # let go of it: two copies of a whole recording are one too many
    return Audio(samples, stream.sample_rate)


@contextmanager
def seen(content: Content) -> Generator[bytes | mmap.mmap]:
    """The bytes of a file without reading all of them. Raises: StoreUnavailable when it is gone."""
    if isinstance(content, bytes):
        yield content
        return
    try:
        if stat.S_ISFIFO(content.stat().st_mode):
            raise is_pipe(content.name)
        file = content.open("rb")
    except OSError as wrong:
        raise StoreUnavailable(f"{shown(content.name)} cannot be read: {wrong.strerror or wrong}") from wrong
    with file:
        if not content.stat().st_size:  # nothing cannot be mapped
            yield b""
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            yield mapped


@contextmanager
def translated(name: str) -> Generator[None]:
    """What the library says, as one sentence."""
    try:
        yield
    except sf.LibsndfileError as wrong:
        raise damaged(name, words_of(wrong)) from wrong


class _ForwardFile(sf.SoundFile):
    """A file that is read from front to back and never sought in.

    The library seeks after each read to where it is already. That clears an MP3 decoder's bit reservoir, the bits of a
    frame that lie in the frames before it: the first frames of each block would be decoded without them.
    """

    def __init__(self, source: PieceReader) -> None:
        self._source = source
        super().__init__(cast("BinaryIO", source))

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        super().close()
        self._source.close()


def _open_parts(content: Content, parts: Sequence[Part], name: str) -> SoundStream:
    """Parts that differ come at the rate of the longest; where their channels differ, in stereo."""
    first = _open_part(content, parts[0], name)
    main = max(parts, key=lambda part: part.length)
    rate = main.sample_rate if len(parts) > 1 else first.samplerate
    channels = first.channels if len({part.channels for part in parts}) == 1 else 2
    return SoundStream(rate, channels, _read_all(first, content, parts, (rate, channels), name), parts[0].layout)


def _open_part(content: Content, part: Part, name: str) -> _ForwardFile:
    """Raises: InvalidAudio."""
    size = content.stat().st_size if isinstance(content, Path) else len(content)
    source = PieceReader(content, [(0, size)] if part.pieces is None else part.pieces, part.claimed_bytes)
    try:
        with translated(name):
            file = _ForwardFile(source)
        _check_shape(file, name, part.is_said, size)
    except BaseException:
        source.close()
        raise
    return file


def _check_shape(file: sf.SoundFile, name: str, is_said: bool, file_bytes: int) -> None:
    check_shape(file.samplerate, file.channels, name)
    if is_said and file.frames > LENGTH_MAX_S * file.samplerate:
        raise too_long(name)
    if is_said:
        check_effort(file.frames * file.channels, file_bytes, name)


def _read_all(
    first: _ForwardFile, content: Content, parts: Sequence[Part], shape: tuple[int, int], name: str
) -> Iterator[Samples]:
    rate, channels = shape
    frames = 0
    for number, part in enumerate(parts):
        try:
            file = _open_part(content, part, name) if number else first
        except InvalidAudio as refused:
            place = f"{shown(name)} cannot be read beyond {frames / rate:.1f} s"
            raise InvalidAudio(
                f"{place}: what follows is damaged", code="audio.damaged", hint="Export it again."
            ) from refused
        blocks = _read(file, part, name)
        if file.channels != channels:
            blocks = (to_stereo(block, part.layout) for block in blocks)
        for block in resample_blocks(blocks, file.samplerate, rate):
            frames += block.shape[1]
            if frames > LENGTH_MAX_S * rate:
                raise too_long(name)
            yield block
    if not frames:
        raise no_frames(name)


def _read(file: _ForwardFile, part: Part, name: str) -> Iterator[Samples]:
    """One part, block after block, without what its encoder added. Raises: InvalidAudio."""
    said, frames = part.said_frames or (file.frames if part.is_said else 0), 0
    begin, end = part.skip, None if part.keep is None else part.skip + part.keep
    with file:
        while frames < file.frames:
            wanted = min(BLOCK_FRAMES, file.frames - frames)  # what stands behind the last frame is not decoded
            with translated(name):
                block = np.asarray(file.read(wanted, dtype="float32", always_2d=True), np.float32)
            if not len(block):
                break
            kept = block[max(0, begin - frames) : None if end is None else max(0, end - frames)]
            frames += len(block)
            if not np.isfinite(kept).all():
                raise not_finite(name)
            if len(kept):
                yield np.ascontiguousarray(kept.T)
        if frames < max(said, part.least_s * file.samplerate) * 0.98 - 4096:
            raise cut_off(name)
