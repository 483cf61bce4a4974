"""What is said of a file that is not read: one sentence with its name, what it is, and how to bring it."""

from __future__ import annotations

import mmap
from pathlib import PurePath
from typing import Final

from remixlab.domain.errors import InvalidAudio
from remixlab.stores.files.formats.recognising import name_of

RATES_HZ: Final = range(4_000, 384_001)
CHANNELS_MAX: Final = 8

_KINDS_HINT: Final = "Bring wav, flac, ogg, mp3, opus or aiff."
_DAMAGED_HINT: Final = "Is the file complete? Try to export it again."
_NAMES: Final = {
    "mp4": "an MP4 or M4A file",
    "webm": "a WebM or Matroska file",
    "asf": "a Windows Media file",
    "aac": "a bare AAC stream",
    "ac3": "a Dolby Digital file",
    "dts": "a DTS file",
    "wavpack": "a WavPack file",
    "ape": "a Monkey's Audio file",
    "tta": "a True Audio file",
    "tak": "a TAK file",
    "musepack": "a Musepack file",
    "dsf": "a DSD file",
    "dff": "a DSD file",
    "optimfrog": "an OptimFROG file",
    "shorten": "a Shorten file",
    "amr": "an AMR recording",
    "flv": "a Flash video",
    "realmedia": "a RealMedia file",
    "avi": "an AVI video",
    "mpegps": "an MPEG video",
    "mpegts": "an MPEG transport stream",
    "wav": "a WAV file with a codec that is not read here",
    "ogg": "an Ogg file with a codec that is not read here",
    "caf": "a Core Audio file with a codec that is not read here",
    "aiff": "an AIFF file with a codec that is not read here",
}


def shown(name: str) -> str:
    return f"'{PurePath(name).name[:80]}'" if name else "the file"


def words_of(wrong: Exception) -> str:
    text = getattr(wrong, "error_string", "") or str(wrong)
    return text.strip().rstrip(".").lower()


def what_is(kind: str) -> str:
    """A kind of file in words; what has no short name is said to be what it is called."""
    return _NAMES.get(kind, kind)


def not_audio(data: bytes | mmap.mmap, name: str) -> InvalidAudio:
    known = name_of(data)
    if known:
        return InvalidAudio(f"{shown(name)} is {known[0]}", code="audio.not_audio", hint=known[1] or _KINDS_HINT)
    if all(byte in b"\t\n\r\x0c" or 32 <= byte < 127 or byte >= 128 for byte in bytes(data[:512])):
        return InvalidAudio(f"{shown(name)} is a text file, not audio", code="audio.not_audio")
    return InvalidAudio(f"{shown(name)} is not an audio file that we know", code="audio.not_audio", hint=_KINDS_HINT)


def not_read(kind: str, name: str) -> InvalidAudio:
    hint = "Convert it to FLAC with the program that made it, and bring that."
    return InvalidAudio(f"{shown(name)} is {what_is(kind)}, which is not read", code="audio.format", hint=hint)


def needs_formats(kind: str, name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} is {what_is(kind)}, a format that needs one more package",
        code="audio.needs_formats",
        hint="pip install 'remixlab[formats]', or convert it: ffmpeg -i FILE song.flac",
    )


def cut_off(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} is cut off", code="audio.truncated", hint="It says that it is longer than it is: copy it again."
    )


def too_long(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} is longer than three hours", code="audio.too_long", hint="Cut it into its songs first."
    )


def no_frames(name: str) -> InvalidAudio:
    return InvalidAudio(f"there is no sound in {shown(name)}: zero frames", code="audio.no_frames")


def not_finite(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} contains values that are not numbers", code="audio.not_finite", hint="Export it again."
    )


def out_of_range(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} has values far beyond full scale", code="audio.out_of_range", hint="Export it at a usual level."
    )


def too_dense(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} unpacks to hundreds of times its size, as no music does", code="audio.too_dense",
        hint="Cut the silence out of it.",
    )  # fmt: skip


def too_costly(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} takes more memory or time to read than a recording may take", code="audio.too_costly",
        hint="Export it again, as FLAC or WAV.",
    )  # fmt: skip


def damaged(name: str, why: str) -> InvalidAudio:
    return InvalidAudio(f"{shown(name)} cannot be read: {why}", code="audio.damaged", hint=_DAMAGED_HINT)


def is_pipe(name: str) -> InvalidAudio:
    return InvalidAudio(
        f"{shown(name)} is a pipe, which cannot be read",
        code="audio.pipe",
        hint="Save it to a file first: a recording is read more than once.",
    )


def check_shape(sample_rate: int, channels: int, name: str) -> None:
    """Raises: InvalidAudio."""
    if sample_rate not in RATES_HZ or not 1 <= channels <= CHANNELS_MAX:
        raise InvalidAudio(
            f"{shown(name)} has {channels} channels at {sample_rate} Hz",
            code="audio.shape",
            hint="Bring mono or stereo at 8 to 192 kHz.",
        )
