"""Vorbis comments, and the FLAC files that carry them. Source: Xiph.Org "Vorbis comment" specification; RFC 9639."""

from __future__ import annotations

import struct

from remixlab.domain.errors import InvalidAudio

Comments = dict[str, str]
"""Upper-case names to text."""

VENDOR = b"RemixLab"
"""Who wrote the comments."""
_PADDING, _COMMENT_BLOCK = 1, 4
"""Kinds of a FLAC metadata block (RFC 9639, section 8)."""
_PADDING_BYTES = 1024
"""Room left for taggers, so that they need not move the sound."""


def pack_comments(comments: Comments) -> bytes:
    entries = [f"{name}={text}".encode() for name, text in comments.items()]
    parts = [struct.pack("<I", len(VENDOR)), VENDOR, struct.pack("<I", len(entries))]
    for entry in entries:
        parts += [struct.pack("<I", len(entry)), entry]
    return b"".join(parts)


def unpack_comments(block: bytes) -> Comments:
    """Of several comments with one name the first counts. Raises: InvalidAudio when the block is cut short."""
    try:
        position = 4 + struct.unpack_from("<I", block)[0]
        (count,) = struct.unpack_from("<I", block, position)
        position += 4
        comments: Comments = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<I", block, position)
            name, _, text = block[position + 4 : position + 4 + length].decode("utf-8", "replace").partition("=")
            comments.setdefault(name.upper(), text)
            position += 4 + length
    except struct.error as broken:
        raise InvalidAudio("its comments are cut short", code="audio.damaged") from broken
    return comments


def write_flac_comments(encoded: bytes, comments: Comments) -> bytes:
    """Replace the comment block, keep every other block but padding."""
    blocks, sound = _split_flac(encoded)
    kept = [(kind, body) for kind, body in blocks if kind not in (_PADDING, _COMMENT_BLOCK)]
    kept[1:1] = [(_COMMENT_BLOCK, pack_comments(comments))]
    kept.append((_PADDING, bytes(_PADDING_BYTES)))
    parts: list[bytes | memoryview] = [b"fLaC"]
    for number, (kind, body) in enumerate(kept):
        last = 0x80 if number == len(kept) - 1 else 0
        parts += [bytes([kind | last]), len(body).to_bytes(3, "big"), body]
    return b"".join([*parts, sound])


def read_flac_comments(encoded: bytes) -> Comments:
    blocks, _ = _split_flac(encoded)
    return next((unpack_comments(body) for kind, body in blocks if kind == _COMMENT_BLOCK), {})


def _split_flac(encoded: bytes) -> tuple[list[tuple[int, bytes]], memoryview]:
    """The metadata blocks as (kind, body), and the frames after them, where they are."""
    start = encoded.find(b"fLaC", 0, 1 << 20) if encoded[:3] == b"ID3" else 0
    if start < 0 or encoded[start : start + 4] != b"fLaC":
        raise InvalidAudio("it is not a FLAC file", code="audio.damaged")
    position, blocks = start + 4, list[tuple[int, bytes]]()
    while True:
        header = encoded[position : position + 4]
        length = int.from_bytes(header[1:4], "big")
        if len(header) < 4 or position + 4 + length > len(encoded):
            raise InvalidAudio("its FLAC header is cut short", code="audio.damaged")
        blocks.append((header[0] & 0x7F, encoded[position + 4 : position + 4 + length]))
        position += 4 + length
        if header[0] & 0x80:
            return blocks, memoryview(encoded)[position:]
