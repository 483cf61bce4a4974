"""Where a month's money went, and what a party earned when: tables, which are drawn as pictures."""

from __future__ import annotations

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.errors import InvalidPool, NotYours, SettlementNotFound
from remixlab.domain.money import Money
from remixlab.domain.settlement import period_of, span_of
from remixlab.domain.value import Value
from remixlab.royalties.pictures import Earned, Flow, earnings_svg, flow_svg, flows_of
from remixlab.usecases.context.books import Books
from remixlab.usecases.context.observed import observed
from remixlab.usecases.money.settled import read_settlement

MONTHS_MAX = 120


class MoneyFlow(Value):
    """A settled pool as it flowed: from the pool to remixes, from remixes to parties."""

    period: str
    pool: str
    currency: str
    flows: tuple[Flow, ...]

    @property
    def svg(self) -> str:
        return flow_svg(self.flows, f"{self.period}, {self.pool}", self.currency)


class Earnings(Value):
    """What a party got in each month of a span, in one currency, all pools together."""

    party_id: str
    party: str
    currency: str
    months: tuple[Earned, ...]

    @property
    def svg(self) -> str:
        return earnings_svg(self.months, self.party, self.currency)

    @property
    def total(self) -> Money:
        return Money.of(sum(month.micro for month in self.months), self.currency)


@observed("money.show_flow")
def show_flow(period: str, pool: str, actor: Actor, context: Books) -> MoneyFlow:
    """Where a settled pool went. Raises: NotAllowed, SettlementNotFound."""
    must(actor, Action.READ_LEDGER, Subject("ledger"))
    span_of(period)
    with context.read() as records:
        evidence = records.ledger.settlement(period, pool)
        if evidence is None:
            raise SettlementNotFound(f"the pool '{pool[:64]}' of {period} is not settled yet")
        settled = read_settlement(evidence, context.blobs)
        titles = records.remixes.titles({line.remix_id for line in settled.lines if line.remix_id})
        names = records.catalogue.party_names(settled.parties)
    flows = flows_of(settled, titles, names)
    return MoneyFlow(period=period, pool=pool, currency=settled.currency, flows=flows)


@observed("money.show_earnings")
def show_earnings(party: str, first: str, last: str, actor: Actor, context: Books) -> tuple[Earnings, ...]:
    """What a party earned month by month, each currency by itself; a month that is not settled earned nothing yet.

    Raises: PartyNotFound, NotYours `party.not_yours`, InvalidPool.
    """
    months = _months(first, last)
    with context.read() as records:
        known = records.catalogue.party(party)
        must(
            actor,
            Action.READ_STATEMENT,
            Subject(f"party:{known.party_id}", owner=known.party_id, parties=frozenset({known.party_id})),
            refused=NotYours("These papers belong to somebody else.", code="party.not_yours"),
        )
        evidence = [(month, blob) for month in months for blob in records.ledger.settlements(month).values()]
    sums: dict[str, dict[str, int]] = {}
    for month, blob in evidence:
        settled = read_settlement(blob, context.blobs)
        of_currency = sums.setdefault(settled.currency, dict.fromkeys(months, 0))
        of_currency[month] += settled.parties.get(known.party_id, 0)
    return tuple(
        Earnings(
            party_id=known.party_id,
            party=known.name,
            currency=currency,
            months=tuple(Earned(month, micro) for month, micro in of_currency.items()),
        )
        for currency, of_currency in sorted(sums.items())
    )


def _months(first: str, last: str) -> list[str]:
    months = [first]
    span_of(last)
    while months[-1] < last and len(months) <= MONTHS_MAX:
        months.append(period_of(span_of(months[-1])[1]))
    if months[-1] != last:
        raise InvalidPool(f"{first} to {last} is no span of at most {MONTHS_MAX} months", code="period.invalid")
    return months
