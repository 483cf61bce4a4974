"""Royalty statements: what a party got in a settled month, remix by remix."""

from __future__ import annotations

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.errors import NotYours, SettlementNotFound
from remixlab.domain.money import Money
from remixlab.domain.settlement import Settlement, Statement, span_of
from remixlab.domain.value import Value
from remixlab.royalties.statement import statement as state
from remixlab.usecases.context.books import Books, BooksReader
from remixlab.usecases.context.observed import observed
from remixlab.usecases.money.settled import read_settlement


class Statements(Value):
    """A party's statements of one month, one for each pool that was settled."""

    party_id: str
    party: str
    """Its name."""
    period: str
    pools: tuple[Statement, ...]

    @property
    def totals(self) -> tuple[Money, ...]:
        """What all pools come to, in each currency by itself."""
        by_currency = dict[str, Money]()
        for pool in self.pools:
            before = by_currency.get(pool.currency, Money.of(0, pool.currency))
            by_currency[pool.currency] = before + pool.total
        return tuple(by_currency[currency] for currency in sorted(by_currency))


@observed("money.statement")
def statement(party: str, period: str, actor: Actor, context: Books) -> Statements:
    """What a party got in a settled month; `party` is an id, a name, or a suspense account.

    Raises: SettlementNotFound when the month is not settled, PartyNotFound, NotYours `party.not_yours`.
    """
    span_of(period)
    with context.read() as records:
        known = records.catalogue.find_party(party)
        listed = known.party_id if known else party
        must(
            actor,
            Action.READ_STATEMENT,
            Subject(f"party:{listed[:80]}", owner=listed, parties=frozenset({listed})),
            refused=NotYours("These papers belong to somebody else.", code="party.not_yours"),
        )
        settled = _settled(period, records, context)
        if known is None and not any(listed in one.parties for one in settled):
            records.catalogue.party(party)  # raises PartyNotFound
        heard = {line.remix_id for one in settled for line in one.lines if line.party_id == listed and line.remix_id}
        titles = records.remixes.titles(heard)
    stated = tuple(state(one, listed, titles) for one in settled)
    return Statements(party_id=listed, party=known.name if known else party, period=period, pools=stated)


def _settled(period: str, records: BooksReader, context: Books) -> list[Settlement]:
    pools = records.ledger.settlements(period)
    if not pools:
        raise SettlementNotFound(f"{period} is not settled yet", hint=f"remixlab settle --period {period}")
    return [read_settlement(evidence, context.blobs) for _, evidence in sorted(pools.items())]
