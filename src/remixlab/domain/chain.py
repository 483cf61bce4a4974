"""Hash chains: a list that nobody can change in the middle, nor cut at its end, without it showing."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Annotated, Final, NamedTuple

from pydantic import Field

from remixlab.domain.errors import InvalidAnchor
from remixlab.domain.value import Value

GENESIS: Final = "0" * 64
"""The hash before the first link."""

_ANCHOR = re.compile(r"remixlab-anchor/1 (?P<chain>[a-z]+) (?P<length>[0-9]{1,15}) (?P<hash>[0-9a-f]{64})")


class Link(NamedTuple):
    """One entry with the hash of the entry before it and its own."""

    previous: str
    body: bytes
    hash: str


class Head(Value):
    """How long a chain is, and the hash of its newest link. Whoever keeps it elsewhere sees a tail that was cut off.

    Law: `Head.parse(str(head)) == head`.
    """

    chain: Annotated[str, Field(pattern=r"^[a-z]+$")]
    length: Annotated[int, Field(strict=True, ge=0)]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

    @classmethod
    def parse(cls, line: str) -> Head:
        """Read an anchor as it was written down. Raises: InvalidAnchor."""
        found = _ANCHOR.fullmatch(line.strip())
        if found is None:
            raise InvalidAnchor(
                f"'{line.strip()[:60]}' is not an anchor",
                hint="One line is: remixlab-anchor/1, the chain, its length, its hash.",
            )
        return cls(chain=found["chain"], length=int(found["length"]), hash=found["hash"])

    def __str__(self) -> str:
        return f"remixlab-anchor/1 {self.chain} {self.length} {self.hash}"


def link(previous: str, body: bytes) -> Link:
    """Append a body to a chain that ends in `previous`."""
    return Link(previous, body, hashlib.sha256(bytes.fromhex(previous) + body).hexdigest())


def first_broken(links: Iterable[Link], start: str = GENESIS, *, head: Head | None = None) -> int | None:
    """The place of the first link that does not follow from the one before it; None when the chain holds.

    With a head, the chain must end there: links that are missing, or that nobody anchored, are broken too.
    """
    previous, length = start, 0
    for place, given in enumerate(links):
        if given.previous != previous or link(previous, given.body) != given:
            return place
        previous, length = given.hash, place + 1
    return None if head is None or (head.length, head.hash) == (length, previous) else min(length, head.length)
