"""How much sound the headers of AIFF, CAF, AU and Wave64 files promise, to tell a file that was cut off from a whole
one.

Source: Apple, "Audio Interchange File Format 1.3" and "Core Audio Format 1.0"; Sun .au; Sony Wave64.
"""

from __future__ import annotations

import mmap
import struct
from typing import Final

Bytes = bytes | mmap.mmap

_W64_DATA: Final = b"data\xf3\xac\xd3\x11\x8c\xd1\x00\xc0O\x8e\xdb\x8a"


def is_cut_off(data: Bytes, kind: str, start: int) -> bool:
    """Whether the sound of a file is promised to end behind the end of the file."""
    match kind:
        case "aiff":
            promised = _walk(data, start + 12, ">4sI", b"SSND", 8, 2)
        case "caf":
            promised = _walk(data, start + 8, ">4sq", b"data", 12, 1)
        case "au":
            begin, size = struct.unpack_from(">II", data, start + 4) if len(data) >= start + 24 else (0, 0)
            promised = None if size in (0, 0xFFFF_FFFF) else (start + begin, size)
        case "w64":
            promised = _walk_w64(data, start + 40)
        case _:
            return False
    return promised is not None and promised[0] + promised[1] - len(data) > max(4096, promised[1] // 100)


def _walk(data: Bytes, place: int, form: str, wanted: bytes, header: int, multiple: int) -> tuple[int, int] | None:
    """Where a chunk's content begins and how long it says to be; None when it is not there or does not know."""
    while place + header <= len(data):
        name, size = struct.unpack_from(form, data, place)
        if name == wanted:
            return (place + header, size) if 0 < size < (1 << 62) and size < 0xFFFF_FF00 else None
        if size < 0:
            return None
        place += header + size + size % multiple
    return None


def _walk_w64(data: Bytes, place: int) -> tuple[int, int] | None:
    while place + 24 <= len(data):
        size = struct.unpack_from("<Q", data, place + 16)[0]
        if bytes(data[place : place + 16]) == _W64_DATA:
            return (place + 24, size - 24) if 24 < size < 1 << 62 else None
        if size < 24:
            return None
        place += size + -size % 8
    return None
