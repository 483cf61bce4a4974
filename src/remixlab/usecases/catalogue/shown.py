"""Who sees which recording: the catalogue is everybody's; what one brought as one's own is nobody else's."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.actor import Actor
from remixlab.domain.errors import RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.rights import Recording
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


def is_shown(recording: Recording, actor: Actor) -> bool:
    """Whether this actor may know of the recording."""
    return may(actor, Action.READ_RECORDING, _subject_of(recording)).allowed


def must_see(
    recording: Recording, actor: Actor, action: Action = Action.READ_RECORDING, *, asked_as: str | None = None
) -> None:
    """Hide a recording from whoever may not do this with it. Raises: RecordingNotFound."""
    reference = asked_as or recording.recording_id
    must(actor, action, _subject_of(recording), missing=RecordingNotFound(f"there is no recording '{reference[:80]}'"))


@observed("catalogue.shown_recording")
def shown_recording(reference: str, actor: Actor, context: Records) -> Recording:
    """By id, file digest or ISRC. Raises: RecordingNotFound, also for what is shown to others only."""
    with context.read() as records:
        recording = records.catalogue.recording(reference)
    must_see(recording, actor, asked_as=reference)
    return recording


@observed("catalogue.shown_recordings")
def shown_recordings(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Recording]:
    """A page of the catalogue as this actor sees it, in order of the ids."""
    must(actor, Action.READ_CATALOGUE)
    with context.read() as records:
        return records.catalogue.recordings(after, limit, attested_by=actor.account)


@observed("catalogue.recording_sound")
def recording_sound(reference: str, actor: Actor, context: Records) -> str:
    """The digest of the original file, for listening inside the service. Raises: RecordingNotFound."""
    with context.read() as records:
        recording = records.catalogue.recording(reference)
    must_see(recording, actor, Action.HEAR_RECORDING, asked_as=reference)
    return recording.sha256


def _subject_of(recording: Recording) -> Subject:
    people = (recording.artist_id, recording.label_id, *recording.voice_ids)
    return Subject(
        f"recording:{recording.recording_id}", owner=recording.attested_by,
        parties=frozenset(party for party in people if party), public=recording.attested_by is None,
    )  # fmt: skip
