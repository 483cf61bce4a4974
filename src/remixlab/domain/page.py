"""Pagination: a list is read a page at a time, by a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Generic, NamedTuple, TypeVar

from remixlab.domain.errors import Invalid

T = TypeVar("T")
R = TypeVar("R")

PAGE_MAX: Final = 1000
"""The longest page that a registry answers; whoever asks for more gets this many."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DIGITS_MAX: Final = 18
"""Of a number in a cursor: it fits into 64 bits."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, in a fixed order. `next` is the cursor of the page that follows; None on the last.

    Law: following `next` from the beginning gives every item once, also while others are added.
    """

    items: tuple[T, ...]
    next: str | None = None

    def map(self, change: Callable[[T], R]) -> Page[R]:
        return Page(tuple(map(change, self.items)), self.next)


class Newest(NamedTuple):
    """A place in a list that is read newest first; things of one moment go by their ids, backwards."""

    at: datetime
    id: str

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // timedelta(microseconds=1)}.{self.id}"

    @classmethod
    def parse(cls, cursor: str) -> Newest:
        """Law: `Newest.parse(str(place)) == place`. Raises: Invalid."""
        moment, _, key = cursor.partition(".")
        if not (
            moment.removeprefix("-").isascii()
            and moment.removeprefix("-").isdigit()
            and len(moment) <= _DIGITS_MAX
            and key
        ):
            raise _no_cursor(cursor)
        try:
            return cls(_EPOCH + timedelta(microseconds=int(moment)), key)
        except OverflowError as wrong:
            raise _no_cursor(cursor) from wrong


def read_number(cursor: str | None) -> int:
    """The place in a numbered list that a cursor names; 0, before the first, when there is none. Raises: Invalid."""
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= _DIGITS_MAX):
        raise _no_cursor(cursor)
    return int(cursor)


def page_size(limit: int) -> int:
    """How many items a page holds when `limit` were asked for: at least one, at most `PAGE_MAX`."""
    return max(1, min(limit, PAGE_MAX))


def _no_cursor(cursor: str) -> Invalid:
    return Invalid(
        f"'{cursor[:40]}' is not a cursor of this list", code="page.cursor", hint="Give back `next` as it was answered."
    )


def cut(found: list[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """The page that `limit` + 1 found rows make: what is beyond the limit says only that more follows."""
    items = tuple(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit and items else None)


def follow(read: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every item of a list, read page after page.

    For exports and checks: nothing that answers one request may need it.
    """
    after: str | None = None
    while True:
        page = read(after)
        yield from page.items
        if page.next is None:
            return
        after = page.next
