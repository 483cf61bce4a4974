"""Examine a file from outside: is it ours, and what of the catalogue is in it?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, Literal

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import Invalid, StoreUnavailable
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.identify import Match, fingerprint, identify, join_fingerprints
from remixlab.seal import NO_MANIFEST, Detection, Manifest, MarkRecord, detect, read_manifest
from remixlab.seal import verify as verify_sound
from remixlab.signal.reel import Reel
from remixlab.usecases.catalogue.index import catalogue_index
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing.hear import SONG_MAX_S, engine_blocks
from remixlab.usecases.hearing.windows import windows
from remixlab.usecases.making.seal import LOSSLESS

SUSPECTS_MAX = 32
"""Remixes whose marks are looked for one by one when a mark cannot be read; the newest."""
SOUNDS_LIKE_MAX = 3
MANIFEST_FILE_MAX = 2**29
"""Larger files are none that we signed: nothing longer than a song is remixed."""
_NOTHING = Audio(np.zeros((2, 0), np.float32), SAMPLE_RATE)


def verify(content: Content, name: str, context: Making) -> dict[str, Any]:
    """The answer of `remixlab verify`. Raises: InvalidAudio.

    Where no mark can be read, the catalogue is asked what the sound is made from, and the marks of the remixes of that are
    looked for one by one: that takes less sound. What is still not ours is said to sound like the recordings that were heard in it.
    """
    sound = _sound(content, name, context)
    manifest, place = _manifest(content, name, context)
    mark, matches = _read_mark(sound, context), list[Match]()
    is_read = mark.found
    if not is_read:
        matches = _heard_in(sound, context)
        mark = _expected(sound, matches, context)
    found = verify_sound(_NOTHING, context.keys.marks, lambda mark_id: _record(mark_id, context), manifest=manifest, watermark=mark)
    return {
        "ours": found.ours,
        "remix_id": found.remix_id,
        "source": found.source,
        "made_with_ai": found.made_with_ai,
        "watermark": {"found": mark.found, "mark_id": mark.mark_id, "confidence": mark.confidence},
        "manifest": {"found": manifest.found, "state": manifest.state},
        "evidence": {"mark": ("read" if is_read else "expected") if mark.found else None, "manifest": place},
        "on_record": _on_record(found.remix_id, context),
        "sounds_like": _sounds_like(matches, context),
        "consistent": found.consistent,
    }  # fmt: skip


def identify_file(content: Content, name: str, context: Making) -> dict[str, Any]:
    """The answer of `remixlab identify`, for a file of any length. Raises: InvalidAudio."""
    return {"matches": [match.to_dict() for match in _heard_in(_sound(content, name, context), context)]}


@dataclass(frozen=True, slots=True)
class _Hours:
    """A sound that is too long to be held whole: its windows, each time read anew."""

    windows: Callable[[], Iterator[tuple[float, Audio]]]


def _sound(content: Content, name: str, context: Making) -> Audio | _Hours:
    def blocks() -> Iterator[Samples]:
        return engine_blocks(context.audio_files.stream(content, name))

    reading = blocks()
    reel = Reel(reading)
    if not reel.reach(SONG_MAX_S * SAMPLE_RATE + 1):
        return Audio(reel.read(0, reel.end), SAMPLE_RATE)
    frames = reel.end
    reel.forget(frames)
    frames += sum(block.shape[1] for block in reading)
    return _Hours(lambda: windows(blocks(), frames / SAMPLE_RATE))


def _read_mark(sound: Audio | _Hours, context: Making, expect: Sequence[int] = ()) -> Detection:
    """The first mark that is found; hours are not searched at other tempi and pitches, which takes ten times as long."""
    if isinstance(sound, Audio):
        return detect(sound, context.keys.marks, expect=expect)
    found = (detect(window, context.keys.marks, expect=expect, search=False) for _, window in sound.windows())
    return next((mark for mark in found if mark.found), Detection(found=False))


def _heard_in(sound: Audio | _Hours, context: Making) -> list[Match]:
    with context.read() as records:
        index = catalogue_index(records, context)
    return identify(sound if isinstance(sound, Audio) else join_fingerprints([(at, fingerprint(w)) for at, w in sound.windows()]), index)


def _expected(sound: Audio | _Hours, matches: Sequence[Match], context: Making) -> Detection:
    """The mark of a remix of what was heard, when it is in the sound though too weak to be read."""
    sources = list(dict.fromkeys(match.recording_id for match in matches))[:SOUNDS_LIKE_MAX]
    with context.read() as records:
        remixes = [remix for source in sources for remix in records.remixes(source_id=source)]
    suspects = dict.fromkeys(r.seal.mark_id for r in sorted(remixes, key=lambda r: r.created_at, reverse=True))
    return _read_mark(sound, context, list(suspects)[:SUSPECTS_MAX]) if suspects else Detection(found=False)


def _manifest(content: Content, name: str, context: Making) -> tuple[Manifest, Literal["file", "house"] | None]:
    """The manifest in the file, or the one that this house keeps for this very file, because its format has no place for one."""
    suffix = PurePath(name).suffix.removeprefix(".")
    if isinstance(content, Path) and content.stat().st_size > MANIFEST_FILE_MAX:
        return NO_MANIFEST, None
    data = content.read_bytes() if isinstance(content, Path) else content
    with context.read() as records:
        pressed = records.pressing_of_file(hashlib.sha256(data).hexdigest())
    kept = context.blobs.get(pressed.manifest_sha256) if pressed and pressed.manifest_sha256 else None
    try:
        read = read_manifest(data, pressed.suffix if pressed else suffix, anchors_pem=context.keys.credentials.anchor_pem, sidecar=kept)
    except Invalid:  # a format that cannot carry one
        return NO_MANIFEST, None
    return read, ("house" if kept else "file") if read.found else None


def _on_record(remix_id: str | None, context: Making) -> dict[str, Any] | None:
    """What the signed manifest of the remix says that the mark names: found again for a file that lost its own on the way."""
    if remix_id is None:
        return None
    with context.read() as records:
        remix = records.remix(remix_id)
    try:
        kept = context.blobs.get(remix.audio_sha256)
    except StoreUnavailable:
        return None
    manifest = read_manifest(kept, LOSSLESS, anchors_pem=context.keys.credentials.anchor_pem)
    facts = ("state", "remix_id", "source_isrc", "source_recording_id", "made_with_ai", "decision_id", "plan_digest", "digital_source_type")
    return {name: getattr(manifest, name) for name in facts}


def _sounds_like(matches: Sequence[Match], context: Making) -> list[dict[str, Any]]:
    with context.read() as records:
        return [
            {**_named(match.recording_id, records), "kind": match.kind, "score": match.score, "query_start_s": match.query_start_s,
             "reference_start_s": match.reference_start_s}
            for match in matches[:SOUNDS_LIKE_MAX]
        ]  # fmt: skip


def _record(mark_id: int, context: Making) -> MarkRecord | None:
    with context.read() as records:
        remix_id = records.remix_of_mark(mark_id)
        remix = records.find_remix(remix_id) if remix_id else None
        if remix is None:
            return None
        return MarkRecord(remix_id=remix.remix_id, source=_named(remix.source_id, records), made_with_ai=remix.seal.made_with_ai)


def _named(recording_id: str, records: ReadTransaction) -> dict[str, Any]:
    recording = records.recording(recording_id)
    return {"recording_id": recording.recording_id, "title": recording.title, "artist": recording.artist, "isrc": recording.isrc}
