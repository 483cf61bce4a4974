"""Sound over HTTP: ranges, formats, and the peaks that a waveform is drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any, Final

import numpy as np
from fastapi import Header, Query, Response

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import Invalid
from remixlab.domain.ports.blobs import Content
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
PEAKS: Final = 1000

RangeHeader = Annotated[str | None, Header(alias="Range")]

StretchStart = Annotated[
    float | None, Query(ge=0, le=36_000, description="With `length_s`: only a stretch, as FLAC. Unit: seconds.")
]
StretchLength = Annotated[float | None, Query(gt=0, le=30, description="How long the stretch is. Unit: seconds.")]

SOUND: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The sound", "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}},
    206: {"description": "A part", "content": {"audio/*": {"schema": {"type": "string", "format": "binary"}}}},
    416: {"description": "No such part"},
}
"""What an operation answers that serves sound."""


def serve_sound(
    content: Content, media_type: str, wanted: str | None, *, name: str = "", private: bool = True
) -> Response:
    """The whole or the asked part; of a file that lies here, only that part is read.

    Source: RFC 9110, section 14 (single ranges).
    """
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, max-age=3600" if private else "public, max-age=3600",
    }
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    size = len(content) if isinstance(content, bytes) else content.stat().st_size
    if not wanted:
        return Response(_read(content, 0, size - 1), media_type=media_type, headers=headers)
    span = _span(wanted, size)
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{size}"})
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{size}"
    return Response(_read(content, first, last), 206, headers=headers, media_type=media_type)


def beginning_of(content: Content, size: int) -> bytes:
    """The first bytes of a file."""
    return _read(content, 0, size - 1)


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


def _read(content: Content, first: int, last: int) -> bytes:
    if isinstance(content, bytes):
        return content[first : last + 1]
    with content.open("rb") as file:
        file.seek(first)
        return file.read(last - first + 1)


def _span(text: str, size: int) -> tuple[int, int] | None:
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", text.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first <= last and first < size else None
