"""A statement's proof: what a party needs to recompute it from the root of the settlement, and nobody else's plays."""

from __future__ import annotations

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.errors import NotYours, SettlementNotFound
from remixlab.domain.settlement import span_of
from remixlab.royalties.proof import StatementProof, prove
from remixlab.usecases.context.books import Books
from remixlab.usecases.context.observed import observed
from remixlab.usecases.money.settled import read_settlement


@observed("money.prove_statement")
def prove_statement(party: str, period: str, pool: str, actor: Actor, context: Books) -> StatementProof:
    """A party's lines of a settled pool with the way to its root; `party` is an id or a name.

    Raises: SettlementNotFound, PartyNotFound, NotYours `party.not_yours`, InvalidProof.
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
        evidence = records.ledger.settlement(period, pool)
    if evidence is None:
        raise SettlementNotFound(f"the pool '{pool[:64]}' of {period} is not settled yet")
    return prove(read_settlement(evidence, context.blobs), listed)
