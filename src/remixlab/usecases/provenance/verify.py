"""Verify: is a file ours, what was it made from and how, and what of the catalogue is in it? For everybody."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any, Final, Literal

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audio import Audio
from remixlab.domain.errors import Invalid, StoreUnavailable
from remixlab.domain.ports.blobs import Content
from remixlab.domain.provenance import ManifestState
from remixlab.domain.remix import Remix
from remixlab.domain.rights import Recording
from remixlab.domain.value import Value
from remixlab.identify import Library, Match, MatchKind, fingerprint, identify
from remixlab.seal import NO_MANIFEST, Detection, Manifest, MarkRecord, compare_mark, read_manifest
from remixlab.usecases.catalogue import is_shown
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.making.seal import LOSSLESS
from remixlab.usecases.provenance.examine import Examined, Hours, find_mark, heard_in, read_sound

SOUNDS_LIKE_MAX = 3
MANIFEST_FILE_MAX = 2**29
"""Larger files are none that we signed: nothing longer than a song is remixed."""
LONGEST_S = 3 * 3600.0
"""What is examined for who has no account; a longer file is refused when so much of it was read."""
_TELLING_S = 8.0
"""So much of a remix is recognised as that remix whatever was done to it that leaves its mark readable."""
_TOO_SHORT_S = 5.0
"""A mark is read from five seconds on."""

Reason = Literal[
    "no_mark", "too_short", "expected", "unknown_mark", "other_sound", "other_manifest", "unproven_manifest"
]
REASONS: Final[dict[Reason, str]] = {
    "no_mark": "No mark of this service was found. That says nothing about other services, nor who made it.",
    "too_short": "It is too short to read a mark from: send ten seconds or more.",
    "expected": "The mark is too weak to be read; it was found because the house knew which to look for.",
    "unknown_mark": "It bears a mark of this house that stands for nothing on record.",
    "other_sound": "The mark is that of a remix which does not sound like this: it may be copied onto other sound.",
    "other_manifest": "Mark and manifest name different remixes: one of them was carried over from another file.",
    "unproven_manifest": "A manifest says that it is ours, and no mark in the sound does.",
}
"""Why the answer is not sure, as it is told."""


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
    """The manifest in a file, whoever signed it."""

    found: bool
    state: ManifestState
    generator: str = ""
    issuer: str = ""
    signed_at: str | None = None
    source_types: tuple[str, ...] = ()


class Evidence(Value):
    """How the mark was found (`expected`: looked for because of what is heard), and where the manifest was.

    `sound`: whether it sounds like the remix whose mark it bears; None where it is too short to tell.
    """

    mark: Literal["read", "expected"] | None
    manifest: Literal["file", "house"] | None
    sound: bool | None = None


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
    manifest_id: str | None = None


class PlanTold(Value):
    """By which plan it was made: its digest, and what it does where the remix is published."""

    digest: str
    does: tuple[str, ...]


class SoundsLike(Source):
    """A recording that is heard in the file. Unit: seconds."""

    kind: MatchKind
    score: float
    query_start_s: float
    reference_start_s: float


class Verification(Value):
    """What there is to say about a file. `consistent` is false where mark, manifest and sound name different remixes.

    `is_of_catalogue` says whether the file is, from end to end, a recording of the catalogue, or a version of a work.
    """

    ours: bool
    remix_id: str | None
    source: Source | None
    made_with_ai: bool | None
    watermark: FoundMark
    manifest: FoundManifest
    evidence: Evidence
    on_record: OnRecord | None
    plan: PlanTold | None = None
    label: dict[str, Any] | None = None
    """What the remix's label says, part by part."""
    sounds_like: tuple[SoundsLike, ...]
    is_of_catalogue: Literal["recording", "work"] | None = None
    consistent: bool
    reason: Reason | None = None
    """Why the answer is not sure; None where it is."""
    told: str = ""


def verify(content: Content, name: str, context: Making) -> Verification:
    """Whether a file is ours, and what it is made from; for everybody, without an account. Raises: InvalidAudio.

    Where no mark can be read, the catalogue is asked what the sound is made from, and the marks of the remixes of
    that are looked for one by one: that takes less sound. What is still not ours is said to sound like the recordings
    that were heard in it. A mark that was copied onto other sound is told by the sound. Nothing of the file is kept.
    """
    sound = read_sound(content, name, context, longest_s=LONGEST_S)
    manifest, place = _manifest(content, name, context)
    examined = find_mark(sound, context)
    remix = _remix_of(examined.mark, context)
    found = compare_mark(examined.mark, _record(remix, context), manifest)
    alike = sounds_as(remix, sound, context) if remix is not None and examined.is_read else None
    reason = _reason(examined, remix, manifest, alike, found.consistent, sound)
    like = _sounds_like(examined.matches, context)
    return Verification(
        ours=found.ours and alike is not False,
        remix_id=found.remix_id,
        source=Source.model_validate(found.source) if found.source else None,
        made_with_ai=found.made_with_ai,
        watermark=FoundMark(
            found=examined.mark.found, mark_id=examined.mark.mark_id, confidence=examined.mark.confidence
        ),
        manifest=_told_manifest(manifest),
        evidence=Evidence(
            mark=("read" if examined.is_read else "expected") if examined.mark.found else None,
            manifest=place,
            sound=alike,
        ),
        on_record=_on_record(remix, context),
        plan=None if remix is None else _told_plan(remix),
        label=(remix.label or None) if remix else None,
        sounds_like=like,
        is_of_catalogue=_is_of_catalogue(like),
        consistent=found.consistent and alike is not False,
        reason=reason,
        told=REASONS[reason] if reason else "",
    )


