"""Settlement: a month of listens is counted, divided exactly, and booked once."""

from __future__ import annotations

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import PeriodOpen
from remixlab.domain.ports.blobs import Blobs
from remixlab.domain.ports.records.ledger import Settler
from remixlab.domain.settlement import Pool, Settlement, span_of
from remixlab.domain.value import Value, canonical
from remixlab.royalties.pool import read_pool
from remixlab.royalties.settle import booking_of
from remixlab.usecases.context.books import Books, BooksWriter
from remixlab.usecases.context.observed import observed


class Settled(Value):
    """A settled month, the blob that it rests on, and the names of those who got something, by party id."""

    settlement: Settlement
    evidence: str
    names: dict[str, str] = {}


@observed("money.settle")
def settle(period: str, actor: Actor, context: Books, *, pool: str | None, settler: Settler) -> Settled:
    """Settle a month that has ended, once; asked again, it says the same.

    `pool` is the text of a pool file. Raises: NotAllowed, InvalidPool, PeriodOpen, LedgerConflict.
    """
    must(actor, Action.SETTLE, Subject(f"settlement:{period[:20]}"))
    _, until = span_of(period)
    money = read_pool(pool, context.currency)
    if actor.at < until:
        raise PeriodOpen(f"{period} has not ended yet", hint="Settle it on the first day of the next month.")
    with context.write() as records:
        evidence = records.ledger.settlement(period, money.name)
        if evidence is None:
            settled, evidence = _settle_now(period, money, actor, context.blobs, records, settler)
        else:
            settled = read_settlement(evidence, context.blobs)
        names = records.catalogue.party_names(settled.parties)
    return Settled(settlement=settled, evidence=evidence, names=dict(names))


def read_settlement(evidence: str, blobs: Blobs) -> Settlement:
    """The settlement that a blob holds. Raises: StoreUnavailable."""
    return Settlement.model_validate_json(blobs.get(evidence))


def _settle_now(
    period: str, pool: Pool, actor: Actor, blobs: Blobs, records: BooksWriter, settler: Settler
) -> tuple[Settlement, str]:
    since, until = span_of(period)
    settled = settler(period, records.ledger.plays(since, until), pool, records.ledger.facts(since, until))
    evidence = blobs.put(canonical(settled.to_dict()))
    booking = booking_of(settled, actor.at, evidence)
    if booking:
        records.ledger.book(booking)
    records.ledger.keep_settlement(settled, evidence)
    subject = f"settlement:{period}/{pool.name}"
    records.accounts.append_audit(entry_of(actor, Action.SETTLE.value, subject, after=settled))
    return settled, evidence
