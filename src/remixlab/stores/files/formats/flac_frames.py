"""How long a FLAC file is, told by its last frame: the header says zero where it was written to a pipe, and may be
wrong.

Source: RFC 9639, sections 8.2 (STREAMINFO) and 9.1 (frame header).
"""

from __future__ import annotations

import mmap
import re
from itertools import pairwise
from typing import Final, NamedTuple

Bytes = bytes | mmap.mmap

_STREAMINFO: Final = re.compile(rb"fLaC[\x00\x80]\x00\x00\x22")
_MASK: Final = re.compile(rb"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x([0-9A-Fa-f]{1,8})(?![0-9A-Fa-f])", re.IGNORECASE)
_FRAME: Final = re.compile(rb"\xff[\xf8\xf9]")
_SAMPLE_BITS: Final = {1: 8, 2: 12, 4: 16, 5: 20, 6: 24, 7: 32}
_TAIL_BYTES: Final = 1 << 20
"""Longer than the longest frame that is in use: eight channels of 24 bits and 32 768 samples."""
_BLOCKS: Final = {1: 192, 2: 576, 3: 1152, 4: 2304, 5: 4608} | {8 + n: 256 << n for n in range(8)}


class FlacStream(NamedTuple):
    """One FLAC stream in a file. `total` is what the header says, 0 for unknown;

    `found` what the last frame says, 0 for unknown.
    """

    begin: int
    end: int
    sample_rate: int
    channels: int
    total: int
    found: int

    def header(self, data: Bytes) -> bytes:
        """`fLaC` and STREAMINFO with the number of samples that there are."""
        head = bytearray(data[self.begin : self.begin + 42])
        total = max(self.total, self.found)
        head[21] = head[21] & 0xF0 | total >> 32
        head[22:26] = (total & 0xFFFFFFFF).to_bytes(4, "big")
        return bytes(head)


def channel_mask(data: Bytes, begin: int) -> int:
    """The speakers that a comment names, 0 for unsaid. Source: RFC 9639, section 8.6.2."""
    found = _MASK.search(data, begin, min(len(data), begin + _TAIL_BYTES))
    return int(found[1], 16) if found else 0


def read_streams(data: Bytes, start: int) -> list[FlacStream]:
    """The streams of a file, of which there are several where files were joined."""
    begins = [found.start() for found in _STREAMINFO.finditer(data, start) if _is_streaminfo(data, found.start())]
    return [_read_stream(data, begin, end) for begin, end in pairwise([*begins, len(data)])]


def _is_streaminfo(data: Bytes, place: int) -> bool:
    return (
        place + 42 <= len(data) and 0 < _rate(data, place) <= 655_350 and data[place + 8] << 8 | data[place + 9] >= 16
    )


def _rate(data: Bytes, place: int) -> int:
    return int.from_bytes(data[place + 18 : place + 21], "big") >> 4


def _read_stream(data: Bytes, begin: int, end: int) -> FlacStream:
    channels = (data[begin + 20] >> 1 & 7) + 1
    total = int.from_bytes(data[begin + 21 : begin + 26], "big") & 0xFFFFFFFFF
    return FlacStream(begin, end, _rate(data, begin), channels, total, _find_length(data, begin, end))


def _find_length(data: Bytes, begin: int, end: int) -> int:
    """The number of the last sample, from the last frame header whose checksum is right.

    Unit: samples of each channel.
    """
    channels, bits = (data[begin + 20] >> 1 & 7) + 1, ((data[begin + 20] & 1) << 4 | data[begin + 21] >> 4) + 1
    block = int.from_bytes(data[begin + 8 : begin + 10], "big")
    is_fixed = block == int.from_bytes(data[begin + 10 : begin + 12], "big")
    tail = bytes(data[max(begin, end - _TAIL_BYTES) : end])
    for found in reversed([match.start() for match in _FRAME.finditer(tail)]):
        head = tail[found : found + 16]
        if _is_of_stream(head, channels, bits) and (length := _frame_end(head, block if is_fixed else 0)):
            return length
    return 0


def _is_of_stream(head: bytes, channels: int, bits: int) -> bool:
    """Whether these may begin a frame of a stream with so many channels and bits; chance rarely says so."""
    if len(head) < 16 or head[3] & 1 or head[2] >> 4 == 0 or head[2] & 15 == 15:
        return False
    placed = head[3] >> 4
    return (placed == channels - 1 or (channels == 2 and 8 <= placed <= 10)) and _SAMPLE_BITS.get(
        head[3] >> 1 & 7, bits
    ) == bits


def _frame_end(head: bytes, block: int) -> int:
    """The number of the sample behind a frame; 0 when the header's checksum is wrong."""
    coded, width = _coded_number(head)
    size, rate = head[2] >> 4, head[2] & 15
    place = 4 + width
    if width == 0:
        return 0
    if size in (6, 7):
        samples = int.from_bytes(head[place : place + size - 5], "big") + 1
        place += size - 5
    else:
        samples = _BLOCKS[size]
    place += {12: 1, 13: 2, 14: 2}.get(rate, 0)
    if _crc8(head[:place]) != head[place]:
        return 0
    first = coded if head[1] & 1 else coded * (block or samples)
    return first + samples


def _coded_number(head: bytes) -> tuple[int, int]:
    """A number in the manner of UTF-8, and how many bytes it takes; 0 bytes when it is none."""
    lead = head[4]
    if lead < 0x80:
        return lead, 1
    width = next((n for n in range(2, 8) if lead >> (7 - n) == (1 << (n + 1)) - 2), 0)
    if not width or any(byte & 0xC0 != 0x80 for byte in head[5 : 4 + width]):
        return 0, 0
    number = lead & ((1 << (7 - width)) - 1) if width < 7 else 0
    for byte in head[5 : 4 + width]:
        number = number << 6 | byte & 0x3F
    return number, width


def _crc8(head: bytes) -> int:
    """Polynomial x^8 + x^2 + x + 1."""
    crc = 0
    for byte in head:
        crc ^= byte
        for _ in range(8):
            crc = crc << 1 & 0xFF ^ (7 if crc & 0x80 else 0)
    return crc
