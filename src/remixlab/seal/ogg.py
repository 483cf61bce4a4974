"""Comments of Ogg Vorbis and Ogg Opus files. Source: RFC 3533 (Ogg), RFC 7845 (Opus), Vorbis I specification."""

from __future__ import annotations

import struct
from typing import NamedTuple

from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ogg import page_checksum
from remixlab.seal.vorbis import Comments, pack_comments, unpack_comments

_HEADER_BYTES = 27
"""Of a page before its segment table (RFC 3533, section 6)."""
_SEGMENTS_MAX = 255
"""A page has so many segments, and a segment so many bytes."""
_CONTINUED = 0x01
"""Flag of a page that begins inside a packet."""


class _Page(NamedTuple):
    """One page: its header fields, the lengths of its segments, and where its body ends in the file."""

    flags: int
    granule: bytes
    serial: bytes
    number: int
    segments: bytes
    body: bytes
    end: int


def write_ogg_comments(encoded: bytes, comments: Comments) -> bytes:
    """Replace the comment packet. The headers stay on as many pages as before, so no page of sound changes."""
    first, pages, packets = _read_headers(encoded)
    prefix, suffix = (b"OpusTags", b"") if packets[0][:8] == b"OpusTags" else (b"\x03vorbis", b"\x01")
    packets[0] = prefix + pack_comments(comments) + suffix
    return encoded[: first.end] + _lay_pages(packets, pages) + encoded[pages[-1].end :]


def read_ogg_comments(encoded: bytes) -> Comments:
    _, _, packets = _read_headers(encoded)
    skip = 8 if packets[0][:8] == b"OpusTags" else 7
    return unpack_comments(packets[0][skip:])


def _read_headers(encoded: bytes) -> tuple[_Page, list[_Page], list[bytes]]:
    """The identification page, the pages of the other headers, and those headers: comments first, for Vorbis also
    the setup.
    """
    first = _read_page(encoded, 0)
    wanted = 1 if first.body[:8] == b"OpusHead" else 2 if first.body[:7] == b"\x01vorbis" else 0
    if not wanted:
        raise InvalidAudio("it is not an Ogg Vorbis or Opus file", code="audio.damaged")
    pages, packets, packet = list[_Page](), list[bytes](), b""
    while len(packets) < wanted:
        page = _read_page(encoded, pages[-1].end if pages else first.end)
        pages.append(page)
        position = 0
        for length in page.segments:
            packet += page.body[position : position + length]
            position += length
            if length < _SEGMENTS_MAX:
                packets.append(packet)
                packet = b""
    if packet or len(packets) > wanted:
        raise InvalidAudio("sound begins on a page of its headers", code="audio.damaged")
    return first, pages, packets


def _read_page(encoded: bytes, start: int) -> _Page:
    if encoded[start : start + 4] != b"OggS" or len(encoded) < start + _HEADER_BYTES:
        raise InvalidAudio("an Ogg page is missing", code="audio.damaged")
    flags, granule, serial, number = struct.unpack_from("<B8s4sI", encoded, start + 5)
    segments = encoded[start + _HEADER_BYTES : start + _HEADER_BYTES + encoded[start + 26]]
    body_start = start + _HEADER_BYTES + len(segments)
    end = body_start + sum(segments)
    if end > len(encoded):
        raise InvalidAudio("an Ogg page is cut short", code="audio.damaged")
    return _Page(flags, granule, serial, number, segments, encoded[body_start:end], end)


def _lay_pages(packets: list[bytes], pages: list[_Page]) -> bytes:
    """Spread the packets' segments over exactly these pages."""
    segments, whole = bytearray(), b"".join(packets)
    for packet in packets:
        segments += bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    room = len(pages) * _SEGMENTS_MAX
    if not len(pages) <= len(segments) <= room:
        raise InvalidAudio(
            "the tags do not fit into the file's header pages", code="audio.tags", hint="Shorten the texts."
        )
    laid, at, position = list[bytes](), 0, 0
    for left, page in zip(range(len(pages), 0, -1), pages, strict=True):
        count = min(_SEGMENTS_MAX, len(segments) - at - (left - 1)) if left > 1 else len(segments) - at
        mine = bytes(segments[at : at + count])
        continued = _CONTINUED if at and segments[at - 1] == 255 else 0
        ends_packet = any(length < 255 for length in mine)
        granule = bytes(8) if ends_packet else b"\xff" * 8
        body = whole[position : position + sum(mine)]
        laid.append(
            _pack_page(
                page._replace(flags=page.flags & ~_CONTINUED | continued, granule=granule, segments=mine, body=body)
            )
        )
        at, position = at + count, position + len(body)
    return b"".join(laid)


def _pack_page(page: _Page) -> bytes:
    head = b"OggS\0" + struct.pack("<B8s4sI", page.flags, page.granule, page.serial, page.number)
    rest = bytes([len(page.segments)]) + page.segments + page.body
    checksum = page_checksum(head + bytes(4) + rest)
    return head + struct.pack("<I", checksum) + rest
