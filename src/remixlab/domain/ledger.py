"""Plays and bookings: what was listened to, and who owes whom because of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AwareDatetime, Field, model_validator

from remixlab.domain.errors import InvalidBooking
from remixlab.domain.money import MICROS_MAX
from remixlab.domain.rights.parties import Territory
from remixlab.domain.value import Value


class Play(Value):
    """One listen to one remix. The player chooses the id, so that a play reported twice is one play."""

    play_id: Annotated[str, Field(min_length=1, max_length=100)]
    remix_id: str
    listener: str
    at: AwareDatetime
    length_ms: Annotated[int, Field(strict=True, ge=0, le=86_400_000)]
    territory: Territory = "US"
    stream: str | None = None
    """The one stream that was listened to, where the listen was reported by a player: each stream is one play."""


class Served(NamedTuple):
    """A stretch of a file that was sent within one stream. Unit: bytes, first and last included."""

    stream: str
    first: int
    last: int
    size: int
    """Of the whole file."""
    at: datetime


class Entry(NamedTuple):
    """One line of a booking. Unit: micro-units, positive for what the account receives."""

    account: str
    micro: int


class Booking(Value):
    """Money that moves between accounts, in one currency, all at once. Its key makes it happen once.

    Law: the entries sum to zero, there are at least two, none is zero, and none is beyond `MICROS_MAX`.
    """

    key: Annotated[str, Field(min_length=1, max_length=200)]
    kind: str
    at: AwareDatetime
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    entries: tuple[Entry, ...]
    evidence: str | None = None
    """Content address of what it rests on: the statement lines of a settlement."""
    memo: str = ""

    @model_validator(mode="after")
    def _balances(self) -> Self:
        if len(self.entries) < 2 or any(entry.micro == 0 for entry in self.entries):
            raise InvalidBooking("a booking has at least two entries, and none of them is zero")
        if any(abs(entry.micro) > MICROS_MAX for entry in self.entries):
            raise InvalidBooking("an amount is too large to be booked")
        if sum(entry.micro for entry in self.entries) != 0:
            raise InvalidBooking("the entries of a booking must sum to zero")
        return self

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "entries": [list(entry) for entry in self.entries]}


def party_account(party_id: str) -> str:
    """The account that a party's money is booked to; suspense accounts are named as they are."""
    return party_id if party_id.startswith("suspense:") else f"party:{party_id}"
