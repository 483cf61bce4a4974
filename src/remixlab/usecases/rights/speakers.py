"""Standing to consent: who may speak for which side of which subject."""

from __future__ import annotations

from typing import Final, NamedTuple

from remixlab.accounts import Subject
from remixlab.domain.actor import Actor
from remixlab.domain.errors import Invalid, NotFound, NotYours
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.rights import Recording, Right, Side, SubjectKind

EVERY_SIDE: Final = frozenset(Side)

SIDES: Final[dict[SubjectKind, frozenset[Side]]] = {
    "recording": EVERY_SIDE,
    "release": frozenset({Side.MASTER}),
    "work": frozenset({Side.WORK}),
    "artist": frozenset({Side.ARTIST, Side.LIKENESS}),
    "label": frozenset({Side.MASTER}),
    "party-default": EVERY_SIDE,
}
"""The sides that a subject can be spoken for on. No label speaks for its artists, no artist for what others own."""

_RIGHT: Final = {Side.MASTER: Right.MASTER, Side.WORK: Right.PUBLISHING, Side.LIKENESS: Right.LIKENESS}


class Meant(NamedTuple):
    """What a consent is about, resolved, and as authorisation sees it: `subject.parties` may speak for it."""

    kind: SubjectKind
    id: str
    subject: Subject


def speakers_of(recording: Recording, side: Side, records: CatalogueReader) -> frozenset[str]:
    """The parties that may speak for a side of a recording: holders of that right, and its artist or its label."""
    right = _RIGHT.get(side)
    holders = {share.party_id for share in records.shares(recording.recording_id) if share.right == right}
    people = (
        {recording.artist_id, *recording.voice_ids} if side in (Side.ARTIST, Side.LIKENESS) else {recording.label_id}
    )
    return frozenset(party for party in holders | people if party and not party.startswith("suspense:"))


def recording_meant(recording: Recording, side: Side, records: CatalogueReader) -> Meant:
    """What is said about a recording on the side of the work is said about its work."""
    name, parties = f"recording:{recording.recording_id}", speakers_of(recording, side, records)
    subject = Subject(name, owner=recording.attested_by, parties=parties)
    if side is Side.WORK and recording.work_ids:
        return Meant("work", recording.work_ids[0], subject)
    return Meant("recording", recording.recording_id, subject)


def subject_meant(kind: SubjectKind, reference: str, side: Side, records: CatalogueReader) -> Meant:
    """A subject named by its kind. Raises: RecordingNotFound, PartyNotFound, NotFound."""
    match kind:
        case "recording":
            recording = records.recording(reference)
            named = Subject(
                f"recording:{recording.recording_id}", recording.attested_by, speakers_of(recording, side, records)
            )
            return Meant(kind, recording.recording_id, named)
        case "work":
            holders = frozenset(s.party_id for s in records.work_shares(reference) if s.right == Right.PUBLISHING)
            return Meant(kind, reference, Subject(f"work:{reference}", parties=_real(holders)))
        case "release":
            labels = records.release_labels(reference)
            if not labels:
                raise NotFound(f"there is no release '{reference[:80]}'", code="release.not_found")
            # A release is known by its name alone: where two labels use the same, neither speaks for both.
            return Meant(
                kind,
                reference,
                Subject(f"release:{reference}", parties=_real(labels) if len(labels) == 1 else frozenset()),
            )
        case "artist" | "label" | "party-default":
            party = records.party(reference).party_id
            return Meant(kind, party, Subject(f"party:{party}", parties=frozenset({party})))


def anybody_meant(recording: Recording, records: CatalogueReader) -> Subject:
    """A recording with everybody who has a part in it, on whatever side."""
    parties = frozenset(party for side in Side for party in speakers_of(recording, side, records))
    return Subject(
        f"recording:{recording.recording_id}", recording.attested_by, parties, public=recording.attested_by is None
    )


def speaker_of(actor: Actor, subject: Subject, named: str | None, records: CatalogueReader) -> str:
    """The party that an actor, who may speak for a subject, speaks as; who attested it speaks under their own name.

    `named` chooses among several. Raises: NotYours, Invalid `party.ambiguous`.
    """
    may = actor.acts_for & subject.parties
    if named is not None:
        party = records.find_party(named)
        chosen = party.party_id if party else named
        if chosen in may or (chosen == actor.account and subject.owner == actor.account):
            return chosen
        raise NotYours(f"{actor.account} does not speak for {named[:80]} here.")
    if not may and subject.owner == actor.account:
        return actor.account
    if len(may) != 1:
        raise Invalid("You act for several parties here.", code="party.ambiguous", hint="Say for which one you speak.")
    return min(may)


def _real(parties: frozenset[str]) -> frozenset[str]:
    """Without the accounts that nobody is."""
    return frozenset(party for party in parties if party and not party.startswith("suspense:"))
