"""Audio files in and out: the only place that knows formats. Every bad file becomes one clear sentence.

Stereo FLAC is written by ourselves, all else by libsndfile 1.2; its Vorbis encoder fails when one write carries a minute or more, so all
writes go in blocks.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import Any, Final

import numpy as np
import soundfile as sf

from remixlab.domain.audio import Audio
from remixlab.domain.errors import EngineUnavailable, InvalidAudio
from remixlab.signal import resample
from remixlab.stores.blobs import write_durably
from remixlab.stores.containers import decode_container, is_cut_off, says_its_length, sniff
from remixlab.stores.flac import RATE_CODES, encode_flac

BLOCK_FRAMES: Final = 65_536
LENGTH_MAX_S: Final = 3 * 3600
RATES_HZ: Final = range(4_000, 384_001)
CHANNELS_MAX: Final = 8
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
    "flac": {"compression_level": 0.25},  # level 2 of 8: a sixth less work than the usual 5 for one part in seventy more bytes
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
_READABLE: Final = frozenset({"wav", "flac", "mp3", "ogg", "aiff"})


class SoundFiles:
    """Reads wav, flac, ogg, mp3, opus and aiff, and with the extra `[formats]` m4a, webm and wma; writes the first five."""

    def __init__(self, workers: int = 1) -> None:
        """`workers` is how many cores may write one file."""
        self._workers = workers

    def decode(self, data: bytes, name: str) -> Audio:
        """The sound of a file, at its own rate, with its own channels.

        Raises: InvalidAudio with one sentence: empty, not audio, cut off, silent of frames, too long, a format that needs the extra.
        """
        if not data:
            raise InvalidAudio(f"{_shown(name)} is empty", code="audio.empty")
        kind = sniff(data)
        if kind is None:
            raise _not_audio(data, name)
        if kind not in _READABLE:
            return decode_container(data, name, LENGTH_MAX_S)
        if is_cut_off(data, kind):
            raise _cut_off(name)
        try:
            with sf.SoundFile(io.BytesIO(data)) as file:
                return _read(file, name, says_its_length(data, kind))
        except sf.LibsndfileError as wrong:
            raise InvalidAudio(
                f"{_shown(name)} cannot be read: {_words(wrong)}",
                code="audio.damaged",
                hint="Is the file complete? Try to export it again.",
            ) from wrong

    def encode(self, audio: Audio, suffix: str) -> bytes:
        """The sound as a file; `suffix` is wav (24 bit), wav16, wav24, wav32 (float), flac, mp3, ogg or opus.

        Raises: InvalidAudio for another suffix, or a rate or number of channels that the format does not know.
        """
        form = suffix.lower().lstrip(".")
        if form not in _FORMATS:
            raise InvalidAudio(
                f"'{suffix}' is not a format that can be written", code="audio.format", hint="Use wav, flac, mp3, ogg or opus."
            )
        if form == "opus" and audio.sample_rate not in OPUS_RATES_HZ:
            audio = Audio(resample(audio.samples, audio.sample_rate, OPUS_RATES_HZ[-1]), OPUS_RATES_HZ[-1])
        _check_rate(audio, form)
        if form == "flac" and audio.channels == 2 and audio.sample_rate in RATE_CODES:
            return encode_flac(audio, self._workers)
        container, subtype = _FORMATS[form]
        settings = _SETTINGS.get(form, {})
        sink = io.BytesIO()
        try:
            with sf.SoundFile(sink, "w", audio.sample_rate, audio.channels, subtype, format=container, **settings) as file:
                for start in range(0, audio.length_frames, BLOCK_FRAMES):
                    block = audio.samples[:, start : start + BLOCK_FRAMES]
                    # Only float keeps what is beyond full scale; whole numbers would wrap or clip by format.
                    file.write(block.T if form == "wav32" else np.clip(block, -1.0, 1.0).T)
        except sf.LibsndfileError as wrong:
            raise InvalidAudio(f"this sound cannot be written as {form}: {_words(wrong)}", code="audio.format") from wrong
        return sink.getvalue()

    def write(self, audio: Audio, path: Path) -> None:
        """Write a file by its suffix, whole or not at all. Raises: InvalidAudio, EngineUnavailable when the place is not writable."""
        data = self.encode(audio, path.suffix)
        try:
            write_durably(path, data)
        except OSError as wrong:
            raise EngineUnavailable(f"'{path.name}' cannot be written: {wrong.strerror or wrong}") from wrong

    def read_tags(self, data: bytes, name: str) -> Mapping[str, str]:
        """`title`, `artist`, `album`, `isrc`, `year`, `genre` where the file says them; a file without readable tags says nothing."""
        from tinytag import TinyTag, TinyTagException  # lazy: only ingest reads tags

        if sniff(data) is None:
            return {}
        try:
            tag = TinyTag.get(filename=PurePath(name or "file").name, file_obj=io.BytesIO(data))
        except (TinyTagException, ValueError, LookupError, ArithmeticError, TypeError, AttributeError, OSError, MemoryError):
            return {}  # tags are a courtesy: a file with broken ones is still music
        other: Mapping[str, Any] = tag.other or {}
        said = {
            "title": tag.title,
            "artist": tag.artist,
            "album": tag.album,
            "year": tag.year,
            "genre": tag.genre,
            "isrc": other.get("isrc"),
        }
        return {key: text for key, value in said.items() if (text := _tag_text(value))}

    def media_type(self, data: bytes) -> str:
        """The media type that a file's first bytes say."""
        return _MEDIA_TYPES.get(sniff(data) or "", "application/octet-stream")


