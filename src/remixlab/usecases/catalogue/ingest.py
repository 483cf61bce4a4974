"""Bring a recording into the catalogue: read, recognised, taken apart, listened to, with its owners and terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from remixlab.accounts import Action, Subject, must
from remixlab.catalogue import Owners
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audio import SAMPLE_RATE, Stem
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidAudio, NotYours
from remixlab.domain.ids import ISRC
from remixlab.domain.music import Analysis
from remixlab.domain.ports.blobs import Content
from remixlab.domain.ports.process import Progress, silent
from remixlab.domain.ports.records.transaction import WriteTransaction
from remixlab.domain.provenance import Credential
from remixlab.domain.rights import Recording
from remixlab.domain.shelf import ShelfEntry
from remixlab.domain.text import clean, readable
from remixlab.domain.value import Value
from remixlab.identify import Fingerprint, Match, fingerprint, write_score
from remixlab.usecases.catalogue.credentials import examine
from remixlab.usecases.catalogue.delivered import receive_stems
from remixlab.usecases.claims import (
    Upload,
    find_duplicate,
    foreign_matches,
    hold_upload,
    is_kept_apart,
    say_kept_apart,
    say_left_out,
    screen_upload,
)
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.feel import hear_feel
from remixlab.usecases.hearing.hear import MATERIAL_MAX_S, engine_blocks, fits_in_memory, hear_sound, sound_blocks
from remixlab.usecases.hearing.windows import analyse, take_fingerprint


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it arrives, as bytes or as the place where it lies.

    `stems` maps stem names to the files beside the mix, several of which are summed; `owners` is what an owners file
    says; `mine` is the word of whoever brings it that it is theirs.
    """

    data: Content
    name: str
    stems: Mapping[str, tuple[Content, ...]] = field(default_factory=dict[str, tuple[Content, ...]])
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
    if not delivery.mine:
        _must_deliver(delivery.owners, actor, context)
    return _received(delivery, actor.account if delivery.mine else None, context, progress)


def loose_recording(content: Content, name: str, context: Sounds) -> Recording:
    """A file that is only listened to: heard and cached by its content, but not entered into the catalogue.

    Raises: InvalidAudio.
    """
    return _received(Delivery(content, name), None, context, silent).recording


@observed("catalogue.ingest")
def ingest(order: IngestOrder, actor: Actor, context: Making, progress: Progress = silent) -> Ingested:
    """Enter a received recording into the catalogue and hear it; the same file twice is one recording.

    What an owner delivers counts for more than the word of whoever brought the same file before. What is like
    something that was here before waits for a person (`Ingested.recording.quarantined`). Every part is cached by
    content, so an interrupted ingest goes on where it was; the recording appears whole, in one transaction.
    """
    must(actor, Action.ADD_RECORDING)
    if order.recording.attested_by is None:
        _must_deliver(order.owners, actor, context)
    with context.read() as records:
        known = records.catalogue.find_recording(order.recording.sha256)
    notes = order.notes
    if known is not None:
        met = _meet_again(order, known, actor, context)
    else:
        progress("fingerprint", 0.0)
        heard = _recognise(order.recording, context, progress)
        matches = _screened(order.recording, heard, context, progress)
        original = _original_of(order, find_duplicate(heard, context, matches), actor)
        progress("fingerprint", 1.0)
        if original and not is_kept_apart(order.recording, original):
            return Ingested(original, duplicate_of=original.recording_id, notes=(*notes, *_left_out(order, original)))
        if original:
            notes = (*notes, say_kept_apart(original))
        credential = _examined(order.recording, context, progress)
        met = _enter_new(order, heard, matches, credential, actor, context)
    keep_score(met, analyse(met, context, progress), context)
    hear_feel(met, context)
    return Ingested(met, notes=notes)


def _must_deliver(owners: Owners | None, actor: Actor, context: Sounds) -> None:
    """The catalogue that everybody sees is filled by owners and by whoever runs the workspace. Raises: NotYours.

    The owners are the parties that the file will be entered for: whoever is here already keeps their own id.
    """
    parties = frozenset[str]()
    if owners is not None:
        with context.read() as records:
            parties = owners.known_to(records, actor.account, actor.acts_for).deliverers
    refused = NotYours(
        f"{actor.account} may not bring this into the catalogue.", code="catalogue.not_yours",
        hint="Say that it is yours (mine), and it is on your shelf; its label or artist delivers it with its owners.",
    )  # fmt: skip
    must(actor, Action.DELIVER, Subject("catalogue", parties=parties), refused=refused)


def _screened(recording: Recording, heard: Fingerprint, context: Sounds, progress: Progress) -> tuple[Match, ...]:
    sound = (lambda: hear_sound(recording, context, progress)) if fits_in_memory(recording) else None
    return screen_upload(Upload(recording, heard, sound), context)


def _examined(recording: Recording, context: Making, progress: Progress) -> Credential:
    return examine(recording, hear_sound(recording, context, progress) if fits_in_memory(recording) else None, context)


def _original_of(order: IngestOrder, found: Recording | None, actor: Actor) -> Recording | None:
    """What a file is another copy of, where saying so gives nothing away: the catalogue's, or one's own."""
    if found is None or (found.attested_by is None and not found.quarantined):
        return found
    is_own = found.attested_by == actor.account and order.recording.attested_by == actor.account
    return found if is_own else None


def _left_out(order: IngestOrder, original: Recording) -> tuple[str, ...]:
    owners = "it is in the catalogue already: what the owners file says is not taken" if order.owners else ""
    return tuple(filter(None, (say_left_out(order.recording, original), owners)))


