"""Attestations: one's own word that a recording is one's own, until somebody has looked whether it is."""

from __future__ import annotations

from typing import Literal

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import Quarantined, RecordingNotFound
from remixlab.domain.rights import Recording
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("catalogue.confirm_attestation")
def confirm_attestation(
    reference: str,
    state: Literal["confirmed", "rejected"],
    actor: Actor,
    context: Records,
    *,
    title: str | None = None,
    artist: str | None = None,
) -> Recording:
    """Say, after looking, that a recording is whose who brought it says, or that it is not.

    Confirmed, they may consent, share and be paid over it; rejected, their word opens nothing more. Others see its
    title and artist from then on, so whoever confirms may put them right. Raises: RecordingNotFound, NotAllowed,
    Quarantined: what waits is heard and released first.
    """
    with context.write() as records:
        recording = records.catalogue.recording(reference)
        must(actor, Action.CONFIRM_ATTESTATION, Subject(f"recording:{recording.recording_id}"))
        if recording.attested_by is None:
            raise RecordingNotFound(f"nobody brought '{reference[:80]}' as their own")
        if recording.quarantined and state == "confirmed":
            raise Quarantined("This recording waits in quarantine.", hint="Listen to it and release it first.")
        if title or artist:
            named = {"title": title or recording.title, "artist": artist or recording.artist}
            records.catalogue.add_recording(recording.model_copy(update=named))
        records.catalogue.set_attestation(recording.recording_id, state)
        after = records.catalogue.recording(recording.recording_id)
        subject = f"recording:{recording.recording_id}"
        records.accounts.append_audit(
            entry_of(actor, Action.CONFIRM_ATTESTATION.value, subject, before=recording, after=after)
        )
    return after
