from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from remixlab.domain.errors import InvalidMoney
from remixlab.domain.money import MICROS_MAX, Money, total

amounts = st.builds(Money, micro=st.integers(-(10**12), 10**12), currency=st.sampled_from(["EUR", "USD"]))


@given(st.builds(Money, micro=st.integers(-MICROS_MAX, MICROS_MAX), currency=st.sampled_from(["EUR", "USD", "JPY"])))
def test_what_is_printed_is_read_back(money: Money) -> None:
    assert Money.parse(str(money)) == money


@pytest.mark.parametrize(("text", "micro", "currency"), [
    ("12.5", 12_500_000, "EUR"), ("12,5".replace(",", "."), 12_500_000, "EUR"), ("USD 0.000001", 1, "USD"), ("-3 gbp",
    -3_000_000, "GBP"),
    ("+0.10 EUR", 100_000, "EUR"), ("  7  ", 7_000_000, "EUR"),
])  # fmt: skip
def test_money_is_read_as_people_write_it(text: str, micro: int, currency: str) -> None:
    assert Money.parse(text, "EUR") == Money(micro=micro, currency=currency)


@pytest.mark.parametrize(
    "text", ["", "EUR", "1.0000001", "1e3", "1 2", "1 EUR USD", "NaN", "0x10", "1.", ".5", "9007199255", "٣"]
)
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(text, "EUR")


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert Money.parse("0.1 EUR") + Money.parse("0.2 EUR") == Money.parse("0.3 EUR")
    assert str(Money.parse("0.3 EUR") - Money.parse("0.1 EUR")) == "0.20 EUR"
    assert str(-Money.parse("1.234567 EUR")) == "-1.234567 EUR"


def test_no_currency_is_ever_taken_for_granted() -> None:
    with pytest.raises(InvalidMoney):
        Money.parse("12.50")
    with pytest.raises(ValidationError):
        Money.model_validate({"micro": 1})


@given(st.lists(amounts.filter(lambda m: m.currency == "EUR"), max_size=20))
def test_sums_are_exact(parts: list[Money]) -> None:
    assert total(parts, "EUR").micro == sum(part.micro for part in parts)


def test_currencies_do_not_mix_and_amounts_do_not_wrap() -> None:
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        Money.of(1, "EUR") + Money.of(1, "USD")
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        _ = Money.of(1, "EUR") < Money.of(1, "USD")
    with pytest.raises(InvalidMoney, match="too large"):
        Money.of(MICROS_MAX, "EUR") + Money.of(1, "EUR")
    assert Money.of(1, "EUR") < Money.of(2, "EUR") <= Money.of(2, "EUR")
