"""A month of listens becomes money: counted, divided exactly, booked once, stated to everybody."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from remixlab.domain.errors import Invalid, NotFound
from remixlab.domain.money import Money
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.settlement import Settlement, span_of
from remixlab.domain.value import canonical
from remixlab.royalties import booking_of, read_pool, statement_csv
from remixlab.royalties import statement as state
from remixlab.usecases.context.making import Making


class PeriodOpen(Invalid):
    """A month that still goes on cannot be settled."""

    code = "period.open"


def settle(period: str, context: Making, *, pool: str | None, at: datetime) -> dict[str, Any]:
    """Settle a month that has ended, once; asked again, it says the same. Raises: InvalidPool, PeriodOpen, LedgerConflict."""
    since, until = span_of(period)
    money = read_pool(pool)
    if at < until:
        raise PeriodOpen(f"{period} has not ended yet", hint="Settle it on the first day of the next month.")
    with context.write() as records:
        evidence = records.settlement(period, money.name)
        if evidence:
            return _answer(_read(evidence, context), records, evidence)
        settled = context.settler(period, records.plays(since, until), money, records.facts(since, until))
        evidence = context.blobs.put(canonical(settled.to_dict()))
        booking = booking_of(settled, at, evidence)
        if booking:
            records.book(booking)
        records.keep_settlement(settled, evidence)
        return _answer(settled, records, evidence)


def statement(party: str, period: str, context: Making) -> dict[str, Any]:
    """What a party got in a settled month, remix by remix, also as CSV. Raises: NotFound when the month is not settled, PartyNotFound."""
    span_of(period)
    with context.read() as records:
        pools = records.settlements(period)
        if not pools:
            raise NotFound(f"{period} is not settled yet", code="settlement.not_found", hint=f"remixlab settle --period {period}")
        settled = [_read(evidence, context) for _, evidence in sorted(pools.items())]
        known = next((p for p in records.parties() if party in (p.party_id, p.name)), None)
        listed = known.party_id if known else party
        if known is None and not any(listed in one.parties for one in settled):
            records.party(party)
        titles = {r.remix_id: r.title for r in records.remixes()}
    stated = [state(one, listed, titles) for one in settled]
    first = {**stated[0], "party": known.name if known else party, "csv": "".join(statement_csv(one) for one in stated)}
    return first if len(stated) == 1 else {**first, "pools": stated}


def _read(evidence: str, context: Making) -> Settlement:
    return Settlement.model_validate_json(context.blobs.get(evidence))


def _answer(settled: Settlement, records: ReadTransaction, evidence: str) -> dict[str, Any]:
    names = {p.party_id: p.name for p in records.parties()}
    paid = sorted(settled.parties.items(), key=lambda item: (-item[1], item[0]))
    return {
        "period": settled.period, "method": settled.method, "currency": settled.currency, "plays": settled.plays,
        "counted_plays": settled.counted_plays, "left_out": settled.left_out, "held_plays": settled.held_plays,
        "pool": str(settled.total), "total_micro": settled.total_micro, "evidence": evidence,
        "parties": [
            {"party_id": p, "party": names.get(p, p), "amount": str(Money.of(m, settled.currency)), "micro": m} for p, m in paid if m
        ],
    }  # fmt: skip
