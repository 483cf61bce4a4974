"""MPEG audio (MP1, MP2, MP3) frame by frame: where sound is, how long it is, and where its rate or channels change.

No file says that reliably: lengths in a Xing header are wrong after an edit, rips begin in the middle of a frame, tags
stand
before, between and behind. Each frame says in its header how long it is, and so leads to the next.

Source: ISO/IEC 11172-3 and 13818-3 (frame headers); Xing and LAME "Info" tag, revision 1; Fraunhofer VBRI.
"""

from __future__ import annotations

import mmap
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

Bytes = bytes | mmap.mmap

_SYNC: Final = re.compile(rb"\xff[\xe2-\xff]")
_SIGNIFICANT: Final = 0xFFFEFEC0
"""Of a header: all but protection, private, mode extension, copyright and emphasis."""
_CONFIRMED_FRAMES: Final = 4
"""So many frames must follow each other before bytes behind a gap are called sound; chance gives one, pictures two."""
_JUNK_MAX_BYTES: Final = 1 << 24
_KBITS: Final = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (2, 3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""By version (2 for 2.5 too) and layer."""


class Frame(NamedTuple):
    """What a frame header says. Unit: bytes, samples of each channel, Hz."""

    size: int
    samples: int
    sample_rate: int
    channels: int
    layer: int
    version: int

    def joins(self, other: Frame) -> bool:
        """Whether one decoder can go on from one to the other."""
        return self[2:] == other[2:]


@dataclass(slots=True)
class Run:
    """Frames of one kind that follow each other. `spans` is where they lie: gaps between them are no sound."""

    frame: Frame
    spans: list[tuple[int, int]]
    frames: int = 0

    @property
    def length_s(self) -> float:
        return self.frames * self.frame.samples / self.frame.sample_rate


class Info(NamedTuple):
    """The frame in front that holds no sound but says what follows.

    `delay` and `padding` are what the encoder added, where said.
    """

    frames: int | None
    delay: int
    padding: int
    is_xing: bool


@dataclass(frozen=True, slots=True)
class MpegSound:
    """All frames of a file. `begin` is where the first lies, the info frame included; `end` where the last ends."""

    begin: int
    end: int
    info: Info | None
    runs: tuple[Run, ...]

    @property
    def frames(self) -> int:
        return sum(run.frames for run in self.runs)

    @property
    def is_plain(self) -> bool:
        """Whether the decoder may have the file as it is: one kind of frames, no gaps, and as many as the header
        counts.
        """
        return (
            len(self.runs) == 1
            and len(self.runs[0].spans) == 1
            and self.info is not None
            and self.info.is_xing
            and self.info.frames == self.frames
        )


def read_header(header: int) -> Frame | None:
    """The frame that these four bytes begin;

    None when they begin none, or one of a free bit rate, which has no length.
    """
    return _read_header(header & _SIGNIFICANT)


def frame_at(data: Bytes, place: int) -> Frame | None:
    return read_header(struct.unpack_from(">I", data, place)[0]) if 0 <= place <= len(data) - 4 else None


def is_confirmed(data: Bytes, place: int, frames: int = _CONFIRMED_FRAMES) -> bool:
    """Whether sound begins here: frames of one kind follow each other, or the file ends with the frame it must end
    with.
    """
    first = frame_at(data, place)
    if first is None:
        return False
    place, following = place + first.size, None
    for _ in range(frames - 1):
        if place >= len(data):
            return place == len(data) or following is not None
        found = frame_at(data, place)
        if found is None or not found.joins(first):
            return _is_end_tag(data, place)
        place, following = place + found.size, found
    return True


def find_sound(data: Bytes, start: int, within: int) -> int | None:
    """Where the first confirmed frame lies, looked for in a stretch."""
    for found in _SYNC.finditer(data, start, min(len(data), start + within)):
        if is_confirmed(data, found.start()):
            return found.start()
    return None


def scan(data: Bytes, start: int) -> MpegSound | None:
    """All frames from a place on; None when there are none."""
    runs = list[Run]()
    info, begin, end = None, start, start
    for place, frame in _frames(data, start):
        if not runs and info is None:
            info = read_info(data, place, frame)
            if info is not None:
                begin, end = place, place + frame.size
                continue
        elif runs and runs[-1].frame.joins(frame):
            run = runs[-1]
            run.frames += 1
            if run.spans[-1][1] == place:
                run.spans[-1] = (run.spans[-1][0], place + frame.size)
            else:
                run.spans.append((place, place + frame.size))
            end = place + frame.size
            continue
        runs.append(Run(frame, [(place, place + frame.size)], 1))
        end = place + frame.size
    if not runs:
        return None
    return MpegSound(begin if info is not None else runs[0].spans[0][0], end, info, tuple(runs))


def read_info(data: Bytes, place: int, frame: Frame) -> Info | None:
    """The Xing, Info or VBRI header that a frame holds instead of sound."""
    body = bytes(data[place : place + frame.size])
    if body[36:40] == b"VBRI" and len(body) >= 54:
        return Info(int.from_bytes(body[50:54], "big") or None, 0, 0, False)
    side = {(1, 1): 17, (1, 2): 32, (2, 1): 9, (2, 2): 17}[min(frame.version, 2), frame.channels]
    tag = body[4 + side :]
    if frame.layer != 3 or tag[:4] not in (b"Xing", b"Info") or len(tag) < 8:
        return None
    flags, at = int.from_bytes(tag[4:8], "big"), 8
    frames = int.from_bytes(tag[8:12], "big") if flags & 1 else None
    for bit, length in ((1, 4), (2, 4), (4, 100), (8, 4)):
        at += length if flags & bit else 0
    lame = tag[at : at + 24]
    packed = (
        int.from_bytes(lame[21:24], "big")
        if len(lame) == 24 and lame[:4] in (b"LAME", b"Lavc", b"Lavf", b"L3.9", b"GOGO")
        else 0
    )
    return Info(frames or None, packed >> 12, packed & 0xFFF, True)


def _frames(data: Bytes, start: int) -> Iterator[tuple[int, Frame]]:
    """Each frame with its place; what lies between frames is passed over, as long as it is not megabytes."""
    place, length, junk = start, len(data), 0
    unpack, last = struct.Struct(">I").unpack_from, None
    while place <= length - 4:
        frame = _read_header(unpack(data, place)[0] & _SIGNIFICANT)
        if frame is not None and ((last is not None and frame[2:] == last[2:]) or is_confirmed(data, place)):
            if place + frame.size > length:
                return  # the last frame is cut off
            yield place, frame
            last, place = frame, place + frame.size
            continue
        behind = skip_tag(data, place)
        if behind is None:
            behind = find_sound(data, place + 1, _JUNK_MAX_BYTES - junk)
            if behind is None:
                return
            junk += behind - place
        place, last = behind, None


def skip_tag(data: Bytes, place: int) -> int | None:
    """Where a tag that begins here ends; None when none does or when it would leave the file."""
    head = bytes(data[place : place + 32])
    if head[:3] == b"ID3" and len(head) >= 10 and not any(byte & 0x80 for byte in head[6:10]):
        size = 10 + ((head[6] << 21) | (head[7] << 14) | (head[8] << 7) | head[9]) + (10 if head[5] & 0x10 else 0)
    elif head[:3] == b"TAG" and place + 128 == len(data):
        size = 128
    else:
        return None
    return place + size if place + size <= len(data) else None


def _is_end_tag(data: Bytes, place: int) -> bool:
    """Whether what follows a frame is a tag that stands behind sound, so that a file of two frames is one."""
    return bytes(data[place : place + 8]).startswith((b"TAG", b"APETAGEX", b"LYRICSBE", b"ID3"))


@lru_cache(maxsize=4096)
def _read_header(header: int) -> Frame | None:
    version_bits, layer_bits = header >> 19 & 3, header >> 17 & 3
    kbits, rate_bits, padding, mode = header >> 12 & 15, header >> 10 & 3, header >> 9 & 1, header >> 6 & 3
    if header >> 21 != 0x7FF or version_bits == 1 or layer_bits == 0 or kbits in (0, 15) or rate_bits == 3:
        return None
    version, layer = {3: 1, 2: 2, 0: 3}[version_bits], 4 - layer_bits
    rate = (44_100, 48_000, 32_000)[rate_bits] >> (version - 1)
    bits = 1000 * _KBITS[min(version, 2), layer][kbits - 1]
    samples = {1: 384, 2: 1152, 3: 1152 if version == 1 else 576}[layer]
    size = (12 * bits // rate + padding) * 4 if layer == 1 else samples // 8 * bits // rate + padding
    return Frame(size, samples, rate, 1 if mode == 3 else 2, layer, version)
