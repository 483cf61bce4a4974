"""A no becomes an error: one sentence, who decided, what is open instead."""

from __future__ import annotations

from remixlab.domain.errors import RightsRefused, SubscriptionNeeded
from remixlab.domain.rights import Decision
from remixlab.rights import summary


def refusal(decision: Decision) -> RightsRefused:
    """The error that a refused decision becomes at the doors: one sentence, who decided, what is open."""
    first = decision.reasons[0]
    waiting = decision.outcome == "needs_approval"
    refused = (
        SubscriptionNeeded
        if all(reason.code == "rights.refused.tier" for reason in decision.reasons)
        else RightsRefused
    )
    return refused(
        decision,
        message=summary(decision),
        code="rights.needs_approval" if waiting else first.code,
        hint=decision.alternatives[0].message if decision.alternatives else "",
        decided_by=first.decided_by,
        use=first.use.value,
        request_id=decision.request_key if waiting else None,
    )
