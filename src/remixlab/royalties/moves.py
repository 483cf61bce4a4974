"""Moves of money beside settlements: each of a named kind, from one account to another, by rules that are a table.

Accounts are families: `pool:` (what there is to divide), `party:` (what somebody is owed), `suspense:` (what waits),
`advance:` (what was paid ahead and is not earned yet: below zero), `tax:`, `fee:`, `exchange:`, and `outside:` (banks,
subscribers, tax offices: the rest of the world).
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Final, NamedTuple

from pydantic import AwareDatetime, Field, ValidationError

from remixlab.domain.errors import InvalidBooking, InvalidMoney
from remixlab.domain.ledger import Booking, Entry
from remixlab.domain.money import MICROS, MICROS_MAX, Money
from remixlab.domain.value import Value

PLATFORM_ACCOUNT: Final = "party:platform"


class MoveKind(StrEnum):
    """Why money moves."""

    INCOME = "income"
    """It came in: subscriptions, income of matched uploads; a pool can be divided of it."""
    TAX = "tax"
    FEE = "fee"
    ADVANCE = "advance"
    """Paid to a party before it is earned."""
    RECOUPMENT = "recoupment"
    """What a party earned pays back its advance."""
    CORRECTION = "correction"
    """What was booked wrongly, put right; the old booking stays."""
    RELEASE = "release"
    """What waited goes to whom it belongs to."""
    FORFEITURE = "forfeiture"
    """What waited and belongs to nobody goes back to a pool or to the service."""
    PAYOUT = "payout"
    REMITTANCE = "remittance"
    """Taxes and fees that were kept aside leave."""


class MoveRule(NamedTuple):
    """Between which families of accounts a kind of move goes, and whether the source must hold what it gives."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    covered: bool = False
    same_owner: bool = False


RULES: Final[dict[MoveKind, MoveRule]] = {
    MoveKind.INCOME: MoveRule(("outside",), ("pool",)),
    MoveKind.TAX: MoveRule(("pool", "party"), ("tax",)),
    MoveKind.FEE: MoveRule(("pool", "party"), ("fee",)),
    MoveKind.ADVANCE: MoveRule(("advance",), ("outside",)),
    MoveKind.RECOUPMENT: MoveRule(("party",), ("advance",), covered=True, same_owner=True),
    MoveKind.CORRECTION: MoveRule(
        ("pool", "party", "suspense", "tax", "fee", "advance", "outside"),
        ("pool", "party", "suspense", "tax", "fee", "advance", "outside"),
    ),
    MoveKind.RELEASE: MoveRule(("suspense",), ("party",), covered=True),
    MoveKind.FORFEITURE: MoveRule(("suspense",), ("pool", PLATFORM_ACCOUNT), covered=True),
    MoveKind.PAYOUT: MoveRule(("party",), ("outside",), covered=True),
    MoveKind.REMITTANCE: MoveRule(("tax", "fee"), ("outside",), covered=True),
}


class Move(Value):
    """Money that goes from one account to another, once under its key."""

    key: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,149}$")]
    kind: MoveKind
    source: Annotated[str, Field(min_length=1, max_length=200)]
    target: Annotated[str, Field(min_length=1, max_length=200)]
    amount: Money
    why: Annotated[str, Field(min_length=1, max_length=500)]
    evidence: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None

    @classmethod
    def parse(cls, tree: Mapping[str, object]) -> Move:
        """Raises: InvalidBooking."""
        try:
            return cls.model_validate(tree)
        except ValidationError as wrong:
            first = wrong.errors()[0]
            place = ".".join(str(step) for step in first["loc"])
            raise InvalidBooking(
                f"the move cannot be read at '{place}': {first['msg']}", code="move.invalid"
            ) from wrong


