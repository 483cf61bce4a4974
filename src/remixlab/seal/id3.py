"""ID3v2.4 tags, as MP3 files begin with and WAV files may hold. Source: id3.org, ID3 tag version 2.4.0."""

from __future__ import annotations

from remixlab.seal.vorbis import Comments

_FRAMES = {"TITLE": b"TIT2", "ARTIST": b"TPE1", "ENCODER": b"TSSE"}
"""Frames of ID3v2.4 for the tags that have one of their own; others are TXXX."""
_UTF8 = 3
"""The encoding byte that is written."""
_NO_LANGUAGE = b"XXX"
"""A comment's language where none is meant (ISO 639-2)."""
_ENCODINGS = {0: "latin-1", 1: "utf-16", 2: "utf-16-be", 3: "utf-8"}
"""The encoding bytes that may be read (ID3v2.4, section 4)."""


def write_id3(encoded: bytes, comments: Comments) -> bytes:
    """Put the tag in front in place of the one that is there."""
    return pack_id3(comments) + encoded[measure_id3(encoded) :]


def read_id3(encoded: bytes) -> Comments:
    length = measure_id3(encoded)
    return unpack_id3(encoded[:length]) if length else {}


def pack_id3(comments: Comments) -> bytes:
    """Named frames where the standard has them, a comment frame, and user text frames for the rest."""
    frames = b"".join(_pack_frame(name, text) for name, text in comments.items())
    return b"ID3\x04\x00\x00" + _synchsafe(len(frames)) + frames


def measure_id3(encoded: bytes) -> int:
    """Bytes of the tag that a file begins with; 0 when there is none."""
    if encoded[:3] != b"ID3" or len(encoded) < 10:
        return 0
    footer = 10 if encoded[5] & 0x10 else 0
    return min(10 + _from_synchsafe(encoded[6:10]) + footer, len(encoded))


def measure_id3_head(head: bytes) -> int:
    """Where the tag ends that a file begins with, by its first ten bytes alone."""
    return 10 + _from_synchsafe(head[6:10]) + (10 if head[5] & 0x10 else 0)


def unpack_id3(tag: bytes) -> Comments:
    """Text, user text and comment frames of a tag of version 2.3 or 2.4."""
    names = {frame: name for name, frame in _FRAMES.items()}
    version, position, comments = tag[3], 10, Comments()
    while position + 10 <= len(tag) and tag[position : position + 1].isalnum():
        frame = tag[position : position + 4]
        size = (
            _from_synchsafe(tag[position + 4 : position + 8])
            if version >= 4
            else int.from_bytes(tag[position + 4 : position + 8], "big")
        )
        body = tag[position + 10 : position + 10 + size]
        position += 10 + size
        if not body:
            continue
        if frame in names:
            comments[names[frame]] = _decode(body[0], body[1:])
        elif frame == b"TXXX":
            name, _, text = _decode(body[0], body[1:]).partition("\0")
            comments[name.upper()] = text
        elif frame == b"COMM":
            comments["COMMENT"] = _decode(body[0], body[4:]).partition("\0")[2]
    return comments


def _pack_frame(name: str, text: str) -> bytes:
    if name == "COMMENT":
        frame, body = b"COMM", _NO_LANGUAGE + b"\0" + text.encode()
    elif name in _FRAMES:
        frame, body = _FRAMES[name], text.encode()
    else:
        frame, body = b"TXXX", name.encode() + b"\0" + text.encode()
    return frame + _synchsafe(len(body) + 1) + b"\0\0" + bytes([_UTF8]) + body


def _decode(encoding: int, body: bytes) -> str:
    return body.decode(_ENCODINGS.get(encoding, "latin-1"), "replace").rstrip("\0")


def _synchsafe(number: int) -> bytes:
    """Four bytes of seven bits, so that no tag looks like sound."""
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))


def _from_synchsafe(raw: bytes) -> int:
    return sum((byte & 0x7F) << shift for byte, shift in zip(raw, (21, 14, 7, 0), strict=False))