def _enter_new(
    order: IngestOrder,
    heard: Fingerprint,
    matches: tuple[Match, ...],
    credential: Credential,
    actor: Actor,
    context: Sounds,
) -> Recording:
    """Enter what was not here before. What is like something else waits, and what bears the mark of a remix that was
    made here; so do the copies of what an owner brings.
    """
    kept = context.blobs.put(heard.to_bytes())
    attested = order.recording.attested_by is not None
    with context.write() as records:
        entered = enter(order, actor, records)
        records.hearing.keep_fingerprint(entered.recording_id, kept)
        records.provenance.keep_credential(credential)
        foreign = foreign_matches(matches, actor, records, attested=attested)
        if (foreign or credential.mark_of) and (attested or not actor.has(Role.OPERATOR)):
            marked = f"it bears the mark of the remix {credential.mark_of}" if credential.mark_of else ""
            hold_upload(entered, foreign, actor, records, note=marked)
        elif not attested:
            _hold_copies(entered, matches, actor, records)
        return records.catalogue.recording(entered.recording_id)


def _hold_copies(entered: Recording, matches: tuple[Match, ...], actor: Actor, records: WriteTransaction) -> None:
    """What others brought as their own and is like a delivery waits from now on."""
    for match in matches:
        copy = records.catalogue.find_recording(match.recording_id)
        if copy is not None and copy.attested_by is not None and not copy.quarantined:
            hold_upload(copy, [match.model_copy(update={"recording_id": entered.recording_id})], actor, records)


def _meet_again(order: IngestOrder, known: Recording, actor: Actor, context: Sounds) -> Recording:
    """The same file once more: on the shelf of whoever brings it too, or taken over by the owner who delivers it."""
    if order.recording.attested_by is None:
        return _take_over(order, known, actor, context) if known.attested_by and order.owners else known
    if known.attested_by in (None, actor.account):
        return known
    entry = ShelfEntry(
        recording_id=known.recording_id, account=actor.account, title=order.recording.title,
        artist=order.recording.artist, since=actor.at,
    )  # fmt: skip
    with context.write() as records:
        records.catalogue.keep_on_shelf(entry)
        subject = f"recording:{known.recording_id}"
        records.accounts.append_audit(entry_of(actor, Action.ADD_RECORDING.value, subject, after=entry))
    return entry.names(known)


def _take_over(order: IngestOrder, known: Recording, actor: Actor, context: Sounds) -> Recording:
    """An owner delivers what somebody brought on their word alone: title, shares and consents are the delivery's.

    Whoever brought it keeps it on their shelf under their own name; what they said about it as its owner ends.
    """
    first = known.attested_by or ""
    with context.write() as records:
        entry = ShelfEntry(
            recording_id=known.recording_id, account=first, title=known.title, artist=known.artist, since=actor.at
        )
        records.catalogue.keep_on_shelf(entry)
        for consent in records.rights.terms([known.recording_id]).consents:
            if consent.party_id == first and consent.withdrawn_at is None:
                records.rights.withdraw_consent(consent.consent_id, actor.at)
        entered = enter(order, actor, records)
        held = records.quarantine.find(known.recording_id)
        if held is not None and held.stops:
            foreign = foreign_matches(held.matches, actor, records, attested=False)
            if not foreign or actor.has(Role.OPERATOR):
                said = held.model_copy(update={"verdict": None})
                records.quarantine.keep(said.judged("released", by=actor.account, at=actor.at, note="delivered"))
        return records.catalogue.recording(entered.recording_id)


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
        speaking = None if actor.has(Role.OPERATOR) else actor.acts_for
        entered = order.owners.enter(
            order.recording, order.stems, records, by=actor.account, at=actor.at, speaking=speaking
        )
    subject = f"recording:{entered.recording_id}"
    records.accounts.append_audit(entry_of(actor, Action.ADD_RECORDING.value, subject, after=order))
    return entered


def _received(delivery: Delivery, attested_by: str | None, context: Sounds, progress: Progress) -> IngestOrder:
    progress("decode", 0.0)
    unknown = sorted(set(delivery.stems) - {s.value for s in Stem})
    if unknown:
        raise InvalidAudio(f"'{unknown[0]}' is not a stem", hint="Name the files vocals, drums, bass and other.")
    sha256 = _digest(delivery.data)
    duration_s = _read_through(delivery, sha256, context)
    tags = context.audio_files.read_tags(delivery.data, delivery.name)
    recording = _describe(delivery, tags, sha256, duration_s, attested_by)
    stems = receive_stems(delivery.stems, recording, context)
    context.blobs.put(delivery.data)
    progress("decode", 1.0)
    notes = (*_notes(delivery, tags), *stems.notes)
    return IngestOrder(recording=recording, stems=stems.kept, owners=delivery.owners, notes=notes)


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
    title = clean(delivery.title or "") or (owners.title if owners else None) or tags.get("title")
    artist = clean(delivery.artist or "") or (owners.artist if owners else None) or tags.get("artist")
    return Recording(
        recording_id=f"rec_{sha256[:20]}",
        title=title or _name_of(delivery),
        artist=artist or "Unknown artist",
        duration_s=duration_s,
        sha256=sha256,
        isrc=str(ISRC.parse(isrc)) if isrc else None,
        attested_by=attested_by,
    )


def _name_of(delivery: Delivery) -> str:
    """What the music is called where nobody says it: its file."""
    return clean(readable(PurePath(delivery.name).stem)) or "Untitled"
