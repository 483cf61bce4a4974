"""The audit log, read: who did what, for whom and when."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import AuditEntry
from remixlab.domain.page import Page
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("accounts.read_audit")
def read_audit(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, account: str | None = None
) -> Page[AuditEntry]:
    """Entries in the order they were written; of one account when it is named. Raises: NotAllowed."""
    must(actor, Action.READ_AUDIT, Subject("audit"))
    with context.read() as records:
        return records.accounts.audit(after, limit, account=account)
