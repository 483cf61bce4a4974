"""Who is paid: deals, exact splits, settlement of a month's plays, statements."""

from remixlab.royalties.count import Counted, count_plays
from remixlab.royalties.deal import PLATFORM, ROLES, Deal, default_deal, pays
from remixlab.royalties.later import pays_later
from remixlab.royalties.pool import read_pool
from remixlab.royalties.settle import booking_of, settle, statement, statement_csv
from remixlab.royalties.split import split

__all__ = [
    "PLATFORM",
    "ROLES",
    "Counted",
    "Deal",
    "booking_of",
    "count_plays",
    "default_deal",
    "pays",
    "pays_later",
    "read_pool",
    "settle",
    "split",
    "statement",
    "statement_csv",
]
