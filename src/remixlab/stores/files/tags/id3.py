"""ID3 tags as files have them: 2.2 to 2.4, unsynchronised, with sizes written wrongly, and the old tag at the end.

What a frame says is kept as bytes with the encoding that it claims: whether that is true is judged elsewhere
(`domain.code_pages`).

Source: id3.org, ID3v2.2.0, ID3v2.3.0, ID3v2.4.0 (structure and frames), ID3v1.1.
"""

from __future__ import annotations

import mmap
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

Bytes = bytes | mmap.mmap

FIELDS: Final = {
    "TIT2": "title",
    "TT2": "title",
    "TPE1": "artist",
    "TP1": "artist",
    "TALB": "album",
    "TAL": "album",
    "TSRC": "isrc",
    "TRC": "isrc",
    "TDRC": "year",
    "TYER": "year",
    "TYE": "year",
    "TCON": "genre",
    "TCO": "genre",
}
_TEXT_MAX_BYTES: Final = 1 << 16
_FRAME_HEADER: Final = {2: 6, 3: 10, 4: 10}


class Text(NamedTuple):
    """One value of one field. `encoding` is None where the tag says Latin-1, which is often another page."""

    field: str
    raw: bytes
    encoding: str | None


class _Frame(NamedTuple):
    name: str
    flags: int
    body: bytes


def read_id3(data: Bytes, start: int) -> list[Text]:
    """The texts of the tag that begins here; none where none does, or where it is broken from the start."""
    head = bytes(data[start : start + 10])
    if head[:3] != b"ID3" or len(head) < 10 or head[3] not in _FRAME_HEADER:
        return []
    version, flags, end = head[3], head[5], start + 10 + _synchsafe(head[6:10])
    begin, end = start + 10, min(end, len(data))
    if flags & 0x80 and version < 4:
        data, begin = _synchronised(bytes(data[begin:end])), 0
        end = len(data)
    if flags & 0x40 and version > 2:
        size = bytes(data[begin : begin + 4])
        begin += _synchsafe(size) if version == 4 else 4 + int.from_bytes(size, "big")
    return [text for frame in _frames(data, begin, end, version) for text in _texts(frame, version, bool(flags & 0x80))]


def read_id3v1(data: Bytes) -> list[Text]:
    """The tag of 128 bytes at the end of a file."""
    tag = bytes(data[max(0, len(data) - 128) :])
    if len(tag) < 128 or tag[:3] != b"TAG":
        return []
    places = {"title": tag[3:33], "artist": tag[33:63], "album": tag[63:93], "year": tag[93:97]}
    found = [Text(field, raw.split(b"\0")[0].rstrip(), None) for field, raw in places.items()]
    return [text for text in found if text.raw] + (
        [Text("genre", str(tag[127]).encode(), None)] if tag[127] < 192 else []
    )


def _frames(data: Bytes, place: int, end: int, version: int) -> Iterator[_Frame]:
    header = _FRAME_HEADER[version]
    while place + header <= end:
        head = bytes(data[place : place + header])
        width = 3 if version == 2 else 4
        if not head[:width].isalnum():
            return  # padding, or no frame
        size = int.from_bytes(head[3:6], "big") if version == 2 else int.from_bytes(head[4:8], "big")
        if version == 4 and not _is_plain_size(data, place + header, end, head[4:8]):
            size = _synchsafe(head[4:8])
        name = head[:width].decode("latin-1")
        if name in FIELDS and size <= _TEXT_MAX_BYTES:
            yield _Frame(
                name, head[9] if version > 2 else 0, bytes(data[place + header : min(end, place + header + size)])
            )
        place += header + size


def _is_plain_size(data: Bytes, body: int, end: int, size: bytes) -> bool:
    """Whether the size of a frame of 2.4 is written as in 2.3: only so it leads to a frame, or to the end."""
    plain, safe = int.from_bytes(size, "big"), _synchsafe(size)
    if plain == safe:
        return True
    return not _is_border(data, body + safe, end) and _is_border(data, body + plain, end)


def _is_border(data: Bytes, place: int, end: int) -> bool:
    name = bytes(data[place : place + 4])
    return place == end or (
        place < end and (name[:1] == b"\0" or (len(name) == 4 and name.isalnum() and name.isupper()))
    )


def _texts(frame: _Frame, version: int, is_unsynchronised: bool) -> Iterator[Text]:
    body = _unpacked(frame, version, is_unsynchronised)
    if not body:
        return
    encoding, raw = body[0], body[1:]
    if encoding in (1, 2):
        yield from (
            Text(FIELDS[frame.name], part, "utf-8")
            for part in _utf16(raw, encoding).encode("utf-8", "replace").split(b"\0")
            if part
        )
        return
    for part in raw.split(b"\0"):
        if part:
            yield Text(FIELDS[frame.name], part, "utf-8" if encoding == 3 else None)


def _unpacked(frame: _Frame, version: int, is_unsynchronised: bool) -> bytes:
    """A frame's body without what its flags add."""
    body, flags = frame.body, frame.flags
    if version == 3:
        skip = (4 if flags & 0x80 else 0) + (1 if flags & 0x20 else 0)
        return b"" if flags & 0x40 else _inflated(body[skip:]) if flags & 0x80 else body[skip:]
    if version == 4:
        if flags & 0x04:
            return b""  # encrypted
        body = body[1:] if flags & 0x40 else body
        body = body[4:] if flags & 0x01 else body
        body = _synchronised(body) if flags & 0x02 or is_unsynchronised else body
        return _inflated(body) if flags & 0x08 else body
    return body


def _utf16(raw: bytes, encoding: int) -> str:
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        found = raw.decode("utf-16", "replace")
    elif encoding == 2 or raw[:1] == b"\0":
        found = raw.decode("utf-16-be", "replace")
    else:
        found = raw.decode("utf-16-le", "replace")
    return found.replace("\ufeff", "").replace("\ufffe", "")


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(body, _TEXT_MAX_BYTES)
    except zlib.error:
        return b""


def _synchronised(body: bytes) -> bytes:
    return body.replace(b"\xff\0", b"\xff")


def _synchsafe(raw: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(raw, (21, 14, 7, 0), strict=True))
