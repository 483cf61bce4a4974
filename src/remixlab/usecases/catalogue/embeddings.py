"""The vector index of a search: the catalogue's embeddings in memory, brought up to date from where they stopped."""

from __future__ import annotations

from collections.abc import Mapping

from remixlab.domain.actor import Actor
from remixlab.domain.music import Embedding
from remixlab.domain.page import follow
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Recording
from remixlab.listening import feel_encoder
from remixlab.usecases.context.memory import Embeddings, HeardRecording
from remixlab.usecases.context.sounds import Sounds


def shown_embeddings(actor: Actor, context: Sounds) -> tuple[HeardRecording, ...]:
    """Every recording that this actor sees, with its embedding where it was heard; in order of the ids.

    Whoever is entered into the catalogue gets a fingerprint in the same transaction, so the fingerprints tell
    what is new.
    """
    kept = _brought_up_to_date(context)
    context.memory.embeddings = kept
    shown = (heard for _, heard in sorted(kept.recordings.items()))
    return tuple(heard for heard in shown if heard.attested_by in (None, actor.account))


def _brought_up_to_date(context: Sounds) -> Embeddings:
    encoder = feel_encoder()
    kept = context.memory.embeddings
    if kept is None or kept.encoder != encoder:
        kept = Embeddings(encoder, None, {})
    with context.read() as records:
        begun = kept.cursor is not None
        cursor, newer = kept.cursor, list[str]()
        for one in follow(lambda after: records.hearing.fingerprints(after or kept.cursor)):
            newer.append(one.recording_id)
            cursor = str(one.number)
        known, feels = ({}, {}) if begun else _read_whole(encoder, records)
        found = dict(kept.recordings)
        for recording_id in newer:
            recording = known.get(recording_id) or records.catalogue.find_recording(recording_id)
            if recording:
                found[recording_id] = _heard(recording, feels.get(recording.sha256))
        for recording_id, heard in found.items() if begun else ():
            if heard.feel is None:
                found[recording_id] = heard._replace(feel=records.hearing.feel(heard.sha256, encoder))
    return Embeddings(encoder, cursor, found)


def _read_whole(encoder: str, records: ReadTransaction) -> tuple[Mapping[str, Recording], Mapping[str, Embedding]]:
    """The whole catalogue in pages: once in a process, to begin with."""
    recordings = {recording.recording_id: recording for recording in follow(records.catalogue.recordings)}
    return recordings, {one.sha256: one.feel for one in follow(lambda after: records.hearing.feels(encoder, after))}


def _heard(recording: Recording, feel: Embedding | None) -> HeardRecording:
    return HeardRecording(
        recording.recording_id, recording.sha256, recording.title, recording.artist, recording.attested_by, feel
    )