def _read(file: sf.SoundFile, name: str, says_its_length: bool) -> Audio:
    """Read block by block: headers lie about their length, and no lie may cost more memory than the file is worth."""
    if file.samplerate not in RATES_HZ or not 1 <= file.channels <= CHANNELS_MAX:
        raise InvalidAudio(
            f"{_shown(name)} has {file.channels} channels at {file.samplerate} Hz",
            code="audio.shape",
            hint="Bring mono or stereo at 8 to 192 kHz.",
        )
    if says_its_length and file.frames > LENGTH_MAX_S * file.samplerate:
        raise _too_long(name)
    blocks: list[np.ndarray[Any, np.dtype[np.float32]]] = []
    frames = 0
    while len(block := np.asarray(file.read(BLOCK_FRAMES * 4, dtype="float32", always_2d=True), np.float32)):
        blocks.append(block)
        frames += len(block)
        if frames > LENGTH_MAX_S * file.samplerate:
            raise _too_long(name)
    if not frames:
        raise InvalidAudio(f"there is no sound in {_shown(name)}: zero frames", code="audio.no_frames")
    if says_its_length and frames < file.frames * 0.98 - 4096:
        raise _cut_off(name)
    samples = np.empty((file.channels, frames), np.float32)
    start = 0
    for block in blocks:
        samples[:, start : start + len(block)] = block.T
        start += len(block)
    if not np.isfinite(samples).all():
        raise InvalidAudio(f"{_shown(name)} contains values that are not numbers", code="audio.not_finite", hint="Export it again.")
    return Audio(samples, file.samplerate)


def _check_rate(audio: Audio, form: str) -> None:
    rates = {"opus": OPUS_RATES_HZ, "mp3": MP3_RATES_HZ}.get(form)
    if rates and audio.sample_rate not in rates:
        raise InvalidAudio(
            f"{form} cannot hold {audio.sample_rate} Hz", code="audio.rate", hint=f"It knows {', '.join(map(str, rates))} Hz."
        )
    if form == "mp3" and audio.channels > 2:
        raise InvalidAudio("mp3 holds one or two channels", code="audio.shape")


def _not_audio(data: bytes, name: str) -> InvalidAudio:
    if all(byte in b"\t\n\r\x0c" or 32 <= byte < 127 or byte >= 128 for byte in data[:512]):
        return InvalidAudio(f"{_shown(name)} is a text file, not audio", code="audio.not_audio")
    return InvalidAudio(
        f"{_shown(name)} is not an audio file that we know", code="audio.not_audio", hint="Bring wav, flac, ogg, mp3, opus or aiff."
    )


def _cut_off(name: str) -> InvalidAudio:
    return InvalidAudio(f"{_shown(name)} is cut off", code="audio.truncated", hint="It says that it is longer than it is: copy it again.")


def _too_long(name: str) -> InvalidAudio:
    return InvalidAudio(f"{_shown(name)} is longer than three hours", code="audio.too_long", hint="Cut it into its songs first.")


def _tag_text(value: Any) -> str:
    first = value[0] if isinstance(value, list) and value else value
    return " ".join(str(first).replace("\0", " ").split())[:500] if first else ""


def _shown(name: str) -> str:
    return f"'{PurePath(name).name[:80]}'" if name else "the file"


def _words(wrong: Exception) -> str:
    text = getattr(wrong, "error_string", "") or str(wrong)
    return text.strip().rstrip(".").lower()
