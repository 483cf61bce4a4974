"""Say what is allowed, take it back, ask, answer; every decision is kept, refusals too."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Literal

from pydantic import ValidationError

from remixlab.catalogue import OPEN_SCOPES
from remixlab.domain.errors import Conflict, InvalidTerms, NotFound, Refused
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Consent, Constraints, Hold, Party, Recording, Right, Scope, Side
from remixlab.domain.value import Moment, Value, canonical
from remixlab.usecases.context.making import Making


class NotYours(Refused):
    """Somebody spoke for a party or a recording that is not theirs."""

    code = "consent.not_yours"


class ConsentWish(Value):
    """What a party says about one recording, on one side of it, in the words of a form."""

    recording: str
    side: str = "master"
    scopes: tuple[str, ...] = ("all",)
    effect: Literal["permit", "prohibit"] = "permit"
    territories: tuple[str, ...] = ()
    genres_allowed: tuple[str, ...] = ()
    genres_forbidden: tuple[str, ...] = ()
    tempo_change_max: float | None = None
    pitch_change_max_semitones: float | None = None
    length_max_s: float | None = None
    approval_required: bool = False
    credit: str | None = None
    valid_from: Moment | None = None
    valid_to: Moment | None = None


def set_consent(wish: ConsentWish, context: Making, *, party: str, at: datetime) -> Consent:
    """Keep what a party says. Raises: RecordingNotFound, PartyNotFound, InvalidTerms, NotYours."""
    with context.write() as records:
        recording = records.recording(wish.recording)
        speaker = _speaker(party, recording, records)
        consent = _consent_of(wish, recording, speaker.party_id, at)
        if not _may_speak(speaker.party_id, recording, consent.side, records):
            raise NotYours(
                f"{speaker.name} does not speak for the {consent.side} of this recording.", hint="A party that holds a share does."
            )
        records.set_consent(consent)
    return consent


def show_consents(reference: str, context: Making) -> dict[str, Any]:
    """Everything that bears on a recording: consents, holds, the epoch. Raises: RecordingNotFound."""
    with context.read() as records:
        recording = records.recording(reference)
        terms = records.terms([recording.recording_id])
        shares = records.shares(recording.recording_id)
    return {
        "recording_id": recording.recording_id,
        "consents": [c.to_dict() for c in terms.consents],
        "holds": [h.to_dict() for h in terms.holds],
        "shares": [{**s.to_dict(), "party": terms.names.get(s.party_id, s.party_id)} for s in shares],
        "artist_veto": all(asset.artist_veto for asset in terms.assets),
        "epoch": terms.epoch,
    }


def withdraw(reference: str, context: Making, *, party: str, at: datetime) -> dict[str, Any]:
    """Stop every use of a recording; what was made from it is taken down in the same transaction. Raises: NotYours."""
    with context.write() as records:
        recording = records.recording(reference)
        speaker = _speaker(party, recording, records)
        if not any(_may_speak(speaker.party_id, recording, side, records) for side in Side):
            raise NotYours(f"{speaker.name} has no part in this recording.", hint="A party that holds a share may withdraw it.")
        digest = hashlib.sha256(canonical([recording.recording_id, speaker.party_id, at.isoformat()])).hexdigest()
        hold = Hold(
            hold_id=f"hold_{digest[:20]}", kind="withdrawal", party_id=speaker.party_id, subject_kind="recording",
            subject=recording.recording_id, since=at,
        )  # fmt: skip
        epoch = records.withdraw(hold)
        down = [r.remix_id for r in records.remixes(source_id=recording.recording_id) if r.state == "withdrawn"]
    return {"recording_id": recording.recording_id, "epoch": epoch, "remixes": down, "hold": hold.to_dict()}


def set_artist_veto(label: str, context: Making, *, veto: bool, party: str) -> dict[str, Any]:
    """Say whether, for a label's recordings, an artist's own no outweighs its yes; only the label itself can.

    Raises: PartyNotFound, NotYours.
    """
    with context.write() as records:
        meant, speaker = records.party(label), records.party(party)
        if speaker.party_id != meant.party_id:
            raise NotYours(f"{speaker.name} does not speak for {meant.name}.", hint="Say it as the label itself.")
        epoch = records.set_artist_veto(meant.party_id, veto)
    return {"label": meant.party_id, "artist_veto": veto, "epoch": epoch}


def answer_request(request_id: str, context: Making, *, party: str, approved: bool, at: datetime) -> dict[str, Any]:
    """Answer what waits for this party under a request. Raises: NotFound, NotYours, Conflict."""
    with context.write() as records:
        waiting = [a for a in records.approvals() if request_id in (a.request_key, a.approval_id)]
        if not waiting:
            raise NotFound(f"there is no request '{request_id[:80]}'", code="approval.not_found")
        speaker = records.party(party)
        holders = {c.consent_id: c.party_id for c in records.consents()}
        own = [a for a in waiting if holders.get(a.consent_id) == speaker.party_id]
        if not own:
            raise NotYours(f"this request does not wait for {speaker.name}.", code="approval.not_yours")
        answered = [records.answer_approval(a.approval_id, approved=approved, by=speaker.party_id, at=at) for a in own]
    return {"request_id": waiting[0].request_key, "approvals": [a.to_dict() for a in answered]}


def _speaker(reference: str, recording: Recording, records: ReadTransaction) -> Party:
    """The party somebody speaks as; who attested a recording speaks for it under their own name."""
    if recording.attested_by == reference and not any(p.party_id == reference for p in records.parties()):
        return Party(party_id=reference, name=reference)
    return records.party(reference)


def _may_speak(party_id: str, recording: Recording, side: Side, records: ReadTransaction) -> bool:
    if recording.attested_by == party_id:
        return True
    right = {Side.MASTER: Right.MASTER, Side.WORK: Right.PUBLISHING, Side.LIKENESS: Right.LIKENESS}.get(side)
    holders = {s.party_id for s in records.shares(recording.recording_id) if s.right == right}
    people = {recording.artist_id, *recording.voice_ids} if side in (Side.ARTIST, Side.LIKENESS) else {recording.label_id}
    return party_id in holders or party_id in people


def _consent_of(wish: ConsentWish, recording: Recording, party_id: str, at: datetime) -> Consent:
    try:
        scopes = OPEN_SCOPES if wish.scopes == ("all",) else frozenset(map(Scope, wish.scopes))
        side = Side(wish.side)
        constraints = Constraints(
            territories=frozenset(wish.territories), genres_allowed=frozenset(wish.genres_allowed),
            genres_forbidden=frozenset(wish.genres_forbidden), tempo_change_max=wish.tempo_change_max,
            pitch_change_max_semitones=wish.pitch_change_max_semitones, length_max_s=wish.length_max_s,
            approval_required=wish.approval_required, credit=wish.credit,
        )  # fmt: skip
        subject = recording.work_ids[0] if side is Side.WORK and recording.work_ids else recording.recording_id
        digest = hashlib.sha256(canonical([wish.to_dict(), recording.recording_id, party_id, at.isoformat()])).hexdigest()
        return Consent(
            consent_id=f"con_{digest[:20]}", party_id=party_id, side=side,
            subject_kind="work" if subject in recording.work_ids else "recording", subject=subject, scopes=scopes, effect=wish.effect,
            constraints=constraints, valid_from=wish.valid_from or at, valid_to=wish.valid_to,
        )  # fmt: skip
    except (ValueError, ValidationError) as error:
        if isinstance(error, Conflict):
            raise
        raise InvalidTerms(
            f"this consent cannot be read: {str(error).splitlines()[0]}", hint="See docs/rights.md for scopes and limits."
        ) from error
