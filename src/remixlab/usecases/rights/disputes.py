"""Disputes: what a co-owner of the smaller part stops rests until the owners agree; then it goes on as it was."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import Conflict, NotYours
from remixlab.domain.rights import Hold
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("rights.settle_dispute")
def settle_dispute(hold_id: str, actor: Actor, context: Records) -> Hold:
    """End a dispute: by the party that opened it, or by whoever runs the workspace once the owners agree.

    Raises: HoldNotFound, NotYours, Conflict where it is no dispute: a withdrawal is not ended by anybody.
    """
    with context.write() as records:
        before = records.rights.hold(hold_id)
        subject = Subject(f"hold:{hold_id}", parties=frozenset({before.party_id}))
        refused = NotYours(f"{actor.account} did not open this dispute.", hint="Whoever opened it ends it.")
        must(actor, Action.SETTLE_DISPUTE, subject, refused=refused)
        if before.kind != "dispute":
            raise Conflict("only a dispute can be settled", code="hold.no_dispute")
        after = records.rights.end_hold(hold_id, actor.at)
        records.accounts.append_audit(
            entry_of(actor, Action.SETTLE_DISPUTE.value, subject.name, before=before, after=after)
        )
    return after
