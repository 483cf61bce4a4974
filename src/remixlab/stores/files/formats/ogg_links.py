"""Ogg files link by link: radio rips and joined files are chains, whose links have rates and channels of their own.

FLAC in Ogg becomes the FLAC file that is inside, which libsndfile reads.

Source: RFC 3533 (Ogg), RFC 9639 section 10.1 (FLAC in Ogg), RFC 7845 (Opus), Vorbis I, Speex manual.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, NamedTuple

from remixlab.domain.ogg import page_checksum
from remixlab.stores.files.formats.pieces import Piece

Bytes = bytes | mmap.mmap

_CODECS: Final = (
    (b"\x01vorbis", "vorbis", 16),
    (b"OpusHead", "opus", 19),
    (b"\x7fFLAC", "flac", 51),
    (b"Speex   ", "speex", 52),
)
"""How a first packet begins, what it is, and how much of it is read."""
_FIRST, _CONTINUED = 0x02, 0x01
_STREAMINFO: Final = slice(13, 13 + 4 + 34)
"""In the first packet of FLAC: behind the mapping's own nine bytes and `fLaC`."""

_OPUS_INPUT_RATE: Final = slice(12, 16)
"""In the first packet of Opus: the rate of what was encoded, which says nothing about what to decode at, and which
libsndfile
decodes at all the same. Source: RFC 7845, section 5.1.
"""
_OPUS_RATE: Final = (48_000).to_bytes(4, "little")
_CHECKSUM: Final = slice(22, 26)


class _Page(NamedTuple):
    begin: int
    body: int
    end: int
    flags: int
    serial: int
    granule: int


@dataclass(slots=True)
class Link:
    """One stream of sound in a chain. `spans` are its pages, `bodies` what they hold."""

    codec: str
    head: bytes
    spans: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    bodies: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])
    granules: list[int] = field(default_factory=list[int])
    """Where each page of sound says that it ends. Unit: samples, of 48 kHz in Opus."""

    @property
    def least_s(self) -> float:
        """How long it must be at least, by its pages: from the end of the first to the end of the last; 0 where
        they make no sense.
        """
        rises = all(a <= b for a, b in pairwise(self.granules))
        return (self.granules[-1] - self.granules[0]) / max(1, self.sample_rate) if self.granules and rises else 0.0

    @property
    def channels(self) -> int:
        byte = self.head[{"vorbis": 11, "opus": 9, "flac": 29, "speex": 48}[self.codec]]
        return (byte >> 1 & 7) + 1 if self.codec == "flac" else byte

    @property
    def sample_rate(self) -> int:
        """At which it is decoded: Opus always at 48 kHz. Unit: Hz."""
        match self.codec:
            case "vorbis":
                return int.from_bytes(self.head[12:16], "little")
            case "opus":
                return 48_000
            case "flac":
                return int.from_bytes(self.head[27:30], "big") >> 4
            case _:
                return int.from_bytes(self.head[36:40], "little")

    def pieces(self, data: Bytes) -> list[Piece]:
        """What libsndfile reads: FLAC out of its pages; Opus at 48 kHz, whatever rate it was once made from."""
        if self.codec == "flac":
            return self._native_flac()
        if self.codec == "opus" and self.head[_OPUS_INPUT_RATE] != _OPUS_RATE:
            begin, end = self.spans[0]
            return [_at_full_rate(bytes(data[begin:end])), *_joined(self.spans[1:])]
        return list(_joined(self.spans))

    def _native_flac(self) -> list[Piece]:
        """A FLAC file: its STREAMINFO as the only header, with its length unknown, then the frames, which lie in
        the pages.
        """
        info = bytearray(self.head[_STREAMINFO])
        info[0] = 0x80
        info[17] &= 0xF0
        info[18:22] = bytes(4)
        return [b"fLaC" + bytes(info), *_joined(self.bodies)]