@observed("provenance.identify_file")
def identify_file(content: Content, name: str, actor: Actor, context: Sounds) -> tuple[Match, ...]:
    """The recordings heard in a file of any length, the strongest first, of those that the actor sees.

    Raises: InvalidAudio.
    """
    must(actor, Action.IDENTIFY)
    matches = heard_in(read_sound(content, name, context), context)
    with context.read() as records:
        return tuple(match for match in matches if is_shown(records.catalogue.recording(match.recording_id), actor))


def _reason(
    examined: Examined,
    remix: Remix | None,
    manifest: Manifest,
    alike: bool | None,
    consistent: bool,
    sound: Audio | Hours,
) -> Reason | None:
    if not examined.mark.found:
        if manifest.state == "trusted" and manifest.remix_id:
            return "unproven_manifest"
        return "too_short" if sound.duration_s < _TOO_SHORT_S else "no_mark"
    if remix is None:
        return "unknown_mark"
    if alike is False:
        return "other_sound"
    if not consistent:
        return "other_manifest"
    return None if examined.is_read else "expected"


def sounds_as(remix: Remix, sound: Audio | Hours, context: Making) -> bool | None:
    """Whether a sound is the remix whose mark it bears: a mark can be copied onto other sound, what is heard cannot.

    None where there is too little to tell.
    """
    if not isinstance(sound, Audio) or sound.duration_s < _TELLING_S:
        return None
    try:
        kept = context.audio_files.decode(context.blobs.get(remix.audio_sha256), f"{remix.remix_id}.{LOSSLESS}")
    except StoreUnavailable:
        return None
    heard = fingerprint(sound)
    return bool(identify(heard, Library.build({remix.remix_id: fingerprint(kept)}), works=False))


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
            anchors_pem=context.keys.credentials.trusted_pem,
            sidecar=kept,
        )
    except Invalid:  # a format that cannot carry one
        return NO_MANIFEST, None
    return read, ("house" if kept else "file") if read.found else None


def _told_manifest(manifest: Manifest) -> FoundManifest:
    return FoundManifest(
        found=manifest.found,
        state=manifest.state,
        generator=manifest.generator,
        issuer=manifest.issuer,
        signed_at=manifest.signed_at.isoformat() if manifest.signed_at else None,
        source_types=manifest.source_types,
    )


def _on_record(remix: Remix | None, context: Making) -> OnRecord | None:
    """What the signed manifest of the marked remix says: found again for a file that lost its own on the way."""
    if remix is None:
        return None
    try:
        kept = context.blobs.get(remix.audio_sha256)
    except StoreUnavailable:
        return None
    manifest = read_manifest(kept, LOSSLESS, anchors_pem=context.keys.credentials.trusted_pem)
    return OnRecord(
        state=manifest.state,
        remix_id=manifest.remix_id,
        source_isrc=manifest.source_isrc,
        source_recording_id=manifest.source_recording_id,
        made_with_ai=manifest.made_with_ai,
        decision_id=manifest.decision_id,
        plan_digest=manifest.plan_digest,
        digital_source_type=manifest.digital_source_type,
        manifest_id=manifest.manifest_id,
    )


def _told_plan(remix: Remix) -> PlanTold:
    """Whoever asks has no account: what a private remix does with a song is not told."""
    is_public = remix.share == "public" and remix.state == "published"
    return PlanTold(digest=remix.plan_digest, does=remix.description if is_public else ())


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


def _is_of_catalogue(like: Sequence[SoundsLike]) -> Literal["recording", "work"] | None:
    kinds = {one.kind for one in like}
    if "same_recording" in kinds:
        return "recording"
    return "work" if "same_work" in kinds else None


def _remix_of(mark: Detection, context: Making) -> Remix | None:
    if mark.mark_id is None:
        return None
    with context.read() as records:
        remix_id = records.remixes.remix_of_mark(mark.mark_id)
        return records.remixes.find_remix(remix_id) if remix_id else None


def _record(remix: Remix | None, context: Making) -> MarkRecord | None:
    if remix is None:
        return None
    with context.read() as records:
        source = Source.of(records.catalogue.recording(remix.source_id)).to_dict()
    return MarkRecord(remix_id=remix.remix_id, source=source, made_with_ai=remix.seal.made_with_ai)
