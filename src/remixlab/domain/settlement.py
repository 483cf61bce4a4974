"""A month's money as values: the pool that is divided, the rules that count plays, and who got what for what."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from remixlab.domain.errors import InvalidPool
from remixlab.domain.money import MICROS_MAX, Money
from remixlab.domain.remix import PayLine
from remixlab.domain.value import Value, canonical

UNSPENT: Final = "suspense:unspent"
"""Where the money of a listener waits who paid and whose plays did not count."""

_PERIOD = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
Micro = Annotated[int, Field(strict=True, ge=0, le=MICROS_MAX)]


class LeftOut(StrEnum):
    """Why a play does not count, in the order in which it is asked."""

    UNKNOWN = "unknown_remix"
    WITHDRAWN = "withdrawn"
    OWN = "own_play"
    SHORT = "too_short"
    DAY = "day_cap"
    MONTH = "month_cap"


class Counting(Value):
    """Which plays count.

    Unit: milliseconds; plays of one listener of one remix on one UTC day, of one listener in the month.
    """

    length_min_ms: Annotated[int, Field(strict=True, ge=0)] = 30_000
    per_day_max: Annotated[int, Field(strict=True, ge=1)] = 10
    per_month_max: Annotated[int, Field(strict=True, ge=1)] = 1_000
    held_share_ppm: Annotated[int, Field(strict=True, ge=1, le=1_000_000)] = 900_000
    """A listener with more than this part of a remix's plays looks like a machine: the money for them is held."""
    held_plays_min: Annotated[int, Field(strict=True, ge=2)] = 50


class Pool(Value):
    """The money of one period, after tax and fees, and how it is divided.

    `user-centric`: each listener's fee goes where that listener listened. `pro-rata`: the whole goes by all plays.
    `per-play`: each counted play is worth the same.
    """

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")] = "add-on"
    method: Literal["user-centric", "pro-rata", "per-play"] = "user-centric"
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    fee_micro: Micro = 1_000_000
    """User-centric: what each listener paid; `fees_micro` names those who paid something else."""
    fees_micro: dict[str, Micro] = {}
    amount_micro: Micro = 0
    """Pro-rata: the whole pool."""
    play_micro: Micro = 10_000
    """Per play."""
    counting: Counting = Counting()

    @model_validator(mode="after")
    def _has_money(self) -> Self:
        if self.method == "pro-rata" and not self.amount_micro:
            raise ValueError("a pro-rata pool needs an amount")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 of everything that the pool says: a period is settled with these figures and no others."""
        return hashlib.sha256(canonical(self.to_dict())).hexdigest()


class PaysFrom(NamedTuple):
    """Whom a remix pays for what is heard from a moment on, everywhere or in one territory."""

    since: datetime
    territory: str | None
    pays: tuple[PayLine, ...]


class Facts(NamedTuple):
    """What a settlement must know of a remix. `pays` are the lines that people were shown."""

    remix_id: str
    maker: str
    withdrawn_at: datetime | None
    """Plays from this moment on do not count."""
    disputed: bool
    pays: tuple[PayLine, ...]
    later: tuple[PaysFrom, ...] = ()
    """What holds since its owners changed; of those that a play falls under, the last one counts."""

    def version(self, at: datetime, territory: str) -> int:
        """Which pay lines a play falls under: 0 for those that people were shown, else a number in `later`."""
        return max(
            (n for n, p in enumerate(self.later, 1) if p.since <= at and p.territory in (None, territory)), default=0
        )

    def pays_under(self, version: int) -> tuple[PayLine, ...]:
        return self.later[version - 1].pays if version else self.pays


class Line(NamedTuple):
    """What one party got for one remix in one role. Unit: micro-units."""

    remix_id: str
    role: str
    party_id: str
    plays: int
    micro: int


class Settlement(Value):
    """A settled period.

    Law: the lines sum to the total; the same plays and pool give the same bytes, whichever engine divides.
    """

    period: str
    pool: str
    method: str
    currency: str
    plays: int
    counted_plays: int
    left_out: dict[str, int]
    held_plays: int
    total_micro: int
    lines: tuple[Line, ...]
    pool_digest: str = ""
    """Of the pool that was divided; empty in what was settled before it was kept."""

    @model_validator(mode="after")
    def _can_be_booked(self) -> Self:
        if self.total_micro > MICROS_MAX:
            raise InvalidPool("the pool is too large to be booked")
        return self

    @property
    def total(self) -> Money:
        return Money.of(self.total_micro, self.currency)

    @property
    def parties(self) -> dict[str, int]:
        """What each party got altogether, by party id. Unit: micro-units."""
        sums: dict[str, int] = {}
        for line in self.lines:
            sums[line.party_id] = sums.get(line.party_id, 0) + line.micro
        return dict(sorted(sums.items()))

    def to_dict(self) -> dict[str, Any]:
        return {**super().to_dict(), "lines": [list(line) for line in self.lines]}


class StatementLine(NamedTuple):
    """What a party got for one remix in one role. Unit: micro-units."""

    remix_id: str
    title: str
    role: str
    plays: int
    micro: int


class Statement(Value):
    """What one party got from one pool in a settled month. Law: the lines sum to the total."""

    party_id: str
    period: str
    pool: str
    currency: str
    lines: tuple[StatementLine, ...] = ()

    @property
    def total(self) -> Money:
        return Money.of(sum(line.micro for line in self.lines), self.currency)


def period_of(moment: datetime) -> str:
    """The month that a moment lies in, such as `2026-11`."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def span_of(period: str) -> tuple[datetime, datetime]:
    """The first moment of a month such as `2026-11`, and the first after it. Raises: InvalidPool."""
    found = _PERIOD.fullmatch(period)
    if not found:
        raise InvalidPool(f"'{period[:40]}' is not a month", code="period.invalid", hint="Write it as 2026-11.")
    year, month = int(found[1]), int(found[2])
    if not 1970 <= year <= 9998:
        raise InvalidPool(f"'{period}' is not a month that can be settled", code="period.invalid")
    return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
