"""A month of plays becomes money: settled exactly, booked once, stated to everybody."""

from remixlab.usecases.money.anchors import check_anchors, read_anchors
from remixlab.usecases.money.ledger import list_balances, list_bookings
from remixlab.usecases.money.moves import exchange, move, pay_out, read_journal
from remixlab.usecases.money.pictures import Earnings, MoneyFlow, show_earnings, show_flow
from remixlab.usecases.money.proofs import prove_statement
from remixlab.usecases.money.settle import Settled, settle
from remixlab.usecases.money.statement import Statements, statement

__all__ = [
    "Earnings",
    "MoneyFlow",
    "Settled",
    "Statements",
    "check_anchors",
    "exchange",
    "list_balances",
    "list_bookings",
    "move",
    "pay_out",
    "prove_statement",
    "read_anchors",
    "read_journal",
    "settle",
    "show_earnings",
    "show_flow",
    "statement",
]
