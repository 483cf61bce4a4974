"""Bring a recording into the catalogue: read, recognised, taken apart, listened to, with its owners and terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from remixlab.catalogue import Owners
from remixlab.domain.audio import Stem
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ids import ISRC
from remixlab.domain.music import Analysis
from remixlab.domain.ports import Content, Progress, WriteShelf
from remixlab.domain.rights import Recording
from remixlab.domain.value import Value
from remixlab.identify import Fingerprint, fingerprint, identify, write_score
from remixlab.studio.desk import Desk, silent
from remixlab.studio.hear import ENGINE_RATE_HZ, SONG_MAX_S, engine_blocks, hear_sound, is_song, sound_blocks
from remixlab.studio.index import catalogue_index
from remixlab.studio.search import hear_feel
from remixlab.studio.windows import analyse, take_fingerprint

DUPLICATE_COVERAGE = 0.8
"""Share of the shorter recording that must match before two files are called one recording."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it arrives, as bytes or as the place where it lies. `stems` maps stem names to the files beside the mix; `owners` is what an owners file says."""

    data: Content
    name: str
    stems: Mapping[str, Content] = field(default_factory=dict[str, Content])
    title: str | None = None
    artist: str | None = None
    isrc: str | None = None
    owners: Owners | None = None
    mine: bool = False
    user: str = "me"


class IngestOrder(Value):
    """A delivery whose bytes are safe in the blobs: what a restarted ingest goes on from."""

    recording: Recording
    stems: dict[str, str] = {}
    owners: Owners | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ingested:
    """The recording in the catalogue; `duplicate_of` when it was there already under another file; `notes` on what was left out."""

    recording: Recording
    duplicate_of: str | None = None
    notes: tuple[str, ...] = ()

    def answer(self) -> dict[str, object]:
        r = self.recording
        return {
            "recording_id": r.recording_id, "isrc": r.isrc, "title": r.title, "artist": r.artist,
            "duration_s": round(r.duration_s, 3), "sha256": r.sha256, "duplicate_of": self.duplicate_of,
            **({"notes": list(self.notes)} if self.notes else {}),
        }  # fmt: skip


def receive(delivery: Delivery, desk: Desk, progress: Progress = silent) -> IngestOrder:
    """Check a delivery whole, then make its bytes safe. Nothing is kept of one that cannot be read.

    Raises: InvalidAudio, InvalidIdentifier, InvalidTerms.
    """
    progress("decode", 0.0)
    unknown = sorted(set(delivery.stems) - {s.value for s in Stem})
    if unknown:
        raise InvalidAudio(f"'{unknown[0]}' is not a stem", hint="Name the files vocals, drums, bass and other.")
    for name, data in delivery.stems.items():
        for _ in desk.audio_files.stream(data, f"{name} stem").blocks:
            pass  # what is damaged shows on the way
    sha256 = _digest(delivery.data)
    duration_s = _read_through(delivery, sha256, desk)
    tags = desk.audio_files.read_tags(delivery.data, delivery.name)
    recording = _describe(delivery, tags, sha256, duration_s)
    desk.blobs.put(delivery.data)
    stems = {name: desk.blobs.put(data) for name, data in delivery.stems.items()}
    progress("decode", 1.0)
    return IngestOrder(recording=recording, stems=stems, owners=delivery.owners, notes=_notes(delivery, tags))


def ingest(order: IngestOrder, desk: Desk, progress: Progress = silent) -> Ingested:
    """Enter a received recording into the catalogue and hear it; the same file twice is one recording.

    Every part is cached by content, so an interrupted ingest goes on where it was; the recording appears whole, in one transaction.
    """
    with desk.read() as shelf:
        known = shelf.find_recording(order.recording.sha256)
    if known is None:
        progress("fingerprint", 0.0)
        heard = _recognise(order.recording, desk, progress)
        original = find_duplicate(heard, desk)
        progress("fingerprint", 1.0)
        if original:
            return Ingested(original, duplicate_of=original.recording_id, notes=order.notes)
        kept = desk.blobs.put(heard.to_bytes())
        with desk.write() as shelf:
            known = enter(order, shelf)
            shelf.keep_fingerprint(known.recording_id, kept)
    keep_score(known, analyse(known, desk, progress), desk)
    hear_feel(known, desk)
    return Ingested(known, notes=order.notes)


