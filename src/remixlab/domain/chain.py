"""Hash chains: a list that nobody can change in the middle without it showing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final, NamedTuple

GENESIS: Final = "0" * 64
"""The hash before the first link."""


class Link(NamedTuple):
    """One entry with the hash of the entry before it and its own."""

    previous: str
    body: bytes
    hash: str


def link(previous: str, body: bytes) -> Link:
    """Append a body to a chain that ends in `previous`."""
    return Link(previous, body, hashlib.sha256(bytes.fromhex(previous) + body).hexdigest())


def first_broken(links: Iterable[Link], start: str = GENESIS) -> int | None:
    """The place of the first link that does not follow from the one before it; None when the chain holds."""
    previous = start
    for place, given in enumerate(links):
        if given.previous != previous or link(previous, given.body) != given:
            return place
        previous = given.hash
    return None
