"""Audio files read block by block: headers lie about their length, and neither a lie nor an hour may cost memory."""

from __future__ import annotations

import io
import mmap
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import BinaryIO, Final

import numpy as np
import soundfile as sf

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.errors import InvalidAudio, StoreUnavailable
from remixlab.domain.ports import Content
from remixlab.stores.containers import is_cut_off, says_its_length, sniff, stream_container

BLOCK_FRAMES: Final = 1 << 18
LENGTH_MAX_S: Final = 3 * 3600
RATES_HZ: Final = range(4_000, 384_001)
CHANNELS_MAX: Final = 8

_READABLE: Final = frozenset({"wav", "flac", "mp3", "ogg", "aiff"})


def open_sound(content: Content, name: str) -> SoundStream:
    """The sound of a file, at its own rate, with its own channels, read while it is gone through.

    Raises: InvalidAudio with one sentence; what only shows on the way is raised on the way.
    """
    with seen(content) as data:
        if not len(data):
            raise InvalidAudio(f"{shown(name)} is empty", code="audio.empty")
        kind = sniff(data)
        if kind is None:
            raise _not_audio(bytes(data[:512]), name)
        if kind in _READABLE and is_cut_off(data, kind):
            raise _cut_off(name)
        is_said = kind in _READABLE and says_its_length(data, kind)
    if kind not in _READABLE:
        return stream_container(content, name, LENGTH_MAX_S)
    source = content.open("rb") if isinstance(content, Path) else io.BytesIO(content)
    try:
        with translated(name):
            file = _ForwardFile(source)
        _check_shape(file, name, is_said)
    except BaseException:
        source.close()
        raise
    return SoundStream(file.samplerate, file.channels, _read(file, source, name, is_said))


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
        raise InvalidAudio(
            f"{shown(name)} cannot be read: {words_of(wrong)}", code="audio.damaged", hint="Is the file complete? Try to export it again."
        ) from wrong


def too_long(name: str) -> InvalidAudio:
    return InvalidAudio(f"{shown(name)} is longer than three hours", code="audio.too_long", hint="Cut it into its songs first.")


def shown(name: str) -> str:
    return f"'{PurePath(name).name[:80]}'" if name else "the file"


def words_of(wrong: Exception) -> str:
    text = getattr(wrong, "error_string", "") or str(wrong)
    return text.strip().rstrip(".").lower()


class _ForwardFile(sf.SoundFile):
    """A file that is read from front to back and never sought in.

    The library seeks after each read to where it is already. That clears an MP3 decoder's bit reservoir, the bits of a
    frame that lie in the frames before it: the first frames of each block would be decoded without them.
    """

    def seekable(self) -> bool:
        return False


def _check_shape(file: sf.SoundFile, name: str, is_said: bool) -> None:
    if file.samplerate not in RATES_HZ or not 1 <= file.channels <= CHANNELS_MAX:
        raise InvalidAudio(
            f"{shown(name)} has {file.channels} channels at {file.samplerate} Hz",
            code="audio.shape",
            hint="Bring mono or stereo at 8 to 192 kHz.",
        )
    if is_said and file.frames > LENGTH_MAX_S * file.samplerate:
        raise too_long(name)


def _read(file: sf.SoundFile, source: BinaryIO | io.BytesIO, name: str, is_said: bool) -> Iterator[Samples]:
    frames = 0
    with source, file:
        while True:
            with translated(name):
                block = np.asarray(file.read(BLOCK_FRAMES, dtype="float32", always_2d=True), np.float32)
            if not len(block):
                break
            frames += len(block)
            if frames > LENGTH_MAX_S * file.samplerate:
                raise too_long(name)
            if not np.isfinite(block).all():
                raise InvalidAudio(f"{shown(name)} contains values that are not numbers", code="audio.not_finite", hint="Export it again.")
            yield np.ascontiguousarray(block.T)
        if not frames:
            raise InvalidAudio(f"there is no sound in {shown(name)}: zero frames", code="audio.no_frames")
        if is_said and frames < file.frames * 0.98 - 4096:
            raise _cut_off(name)


def _not_audio(head: bytes, name: str) -> InvalidAudio:
    if all(byte in b"\t\n\r\x0c" or 32 <= byte < 127 or byte >= 128 for byte in head):
        return InvalidAudio(f"{shown(name)} is a text file, not audio", code="audio.not_audio")
    return InvalidAudio(
        f"{shown(name)} is not an audio file that we know", code="audio.not_audio", hint="Bring wav, flac, ogg, mp3, opus or aiff."
    )


def _cut_off(name: str) -> InvalidAudio:
    return InvalidAudio(f"{shown(name)} is cut off", code="audio.truncated", hint="It says that it is longer than it is: copy it again.")