def booking_of_move(move: Move, at: AwareDatetime, *, held: Money, owed: Money | None = None) -> Booking:
    """The booking of a move. `held` is what its source holds; `owed` what a recouped advance still stands at.

    Law: it sums to zero. Raises: InvalidBooking where the rules of its kind do not let it.
    """
    rule = RULES[move.kind]
    if not _is_of(move.source, rule.sources) or not _is_of(move.target, rule.targets):
        raise InvalidBooking(
            f"{move.kind} does not go from {_family(move.source)} to {_family(move.target)}",
            code="move.invalid",
            hint=f"It goes from {', '.join(rule.sources)} to {', '.join(rule.targets)}.",
        )
    if move.source == move.target or move.amount.micro <= 0:
        raise InvalidBooking("money moves between two accounts, and is more than nothing", code="move.invalid")
    if rule.same_owner and move.source.partition(":")[2] != move.target.partition(":")[2]:
        raise InvalidBooking("a party pays back its own advance", code="move.invalid")
    if rule.covered and held < move.amount:
        raise InvalidBooking(f"{move.source} holds {held}, less than {move.amount}", code="move.not_covered")
    if owed is not None and move.kind is MoveKind.RECOUPMENT and -owed < move.amount:
        raise InvalidBooking(
            f"{move.target} stands at {owed}: less is to be paid back than {move.amount}", code="move.not_covered"
        )
    entries = (Entry(move.source, -move.amount.micro), Entry(move.target, move.amount.micro))
    return Booking(
        key=f"{move.kind}:{move.key}",
        kind=move.kind.value,
        at=at,
        currency=move.amount.currency,
        entries=entries,
        evidence=move.evidence,
        memo=move.why,
    )


def payable(held: Money, minimum: Money, smallest_micro: int = MICROS // 100) -> Money | None:
    """What can be paid out of an account: whole units of the smallest coin, from the minimum on; the rest stays.

    Rounding happens only here, where money leaves, and always down.
    """
    whole = held.micro - held.micro % smallest_micro if held.micro > 0 else 0
    return Money.of(whole, held.currency) if whole and minimum.micro <= held.micro else None


class Rate(Value):
    """How much of one currency another is worth on a day, exactly: a fraction, never a float."""

    base: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    quote: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    numerator: Annotated[int, Field(strict=True, ge=1, le=MICROS_MAX)]
    denominator: Annotated[int, Field(strict=True, ge=1, le=MICROS_MAX)] = 1
    day: Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]

    @classmethod
    def parse(cls, text: str, day: str) -> Rate:
        """Read `EUR/USD 1.0873` or `EUR/USD 10873/10000`: one EUR is so many USD. Raises: InvalidMoney."""
        pair, _, written = text.strip().partition(" ")
        base, _, quote = pair.partition("/")
        try:
            value = Fraction(written.replace(" ", ""))
            return cls(base=base, quote=quote, numerator=value.numerator, denominator=value.denominator, day=day)
        except (ValueError, ZeroDivisionError) as wrong:
            hint = "Write it as EUR/USD 1.0873, with a day such as 2026-12-01."
            raise InvalidMoney(f"'{text[:60]}' is not a rate", hint=hint) from wrong

    def exchanged(self, amount: Money) -> Money:
        """The amount in the other currency, rounded down to a micro-unit. Raises: InvalidMoney."""
        if amount.currency != self.base:
            raise InvalidMoney(f"the rate is of {self.base}, not of {amount.currency}")
        return Money.of(amount.micro * self.numerator // self.denominator, self.quote)

    def __str__(self) -> str:
        return f"{self.base}/{self.quote} {self.numerator}/{self.denominator} of {self.day}"


def bookings_of_exchange(
    key: str, account: str, amount: Money, rate: Rate, at: AwareDatetime, *, held: Money
) -> tuple[Booking, Booking]:
    """An account's money changed into another currency: one booking in each, both against `exchange:`.

    Raises: InvalidBooking, InvalidMoney.
    """
    got = rate.exchanged(amount)
    if amount.micro <= 0 or got.micro <= 0:
        raise InvalidBooking("there is nothing to exchange", code="move.invalid")
    if held < amount:
        raise InvalidBooking(f"{account} holds {held}, less than {amount}", code="move.not_covered")
    desk = f"exchange:{rate.base}-{rate.quote}"

    def one(side: str, money: Money, source: str, target: str) -> Booking:
        return Booking(
            key=f"exchange:{key}:{side}", kind="exchange", at=at, currency=money.currency, memo=str(rate),
            entries=(Entry(source, -money.micro), Entry(target, money.micro)),
        )  # fmt: skip

    return one("given", amount, account, desk), one("taken", got, desk, account)


def _family(account: str) -> str:
    return account.partition(":")[0]


def _is_of(account: str, families: tuple[str, ...]) -> bool:
    return bool(account.partition(":")[2]) and (account in families or _family(account) in families)
