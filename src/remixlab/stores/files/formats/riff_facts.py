"""What a RIFF/WAVE file says of its sound, and the header that it should have had: sizes are unfinished, wrapped or
wrong.

Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0"; EBU Tech 3306 (RF64); ITU-R BS.2088
(BW64).
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from typing import Final

from remixlab.stores.files.formats.pieces import Piece

Bytes = bytes | mmap.mmap

_FORMS: Final = (b"RIFF", b"RIFX", b"RF64", b"BW64")
_UNKNOWN_SIZE: Final = 0x7FFF_0000
"""A program that does not know the length while it writes leaves a number of this size, or zero."""
_EXTENSIBLE: Final = 0xFFFE
_TAGS_OF_LIBSNDFILE: Final = frozenset({1, 2, 3, 6, 7, 0x11, 0x31, 0x38, 0x40})
_TAGS_OF_MPEG: Final = frozenset({0x50, 0x55})
_WRAP: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class RiffFacts:
    """Of one WAVE form: where it begins, its format chunk, and where its sound lies.

    `said_bytes` is the size that the data chunk claims, None where it says that it does not know; `mask` the speakers,
    0 for unsaid.
    """

    begin: int
    form: bytes
    format: bytes
    data_begin: int
    data_end: int
    said_bytes: int | None
    is_plain: bool

    @property
    def tag(self) -> int:
        tag = self._number(0, 2)
        return self._number(24, 2) if tag == _EXTENSIBLE and len(self.format) >= 40 else tag

    @property
    def channels(self) -> int:
        return self._number(2, 2)

    @property
    def mask(self) -> int:
        return self._number(20, 4) if self._number(0, 2) == _EXTENSIBLE and len(self.format) >= 24 else 0

    @property
    def is_cut_off(self) -> bool:
        return self.said_bytes is not None and self.said_bytes - (self.data_end - self.data_begin) > max(
            4096, self.said_bytes // 100
        )

    @property
    def is_mpeg(self) -> bool:
        return self.tag in _TAGS_OF_MPEG

    @property
    def is_known(self) -> bool:
        return self.tag in _TAGS_OF_LIBSNDFILE

    @property
    def is_linear(self) -> bool:
        return self.tag == 1

    def pieces(self) -> list[Piece]:
        """The file with the header that it should have: the format, and a data chunk of the size that is there."""
        size, order = self.data_end - self.data_begin, ">" if self.form == b"RIFX" else "<"
        chunk = b"fmt " + struct.pack(order + "I", len(self.format)) + self.format + b"\0" * (len(self.format) % 2)
        rest = 4 + len(chunk) + 8 + size
        if rest < _WRAP:
            head = (b"RIFX" if order == ">" else b"RIFF") + struct.pack(order + "I", rest) + b"WAVE" + chunk
            head += b"data" + struct.pack(order + "I", size)
        else:
            frame = max(1, self._number(12, 2))
            ds64 = b"ds64" + struct.pack("<IQQQI", 28, rest + 36, size, size // frame, 0)
            head = b"RF64\xff\xff\xff\xffWAVE" + ds64 + chunk + b"data\xff\xff\xff\xff"
        return [head, (self.data_begin, self.data_end)]

    def _number(self, at: int, size: int) -> int:
        return int.from_bytes(self.format[at : at + size], "big" if self.form == b"RIFX" else "little")


def read_facts(data: Bytes, begin: int) -> RiffFacts | None:
    """Walk the chunks up to the sound. None when there is no format or no sound."""
    form, order = bytes(data[begin : begin + 4]), "<"
    if form not in _FORMS or bytes(data[begin + 8 : begin + 12]) != b"WAVE":
        return None
    if form == b"RIFX":
        order = ">"
    place, fmt, long_size, is_plain = begin + 12, b"", None, begin == 0 and form != b"BW64"
    while place + 8 <= len(data):
        name = bytes(data[place : place + 4])
        size = struct.unpack_from(order + "I", data, place + 4)[0]
        if name == b"ds64" and size >= 16 and place + 24 <= len(data):
            long_size = struct.unpack_from("<Q", data, place + 16)[0]
        elif name == b"fmt ":
            fmt = bytes(data[place + 8 : place + 8 + min(size, 4096)])
        elif name == b"data":
            return (
                _with_sound(data, RiffFacts(begin, form, fmt, place + 8, len(data), size, is_plain), long_size)
                if fmt
                else None
            )
        following = place + 8 + size + size % 2
        if size % 2 and not _is_chunk(data, following) and _is_chunk(data, following - 1):
            following, is_plain = following - 1, False  # an odd chunk without its padding
        place = following
    return None


def _with_sound(data: Bytes, facts: RiffFacts, long_size: int | None) -> RiffFacts:
    said = facts.said_bytes or 0
    begin, there = facts.data_begin, len(data) - facts.data_begin
    if long_size is not None and said in (0xFFFF_FFFF, 0):
        known = long_size if 0 < long_size < 1 << 62 else None
    elif (said >= _UNKNOWN_SIZE and said > there) or (said == 0 and there > 0 and not _is_chunk(data, begin)):
        known = None
    elif there - said >= _WRAP:
        known = said + (there - said) // _WRAP * _WRAP
    else:
        known = said
    is_plain = facts.is_plain and known == (long_size if long_size is not None else said)
    end = len(data) if known is None else min(len(data), begin + known)
    return RiffFacts(facts.begin, facts.form, facts.format, begin, end, known, is_plain)


def _is_chunk(data: Bytes, place: int) -> bool:
    """Whether a chunk may begin here: four printable letters and a size that fits; the end of the file counts."""
    name = bytes(data[place : place + 4])
    if place >= len(data):
        return place == len(data)
    if len(name) < 4 or place + 8 > len(data) or not all(32 <= byte < 127 for byte in name) or not name.strip():
        return False
    return name == b"data" or place + 8 + struct.unpack_from("<I", data, place + 4)[0] <= len(data) + 1
