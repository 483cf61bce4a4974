"""Who sees and hears which recording: the catalogue is everybody's to see; what one brought as one's own is nobody
else's; the sound of an original is heard by right, and of what waits in quarantine by nobody but a moderator.
"""

from __future__ import annotations

from datetime import datetime

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.actor import Actor, Role
from remixlab.domain.errors import Quarantined, RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Recording, Request, Right
from remixlab.rights import decide_stream
from remixlab.usecases.catalogue.refusal import refusal
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


def must_use(recording: Recording, actor: Actor, *, asked_as: str | None = None) -> None:
    """Stop whoever may not see a recording, and everybody while it waits for a person.

    Raises: RecordingNotFound, Quarantined.
    """
    must_see(recording, actor, asked_as=asked_as)
    if recording.quarantined:
        raise Quarantined(
            f"'{recording.title}' waits until a person has listened to it: it is like something that was here before.",
            hint="Nothing can be made of it until then. Whoever runs the workspace decides.",
        )


def seen_by(recording: Recording, actor: Actor, records: CatalogueReader) -> Recording:
    """The recording as this actor sees it: what they brought too is theirs, under the names that they gave it."""
    if recording.attested_by == actor.account:
        return recording
    entry = next(iter(records.shelf([recording.recording_id], actor.account)), None)
    return entry.names(recording) if entry else recording


@observed("catalogue.shown_recording")
def shown_recording(reference: str, actor: Actor, context: Records) -> Recording:
    """By id, file digest or ISRC. Raises: RecordingNotFound, also for what is shown to others only."""
    with context.read() as records:
        recording = seen_by(records.catalogue.recording(reference), actor, records.catalogue)
    must_see(recording, actor, asked_as=reference)
    return recording


@observed("catalogue.usable_recording")
def usable_recording(reference: str, actor: Actor, context: Records) -> Recording:
    """As `shown_recording`, for whoever wants to hear what is in it. Raises: RecordingNotFound, Quarantined."""
    recording = shown_recording(reference, actor, context)
    must_use(recording, actor, asked_as=reference)
    return recording


@observed("catalogue.shown_recordings")
def shown_recordings(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Recording]:
    """A page of the catalogue as this actor sees it, in order of the ids."""
    must(actor, Action.READ_CATALOGUE)
    with context.read() as records:
        page = records.catalogue.recordings(after, limit, attested_by=actor.account)
        theirs = records.catalogue.shelf([recording.recording_id for recording in page.items], actor.account)
    names = {entry.recording_id: entry for entry in theirs}
    return page.map(lambda r: names[r.recording_id].names(r) if r.recording_id in names else r)


@observed("catalogue.recording_sound")
def recording_sound(reference: str, actor: Actor, context: Records) -> str:
    """The digest of the original file, for who may hear it. Raises: as `audible_recording`."""
    return audible_recording(reference, actor, context).sha256


def audible_recording(reference: str, actor: Actor, context: Records) -> Recording:
    """A recording for who may hear the original inside the service: a right of its own, asked about now.

    One hears what one brought or owns; of the catalogue what its owners let be streamed here; what waits in quarantine,
    or on somebody's word, is heard by moderators. Raises: RecordingNotFound, Quarantined, RightsRefused,
    StoreUnavailable.
    """
    with context.read() as records:
        recording = seen_by(records.catalogue.recording(reference), actor, records.catalogue)
        must_see(recording, actor, Action.HEAR_RECORDING, asked_as=reference)
        _must_hear(recording, actor, records, context.clock.now())
    return recording


def _must_hear(recording: Recording, actor: Actor, records: ReadTransaction, now: datetime) -> None:
    if recording.quarantined:
        if not actor.has(Role.MODERATOR, Role.OPERATOR):
            must_use(recording, actor)
        return
    if recording.attested_by is not None:
        return
    request = Request(listener=actor.account, at=now, territory=actor.territory, tier=actor.tier)
    decision = decide_stream(recording.recording_id, records.rights.terms([recording.recording_id]), request)
    taken_back = any(reason.code == "rights.refused.withdrawn" for reason in decision.reasons)
    if decision.allowed or (_is_theirs(recording, actor, records.catalogue) and not taken_back):
        return
    raise refusal(decision)


def _is_theirs(recording: Recording, actor: Actor, records: CatalogueReader) -> bool:
    """Whether the actor acts for a party that the recording is of."""
    holders = {s.party_id for s in records.shares(recording.recording_id) if s.right == Right.MASTER}
    return bool(actor.acts_for & (holders | {recording.artist_id or "", recording.label_id or ""}))


def _subject_of(recording: Recording) -> Subject:
    people = (recording.artist_id, recording.label_id, *recording.voice_ids)
    return Subject(
        f"recording:{recording.recording_id}", owner=recording.attested_by,
        parties=frozenset(party for party in people if party), public=recording.attested_by is None,
    )  # fmt: skip
