"""Withdrawal: whoever has a part in a recording stops every use of it; what was made from it is taken down with it."""

from __future__ import annotations

from typing import Literal

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import digest_of, entry_of
from remixlab.domain.errors import NotYours
from remixlab.domain.page import follow
from remixlab.domain.ports.records.remixes import RemixReader
from remixlab.domain.rights import Hold, may_stop_alone
from remixlab.domain.value import Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.speakers import anybody_meant, speaker_of


class Withdrawn(Value):
    """The hold that stops a recording, and the remixes that were taken down."""

    recording_id: str
    epoch: int
    remixes: tuple[str, ...]
    hold: Hold


@observed("rights.withdraw")
def withdraw(reference: str, actor: Actor, context: Records, *, party: str | None = None) -> Withdrawn:
    """Stop every use of a recording; what was made from it is taken down in the same transaction.

    A co-owner who holds less than half of what it has a part in stops new uses and opens a dispute: what was made plays
    on, what it earns waits, and `settle_dispute` ends it.

    `party` says for which of several parties the actor speaks. Raises: RecordingNotFound, NotYours.
    """
    with context.write() as records:
        recording = records.catalogue.recording(reference)
        subject = anybody_meant(recording, records.catalogue)
        refused = NotYours(
            f"{actor.account} has no part in this recording.", hint="A party that holds a share may withdraw it."
        )
        must(actor, Action.WITHDRAW, subject, refused=refused)
        speaker = speaker_of(actor, subject, party, records.catalogue)
        alone = may_stop_alone(speaker, recording, records.catalogue.shares(recording.recording_id))
        kind: Literal["withdrawal", "dispute"] = "withdrawal" if alone else "dispute"
        named = digest_of([recording.recording_id, speaker, actor.at.isoformat()]) or ""
        hold = Hold(
            hold_id=f"hold_{named[:20]}",
            kind=kind,
            party_id=speaker,
            subject_kind="recording",
            subject=recording.recording_id,
            since=actor.at,
        )
        epoch = records.rights.withdraw(hold)
        records.accounts.append_audit(
            entry_of(actor, Action.WITHDRAW.value, f"recording:{recording.recording_id}", after=hold)
        )
        down = _taken_down(recording.recording_id, records.remixes)
    return Withdrawn(recording_id=recording.recording_id, epoch=epoch, remixes=down, hold=hold)


def _taken_down(recording_id: str, records: RemixReader) -> tuple[str, ...]:
    made = follow(lambda after: records.remixes(after, source_id=recording_id))
    return tuple(remix.remix_id for remix in made if remix.state == "withdrawn")
