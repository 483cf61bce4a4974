"""Bring a recording into the catalogue: read, recognised, taken apart, listened to, with its owners and terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from remixlab.accounts import Action, must
from remixlab.catalogue import Owners
from remixlab.domain.actor import Actor
from remixlab.domain.audio import SAMPLE_RATE, Stem
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ids import ISRC
from remixlab.domain.music import Analysis
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.ports.records.transaction import WriteTransaction
from remixlab.domain.rights import Recording
from remixlab.domain.value import Value
from remixlab.identify import Fingerprint, fingerprint, write_score
from remixlab.usecases.claims import find_duplicate
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.feel import hear_feel
from remixlab.usecases.hearing.hear import MATERIAL_MAX_S, engine_blocks, fits_in_memory, hear_sound, sound_blocks
from remixlab.usecases.hearing.windows import analyse, take_fingerprint


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it arrives, as bytes or as the place where it lies.

    `stems` maps stem names to the files beside the mix; `owners` is what an owners file says; `mine` is the word
    of whoever
    brings it that it is theirs.
    """

    data: Content
    name: str
    stems: Mapping[str, Content] = field(default_factory=dict[str, Content])
    title: str | None = None
    artist: str | None = None
    isrc: str | None = None
    owners: Owners | None = None
    mine: bool = False


class IngestOrder(Value):
    """A delivery whose bytes are safe in the blobs: what a restarted ingest goes on from."""

    recording: Recording
    stems: dict[str, str] = {}
    owners: Owners | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """The recording in the catalogue; `duplicate_of` when it was there already under another file.

    `notes` say what of its tags was left out.
    """

    recording: Recording
    duplicate_of: str | None = None
    notes: tuple[str, ...] = ()


@observed("catalogue.receive")
def receive(delivery: Delivery, actor: Actor, context: Sounds, progress: Progress = silent) -> IngestOrder:
    """Check a delivery whole, then make its bytes safe. Nothing is kept of one that cannot be read.

    Raises: InvalidAudio, InvalidIdentifier, InvalidTerms.
    """
    must(actor, Action.ADD_RECORDING)
    return _received(delivery, actor.account if delivery.mine else None, context, progress)


def loose_recording(content: Content, name: str, context: Sounds) -> Recording:
    """A file that is only listened to: heard and cached by its content, but not entered into the catalogue.

    Raises: InvalidAudio.
    """
    return _received(Delivery(content, name), None, context, silent).recording


@observed("catalogue.ingest")
def ingest(order: IngestOrder, actor: Actor, context: Sounds, progress: Progress = silent) -> Ingested:
    """Enter a received recording into the catalogue and hear it; the same file twice is one recording.

    Every part is cached by content, so an interrupted ingest goes on where it was; the recording appears whole,
    in one transaction.
    """
    must(actor, Action.ADD_RECORDING)
    with context.read() as records:
        known = records.catalogue.find_recording(order.recording.sha256)
    if known is None:
        progress("fingerprint", 0.0)
        heard = _recognise(order.recording, context, progress)
        original = find_duplicate(heard, context)
        progress("fingerprint", 1.0)
        if original:
            return Ingested(original, duplicate_of=original.recording_id, notes=order.notes)
        kept = context.blobs.put(heard.to_bytes())
        with context.write() as records:
            known = enter(order, actor, records)
            records.hearing.keep_fingerprint(known.recording_id, kept)
    keep_score(known, analyse(known, context, progress), context)
    hear_feel(known, context)
    return Ingested(known, notes=order.notes)


def keep_score(recording: Recording, analysis: Analysis, context: Sounds) -> None:
    """Keep in the fingerprint what covers are played from, as it is heard now: other listeners hear otherwise."""
    with context.read() as records:
        blob = records.hearing.fingerprint_of(recording.recording_id)
    if blob is None:
        return
    stored = context.blobs.get(blob)
    renewed = replace(Fingerprint.from_bytes(stored), score=write_score(analysis)).to_bytes()
    if renewed != stored:
        kept = context.blobs.put(renewed)
        with context.write() as records:
            records.hearing.keep_fingerprint(recording.recording_id, kept)


