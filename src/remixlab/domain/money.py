"""Money as whole micro-units of a currency: no float comes near it.

One micro-unit is a millionth of the currency's main unit (1 EUR = 1 000 000), finer than any cent, so
that a play's worth can be booked exactly. Sums and splits are exact; rounding happens only where money
leaves (a payout), and what was rounded off stays on the account.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Final

from pydantic import Field

from remixlab.domain.errors import InvalidMoney
from remixlab.domain.value import Value

MICROS: Final = 1_000_000
"""Micro-units in one main unit."""

MICROS_MAX: Final = 2**53 - 1
"""Nine thousand million main units: every reader of JSON holds it exactly, and it is far inside 64 bits.

More is refused.
"""

_AMOUNT = re.compile(r"(?P<sign>[+-]?)(?P<units>[0-9]{1,13})(?:\.(?P<fraction>[0-9]{1,6}))?")
_CURRENCY = re.compile(r"[A-Z]{3}")


class Money(Value):
    """An amount with its currency, printed as `12.50 EUR`. Unit: micro-units; signed."""

    micro: Annotated[int, Field(strict=True, ge=-MICROS_MAX, le=MICROS_MAX)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]

    @classmethod
    def parse(cls, text: str, currency: str | None = None) -> Money:
        """Read `12.5 EUR` or `EUR 12.5`; `12.5` alone is an amount of `currency`.

        Raises: InvalidMoney, also beyond six decimals.
        """
        words = text.strip().upper().split()
        named = [word for word in words if _CURRENCY.fullmatch(word)]
        amounts = [word for word in words if not _CURRENCY.fullmatch(word)]
        found = _AMOUNT.fullmatch(amounts[0]) if len(amounts) == 1 and len(named) <= 1 else None
        meant = named[0] if named else currency
        if found is None or meant is None:
            raise InvalidMoney(
                f"'{text[:40]}' is not an amount of money", hint="Write it as 12.50 EUR, with at most six decimals."
            )
        micro = int(found["units"]) * MICROS + int((found["fraction"] or "").ljust(6, "0"))
        return cls.of(-micro if found["sign"] == "-" else micro, meant)

    @classmethod
    def of(cls, micro: int, currency: str) -> Money:
        """Raises: InvalidMoney when the amount is beyond `MICROS_MAX`."""
        if abs(micro) > MICROS_MAX:
            raise InvalidMoney("the amount is too large to be booked")
        return cls(micro=micro, currency=currency)

    def __str__(self) -> str:
        units, fraction = divmod(abs(self.micro), MICROS)
        decimals = f"{fraction:06d}".rstrip("0").ljust(2, "0")
        return f"{'-' if self.micro < 0 else ''}{units}.{decimals} {self.currency}"

    def __add__(self, other: Money) -> Money:
        return Money.of(self.micro + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money.of(self.micro - self._same(other), self.currency)

    def __neg__(self) -> Money:
        return Money.of(-self.micro, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.micro < self._same(other)

    def __le__(self, other: Money) -> bool:
        return self.micro <= self._same(other)

    def _same(self, other: Money) -> int:
        if other.currency != self.currency:
            raise InvalidMoney(
                f"{self.currency} and {other.currency} cannot be added",
                hint="Change one into the other first, as a booking of its own.",
            )
        return other.micro


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum of amounts of one currency. Raises: InvalidMoney."""
    result = Money.of(0, currency)
    for amount in amounts:
        result += amount
    return result
