"""What the tags of a file say of the music: cleaned and shown, and never a reason to refuse it.

Every artist is kept. An ISRC is taken where one is right; what is wrong with the others is said in `note`. What a
person states
stays strict: this is only what a file brought along.

Source: id3.org; Xiph.Org "Vorbis comment"; RFC 9639 section 8.6; RFC 7845 section 5.2; RIFF INFO; APEv2
(hydrogenaudio).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from remixlab.domain.code_pages import decode_unknown
from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.ids import ISRC
from remixlab.domain.ports.blobs import Content
from remixlab.domain.text import clean
from remixlab.stores.files.formats.mpeg import skip_tag
from remixlab.stores.files.formats.ogg_links import first_packets
from remixlab.stores.files.formats.pieces import PieceReader
from remixlab.stores.files.formats.recognising import Found
from remixlab.stores.files.tags.genres import GENRES
from remixlab.stores.files.tags.id3 import Bytes, Text, read_id3, read_id3v1

_ORDER: Final = ("title", "artist", "album", "year", "genre", "isrc", "note")
_LENGTH_MAX: Final = 500
_VALUES_MAX: Final = 64
_COMMENTS: Final = {
    "TITLE": "title",
    "ARTIST": "artist",
    "ALBUM": "album",
    "ISRC": "isrc",
    "DATE": "year",
    "GENRE": "genre",
}
_INFO: Final = {b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"ICRD": "year", b"IGNR": "genre"}
"""RIFF's ISRC is the name of the source, not the recording code of the same letters."""
_CODE: Final = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[-. ]?[A-Z0-9]{3}[-. ]?[0-9]{2}[-. ]?[0-9]{5}(?![A-Z0-9])")


def read_tags(data: Bytes, found: Found, content: Content) -> dict[str, str]:
    """`title`, `artist`, `album`, `isrc`, `year`, `genre` where they are said, and `note` where something of it
    was left out.
    """
    said: dict[str, list[str]] = {}
    for text in _texts(data, found, content):
        value = clean(words_of(text))
        if text.field == "genre":
            value = _genre(value)
        values = said.setdefault(text.field, [])
        if value and value not in values and len(values) < _VALUES_MAX:
            values.append(value)
    code, note = choose_isrc(said.pop("isrc", []))
    joined = {
        field: ", ".join(values if field in ("artist", "genre") else values[:1]) for field, values in said.items()
    }
    answers = {**joined, "isrc": code, "note": note}
    return {field: answers[field][:_LENGTH_MAX] for field in _ORDER if answers.get(field)}


def words_of(text: Text) -> str:
    """What is written; nothing where no reading of the bytes gives words."""
    if text.encoding is None:
        return decode_unknown(text.raw.replace(b"\0", b" ").strip()) or ""
    try:
        return text.raw.decode(text.encoding)
    except UnicodeDecodeError:
        return decode_unknown(text.raw) or ""


def choose_isrc(said: Iterable[str]) -> tuple[str, str]:
    """The first ISRC among what is said, and a word on what is left out; both empty where nothing is."""
    texts, codes = list(said), list[str]()
    for text in texts:
        for found in _CODE.findall(text.upper()):
            try:
                code = str(ISRC.parse(found))
            except InvalidIdentifier:
                continue
            if code not in codes:
                codes.append(code)
    if len(codes) > 1:
        return codes[0], f"its tags name {len(codes)} ISRCs: {codes[0]} is taken, {', '.join(codes[1:4])} left out"
    if not codes and texts:
        return "", f"its ISRC tag '{texts[0][:40]}' is not an ISRC and is left out"
    return (codes[0] if codes else ""), ""


def _genre(value: str) -> str:
    """The number of a genre of ID3v1, alone or in brackets, as its name."""
    numbered = re.fullmatch(r"\(?([0-9]{1,3})\)?", value)
    if numbered:
        return GENRES[int(numbered[1])] if int(numbered[1]) < len(GENRES) else ""
    return re.sub(r"^\(([0-9]{1,3}|RX|CR)\)", "", value)


def _texts(data: Bytes, found: Found, content: Content) -> Iterator[Text]:
    """From the best source to the worst: a later one only says what those before it left open."""
    told = set[str]()
    for source in (_own(data, found, content), _in_front(data, found.start), _ape(data), read_id3v1(data)):
        texts = list(source)
        yield from (text for text in texts if text.field not in told)
        told |= {text.field for text in texts}


def _own(data: Bytes, found: Found, content: Content) -> Iterable[Text]:
    match found.kind:
        case "flac":
            return _flac_comments(data, found.start)
        case "ogg":
            return _ogg_comments(data, found.start)
        case "wav":
            return _riff_texts(data, found.start)
        case "mp4" | "asf" | "aiff":
            return _other_texts(data, found, content)
        case _:
            return ()


