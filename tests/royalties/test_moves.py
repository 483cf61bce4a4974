"""Money beside settlements: the rules of each kind, payouts, dated rates, the journal."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidBooking, InvalidMoney
from remixlab.domain.ledger import Booking, Entry
from remixlab.domain.money import Money
from remixlab.royalties import Move, Rate, booking_of_move, bookings_of_exchange, journal, payable

NOW = datetime(2026, 12, 1, tzinfo=UTC)
PLENTY = Money.of(10**12, "EUR")


def moved(kind: str, source: str, target: str, micro: int = 5_000_000, **more: Money) -> Booking:
    tree = {"key": "k", "kind": kind, "source": source, "target": target, "amount": Money.of(micro, "EUR"), "why": "so"}
    return booking_of_move(Move.parse(tree), NOW, held=more.get("held", PLENTY), owed=more.get("owed"))


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        ("income", "outside:bank", "pool:add-on"), ("tax", "pool:add-on", "tax:de"), ("fee", "pool:add-on", "fee:card"),
        ("advance", "advance:label", "outside:label"), ("recoupment", "party:label", "advance:label"),
        ("release", "suspense:disputed", "party:writer"), ("forfeiture", "suspense:fraud_hold", "pool:add-on"),
        ("forfeiture", "suspense:fraud_hold", "party:platform"), ("payout", "party:label", "outside:label"),
        ("correction", "party:label", "party:writer"), ("remittance", "tax:de", "outside:tax-office"),
    ],
)  # fmt: skip
def test_each_kind_goes_between_its_accounts(kind: str, source: str, target: str) -> None:
    booking = moved(kind, source, target)
    assert (booking.kind, booking.key, booking.memo) == (kind, f"{kind}:k", "so")
    assert booking.entries == (Entry(source, -5_000_000), Entry(target, 5_000_000))


@pytest.mark.parametrize(
    ("kind", "source", "target"),
    [
        ("income", "outside:bank", "party:thief"), ("release", "suspense:disputed", "outside:bank"),
        ("forfeiture", "suspense:fraud_hold", "party:thief"), ("payout", "pool:add-on", "outside:thief"),
        ("recoupment", "party:label", "advance:other"), ("payout", "suspense:unclaimed", "outside:thief"),
        ("correction", "party:a", "party:a"), ("payout", "party:", "outside:x"), ("tax", "tax:de", "pool:add-on"),
    ],
)  # fmt: skip
def test_no_kind_goes_between_others(kind: str, source: str, target: str) -> None:
    with pytest.raises(InvalidBooking) as refused:
        moved(kind, source, target)
    assert refused.value.stable_code == "move.invalid"


def test_nobody_gives_what_is_not_there() -> None:
    little = Money.of(4_999_999, "EUR")
    for kind, source, target in (
        ("payout", "party:a", "outside:a"),
        ("release", "suspense:disputed", "party:a"),
        ("remittance", "tax:de", "outside:office"),
    ):
        with pytest.raises(InvalidBooking, match="less than") as refused:
            moved(kind, source, target, held=little)
        assert refused.value.stable_code == "move.not_covered"
    with pytest.raises(InvalidBooking, match="paid back"):
        moved("recoupment", "party:a", "advance:a", owed=-little)
    with pytest.raises(InvalidBooking):
        moved("income", "outside:bank", "pool:p", micro=-5)


@pytest.mark.parametrize(
    ("held", "minimum", "paid"),
    [
        (10_009_999, 10_000_000, 10_000_000), (9_999_999, 10_000_000, None), (5_000, 0, None), (0, 0, None),
        (-7_000_000, 0, None), (12_345_678, 0, 12_340_000),
    ],
)  # fmt: skip
def test_whole_cents_leave_and_the_rest_stays(held: int, minimum: int, paid: int | None) -> None:
    due = payable(Money.of(held, "EUR"), Money.of(minimum, "EUR"))
    assert (None if due is None else due.micro) == paid


@pytest.mark.parametrize(
    "text", ["EUR/USD", "EUR USD 1.1", "EUR/USD 1/0", "EUR/USD -1", "EUR/USD x", "eur/usd 1.1", "EUR/USD 0"]
)
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(InvalidMoney):
        Rate.parse(text, "2026-12-01")


@given(st.integers(1, 10**12), st.fractions(min_value=Fraction(1, 10**6), max_value=10**4, max_denominator=10**6))
def test_an_exchange_is_exact_and_each_currency_sums_to_zero(micro: int, value: Fraction) -> None:
    rate, amount = Rate.parse(f"EUR/USD {value}", "2026-12-01"), Money.of(micro, "EUR")
    exact = micro * value
    if exact < 1:
        with pytest.raises(InvalidBooking):
            bookings_of_exchange("k", "party:a", amount, rate, NOW, held=amount)
        return
    given_away, taken = bookings_of_exchange("k", "party:a", amount, rate, NOW, held=amount)
    assert (given_away.currency, taken.currency) == ("EUR", "USD")
    got = taken.entries[1].micro
    assert got <= exact < got + 1
    assert sum(entry.micro for booking in (given_away, taken) for entry in booking.entries) == 0


# ---------------------------------------------------------------- the journal

_names = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=12)
_bookings = st.lists(
    st.builds(
        lambda number, name, memo, micro: Booking(
            key=f"k{number}", kind="x", at=NOW, currency="EUR", memo=memo,
            entries=(Entry(f"party:{name}", micro), Entry("pool:p", -micro)),
        ),
        st.integers(0, 99), _names, st.text(max_size=20), st.integers(-(2**53) + 1, 2**53 - 1).filter(bool),
    ),
    max_size=6,
)  # fmt: skip
_POSTING = re.compile(r"    ([A-Za-z0-9%._:-]+)  (-?\d+)\.(\d{6}) ([A-Z]{3})")


def read_journal(lines: list[str]) -> list[list[tuple[str, int]]]:
    """A reader of its own, as strict as the format: dated transactions, postings of an account and an amount."""
    transactions: list[list[tuple[str, int]]] = []
    for line in lines:
        if re.match(r"\d{4}-\d{2}-\d{2} \* ", line):
            transactions.append([])
        elif line.startswith(("    ;", ";")) or not line:
            continue
        else:
            found = _POSTING.fullmatch(line)
            assert found, line
            sign = -1 if found[2].startswith("-") else 1
            transactions[-1].append((found[1], sign * (abs(int(found[2])) * 10**6 + int(found[3]))))
    return transactions


@given(_bookings)
def test_every_transaction_of_the_journal_balances_whatever_accounts_are_called(bookings: list[Booking]) -> None:
    lines = list(journal(bookings))
    assert not any("\n" in line for line in lines)
    transactions = read_journal(lines)
    assert [[micro for _, micro in one] for one in transactions] == [[e.micro for e in b.entries] for b in bookings]
    assert all(sum(micro for _, micro in one) == 0 for one in transactions)


@pytest.mark.skipif(shutil.which("hledger") is None, reason="hledger is not installed")
def test_hledger_reads_the_journal_and_finds_it_in_balance(tmp_path: Path) -> None:
    booked = [moved("income", "outside:bank", "pool:add-on"), moved("payout", "party:Ümit; x", "outside:b")]
    (tmp_path / "books.journal").write_text("\n".join(journal(booked)), "utf-8")
    checked = subprocess.run(
        ["hledger", "-f", str(tmp_path / "books.journal"), "balance", "--flat"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.splitlines()[-1].strip() == "0"
