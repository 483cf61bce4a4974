"""What a withdrawal stops of that which was made before it: drafts, plays, files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from remixlab.domain.rights import Asset, Decision, Hold, Reached, Terms


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


def holds_on(asset: Asset, terms: Terms, at: datetime) -> Iterator[Hold]:
    """The holds in force on a recording or on anything that it belongs to; withdrawals are named first."""
    if not terms.holds:
        return
    subjects = {
        ("recording", asset.recording_id),
        ("release", asset.release),
        ("label", asset.label_id),
        *(("work", work) for work in asset.work_ids),
        *(("artist", party) for party in (asset.artist_id, *asset.voice_ids, *asset.featured_ids)),
        *(("party-default", party) for party in (*asset.master_ids, *asset.publishing_ids)),
    }
    found = (hold for hold in terms.holds if (hold.subject_kind, hold.subject) in subjects and hold.in_force(at))
    yield from sorted(found, key=lambda hold: (hold.kind != "withdrawal", hold.hold_id))
