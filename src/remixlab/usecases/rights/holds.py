"""Disputes: what a co-owner of the smaller part stops rests until the owners agree; then it goes on as it was."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import Conflict, NotYours
from remixlab.domain.rights import Hold, with_lift
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights.endings import lifting


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
        ending = lifting(hold_id, before.party_id if before.party_id in actor.acts_for else actor.account, None, actor)
        if before.until is None:
            records.rights.end(ending)
        after = with_lift(before, (ending,))
        records.accounts.append_audit(
            entry_of(actor, Action.SETTLE_DISPUTE.value, subject.name, before=before, after=after)
        )
    return after
