"""Money that moves beside settlements: one door for every kind, payouts, and currencies by dated rates."""

from __future__ import annotations

from collections.abc import Iterator

from remixlab.accounts.may import Subject, must
from remixlab.accounts.roles import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidBooking
from remixlab.domain.ledger import Booking
from remixlab.domain.money import Money
from remixlab.domain.page import follow
from remixlab.royalties.journal import journal
from remixlab.royalties.moves import (
    PLATFORM_ACCOUNT,
    Move,
    MoveKind,
    Rate,
    booking_of_move,
    bookings_of_exchange,
    payable,
)
from remixlab.usecases.context.books import Books, BooksWriter
from remixlab.usecases.context.observed import observed

_LEDGER = Subject("ledger")


@observed("money.move")
def move(asked: Move, actor: Actor, context: Books) -> Booking:
    """Book a move of money by the rules of its kind, once under its key; asked again, it says the same.

    Raises: NotAllowed, InvalidBooking, LedgerConflict.
    """
    must(actor, Action.MOVE_MONEY, _LEDGER)
    with context.write() as records:
        return _moved(asked, actor, records)


@observed("money.pay_out")
def pay_out(run: str, minimum: Money, actor: Actor, context: Books) -> tuple[Booking, ...]:
    """Pay every party what it is owed in a currency, from a minimum on; advances are paid back first.

    Fractions of a cent stay on the account. `run` names the payout: the same run again pays nobody twice.
    Raises: NotAllowed, InvalidBooking.
    """
    must(actor, Action.MOVE_MONEY, _LEDGER)
    if minimum.micro < 0:
        raise InvalidBooking("the least payout is no debt", code="move.invalid")
    booked: list[Booking] = []
    with context.write() as records:
        accounts = list(follow(lambda after: records.ledger.balances(minimum.currency, after)))
        for account, held in accounts:
            if not account.startswith("party:") or account == PLATFORM_ACCOUNT or held.micro <= 0:
                continue
            party = account.partition(":")[2]
            owed = -records.ledger.balance(f"advance:{party}", minimum.currency).micro
            if owed > 0:
                back = Money.of(min(owed, held.micro), held.currency)
                booked.append(_step(MoveKind.RECOUPMENT, run, account, f"advance:{party}", back, actor, records))
                held -= back
            due = payable(held, minimum)
            if due is not None:
                booked.append(_step(MoveKind.PAYOUT, run, account, f"outside:{party}", due, actor, records))
    return tuple(booked)


@observed("money.exchange")
def exchange(key: str, account: str, amount: Money, rate: Rate, actor: Actor, context: Books) -> tuple[Booking, ...]:
    """Change an account's money into another currency by a dated rate: exact, rounded down to a micro-unit.

    Raises: NotAllowed, InvalidBooking, InvalidMoney, LedgerConflict.
    """
    must(actor, Action.MOVE_MONEY, _LEDGER)
    with context.write() as records:
        known = [records.ledger.booking(f"exchange:{key}:{side}") for side in ("given", "taken")]
        held = records.ledger.balance(account, amount.currency)
        if known[0] is not None:  # it was booked before: what the account held then is enough
            held = amount
        at = known[0].at if known[0] is not None else actor.at
        booked = bookings_of_exchange(key, account, amount, rate, at, held=held)
        for one in booked:
            records.ledger.book(one)
        said = {"amount": str(amount), "rate": str(rate)}
        records.accounts.append_audit(entry_of(actor, Action.MOVE_MONEY.value, f"exchange:{key}", after=said))
    return booked


@observed("money.read_journal")
def read_journal(actor: Actor, context: Books) -> Iterator[str]:
    """Every booking as a journal for plain-text accounting, line by line. Raises: NotAllowed."""
    must(actor, Action.READ_LEDGER, _LEDGER)
    with context.read() as records:
        return iter([f"{line}\n" for line in journal(follow(records.ledger.bookings))])


def _step(
    kind: MoveKind, run: str, source: str, target: str, amount: Money, actor: Actor, records: BooksWriter
) -> Booking:
    party = source.partition(":")[2]
    key = "".join(c if c.isascii() and (c.isalnum() or c in "._:-") else "-" for c in f"{run}:{party}")
    return _moved(
        Move(key=key, kind=kind, source=source, target=target, amount=amount, why=f"payout {run}"), actor, records
    )


def _moved(asked: Move, actor: Actor, records: BooksWriter) -> Booking:
    known = records.ledger.booking(f"{asked.kind}:{asked.key}")
    if known is not None:
        # Asked again: the account need not hold the money twice. What differs is a conflict of its key.
        again = booking_of_move(asked, known.at, held=asked.amount, owed=-asked.amount)
        records.ledger.book(again)
        return known
    currency = asked.amount.currency
    held, owed = records.ledger.balance(asked.source, currency), records.ledger.balance(asked.target, currency)
    booked = booking_of_move(asked, actor.at, held=held, owed=owed)
    records.ledger.book(booked)
    subject = f"booking:{booked.key}"
    records.accounts.append_audit(entry_of(actor, Action.MOVE_MONEY.value, subject, after=booked))
    return booked