def read_links(data: Bytes, start: int = 0) -> list[Link]:
    """The sounds of a chain, in order; of several that sound at once, the first.

    Streams that are no sound are left out.
    """
    links, current, is_heading = list[Link](), dict[int, Link](), False
    for page in _pages(data, start):
        if page.flags & _FIRST:
            if not is_heading:
                current, is_heading = {}, True
            head = bytes(data[page.body : min(page.end, page.body + 80)])
            codec = next((name for magic, name, size in _CODECS if head.startswith(magic) and len(head) >= size), None)
            if codec and not current:
                current[page.serial] = Link(codec, head)
                links.append(current[page.serial])
        else:
            is_heading = False
        link = current.get(page.serial)
        if link is None:
            continue
        link.spans.append((page.begin, page.end))
        if page.granule > 0:
            link.granules.append(page.granule)
        if link.bodies or _begins_flac_frame(data, page):
            link.bodies.append((page.body, page.end))
    return links


def first_packets(data: Bytes, start: int, count: int) -> Iterator[bytes]:
    """The packets that the first stream begins with, its headers among them."""
    serial, packet, found = None, list[bytes](), 0
    for page in _pages(data, start):
        serial = page.serial if serial is None else serial
        if page.serial != serial:
            continue
        place = page.body
        for length in bytes(data[page.begin + 27 : page.body]):
            packet.append(bytes(data[place : place + length]))
            place += length
            if length == 255:
                continue
            yield b"".join(packet)
            packet, found = [], found + 1
            if found == count:
                return


def names_inside(data: Bytes, start: int = 0) -> str:
    """What the first stream says that it is, where we do not know it."""
    page = next(_pages(data, start), None)
    head = bytes(data[page.body : page.body + 16]) if page else b""
    return "".join(chr(byte) for byte in head if 65 <= byte <= 90 or 97 <= byte <= 122)[:12]


def is_cut_off(data: Bytes, start: int = 0) -> bool:
    """Whether the last page is not whole."""
    page = data.rfind(b"OggS")
    if page < start or page + 27 > len(data):
        return True
    lacing = data[page + 27 : page + 27 + data[page + 26]]
    return len(lacing) < data[page + 26] or page + 27 + len(lacing) + sum(lacing) > len(data)


def _pages(data: Bytes, start: int) -> Iterator[_Page]:
    place = start
    while True:
        if data[place : place + 4] != b"OggS":
            place = data.find(b"OggS", place)
            if place < 0:
                return
        if place + 27 > len(data):
            return
        body = place + 27 + data[place + 26]
        end = body + sum(data[place + 27 : body])
        if data[place + 4] != 0:
            place += 4
            continue
        if end > len(data):
            return
        granule = int.from_bytes(data[place + 6 : place + 14], "little", signed=True)
        yield _Page(place, body, end, data[place + 5], int.from_bytes(data[place + 14 : place + 18], "little"), granule)
        place = end


def _begins_flac_frame(data: Bytes, page: _Page) -> bool:
    return not page.flags & (_FIRST | _CONTINUED) and bytes(data[page.body : page.body + 2]) in (
        b"\xff\xf8",
        b"\xff\xf9",
    )


def _joined(spans: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The same stretches, those that touch as one."""
    begin, end = spans[0] if spans else (0, 0)
    for first, last in spans[1:]:
        if first != end:
            yield begin, end
            begin = first
        end = last
    if end > begin:
        yield begin, end


def _at_full_rate(page: bytes) -> bytes:
    """The first page of an Opus stream that says to have been made from 48 kHz."""
    changed = bytearray(page)
    head = page.index(b"OpusHead")
    changed[head + _OPUS_INPUT_RATE.start : head + _OPUS_INPUT_RATE.stop] = _OPUS_RATE
    changed[_CHECKSUM] = bytes(4)
    changed[_CHECKSUM] = page_checksum(changed).to_bytes(4, "little")
    return bytes(changed)
