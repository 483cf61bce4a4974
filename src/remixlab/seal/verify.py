"""Verify: is this file ours, what was it made from, and did a model touch it?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.seal.detect import Detection, detect
from remixlab.seal.keys import MarkKeys
from remixlab.seal.manifest import NO_MANIFEST, Manifest


class MarkRecord(Value):
    """What the registry keeps under a mark id. `source` names the recording it was made from: id, title, artist,
    ISRC.
    """

    remix_id: str
    source: dict[str, Any]
    made_with_ai: bool


class Verification(Value):
    """The answer for one file.

    `consistent` is false when mark and manifest name different remixes: one of them was carried over from another file.
    """

    ours: bool
    remix_id: str | None = None
    source: dict[str, Any] | None = None
    made_with_ai: bool | None = None
    watermark: Detection
    manifest: Manifest
    consistent: bool = True


def verify(
    sound: Audio,
    keys: MarkKeys,
    lookup: Callable[[int], MarkRecord | None],
    *,
    manifest: Manifest = NO_MANIFEST,
    watermark: Detection | None = None,
) -> Verification:
    """Read the mark, look it up, and compare it with the manifest.

    A file is ours when its mark is on record here. A manifest alone is not enough: it can be read by everybody, and so
    be laid beside other sound by everybody who owns a signer that we trust. `watermark` is what was detected already,
    for instance with the marks that content identification suspects, in excerpts too short to read an unknown one.
    """
    watermark = watermark or detect(sound, keys)
    return compare_mark(watermark, lookup(watermark.mark_id) if watermark.mark_id is not None else None, manifest)


def compare_mark(watermark: Detection, record: MarkRecord | None, manifest: Manifest = NO_MANIFEST) -> Verification:
    """What a mark, what is on record under it, and a manifest say together."""
    if record is None:
        return Verification(ours=False, watermark=watermark, manifest=manifest)
    intact = manifest.state in ("valid", "trusted")
    return Verification(
        ours=True,
        remix_id=record.remix_id,
        source=record.source,
        made_with_ai=record.made_with_ai,
        watermark=watermark,
        manifest=manifest,
        consistent=not intact or manifest.remix_id == record.remix_id,
    )
