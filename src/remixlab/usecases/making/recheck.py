"""Rights are asked about now: before the work, before the seal, before anything leaves, whenever it was ordered.

An order may have waited in a queue, been taken up after a crash, or name a moment that is long past; what it may become
depends on the permissions of the moment in which it becomes that.
"""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.actor import Actor
from remixlab.domain.errors import ConsentWithdrawn
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Decision
from remixlab.rights import decide
from remixlab.usecases.context.records import Records


def now_for(actor: Actor, context: Records) -> Actor:
    """Whoever asks, at this moment: nothing is given out by the rights of another."""
    return actor.model_copy(update={"at": context.clock.now()})


def decide_again(decision: Decision, records: ReadTransaction, now: datetime) -> Decision:
    """The same question, about now and on what is on record now."""
    terms = records.rights.terms(sorted({use.recording for use in decision.uses}), decision.request.listener)
    asked = decision.request.model_copy(update={"at": now})
    return decide(frozenset(decision.uses), decision.reach, terms, asked)


def must_still_hold(decision: Decision, records: ReadTransaction, now: datetime) -> None:
    """Raises: ConsentWithdrawn when what was allowed is not any more."""
    again = decide_again(decision, records, now)
    if not again.allowed:
        first = again.reasons[0]
        raise ConsentWithdrawn(
            first.message, decided_by=first.decided_by, hint="Nothing was kept; ask again to see what is open."
        )


def must_hold_now(decision: Decision | None, context: Records) -> None:
    """As `must_still_hold`, of what was asked before long work; nothing where nothing had to be asked."""
    if decision is not None:
        with context.read() as records:
            must_still_hold(decision, records, context.clock.now())
