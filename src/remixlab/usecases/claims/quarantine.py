"""Quarantine: what is like something that was here before waits for a person, who hears it and decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import NotFound, RecordingNotFound
from remixlab.domain.page import Page
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.quarantine import Cause, Quarantine, Resemblance, Verdict
from remixlab.domain.rights import Recording
from remixlab.identify import Match
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

Likeness = TypeVar("Likeness", Match, Resemblance)


def foreign_matches(
    matches: Iterable[Likeness], actor: Actor, records: ReadTransaction, *, attested: bool
) -> tuple[Likeness, ...]:
    """The matches for which a file must wait: what is like something that its bringer has no say in.

    One's own earlier upload is no stranger, and neither is a master that a delivery's bringer holds. What somebody
    brings as their own on their word alone (`attested`) is a stranger to everything else that is here.
    """
    return tuple(match for match in matches if _is_foreign(match, actor, records, attested=attested))


def hold_upload(
    recording: Recording, matches: Iterable[Match], actor: Actor, records: WriteTransaction, *, note: str = ""
) -> Quarantine:
    """Put a recording into quarantine in the transaction that brought it, or that found what it is like."""
    found = tuple(resemblance_of(match) for match in matches)
    held = Quarantine(
        recording_id=recording.recording_id,
        cause="cover" if found and all(one.kind == "same_work" for one in found) else "copy",
        matches=found,
        since=actor.at,
        brought_by=recording.attested_by or actor.account,
        note=note,
    )
    return _keep(held, actor, records)


def resemblance_of(match: Match) -> Resemblance:
    return Resemblance.model_validate({name: getattr(match, name) for name in _SHARED})


_SHARED = (
    "recording_id", "kind", "score", "query_start_s", "query_end_s", "reference_start_s", "tempo_ratio",
    "pitch_semitones", "view", "backwards", "margin",
)  # fmt: skip


@observed("claims.list_quarantine")
def list_quarantine(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, waiting: bool = True
) -> Page[Quarantine]:
    """What waits for a person, or all that ever waited, in order of the recordings. Raises: NotAllowed."""
    must(actor, Action.READ_QUARANTINE, Subject("quarantine"))
    with context.read() as records:
        return records.quarantine.page(after, limit, waiting=waiting)


@observed("claims.judge_quarantine")
def judge_quarantine(
    recording_id: str, verdict: Verdict, actor: Actor, context: Records, *, note: str = ""
) -> Quarantine:
    """Let a recording go, or reject it, after a person heard it. Raises: NotAllowed, NotFound, Conflict.

    What is rejected stays stopped, and the word of whoever brought it is found untrue.
    """
    must(actor, Action.JUDGE_QUARANTINE, Subject(f"recording:{recording_id}"))
    with context.write() as records:
        held = records.quarantine.find(recording_id)
        if held is None:
            raise NotFound(f"'{recording_id[:80]}' waits for nobody", code="quarantine.not_found")
        judged = held.judged(verdict, by=actor.account, at=actor.at, note=note)
        recording = records.catalogue.recording(recording_id)
        if verdict == "rejected" and recording.attested_by is not None:
            records.catalogue.set_attestation(recording_id, "rejected")
        return _keep(judged, actor, records, before=held)


@observed("claims.hold_recording")
def hold_recording(recording_id: str, actor: Actor, context: Records, *, note: str = "") -> Quarantine:
    """Stop a recording until somebody has heard it (again), on a report. Raises: NotAllowed, RecordingNotFound."""
    must(actor, Action.JUDGE_QUARANTINE, Subject(f"recording:{recording_id}"))
    with context.write() as records:
        recording = records.catalogue.recording(recording_id)
        before = records.quarantine.find(recording.recording_id)
        cause: Cause = "report"
        held = Quarantine(
            recording_id=recording.recording_id,
            cause=cause,
            matches=before.matches if before else (),
            since=actor.at,
            brought_by=before.brought_by if before else recording.attested_by or actor.account,
            note=note,
        )
        return _keep(held, actor, records, before=before)


def _keep(held: Quarantine, actor: Actor, records: WriteTransaction, *, before: Quarantine | None = None) -> Quarantine:
    records.quarantine.keep(held)
    subject = f"recording:{held.recording_id}"
    records.accounts.append_audit(entry_of(actor, Action.JUDGE_QUARANTINE.value, subject, before=before, after=held))
    return held


def _is_foreign(match: Match | Resemblance, actor: Actor, records: ReadTransaction, *, attested: bool) -> bool:
    try:
        known = records.catalogue.recording(match.recording_id)
    except RecordingNotFound:  # an index may be a moment older than the registry
        return True
    held = records.quarantine.find(known.recording_id) if known.quarantined else None
    if held is not None and held.stays_down and attested:
        return True  # taken down is taken down for whoever brought it too, however it was altered since
    if known.attested_by is not None:
        # Somebody's own upload: a stranger's copy of it waits; a delivery by an owner is what beats it.
        return attested and known.attested_by != actor.account
    if attested:
        return True
    return match.kind != "same_work" and not _holds(known, actor, records)


def _holds(known: Recording, actor: Actor, records: ReadTransaction) -> bool:
    """Whether the bringer stands for the master that a delivery is like: a remaster is no stranger's copy."""
    owners = {share.party_id for share in records.catalogue.shares(known.recording_id) if share.right == "master"}
    return bool(actor.acts_for & (owners | {known.label_id or ""}))
