from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.money import MICROS_MAX, InvalidMoney, Money, total

amounts = st.builds(Money, micro=st.integers(-(10**12), 10**12), currency=st.sampled_from(["EUR", "USD"]))


@given(st.builds(Money, micro=st.integers(-MICROS_MAX, MICROS_MAX), currency=st.sampled_from(["EUR", "USD", "JPY"])))
def test_what_is_printed_is_read_back(money: Money) -> None:
    assert Money.parse(str(money)) == money


@pytest.mark.parametrize(("text", "micro", "currency"), [
    ("12.5", 12_500_000, "EUR"), ("12,5".replace(",", "."), 12_500_000, "EUR"), ("USD 0.000001", 1, "USD"), ("-3 gbp", -3_000_000, "GBP"),
    ("+0.10 EUR", 100_000, "EUR"), ("  7  ", 7_000_000, "EUR"),
])  # fmt: skip
def test_money_is_read_as_people_write_it(text: str, micro: int, currency: str) -> None:
    assert Money.parse(text) == Money(micro=micro, currency=currency)


@pytest.mark.parametrize("text", ["", "EUR", "1.0000001", "1e3", "1 2", "1 EUR USD", "NaN", "0x10", "1.", ".5", "9007199255", "٣"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Money.parse(text)


def test_a_tenth_and_two_tenths_are_three_tenths() -> None:
    assert Money.parse("0.1") + Money.parse("0.2") == Money.parse("0.3")
    assert str(Money.parse("0.3") - Money.parse("0.1")) == "0.20 EUR"
    assert str(-Money.parse("1.234567")) == "-1.234567 EUR"


@given(st.lists(amounts.filter(lambda m: m.currency == "EUR"), max_size=20))
def test_sums_are_exact(parts: list[Money]) -> None:
    assert total(parts).micro == sum(part.micro for part in parts)


def test_currencies_do_not_mix_and_amounts_do_not_wrap() -> None:
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        Money(micro=1) + Money(micro=1, currency="USD")
    with pytest.raises(InvalidMoney, match="EUR and USD"):
        _ = Money(micro=1) < Money(micro=1, currency="USD")
    with pytest.raises(InvalidMoney, match="too large"):
        Money(micro=MICROS_MAX) + Money(micro=1)
    assert Money(micro=1) < Money(micro=2) <= Money(micro=2)
