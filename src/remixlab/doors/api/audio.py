"""Sound over HTTP: ranges, formats, and the peaks that a waveform is drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any, Final

import numpy as np
from fastapi import Header, Query, Request, Response
from fastapi.responses import StreamingResponse

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import Invalid
from remixlab.domain.ports.blobs import Blobs
from remixlab.doors.answers.catalogue import PeaksAnswer
from remixlab.signal.downmix import to_mono
from remixlab.signal.reel import measure_envelope

MEDIA_TYPES: Final = {
    "wav": "audio/wav",
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
}
OTHER_TYPES: Final = ("audio/aiff", "audio/mp4", "audio/webm", "audio/x-ms-wma")
"""What else somebody may have brought."""
PEAKS: Final = 1000

PIECE_BYTES: Final = 1 << 18
"""What is read at once of a file that is served; a slow listener holds no more than that."""
CACHING: Final = {
    "Cache-Control": "private, no-cache",
    "Vary": "Authorization, Cookie, RemixLab-As, RemixLab-Territory",
}
"""Sound is kept by nobody but its listener, and asked for anew each time: what is taken down is not played on."""

RangeHeader = Annotated[str | None, Header(alias="Range", description="One range of bytes; several are ignored.")]
StretchStart = Annotated[
    float | None, Query(ge=0, le=36_000, description="With `length_s`: only a stretch, as FLAC. Unit: seconds.")
]
StretchLength = Annotated[float | None, Query(gt=0, le=30, description="How long the stretch is. Unit: seconds.")]

_SOUND: Final = {
    media_type: {"schema": {"type": "string", "format": "binary"}}
    for media_type in sorted({*MEDIA_TYPES.values(), "application/octet-stream", *OTHER_TYPES})
}
SOUND: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The sound", "content": _SOUND},
    206: {"description": "A part", "content": _SOUND},
    304: {"description": "What the listener has is what there is"},
    416: {"description": "No such part"},
}
"""What an operation answers that serves sound."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A blob that is served without being read whole."""

    blobs: Blobs
    sha256: str

    def size(self) -> int:
        return self.blobs.size(self.sha256)

    def piece(self, first: int, last: int) -> bytes:
        return self.blobs.piece(self.sha256, first, last)

    def beginning(self, size: int) -> bytes:
        """The first bytes of the file."""
        there = min(size, self.size())
        return self.piece(0, there - 1) if there else b""


def serve_kept(kept: Kept, media_type: str, request: Request, *, more: Mapping[str, str] = {}) -> Response:
    """The whole or the asked part; of a file only what is sent is read, and a listener who has it gets nothing anew.

    Source: RFC 9110, sections 13.1 (conditional requests) and 14 (single ranges).
    """
    asked, etag = request.headers, f'"{kept.sha256}"'
    headers = {"Accept-Ranges": "bytes", "ETag": etag, **CACHING, **more}
    if _is_among(etag, asked.get("if-none-match", "")):
        return Response(status_code=304, headers=headers)
    size = kept.size()
    wanted = asked.get("range", "") if asked.get("if-range", etag) == etag else ""
    span = span_of(wanted, size)
    if span is None:
        span, status = (0, size - 1), 200
    elif span[0] > span[1]:
        return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{size}"})
    else:
        headers["Content-Range"], status = f"bytes {span[0]}-{span[1]}/{size}", 206
    headers["Content-Length"] = str(span[1] - span[0] + 1)
    pieces = _pieces(kept, *span)
    first = next(pieces, b"")  # what is missing or damaged at once is an error, and not a cut connection
    return StreamingResponse(chain([first], pieces), status, headers, media_type)


def served_span(answer: Response) -> tuple[int, int, int] | None:
    """The first and the last byte that an answer sends, and the size of the file; None where it sends none of it."""
    if answer.status_code == 200:
        size = int(answer.headers.get("Content-Length", "0"))
        return (0, size - 1, size) if size else None
    found = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", answer.headers.get("Content-Range", ""))
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _pieces(kept: Kept, first: int, last: int) -> Iterator[bytes]:
    while first <= last:
        # Up to the bounds of the parts that are checked, so that none is read twice.
        until = min(last, (first // PIECE_BYTES + 1) * PIECE_BYTES - 1)
        yield kept.piece(first, until)
        first = until + 1


def span_of(text: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a range, or one that ends before it begins where there is no such part.

    None where the range is to be ignored: none, several, of another unit, or not one at all.
    """
    found = re.fullmatch(r"bytes=[ \t]*(\d*)-(\d*)[ \t]*", text, re.ASCII | re.IGNORECASE)
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        length = _number(found[2])
        return (max(0, size - length), size - 1) if length else (size, size - 1)
    first, last = _number(found[1]), _number(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        return None
    return (first, min(last, size - 1)) if first < size else (size, size - 1)


def _number(digits: str) -> int:
    """A number of any length; beyond what any file has, how far does not matter."""
    return int(digits) if len(digits.lstrip("0")) <= 18 else 10**18


def _is_among(etag: str, listed: str) -> bool:
    return listed.strip() == "*" or etag in (tag.strip().removeprefix("W/") for tag in listed.split(","))


def media_type_of(suffix: str) -> str:
    """Raises: Invalid."""
    if suffix not in MEDIA_TYPES:
        raise Invalid(
            f"'{suffix}' is not a format", code="format.unknown", hint=f"Choose one of {', '.join(MEDIA_TYPES)}."
        )
    return MEDIA_TYPES[suffix]


def peaks_answer(blocks: Iterable[Samples], length_frames: int, count: int = PEAKS) -> PeaksAnswer:
    """Lowest and highest sample of each of `count` stretches. Shape: (count, 2). Unit: full scale = 127."""
    mono = (to_mono(Audio(block, SAMPLE_RATE))[None] for block in blocks)
    envelope = measure_envelope(mono, length_frames, count)
    pairs = np.clip(np.rint(envelope.T * 127), -127, 127).astype(int).tolist()
    return PeaksAnswer(peaks=[(low, high) for low, high in pairs])
