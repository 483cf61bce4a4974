"""What a file is, by what is in it: names are never believed, and neither are the first bytes alone.

Tags, zeros and blanks may stand before the sound; it is looked for behind them, and then anywhere in the beginning.
What is
recognised and not read is called by its name, with how to convert it.

Own tables instead of a package: `filetype` and `puremagic` look at the first bytes only, and call a file by the tag in
front.
"""

from __future__ import annotations

import mmap
import re
from typing import Final, Literal, NamedTuple

from remixlab.stores.files.formats.mpeg import find_sound, frame_at, is_confirmed, skip_tag

Bytes = bytes | mmap.mmap
Reader = Literal["libsndfile", "av", "none"]

_SEARCHED_BYTES: Final = 1 << 17
"""Sound is looked for so far behind the tags in front."""
_BLANK: Final = re.compile(rb"[\x00\t\n\r ]*")
_MARKS: Final = re.compile(
    rb"fLaC[\x00\x80]\x00\x00\x22|(?:RIFF|RIFX|RF64|BW64)....WAVE|OggS\x00\x02|FORM....AIF[FC]", re.DOTALL
)

_ADTS: Final = re.compile(rb"\xff[\xf0\xf1\xf8\xf9]")

_SOUND: Final[tuple[tuple[int, bytes, str, Reader], ...]] = (
    (0, b"fLaC", "flac", "libsndfile"),
    (0, b"OggS", "ogg", "libsndfile"),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", "w64", "libsndfile"),
    (0, b"caff\x00\x01", "caf", "libsndfile"),
    (0, b".snd\x00\x00", "au", "libsndfile"),
    (4, b"ftyp", "mp4", "av"),
    (4, b"moov", "mp4", "av"),
    (4, b"mdat", "mp4", "av"),
    (4, b"wide", "mp4", "av"),
    (0, b"\x1aE\xdf\xa3", "webm", "av"),
    (0, b"0&\xb2u\x8ef\xcf\x11", "asf", "av"),
    (0, b"ADIF", "aac", "av"),
    (0, b"\x0bw", "ac3", "av"),
    (0, b"\x7f\xfe\x80\x01", "dts", "av"),
    (0, b"\xfe\x7f\x01\x80", "dts", "av"),
    (0, b"DTSHDHDR", "dts", "av"),
    (0, b"wvpk", "wavpack", "av"),
    (0, b"MAC ", "ape", "av"),
    (0, b"TTA1", "tta", "av"),
    (0, b"TTA2", "tta", "av"),
    (0, b"tBaK", "tak", "av"),
    (0, b"MPCK", "musepack", "av"),
    (0, b"MP+", "musepack", "av"),
    (0, b"DSD ", "dsf", "av"),
    (0, b"FRM8", "dff", "av"),
    (0, b"OFR ", "optimfrog", "none"),
    (0, b"ajkg", "shorten", "av"),
    (0, b"#!AMR", "amr", "av"),
    (0, b"FLV\x01", "flv", "av"),
    (0, b".RMF", "realmedia", "av"),
    (0, b".ra\xfd", "realmedia", "av"),
    (0, b"Creative Voice File", "voc", "libsndfile"),
    (0, b"\x00\x00\x01\xba", "mpegps", "av"),
)
"""Where, which bytes, what it is, and who reads it."""

_OTHER: Final[tuple[tuple[int, bytes, str, str], ...]] = (
    (0, b"MThd", "a MIDI file: notes and no sound", "Play it on instruments and export what sounds."),
    (0, b"IMPM", "a tracker module", "Export it as WAV from the tracker."),
    (0, b"Extended Module:", "a tracker module", "Export it as WAV from the tracker."),
    (44, b"SCRM", "a tracker module", "Export it as WAV from the tracker."),
    (0, b"PK\x03\x04", "a ZIP archive", "Unpack it and bring the sound inside."),
    (0, b"PK\x05\x06", "a ZIP archive", "Unpack it and bring the sound inside."),
    (0, b"Rar!", "a RAR archive", "Unpack it and bring the sound inside."),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it and bring the sound inside."),
    (0, b"\x1f\x8b", "a gzip archive, or a project that is kept as one", "Unpack it, or export the project as WAV."),
    (0, b"BZh", "a bzip2 archive", "Unpack it and bring the sound inside."),
    (0, b"\xfd7zXZ", "an xz archive", "Unpack it and bring the sound inside."),
    (0, b"%PDF", "a PDF document", ""),
    (0, b"\x89PNG", "a picture", ""),
    (0, b"GIF8", "a picture", ""),
    (0, b"\xff\xd8\xff", "a picture", ""),
    (0, b"FLhd", "an FL Studio project", "Export it as WAV from FL Studio."),
    (0, b"bplist", "an Apple property list", ""),
    (0, b"\x7fELF", "a program", ""),
    (0, b"SQLite format 3", "a database", ""),
    (0, b"Obj\x01", "an Avro file", ""),
)