def keep_score(recording: Recording, analysis: Analysis, desk: Desk) -> None:
    """Keep in the fingerprint what covers of the recording are played from, as it is heard now: another listener may hear it otherwise."""
    with desk.read() as shelf:
        blob = shelf.fingerprints().get(recording.recording_id)
    if blob is None:
        return
    stored = desk.blobs.get(blob)
    renewed = replace(Fingerprint.from_bytes(stored), score=write_score(analysis)).to_bytes()
    if renewed != stored:
        kept = desk.blobs.put(renewed)
        with desk.write() as shelf:
            shelf.keep_fingerprint(recording.recording_id, kept)


def enter(order: IngestOrder, shelf: WriteShelf) -> Recording:
    """Write the recording with its parties, works, shares and consents, where an owners file names them."""
    if order.owners is None:
        shelf.add_recording(order.recording, (), order.stems)
        return order.recording
    return order.owners.enter(order.recording, order.stems, shelf)


def _read_through(delivery: Delivery, sha256: str, desk: Desk) -> float:
    """Read a file to its end, and keep its sound in the cache if it is short enough to be a song. Unit: seconds. Raises: InvalidAudio."""
    stream = desk.audio_files.stream(delivery.data, delivery.name)
    blocks, frames = engine_blocks(stream), 0
    try:
        with desk.sounds.writing(f"{sha256}/master", ENGINE_RATE_HZ) as append:
            for block in blocks:
                append(block)
                frames += block.shape[1]
                if frames > SONG_MAX_S * ENGINE_RATE_HZ:
                    raise _Longer
    except _Longer:
        frames += sum(block.shape[1] for block in blocks)
    return frames / ENGINE_RATE_HZ


class _Longer(Exception):
    """What was written to the cache so far is no song, and is not kept."""


def _digest(content: Content) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _recognise(recording: Recording, desk: Desk, progress: Progress) -> Fingerprint:
    if is_song(recording):
        return fingerprint(hear_sound(recording, desk, progress))
    return take_fingerprint(sound_blocks(recording, desk), recording.duration_s)


def _notes(delivery: Delivery, tags: Mapping[str, str]) -> tuple[str, ...]:
    """What the tags said of an ISRC that is left out, unless somebody gave one."""
    is_given = delivery.isrc or (delivery.owners and delivery.owners.isrc)
    return (f"{PurePath(delivery.name).name}: {tags['note']}",) if tags.get("note") and not is_given else ()


def _describe(delivery: Delivery, tags: Mapping[str, str], sha256: str, duration_s: float) -> Recording:
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
        attested_by=delivery.user if delivery.mine else None,
    )


def find_duplicate(heard: Fingerprint, desk: Desk) -> Recording | None:
    """The catalogue's recording that this one is another file of: the same performance, from end to end."""
    with desk.read() as shelf:
        index = catalogue_index(shelf, desk)
        for match in identify(heard, index, works=False):
            if match.kind == "same_recording" and abs(match.tempo_ratio - 1) < 0.01 and abs(match.pitch_semitones) < 0.05:
                known = shelf.recording(match.recording_id)
                covered = match.query_end_s - match.query_start_s
                if covered >= DUPLICATE_COVERAGE * max(known.duration_s, heard.duration_s):
                    return known
    return None


def loose_recording(data: Content, name: str, desk: Desk) -> Recording:
    """A file that is only listened to: heard and cached by its content, but not entered into the catalogue. Raises: InvalidAudio."""
    return receive(Delivery(data, name), desk).recording