def _in_front(data: Bytes, sound: int) -> list[Text]:
    """ID3 tags that stand before the sound, one behind the other."""
    texts, place = list[Text](), 0
    while place < max(1, sound):
        texts = texts or read_id3(data, place)
        following = skip_tag(data, place)
        if following is None:
            break
        place = following
    return texts


def _flac_comments(data: Bytes, start: int) -> Iterator[Text]:
    place = start + 4
    while place + 4 <= len(data):
        kind, size = data[place], int.from_bytes(data[place + 1 : place + 4], "big")
        if kind & 0x7F == 4:
            yield from _comments(bytes(data[place + 4 : place + 4 + size]))
        if kind & 0x80:
            return
        place += 4 + size


def _ogg_comments(data: Bytes, start: int) -> Iterator[Text]:
    for packet in first_packets(data, start, 4):
        for magic in (b"\x03vorbis", b"OpusTags"):
            if packet.startswith(magic):
                yield from _comments(packet[len(magic) :])
                return
        if packet[:1] in (b"\x04", b"\x84"):  # FLAC in Ogg
            yield from _comments(packet[4:])
            return


def _comments(block: bytes) -> Iterator[Text]:
    """Vorbis comments: UTF-8 by the standard, another page by some programs."""
    try:
        place = 4 + struct.unpack_from("<I", block)[0]
        count = struct.unpack_from("<I", block, place)[0]
        place += 4
        for _ in range(min(count, 4096)):
            length = struct.unpack_from("<I", block, place)[0]
            name, _, raw = block[place + 4 : place + 4 + min(length, 1 << 16)].partition(b"=")
            place += 4 + length
            field = _COMMENTS.get(name.decode("latin-1").upper())
            if field and raw:
                yield Text(field, raw, "utf-8")
    except struct.error:
        return


def _riff_texts(data: Bytes, start: int) -> Iterator[Text]:
    """The ID3 chunk of a WAV file, which has room for more, before its INFO list."""
    info = list[Text]()
    for name, begin, end in _chunks(data, start + 12, len(data)):
        if name in (b"id3 ", b"ID3 "):
            yield from read_id3(data, begin)
        elif name == b"LIST" and bytes(data[begin : begin + 4]) == b"INFO":
            for field, first, last in _chunks(data, begin + 4, end):
                raw = bytes(data[first : min(last, first + (1 << 16))]).split(b"\0")[0]
                if field in _INFO and raw:
                    info.append(Text(_INFO[field], raw, None))
    yield from info


def _chunks(data: Bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while place + 8 <= end:
        size = struct.unpack_from("<I", data, place + 4)[0]
        yield bytes(data[place : place + 4]), place + 8, min(end, place + 8 + size)
        place += 8 + size + size % 2


def _ape(data: Bytes) -> Iterator[Text]:
    """An APEv2 tag at the end, or before an ID3v1 tag there."""
    for foot in (len(data) - 32, len(data) - 160):
        head = bytes(data[max(0, foot) : foot + 32])
        if foot < 0 or head[:8] != b"APETAGEX":
            continue
        size, count = struct.unpack_from("<II", head, 12)
        place = foot + 32 - size
        for _ in range(min(count, 256)):
            if place < 0 or place + 9 > foot:
                return
            length, flags = struct.unpack_from("<II", data, place)
            name, _, rest = bytes(data[place + 8 : place + 8 + 256]).partition(b"\0")
            begin = place + 8 + len(name) + 1
            field = (_COMMENTS | {"YEAR": "year"}).get(name.decode("latin-1").upper())
            if field and rest and flags & 6 == 0 and length <= 1 << 16:
                yield from (
                    Text(field, raw, "utf-8") for raw in bytes(data[begin : begin + length]).split(b"\0") if raw
                )
            place = begin + length
        return


def _other_texts(data: Bytes, found: Found, content: Content) -> Iterator[Text]:
    """The atoms of MP4, the objects of ASF and the chunks of AIFF, which tinytag knows."""
    from tinytag import TinyTag, TinyTagException  # lazy: only ingest reads tags

    name = {"mp4": "x.m4a", "asf": "x.wma", "aiff": "x.aiff"}[found.kind]
    try:
        with PieceReader(content, [(found.start, len(data))]) as source:
            tag = TinyTag.get(filename=name, file_obj=source, duration=False)  # type: ignore[arg-type]
    except (
        TinyTagException,
        ValueError,
        LookupError,
        ArithmeticError,
        TypeError,
        AttributeError,
        OSError,
        MemoryError,
    ):
        return  # tags are a courtesy: a file with broken ones is still music
    other: Mapping[str, list[str]] = tag.other or {}
    for field in ("title", "artist", "album", "year", "genre"):
        for value in (getattr(tag, field), *other.get(field, ())):
            if value:
                yield Text(field, str(value).encode("utf-8", "replace"), "utf-8")
    yield from (Text("isrc", value.encode("utf-8", "replace"), "utf-8") for value in other.get("isrc", ()))
