"""Sound over HTTP: ranges, formats, and the peaks that a waveform is drawn from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated

import numpy as np
from fastapi import Header, Response

from remixlab.domain.audio import Audio, Samples
from remixlab.domain.errors import Invalid
from remixlab.signal.downmix import to_mono
from remixlab.signal.reel import measure_envelope
from remixlab.studio import ENGINE_RATE_HZ

MEDIA_TYPES = {"wav": "audio/wav", "flac": "audio/flac", "mp3": "audio/mpeg", "ogg": "audio/ogg", "opus": "audio/ogg"}
PEAKS = 1000

RangeHeader = Annotated[str | None, Header(alias="Range")]


def serve_bytes(data: bytes, media_type: str, wanted: str | None, *, name: str = "", private: bool = True) -> Response:
    """The whole or the asked part. Source: RFC 9110, section 14 (single ranges)."""
    headers = {"Accept-Ranges": "bytes", "Cache-Control": "private, max-age=3600" if private else "public, max-age=3600"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    if not wanted:
        return Response(data, media_type=media_type, headers=headers)
    span = _span(wanted, len(data))
    if span is None:
        return Response(status_code=416, headers={"Content-Range": f"bytes */{len(data)}"})
    first, last = span
    headers["Content-Range"] = f"bytes {first}-{last}/{len(data)}"
    return Response(data[first : last + 1], 206, headers=headers, media_type=media_type)


def media_type_of(suffix: str) -> str:
    """Raises: Invalid."""
    if suffix not in MEDIA_TYPES:
        raise Invalid(f"'{suffix}' is not a format", code="format.unknown", hint=f"Choose one of {', '.join(MEDIA_TYPES)}.")
    return MEDIA_TYPES[suffix]


def peaks_of(blocks: Iterable[Samples], length_frames: int, count: int = PEAKS) -> list[list[int]]:
    """Lowest and highest sample of each of `count` stretches. Shape: (count, 2). Unit: full scale = 127."""
    mono = (to_mono(Audio(block, ENGINE_RATE_HZ))[None] for block in blocks)
    envelope = measure_envelope(mono, length_frames, count)
    return np.clip(np.rint(envelope.T * 127), -127, 127).astype(int).tolist()


def _span(text: str, size: int) -> tuple[int, int] | None:
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", text.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(0, size - int(found[2])), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first <= last and first < size else None
