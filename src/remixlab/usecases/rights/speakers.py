"""Standing to consent, as authorisation sees it: a subject with the parties that may speak for it.

Who they are is one function for every door and every file: `domain.rights.speakers`.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from remixlab.accounts import Subject
from remixlab.domain.actor import Actor
from remixlab.domain.errors import Invalid, InvalidTerms, NotFound, NotYours, Quarantined
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.rights import Recording, Right, Side, SubjectKind, is_nobody, speakers_of

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


class Meant(NamedTuple):
    """What a consent is about, resolved, and as authorisation sees it: `subject.parties` may speak for it."""

    kind: SubjectKind
    id: str
    subject: Subject


def recording_meant(recording: Recording, side: Side, records: CatalogueReader, work: str | None = None) -> Meant:
    """What is said about a recording on the side of the work is said about its work; of a medley, the one named.

    Raises: InvalidTerms where it is a medley and no work of it is named; Quarantined.
    """
    if side is not Side.WORK or not recording.work_ids:
        return _about_recording(recording, side, records)
    _must_be_free(recording)
    if work is not None and work not in recording.work_ids:
        raise InvalidTerms(f"'{work[:80]}' is no work of this recording", hint=_named(recording))
    if work is None and len(recording.work_ids) > 1:
        raise InvalidTerms(
            "several works are heard in this recording, and each is spoken for by itself",
            code="terms.which_work",
            hint=_named(recording),
        )
    return subject_meant("work", work or next(iter(recording.work_ids)), side, records)


def subject_meant(kind: SubjectKind, reference: str, side: Side, records: CatalogueReader) -> Meant:
    """A subject named by its kind. Raises: RecordingNotFound, PartyNotFound, NotFound, Quarantined, InvalidTerms."""
    match kind:
        case "recording":
            recording = records.recording(reference)
            if side is Side.WORK and len(recording.work_ids) > 1:
                return recording_meant(recording, side, records)
            return _about_recording(recording, side, records)
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
            return Meant(kind, party, Subject(f"party:{party}", parties=_real(frozenset({party}))))


def anybody_meant(recording: Recording, records: CatalogueReader) -> Subject:
    """A recording with everybody who has a part in it, on whatever side; who brought it may always take it back."""
    shares = records.shares(recording.recording_id)
    parties = frozenset(party for side in Side for party in speakers_of(recording, shares, side))
    writers = frozenset(share.party_id for share in shares if share.right == Right.PUBLISHING)
    return Subject(
        f"recording:{recording.recording_id}",
        recording.attested_by,
        parties | _real(writers),
        public=recording.attested_by is None,
    )


def speaker_of(actor: Actor, subject: Subject, named: str | None, records: CatalogueReader) -> str:
    """The party that an actor, who may speak for a subject, speaks as; who attested it speaks under their own name.

    `named` chooses among several. Raises: NotYours, Invalid `party.ambiguous`.
    """
    may = actor.acts_for & subject.parties
    owns = subject.owner is not None and subject.owner == actor.account and not is_nobody(actor.account)
    if named is not None:
        party = records.find_party(named)
        chosen = party.party_id if party else named
        if chosen in may or (chosen == actor.account and owns):
            return chosen
        raise NotYours(f"{actor.account} does not speak for {named[:80]} here.")
    if not may and owns:
        return actor.account
    if len(may) != 1:
        raise Invalid("You act for several parties here.", code="party.ambiguous", hint="Say for which one you speak.")
    return min(may)


def _about_recording(recording: Recording, side: Side, records: CatalogueReader) -> Meant:
    """Whoever brought it as their own speaks for it once somebody has confirmed that it is."""
    _must_be_free(recording)
    parties = speakers_of(recording, records.shares(recording.recording_id), side)
    named = Subject(f"recording:{recording.recording_id}", owner=recording.confirmed_owner, parties=parties)
    return Meant("recording", recording.recording_id, named)


def _must_be_free(recording: Recording) -> None:
    """Raises: Quarantined."""
    if recording.quarantined:
        raise Quarantined("This recording waits until a person has listened to it: nobody speaks for it until then.")


def _named(recording: Recording) -> str:
    return f"Name one of its works: {', '.join(recording.work_ids)}."


def _real(parties: frozenset[str]) -> frozenset[str]:
    """Without the accounts that nobody is."""
    return frozenset(party for party in parties if party and not is_nobody(party))
