"""A month of plays becomes money: settled exactly, booked once, stated to everybody."""

from remixlab.usecases.money.settle import settle, statement

__all__ = [
    "settle",
    "statement",
]
