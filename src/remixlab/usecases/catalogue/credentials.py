"""Credentials: what a file that comes in says of its own making, read before it is entered, and what its owners say."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from typing import BinaryIO

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audio import Audio
from remixlab.domain.audit import entry_of
from remixlab.domain.ports.blobs import Content
from remixlab.domain.provenance import Credential, Declared
from remixlab.domain.rights import Recording, Right
from remixlab.seal import MEDIA_TYPES, NO_MANIFEST, Manifest, detect, read_manifest, suffix_of
from remixlab.usecases.catalogue.shown import must_see
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


def examine(recording: Recording, sound: Audio | None, context: Making) -> Credential:
    """What the file of a recording says: the manifest that is in it, whoever signed it, and a mark of ours.

    `sound` is None where it is too long to be held; then no mark is looked for.
    """
    manifest = _manifest_in(context.blobs.open(recording.sha256), context)
    return Credential(
        recording_id=recording.recording_id,
        state=manifest.state,
        manifest_id=manifest.manifest_id,
        generator=manifest.generator,
        issuer=manifest.issuer,
        signed_at=manifest.signed_at,
        source_types=manifest.source_types,
        bindings=tuple((binding.alg, binding.value) for binding in manifest.bindings),
        mark_of=None if sound is None else _remix_marked(sound, context),
    )


@observed("catalogue.read_credential")
def read_credential(reference: str, actor: Actor, context: Records) -> Credential:
    """What speaks for the making of a recording. Raises: RecordingNotFound."""
    with context.read() as records:
        recording = records.catalogue.recording(reference)
        must_see(recording, actor, asked_as=reference)
        return records.provenance.credential(recording.recording_id)


@observed("catalogue.declare")
def declare(reference: str, declared: Declared, actor: Actor, context: Records) -> Credential:
    """Say for the owners of a master how much of it trained models made. Raises: RecordingNotFound, NotAllowed.

    What a signed manifest inside the file says to the contrary is not overruled (`Credential.made`).
    """
    with context.write() as records:
        recording = records.catalogue.recording(reference)
        must_see(recording, actor, asked_as=reference)
        holders = {s.party_id for s in records.catalogue.shares(recording.recording_id) if s.right == Right.MASTER}
        parties = frozenset(filter(None, (*holders, recording.label_id, recording.artist_id)))
        subject = Subject(f"recording:{recording.recording_id}", owner=recording.attested_by, parties=parties)
        must(actor, Action.DECLARE, subject)
        before = records.provenance.credential(recording.recording_id)
        after = records.provenance.declare(recording.recording_id, declared)
        records.accounts.append_audit(entry_of(actor, Action.DECLARE.value, subject.name, before=before, after=after))
        return after


def _manifest_in(content: Content, context: Making) -> Manifest:
    with _opened(content) as file:
        suffix = suffix_of(file)
        if suffix not in MEDIA_TYPES:
            return NO_MANIFEST
        return read_manifest(file, suffix, anchors_pem=context.keys.credentials.trusted_pem)


def _opened(content: Content) -> AbstractContextManager[BinaryIO]:
    return io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")


def _remix_marked(sound: Audio, context: Making) -> str | None:
    """Who brings a remix as a recording seldom changes its tempo first; a search for that takes ten times as long."""
    mark = detect(sound, context.keys.marks, search=False)
    if mark.mark_id is None:
        return None
    with context.read() as records:
        return records.remixes.remix_of_mark(mark.mark_id)
