"""Settlement: a month of listens is counted, divided exactly, and booked once."""

from __future__ import annotations

from typing import Final

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import LedgerConflict, PeriodOpen
from remixlab.domain.ports.records.ledger import Settler
from remixlab.domain.settlement import Pool, Settlement, span_of
from remixlab.domain.value import Value, canonical
from remixlab.royalties.pool import read_pool
from remixlab.royalties.settle import booking_of
from remixlab.usecases.context.books import Books, BooksReader, BooksWriter
from remixlab.usecases.context.observed import observed
from remixlab.usecases.money.settled import read_settlement

_TRIES: Final = 3
"""How often a month is computed beside everything else, before everybody else has to wait for it."""


class Settled(Value):
    """A settled month, the blob that it rests on, and the names of those who got something, by party id."""

    settlement: Settlement
    evidence: str
    names: dict[str, str] = {}


@observed("money.settle")
def settle(period: str, actor: Actor, context: Books, *, pool: str | None, settler: Settler) -> Settled:
    """Settle a month that has ended, once; asked again with the same pool, it says the same.

    Nothing is locked while it is computed: listens and consents go on. What has changed meanwhile is computed again.
    `pool` is the text of a pool file. Raises: NotAllowed, InvalidPool, PeriodOpen, LedgerConflict.
    """
    must(actor, Action.SETTLE, Subject(f"settlement:{period[:20]}"))
    _, until = span_of(period)
    money = read_pool(pool, context.currency)
    # The moment of a request is what whoever asks says; a month is over when the clock says so, too.
    if min(actor.at, context.clock.now()) < until:
        raise PeriodOpen(f"{period} has not ended yet", hint="Settle it on the first day of the next month.")
    for _ in range(_TRIES):
        settled = _settle_aside(period, money, actor, context, settler)
        if settled is not None:
            return settled
    with context.write() as records:
        records.ledger.close_plays()
        drawn = _kept(period, money, records, context) or _divide(period, money, records, settler)
        return _settled(_book(drawn, money, actor, context, records), records, context)


def _settle_aside(period: str, pool: Pool, actor: Actor, context: Books, settler: Settler) -> Settled | None:
    """Compute in a view of its own, then book; None where what it rests on has changed meanwhile."""
    since, until = span_of(period)
    with context.read() as records:
        before = _kept(period, pool, records, context)
        if before is not None:
            return _settled(before, records, context)
        basis = records.ledger.basis(since, until)
        drawn = _divide(period, pool, records, settler)
    with context.write() as records:
        records.ledger.close_plays()
        before = _kept(period, pool, records, context)
        if before is None and records.ledger.basis(since, until) != basis:
            return None
        return _settled(before or _book(drawn, pool, actor, context, records), records, context)


def _kept(period: str, pool: Pool, records: BooksReader, context: Books) -> Settlement | None:
    """The period as it was settled before. Raises: LedgerConflict when the pool was another one then."""
    evidence = records.ledger.settlement(period, pool.name)
    if evidence is None:
        return None
    settled = read_settlement(evidence, context.blobs)
    same = (pool.digest, pool.method, pool.currency)
    if same != (settled.pool_digest or pool.digest, settled.method, settled.currency):
        raise LedgerConflict(
            f"{period} is settled already, with other figures of the pool '{pool.name}'",
            hint="Another pool needs another name; a correction is a booking of its own.",
        )
    return settled


def _divide(period: str, pool: Pool, records: BooksReader, settler: Settler) -> Settlement:
    since, until = span_of(period)
    return settler(period, records.ledger.plays(since, until), pool, records.ledger.facts(since, until))


def _book(settled: Settlement, pool: Pool, actor: Actor, context: Books, records: BooksWriter) -> Settlement:
    """Keep a settlement with its evidence (its lines, and the pool that they divide), and book it."""
    if records.ledger.settlement(settled.period, settled.pool) is not None:
        return settled
    context.blobs.put(canonical(pool.to_dict()))
    evidence = context.blobs.put(canonical(settled.to_dict()))
    booking = booking_of(settled, actor.at, evidence)
    if booking:
        records.ledger.book(booking)
    records.ledger.keep_settlement(settled, evidence)
    subject = f"settlement:{settled.period}/{settled.pool}"
    records.accounts.append_audit(entry_of(actor, Action.SETTLE.value, subject, after=settled))
    return settled


def _settled(settlement: Settlement, records: BooksReader, context: Books) -> Settled:
    evidence = records.ledger.settlement(settlement.period, settlement.pool)
    if evidence is None:
        raise AssertionError("what was settled has its evidence")
    names = records.catalogue.party_names(settlement.parties)
    return Settled(settlement=settlement, evidence=evidence, names=dict(names))
