"""Statements: what one party got of a settled pool."""

from __future__ import annotations

from collections.abc import Mapping

from remixlab.domain.settlement import Settlement, Statement, StatementLine


def statement(settlement: Settlement, party_id: str, titles: Mapping[str, str] | None = None) -> Statement:
    """What one party got in the period, remix by remix. Law: the lines sum to the total."""
    own = (line for line in settlement.lines if line.party_id == party_id)
    lines = (
        StatementLine(o.remix_id, (titles or {}).get(o.remix_id, o.remix_id), o.role, o.plays, o.micro) for o in own
    )
    return Statement(
        party_id=party_id,
        period=settlement.period,
        pool=settlement.pool,
        currency=settlement.currency,
        lines=tuple(lines),
    )
