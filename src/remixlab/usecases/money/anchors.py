"""Anchors: the heads of all chains, written down elsewhere. Whoever has them sees a chain that was cut or rewritten."""

from __future__ import annotations

from collections.abc import Iterable

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.chain import Head
from remixlab.usecases.context.books import Books
from remixlab.usecases.context.observed import observed

_LEDGER = Subject("ledger")


@observed("money.read_anchors")
def read_anchors(actor: Actor, context: Books) -> tuple[Head, ...]:
    """The newest link of every chain. Keep it where nobody who keeps the books can write. Raises: NotAllowed."""
    must(actor, Action.READ_LEDGER, _LEDGER)
    with context.read() as records:
        return records.ledger.heads()


@observed("money.check_anchors")
def check_anchors(lines: Iterable[str], actor: Actor, context: Books) -> tuple[Head, ...]:
    """Those of the anchors that were written down which a chain no longer reaches; none where all is well.

    Raises: NotAllowed, InvalidAnchor.
    """
    must(actor, Action.READ_LEDGER, _LEDGER)
    anchors = [Head.parse(line) for line in lines if line.strip()]
    with context.read() as records:
        return tuple(head for head in anchors if not records.ledger.reaches(head))
