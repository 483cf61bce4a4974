"""Who is paid: deals, exact splits, settlement of a month's plays, statements."""

from remixlab.royalties.count import Counted, count_plays
from remixlab.royalties.deal import PLATFORM, ROLES, Applies, Deal, Deals, deal_for, default_deal, pays
from remixlab.royalties.journal import journal
from remixlab.royalties.later import pays_later
from remixlab.royalties.moves import Move, MoveKind, MoveRule, Rate, booking_of_move, bookings_of_exchange, payable
from remixlab.royalties.pool import read_pool
from remixlab.royalties.proof import StatementProof, prove, root_of
from remixlab.royalties.settle import booking_of, settle
from remixlab.royalties.split import split
from remixlab.royalties.statement import statement
from remixlab.royalties.statement_csv import statement_csv

__all__ = [
    "PLATFORM",
    "ROLES",
    "Applies",
    "Counted",
    "Deal",
    "Deals",
    "Move",
    "MoveKind",
    "MoveRule",
    "Rate",
    "StatementProof",
    "booking_of",
    "booking_of_move",
    "bookings_of_exchange",
    "count_plays",
    "deal_for",
    "default_deal",
    "journal",
    "payable",
    "pays",
    "pays_later",
    "prove",
    "read_pool",
    "root_of",
    "settle",
    "split",
    "statement",
    "statement_csv",
]