class Found(NamedTuple):
    """What a file is: its kind, where its sound begins, and who reads it."""

    kind: str
    start: int
    reader: Reader


def recognise(data: Bytes) -> Found | None:
    """None when there is no sound that we know in it."""
    start = 0
    for _ in range(64):  # tags in front, one behind the other
        found = _recognise_at(data, start)
        if found:
            return found
        following = _behind(data, start)
        if following is None or following >= len(data):
            break
        start = following
    if name_of(data):
        return None  # an archive may hold sound as it is
    return _search(data, start) or (_search(data, 0) if start else None)


def name_of(data: Bytes) -> tuple[str, str] | None:
    """What a file without sound is called, and what its owner may do."""
    head = bytes(data[:64])
    for at, magic, name, hint in _OTHER:
        if head.startswith(magic, at):
            return name, hint
    if head[:4] == b"RIFF":
        return {
            b"sfbk": ("a SoundFont", "Name it with --soundfont."),
            b"RMID": ("a MIDI file: notes and no sound", "Play it on instruments and export what sounds."),
        }.get(head[8:12])
    return None


def _recognise_at(data: Bytes, start: int) -> Found | None:
    head = bytes(data[start : start + 64])
    if head[:4] in (b"RIFF", b"RIFX", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return Found("wav", start, "libsndfile")
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return Found("aiff", start, "libsndfile")
    if head[:4] == b"RIFF" and head[8:12] == b"AVI ":
        return Found("avi", start, "av")
    for at, magic, kind, reader in _SOUND:
        if head.startswith(magic, at):
            return Found(kind, start, reader)
    if _is_adts(data, start):
        return Found("aac", start, "av")
    if _is_transport(data, start):
        return Found("mpegts", start, "av")
    return Found("mp3", start, "libsndfile") if is_confirmed(data, start) else None


def _behind(data: Bytes, start: int) -> int | None:
    """Where what stands in front of the sound ends: a tag, zeros, blanks; None when nothing like that is here."""
    behind = skip_tag(data, start)
    if behind is not None:
        return behind
    head = bytes(data[start : start + 32])
    if head[:8] == b"APETAGEX" and len(head) == 32:
        counted = start + 32 + int.from_bytes(head[12:16], "little")
        is_right = counted <= len(data) and _recognise_at(data, counted) is not None
        return counted if is_right else start + 32
    blank = _BLANK.match(data, start)
    return blank.end() if blank and blank.end() > start else None


def _search(data: Bytes, start: int) -> Found | None:
    """The first sound in a stretch, whatever stands before it."""
    marked = _MARKS.search(data, start, min(len(data), start + _SEARCHED_BYTES))
    framed = find_sound(data, start, _SEARCHED_BYTES)
    if marked and (framed is None or marked.start() < framed):
        return _recognise_at(data, marked.start())
    if framed is not None:
        return Found("mp3", framed, "libsndfile")
    synced = _ADTS.finditer(data, start, min(len(data), start + _SEARCHED_BYTES))
    return next((Found("aac", found.start(), "av") for found in synced if _is_adts(data, found.start(), 4)), None)


def _is_adts(data: Bytes, start: int, frames: int = 2) -> bool:
    """AAC frames one behind the other. Source: ISO/IEC 13818-7, adts_frame."""
    for _ in range(frames):
        head = bytes(data[start : start + 7])
        if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0 or head[2] >> 2 & 15 > 12:
            return False
        size = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        if size < 7:
            return False
        start += size
    return True


def _is_transport(data: Bytes, start: int) -> bool:
    """Packets of 188 bytes that each begin with G."""
    return (
        start + 188 * 4 < len(data)
        and all(data[start + 188 * n] == 0x47 for n in range(5))
        and frame_at(data, start) is None
    )