def enter(order: IngestOrder, actor: Actor, records: WriteTransaction) -> Recording:
    """Write the recording, what an owners file says of it (parties, works, shares, consents), and who brought it."""
    if order.owners is None:
        records.catalogue.add_recording(order.recording, (), order.stems, by=actor.account, at=actor.at)
        entered = order.recording
    else:
        entered = order.owners.enter(order.recording, order.stems, records, by=actor.account, at=actor.at)
    subject = f"recording:{entered.recording_id}"
    records.accounts.append_audit(entry_of(actor, Action.ADD_RECORDING.value, subject, after=order))
    return entered


def _received(delivery: Delivery, attested_by: str | None, context: Sounds, progress: Progress) -> IngestOrder:
    progress("decode", 0.0)
    unknown = sorted(set(delivery.stems) - {s.value for s in Stem})
    if unknown:
        raise InvalidAudio(f"'{unknown[0]}' is not a stem", hint="Name the files vocals, drums, bass and other.")
    for name, data in delivery.stems.items():
        for _ in context.audio_files.stream(data, f"{name} stem").blocks:
            pass  # what is damaged shows on the way
    sha256 = _digest(delivery.data)
    duration_s = _read_through(delivery, sha256, context)
    tags = context.audio_files.read_tags(delivery.data, delivery.name)
    recording = _describe(delivery, tags, sha256, duration_s, attested_by)
    context.blobs.put(delivery.data)
    stems = {name: context.blobs.put(data) for name, data in delivery.stems.items()}
    progress("decode", 1.0)
    return IngestOrder(recording=recording, stems=stems, owners=delivery.owners, notes=_notes(delivery, tags))


def _read_through(delivery: Delivery, sha256: str, context: Sounds) -> float:
    """Read a file to its end, and keep its sound in the cache if it is short enough to be a song. Unit: seconds.

    Raises: InvalidAudio.
    """
    stream = context.audio_files.stream(delivery.data, delivery.name)
    blocks, frames = engine_blocks(stream), 0
    try:
        with context.sounds.writing(f"{sha256}/master", SAMPLE_RATE) as append:
            for block in blocks:
                append(block)
                frames += block.shape[1]
                if frames > MATERIAL_MAX_S * SAMPLE_RATE:
                    raise _Longer
    except _Longer:
        frames += sum(block.shape[1] for block in blocks)
    return frames / SAMPLE_RATE


class _Longer(Exception):
    """What was written to the cache so far is no song, and is not kept."""


def _digest(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recognise(recording: Recording, context: Sounds, progress: Progress) -> Fingerprint:
    if fits_in_memory(recording):
        return fingerprint(hear_sound(recording, context, progress))
    return take_fingerprint(sound_blocks(recording, context), recording.duration_s)


def _notes(delivery: Delivery, tags: Mapping[str, str]) -> tuple[str, ...]:
    """What the tags said of an ISRC that is left out, unless somebody gave one."""
    is_given = delivery.isrc or (delivery.owners and delivery.owners.isrc)
    return (f"{PurePath(delivery.name).name}: {tags['note']}",) if tags.get("note") and not is_given else ()


def _describe(
    delivery: Delivery, tags: Mapping[str, str], sha256: str, duration_s: float, attested_by: str | None
) -> Recording:
    """The recording as the person, the owners file and the tags describe it, in this order."""
    owners = delivery.owners
    isrc = delivery.isrc or (owners.isrc if owners else None) or tags.get("isrc")
    return Recording(
        recording_id=f"rec_{sha256[:20]}",
        title=delivery.title or (owners.title if owners else None) or tags.get("title") or PurePath(delivery.name).stem,
        artist=delivery.artist or (owners.artist if owners else None) or tags.get("artist") or "Unknown artist",
        duration_s=duration_s,
        sha256=sha256,
        isrc=str(ISRC.parse(isrc)) if isrc else None,
        attested_by=attested_by,
    )
