"""Audio files in and out: the only place that knows formats. Every bad file becomes one clear sentence.

Source: libsndfile 1.2; its Vorbis encoder fails when one write carries a minute or more, so all writes go in blocks.
"""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

import numpy as np
import soundfile as sf

from remixlab.domain.audio import Audio, Samples, SoundStream
from remixlab.domain.errors import EngineUnavailable, InvalidAudio
from remixlab.domain.ports.blobs import Content
from remixlab.signal import resample
from remixlab.stores.files.audio_blocks import decode_sound, open_sound, seen
from remixlab.stores.files.blobs import write_durably
from remixlab.stores.files.formats.recognising import recognise
from remixlab.stores.files.formats.unreadable import words_of
from remixlab.stores.files.tags.read import read_tags

BLOCK_FRAMES: Final = 65_536
OPUS_RATES_HZ: Final = (8_000, 12_000, 16_000, 24_000, 48_000)
MP3_RATES_HZ: Final = (8_000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)

_FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "wav": ("WAV", "PCM_24"),
    "wav16": ("WAV", "PCM_16"),
    "wav24": ("WAV", "PCM_24"),
    "wav32": ("WAV", "FLOAT"),
    "flac": ("FLAC", "PCM_24"),
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "ogg": ("OGG", "VORBIS"),
    "opus": ("OGG", "OPUS"),
}
_SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "mp3": {"bitrate_mode": "CONSTANT", "compression_level": 0.2},
    "flac": {
        "compression_level": 0.25
    },  # level 2 of 8: a sixth less work than the usual 5 for one part in seventy more bytes
}
_MEDIA_TYPES: Final = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "aiff": "audio/aiff",
    "mp4": "audio/mp4",
    "webm": "audio/webm",
    "asf": "audio/x-ms-wma",
}
_RIFF_BYTES_MAX: Final = 4_000_000_000
"""What a WAV file can count; a longer one is written as RF64."""


class SoundFiles:
    """Reads wav, flac, ogg, mp3, opus, aiff, caf and au, with the extra `[formats]` m4a, webm, wma and more;
    writes the first five.
    """

    def decode(self, content: Content, name: str) -> Audio:
        """The whole sound of a file, at its own rate, with its own channels. Raises: InvalidAudio, as `stream`."""
        return decode_sound(content, name)

    def stream(self, content: Content, name: str) -> SoundStream:
        """The sound of a file, read while it is needed.

        Raises: InvalidAudio with one sentence: empty, not audio, cut off, silent of frames, too long, a format that
        needs the extra;
        what only shows on the way is raised on the way.
        """
        return open_sound(content, name)

    def encode(self, audio: Audio, suffix: str) -> bytes:
        """The sound as a file; `suffix` is wav (24 bit), wav16, wav24, wav32 (float), flac, mp3, ogg or opus.

        Raises: InvalidAudio for another suffix, or a rate or number of channels that the format does not know.
        """
        form = suffix.lower().lstrip(".")
        if form not in _FORMATS:
            raise InvalidAudio(
                f"'{suffix}' is not a format that can be written",
                code="audio.format",
                hint="Use wav, flac, mp3, ogg or opus.",
            )
        if form == "opus" and audio.sample_rate not in OPUS_RATES_HZ:
            audio = Audio(resample(audio.samples, audio.sample_rate, OPUS_RATES_HZ[-1]), OPUS_RATES_HZ[-1])
        _check_rate(audio, form)
        container, subtype = _FORMATS[form]
        settings = _SETTINGS.get(form, {})
        sink = io.BytesIO()
        try:
            with sf.SoundFile(
                sink, "w", audio.sample_rate, audio.channels, subtype, format=container, **settings
            ) as file:
                for start in range(0, audio.length_frames, BLOCK_FRAMES):
                    block = audio.samples[:, start : start + BLOCK_FRAMES]
                    # Only float keeps what is beyond full scale; whole numbers would wrap or clip by format.
                    file.write(block.T if form == "wav32" else np.clip(block, -1.0, 1.0).T)
        except sf.LibsndfileError as wrong:
            raise InvalidAudio(
                f"this sound cannot be written as {form}: {words_of(wrong)}", code="audio.format"
            ) from wrong
        return sink.getvalue()

    def write(self, audio: Audio, path: Path) -> None:
        """Write a file by its suffix, whole or not at all. Raises:

        InvalidAudio, EngineUnavailable when the place is not writable.
        """
        data = self.encode(audio, path.suffix)
        try:
            write_durably(path, data)
        except OSError as wrong:
            raise EngineUnavailable(f"'{path.name}' cannot be written: {wrong.strerror or wrong}") from wrong

    @contextmanager
    def writing(
        self, path: Path, sample_rate: int, channels: int, length_frames: int
    ) -> Generator[Callable[[Samples], None]]:
        """Write a float WAV block by block, whole or not at all; gives what takes the blocks. Raises:

        EngineUnavailable.
        """
        container = "RF64" if length_frames * channels * 4 > _RIFF_BYTES_MAX else "WAV"
        draft = path.with_name(f".{path.name}.part")
        try:
            with sf.SoundFile(cast(str, _named(draft)), "w", sample_rate, channels, "FLOAT", format=container) as file:
                yield lambda block: file.write(block.T)
            draft.replace(path)
        except (OSError, sf.LibsndfileError) as wrong:
            raise EngineUnavailable(f"'{path.name}' cannot be written: {words_of(wrong)}") from wrong
        finally:
            draft.unlink(missing_ok=True)

    def read_tags(self, content: Content, name: str) -> Mapping[str, str]:
        """`title`, `artist`, `album`, `isrc`, `year`, `genre` where the file says them; a file without readable tags
        says nothing.

        Several artists are all named. `note` says in a sentence what was wrong and is left out.
        """
        with seen(content) as data:
            found = recognise(data)
            try:
                return read_tags(data, found, content) if found else {}
            except (ValueError, LookupError, ArithmeticError, OSError, struct.error):
                return {}  # tags are a courtesy: a file with broken ones is still music

    def media_type(self, data: bytes) -> str:
        """The media type that a file's first bytes say."""
        found = recognise(data)
        return _MEDIA_TYPES.get(found.kind if found else "", "application/octet-stream")


def _named(path: Path) -> str | bytes:
    """A path as the library takes it: bytes where its name is no text."""
    return str(path) if str(path).isprintable() else os.fsencode(path)


def _check_rate(audio: Audio, form: str) -> None:
    rates = {"opus": OPUS_RATES_HZ, "mp3": MP3_RATES_HZ}.get(form)
    if rates and audio.sample_rate not in rates:
        raise InvalidAudio(
            f"{form} cannot hold {audio.sample_rate} Hz",
            code="audio.rate",
            hint=f"It knows {', '.join(map(str, rates))} Hz.",
        )
    if form == "mp3" and audio.channels > 2:
        raise InvalidAudio("mp3 holds one or two channels", code="audio.shape")
