"""Examine a file from outside: is it ours, and what of the catalogue is in it?"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from remixlab.domain.audio import Audio
from remixlab.domain.errors import Invalid
from remixlab.identify import identify
from remixlab.seal import NO_MANIFEST, Manifest, MarkRecord, read_manifest
from remixlab.seal import verify as verify_sound
from remixlab.studio.desk import Desk
from remixlab.studio.hear import at_engine_rate
from remixlab.studio.index import catalogue_index


def verify(data: bytes, name: str, desk: Desk) -> dict[str, Any]:
    """The answer of `remixlab verify`. Raises: InvalidAudio."""
    sound = _sound(data, name, desk)
    manifest = _manifest(data, name, desk)
    found = verify_sound(sound, desk.keys.marks, lambda mark_id: _record(mark_id, desk), manifest=manifest)
    return {
        "ours": found.ours,
        "remix_id": found.remix_id,
        "source": found.source,
        "made_with_ai": found.made_with_ai,
        "watermark": {"found": found.watermark.found, "mark_id": found.watermark.mark_id, "confidence": found.watermark.confidence},
        "manifest": {"found": manifest.found, "state": manifest.state},
        "consistent": found.consistent,
    }


def identify_file(data: bytes, name: str, desk: Desk) -> dict[str, Any]:
    """The answer of `remixlab identify`. Raises: InvalidAudio."""
    sound = _sound(data, name, desk)
    with desk.read() as shelf:
        index = catalogue_index(shelf, desk)
    return {"matches": [match.to_dict() for match in identify(sound, index)]}


def _sound(data: bytes, name: str, desk: Desk) -> Audio:
    return at_engine_rate(desk.audio_files.decode(data, name))


def _manifest(data: bytes, name: str, desk: Desk) -> Manifest:
    try:
        return read_manifest(data, PurePath(name).suffix.removeprefix("."), anchors_pem=desk.keys.credentials.anchor_pem)
    except Invalid:  # a format that cannot carry one
        return NO_MANIFEST


def _record(mark_id: int, desk: Desk) -> MarkRecord | None:
    with desk.read() as shelf:
        remix_id = shelf.remix_of_mark(mark_id)
        remix = shelf.find_remix(remix_id) if remix_id else None
        if remix is None:
            return None
        recording = shelf.recording(remix.source_id)
    source = {"recording_id": recording.recording_id, "title": recording.title, "artist": recording.artist, "isrc": recording.isrc}
    return MarkRecord(remix_id=remix.remix_id, source=source, made_with_ai=remix.seal.made_with_ai)
