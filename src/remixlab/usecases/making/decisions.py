"""Every decision is kept, refusals too; one that waits for a yes asks the parties whose yes it waits for."""

from __future__ import annotations

import hashlib

from remixlab.domain.rights import Approval, Decision
from remixlab.usecases.context.making import Making
from remixlab.usecases.making.consider import Judged


def record_judgement(judged: Judged, context: Making) -> None:
    """Keep a decision; where it waits for a yes, ask the parties whose yes it waits for."""
    with context.write() as records:
        records.record_decision(judged.decision)
        for approval in requests_of(judged.decision):
            records.request_approval(approval)


def requests_of(decision: Decision) -> tuple[Approval, ...]:
    """The requests that a waiting decision puts to the parties, one for each consent that keeps its yes for itself."""
    if decision.outcome != "needs_approval":
        return ()
    consents = dict.fromkeys(reason.consent_id for reason in decision.reasons if reason.consent_id)
    return tuple(
        Approval(
            approval_id="apr_" + hashlib.sha256(f"{decision.request_key} {consent_id}".encode()).hexdigest()[:20],
            request_key=decision.request_key,
            consent_id=consent_id,
            listener=decision.request.listener,
            decision_id=decision.decision_id,
        )
        for consent_id in consents
    )
