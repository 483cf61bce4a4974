"""Examine a file from outside: is it ours, and what of the catalogue is in it?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Literal

import numpy as np

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import Invalid, StoreUnavailable
from remixlab.domain.ports.blobs import Content
from remixlab.domain.rights import Recording
from remixlab.domain.value import Value
from remixlab.identify import Match, MatchKind, fingerprint, identify, join_fingerprints
from remixlab.seal import NO_MANIFEST, Detection, Manifest, MarkRecord, detect, read_manifest
from remixlab.seal import verify as verify_sound
from remixlab.signal.reel import Reel
from remixlab.usecases.catalogue import is_shown
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import MATERIAL_MAX_S, engine_blocks
from remixlab.usecases.hearing.windows import windows
from remixlab.usecases.making.seal import LOSSLESS

SUSPECTS_MAX = 32
"""Remixes whose marks are looked for one by one when a mark cannot be read; the newest."""
SOUNDS_LIKE_MAX = 3
MANIFEST_FILE_MAX = 2**29
"""Larger files are none that we signed: nothing longer than a song is remixed."""
_NOTHING = Audio(np.zeros((2, 0), np.float32), SAMPLE_RATE)


ManifestState = Literal["none", "invalid", "valid", "trusted"]


class Source(Value):
    """A recording of the catalogue, by its names."""

    recording_id: str
    title: str
    artist: str
    isrc: str | None

    @classmethod
    def of(cls, recording: Recording) -> Source:
        return cls(
            recording_id=recording.recording_id, title=recording.title, artist=recording.artist, isrc=recording.isrc
        )


class FoundMark(Value):
    found: bool
    mark_id: int | None
    confidence: float


class FoundManifest(Value):
    found: bool
    state: ManifestState


class Evidence(Value):
    """How the mark was found (`expected`: looked for because of what is heard), and where the manifest was."""

    mark: Literal["read", "expected"] | None
    manifest: Literal["file", "house"] | None


class OnRecord(Value):
    """What the signed manifest of the remix says that the mark names."""

    state: ManifestState
    remix_id: str | None
    source_isrc: str | None
    source_recording_id: str | None
    made_with_ai: bool | None
    decision_id: str | None
    plan_digest: str | None
    digital_source_type: str | None


class SoundsLike(Source):
    """A recording that is heard in the file. Unit: seconds."""

    kind: MatchKind
    score: float
    query_start_s: float
    reference_start_s: float


class Verification(Value):
    """What there is to say about a file. `consistent` is false where mark and manifest name different remixes."""

    ours: bool
    remix_id: str | None
    source: Source | None
    made_with_ai: bool | None
    watermark: FoundMark
    manifest: FoundManifest
    evidence: Evidence
    on_record: OnRecord | None
    sounds_like: tuple[SoundsLike, ...]
    consistent: bool


def verify(content: Content, name: str, context: Making) -> Verification:
    """Whether a file is ours, and what it is made from; for everybody, without an account. Raises: InvalidAudio.

    Where no mark can be read, the catalogue is asked what the sound is made from, and the marks of the remixes of
    that are
    looked for one by one: that takes less sound. What is still not ours is said to sound like the recordings that
    were heard in it.
    """
    sound = _sound(content, name, context)
    manifest, place = _manifest(content, name, context)
    mark, matches = _read_mark(sound, context), list[Match]()
    is_read = mark.found
    if not is_read:
        matches = _heard_in(sound, context)
        mark = _expected(sound, matches, context)
    found = verify_sound(
        _NOTHING, context.keys.marks, lambda mark_id: _record(mark_id, context), manifest=manifest, watermark=mark
    )
    return Verification(
        ours=found.ours,
        remix_id=found.remix_id,
        source=Source.model_validate(found.source) if found.source else None,
        made_with_ai=found.made_with_ai,
        watermark=FoundMark(found=mark.found, mark_id=mark.mark_id, confidence=mark.confidence),
        manifest=FoundManifest(found=manifest.found, state=manifest.state),
        evidence=Evidence(mark=("read" if is_read else "expected") if mark.found else None, manifest=place),
        on_record=_on_record(found.remix_id, context),
        sounds_like=_sounds_like(matches, context),
        consistent=found.consistent,
    )


@observed("provenance.identify_file")
def identify_file(content: Content, name: str, actor: Actor, context: Sounds) -> tuple[Match, ...]:
    """The recordings heard in a file of any length, the strongest first, of those that the actor sees.

    Raises: InvalidAudio.
    """
    must(actor, Action.IDENTIFY)
    matches = _heard_in(_sound(content, name, context), context)
    with context.read() as records:
        return tuple(match for match in matches if is_shown(records.catalogue.recording(match.recording_id), actor))


@dataclass(frozen=True, slots=True)
class _Hours:
    """A sound that is too long to be held whole: its windows, each time read anew."""

    windows: Callable[[], Iterator[tuple[float, Audio]]]


def _sound(content: Content, name: str, context: Sounds) -> Audio | _Hours:
    def blocks() -> Iterator[Samples]:
        return engine_blocks(context.audio_files.stream(content, name))

    reading = blocks()
    reel = Reel(reading)
    if not reel.reach(MATERIAL_MAX_S * SAMPLE_RATE + 1):
        return Audio(reel.read(0, reel.end), SAMPLE_RATE)
    frames = reel.end
    reel.forget(frames)
    frames += sum(block.shape[1] for block in reading)
    return _Hours(lambda: windows(blocks(), frames / SAMPLE_RATE))


def _read_mark(sound: Audio | _Hours, context: Making, expect: Sequence[int] = ()) -> Detection:
    """The first mark that is found; hours are not searched at other tempi and pitches: that takes ten times as long."""
    if isinstance(sound, Audio):
        return detect(sound, context.keys.marks, expect=expect)
    found = (detect(window, context.keys.marks, expect=expect, search=False) for _, window in sound.windows())
    return next((mark for mark in found if mark.found), Detection(found=False))


def _heard_in(sound: Audio | _Hours, context: Sounds) -> list[Match]:
    heard = (
        sound if isinstance(sound, Audio) else join_fingerprints([(at, fingerprint(w)) for at, w in sound.windows()])
    )
    return identify(heard, catalogue_index(context))


def _expected(sound: Audio | _Hours, matches: Sequence[Match], context: Making) -> Detection:
    """The mark of a remix of what was heard, when it is in the sound though too weak to be read."""
    sources = list(dict.fromkeys(match.recording_id for match in matches))[:SOUNDS_LIKE_MAX]
    with context.read() as records:
        newest = [records.remixes.remixes(limit=SUSPECTS_MAX, source_id=source).items for source in sources]
    remixes = sorted((remix for page in newest for remix in page), key=lambda r: r.created_at, reverse=True)
    suspects = list(dict.fromkeys(remix.seal.mark_id for remix in remixes))[:SUSPECTS_MAX]
    return _read_mark(sound, context, suspects) if suspects else Detection(found=False)


def _manifest(content: Content, name: str, context: Making) -> tuple[Manifest, Literal["file", "house"] | None]:
    """The manifest in the file, or the one kept here for this very file, because its format has no place for one."""
    suffix = PurePath(name).suffix.removeprefix(".")
    if isinstance(content, Path) and content.stat().st_size > MANIFEST_FILE_MAX:
        return NO_MANIFEST, None
    data = content.read_bytes() if isinstance(content, Path) else content
    with context.read() as records:
        encoded_as = records.remixes.rendition_of_file(hashlib.sha256(data).hexdigest())
    kept = context.blobs.get(encoded_as.manifest_sha256) if encoded_as and encoded_as.manifest_sha256 else None
    try:
        read = read_manifest(
            data,
            encoded_as.suffix if encoded_as else suffix,
            anchors_pem=context.keys.credentials.anchor_pem,
            sidecar=kept,
        )
    except Invalid:  # a format that cannot carry one
        return NO_MANIFEST, None
    return read, ("house" if kept else "file") if read.found else None


def _on_record(remix_id: str | None, context: Making) -> OnRecord | None:
    """What the signed manifest of the marked remix says: found again for a file that lost its own on the way."""
    if remix_id is None:
        return None
    with context.read() as records:
        remix = records.remixes.remix(remix_id)
    try:
        kept = context.blobs.get(remix.audio_sha256)
    except StoreUnavailable:
        return None
    manifest = read_manifest(kept, LOSSLESS, anchors_pem=context.keys.credentials.anchor_pem)
    return OnRecord(
        state=manifest.state,
        remix_id=manifest.remix_id,
        source_isrc=manifest.source_isrc,
        source_recording_id=manifest.source_recording_id,
        made_with_ai=manifest.made_with_ai,
        decision_id=manifest.decision_id,
        plan_digest=manifest.plan_digest,
        digital_source_type=manifest.digital_source_type,
    )


def _sounds_like(matches: Sequence[Match], context: Making) -> tuple[SoundsLike, ...]:
    """Whoever asks has no account: what somebody brought as their own is not named."""
    with context.read() as records:
        named = [(match, records.catalogue.recording(match.recording_id)) for match in matches]
    return tuple(
        SoundsLike(
            **Source.of(recording).to_dict(), kind=match.kind, score=match.score, query_start_s=match.query_start_s,
            reference_start_s=match.reference_start_s,
        )
        for match, recording in [one for one in named if one[1].attested_by is None][:SOUNDS_LIKE_MAX]
    )  # fmt: skip


def _record(mark_id: int, context: Making) -> MarkRecord | None:
    with context.read() as records:
        remix_id = records.remixes.remix_of_mark(mark_id)
        remix = records.remixes.find_remix(remix_id) if remix_id else None
        if remix is None:
            return None
        source = Source.of(records.catalogue.recording(remix.source_id)).to_dict()
        return MarkRecord(remix_id=remix.remix_id, source=source, made_with_ai=remix.seal.made_with_ai)
