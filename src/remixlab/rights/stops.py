"""What a withdrawal stops of that which was made before it: drafts, plays, files."""

from __future__ import annotations

from datetime import datetime

from remixlab.domain.rights import Decision, Reached, Terms
from remixlab.rights.sides import holds_on


def stopped(decision: Decision, terms: Terms, at: datetime) -> frozenset[Reached]:
    """All that is stopped, at a moment, of what a decision allowed: by one of its consents, or by a hold.

    `terms` are what is said now; a dispute stops nothing that was made.
    """
    reached: set[Reached] = set()
    for consent_id in decision.consent_ids:
        consent = terms.by_consent.get(consent_id)
        if consent is None or not consent.endings:
            continue
        used = {use.scope for use in decision.uses} & consent.scopes
        for ending in consent.endings:
            if ending.withdrawal and ending.since <= at and any(ending.covers(scope) for scope in used):
                reached |= ending.withdrawal.stopped
    for asset in terms.assets:
        for hold in holds_on(asset, terms, at):
            if hold.kind != "dispute":
                reached |= hold.stops.stopped
    return frozenset(reached)
