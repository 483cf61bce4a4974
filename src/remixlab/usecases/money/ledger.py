"""The general ledger, read: bookings in the order they were made, and what each account holds."""

from __future__ import annotations

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.ledger import Booking
from remixlab.domain.money import Money
from remixlab.domain.page import Page
from remixlab.usecases.context.books import Books
from remixlab.usecases.context.observed import observed

_LEDGER = Subject("ledger")


@observed("money.list_bookings")
def list_bookings(
    actor: Actor, context: Books, *, after: str | None = None, limit: int = 100, account: str | None = None
) -> Page[Booking]:
    """Bookings in the order they were made; of one account when it is named. Raises: NotAllowed."""
    must(actor, Action.READ_LEDGER, _LEDGER)
    with context.read() as records:
        return records.ledger.bookings(after, limit, account=account)


@observed("money.list_balances")
def list_balances(
    actor: Actor, context: Books, *, after: str | None = None, limit: int = 100
) -> Page[tuple[str, Money]]:
    """What every account holds, in the currency of the books. Raises: NotAllowed."""
    must(actor, Action.READ_LEDGER, _LEDGER)
    with context.read() as records:
        return records.ledger.balances(context.currency, after, limit)
