"""Tags of WAV files: a LIST/INFO chunk that every player reads, and an ID3 chunk for what INFO has no name for.

Source: Microsoft, "Multimedia Programming Interface and Data Specifications 1.0" (1991).
"""

from __future__ import annotations

import struct

from remixlab.domain.errors import InvalidAudio
from remixlab.seal.id3 import pack_id3, unpack_id3
from remixlab.seal.vorbis import Comments

_INFO = {"TITLE": b"INAM", "ARTIST": b"IART", "COMMENT": b"ICMT", "ENCODER": b"ISFT", "SOURCE": b"ISRC"}
"""RIFF's ISRC is the name of the source, not the recording code of the same letters."""
_SIZE_LIMIT = 0xFFFFFFFF
"""A RIFF chunk counts its bytes in 32 bits."""


def write_riff(encoded: bytes, comments: Comments) -> bytes:
    """Put the tags behind the sound, in place of those that are there."""
    kept = [
        (name, body)
        for name, body in _split_chunks(encoded)
        if name not in (b"id3 ", b"ID3 ") and not _is_info(name, body)
    ]
    chunks = [*kept, (b"LIST", _pack_info(comments)), (b"id3 ", pack_id3(comments))]
    body = b"".join(_pack_chunk(name, content) for name, content in chunks)
    if len(body) + 4 > _SIZE_LIMIT:
        raise InvalidAudio("a WAV file of more than 4 GiB cannot carry tags", code="audio.too_long", hint="Use flac.")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


def read_riff(encoded: bytes) -> Comments:
    info, id3 = Comments(), Comments()
    for name, body in _split_chunks(encoded):
        if name in (b"id3 ", b"ID3 "):
            id3 = unpack_id3(body)
        elif _is_info(name, body):
            info = _unpack_info(body)
    return info | id3


def _is_info(name: bytes, body: bytes) -> bool:
    return name == b"LIST" and body[:4] == b"INFO"


def _pack_info(comments: Comments) -> bytes:
    entries = [_pack_chunk(_INFO[name], text.encode() + b"\0") for name, text in comments.items() if name in _INFO]
    return b"INFO" + b"".join(entries)


def _unpack_info(body: bytes) -> Comments:
    names = {chunk: name for name, chunk in _INFO.items()}
    entries = _walk_chunks(body, 4)
    return {names[chunk]: text.rstrip(b"\0").decode("utf-8", "replace") for chunk, text in entries if chunk in names}


def _pack_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _split_chunks(encoded: bytes) -> list[tuple[bytes, bytes]]:
    if encoded[:4] != b"RIFF" or encoded[8:12] != b"WAVE":
        raise InvalidAudio("it is not a WAV file", code="audio.damaged")
    return _walk_chunks(encoded, 12)


def _walk_chunks(encoded: bytes, position: int) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    while position + 8 <= len(encoded):
        name, size = struct.unpack_from("<4sI", encoded, position)
        chunks.append((name, encoded[position + 8 : position + 8 + size]))
        position += 8 + size + size % 2
    return chunks
