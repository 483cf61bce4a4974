"""Pagination: a list is read a page at a time, by a cursor."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

PAGE_MAX: Final = 1000
"""The longest page that a registry answers; whoever asks for more gets this many."""


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A part of a list, in a fixed order. `next` is the cursor of the page that follows; None on the last.

    Law: following `next` from the beginning gives every item once, also while others are added.
    """

    items: tuple[T, ...]
    next: str | None = None

    def map(self, change: Callable[[T], R]) -> Page[R]:
        return Page(tuple(map(change, self.items)), self.next)


def cut(found: list[T], limit: int, cursor: Callable[[T], str]) -> Page[T]:
    """The page that `limit` + 1 found rows make: what is beyond the limit says only that more follows."""
    items = tuple(found[:limit])
    return Page(items, cursor(items[-1]) if len(found) > limit and items else None)


def follow(read: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """Every item of a list, read page after page. For exports and checks: nothing that answers one request may need it."""
    after: str | None = None
    while True:
        page = read(after)
        yield from page.items
        if page.next is None:
            return
        after = page.next
