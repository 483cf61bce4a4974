"""Bring a recording into the catalogue: read, recognised, taken apart, listened to, with its owners and terms."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePath

from remixlab.catalogue import Owners
from remixlab.domain.audio import Stem
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ids import ISRC
from remixlab.domain.ports import Progress, WriteShelf
from remixlab.domain.rights import Recording
from remixlab.domain.value import Value
from remixlab.identify import Fingerprint, fingerprint, identify
from remixlab.studio.desk import Desk, silent
from remixlab.studio.hear import at_engine_rate, hear, hear_sound
from remixlab.studio.index import catalogue_index
from remixlab.studio.search import hear_feel

DUPLICATE_COVERAGE = 0.8
"""Share of the shorter recording that must match before two files are called one recording."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it arrives. `stems` maps stem names to the files beside the mix; `owners` is what an owners file says."""

    data: bytes
    name: str
    stems: Mapping[str, bytes] = field(default_factory=dict[str, bytes])
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


@dataclass(frozen=True, slots=True)
class Ingested:
    """The recording in the catalogue; `duplicate_of` when it was there already under another file."""

    recording: Recording
    duplicate_of: str | None = None

    def answer(self) -> dict[str, object]:
        r = self.recording
        return {
            "recording_id": r.recording_id, "isrc": r.isrc, "title": r.title, "artist": r.artist,
            "duration_s": round(r.duration_s, 3), "sha256": r.sha256, "duplicate_of": self.duplicate_of,
        }  # fmt: skip


def receive(delivery: Delivery, desk: Desk, progress: Progress = silent) -> IngestOrder:
    """Check a delivery whole, then make its bytes safe. Nothing is kept of one that cannot be read.

    Raises: InvalidAudio, InvalidIdentifier, InvalidTerms.
    """
    progress("decode", 0.0)
    sound = at_engine_rate(desk.audio_files.decode(delivery.data, delivery.name))
    unknown = sorted(set(delivery.stems) - {s.value for s in Stem})
    if unknown:
        raise InvalidAudio(f"'{unknown[0]}' is not a stem", hint="Name the files vocals, drums, bass and other.")
    for name, data in delivery.stems.items():
        desk.audio_files.decode(data, f"{name} stem")
    recording = _describe(delivery, sound.duration_s, desk)
    desk.sounds.save(f"{recording.sha256}/master", sound)
    desk.blobs.put(delivery.data)
    stems = {name: desk.blobs.put(data) for name, data in delivery.stems.items()}
    progress("decode", 1.0)
    return IngestOrder(recording=recording, stems=stems, owners=delivery.owners)


def ingest(order: IngestOrder, desk: Desk, progress: Progress = silent) -> Ingested:
    """Enter a received recording into the catalogue and hear it; the same file twice is one recording.

    Every part is cached by content, so an interrupted ingest goes on where it was; the recording appears whole, in one transaction.
    """
    with desk.read() as shelf:
        known = shelf.find_recording(order.recording.sha256)
    if known is None:
        progress("fingerprint", 0.0)
        heard = fingerprint(hear_sound(order.recording, desk, progress))
        original = find_duplicate(heard, desk)
        progress("fingerprint", 1.0)
        if original:
            return Ingested(original, duplicate_of=original.recording_id)
        kept = desk.blobs.put(heard.to_bytes())
        with desk.write() as shelf:
            known = enter(order, shelf)
            shelf.keep_fingerprint(known.recording_id, kept)
    hear_feel(known, desk, hear(known, desk, progress).recording)
    return Ingested(known)


def enter(order: IngestOrder, shelf: WriteShelf) -> Recording:
    """Write the recording with its parties, works, shares and consents, where an owners file names them."""
    if order.owners is None:
        shelf.add_recording(order.recording, (), order.stems)
        return order.recording
    return order.owners.enter(order.recording, order.stems, shelf)


def _describe(delivery: Delivery, duration_s: float, desk: Desk) -> Recording:
    """The recording as the person, the owners file and the tags describe it, in this order."""
    tags, owners = desk.audio_files.read_tags(delivery.data, delivery.name), delivery.owners
    sha256 = hashlib.sha256(delivery.data).hexdigest()
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


def loose_recording(data: bytes, name: str, desk: Desk) -> Recording:
    """A file that is only listened to: heard and cached by its content, but not entered into the catalogue. Raises: InvalidAudio."""
    return receive(Delivery(data, name), desk).recording
