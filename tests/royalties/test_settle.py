from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import royalties_strategies as a
from remixlab.domain.errors import InvalidPool
from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Counting, Facts, Pool, span_of
from remixlab.domain.value import canonical
from remixlab.royalties import booking_of, count_plays, read_pool, settle, statement, statement_csv

MONTH = "2026-11"


@given(a.many_plays, a.pools, a.all_facts, st.integers(0, 1000))
def test_the_lines_sum_to_the_money_and_the_order_of_the_plays_does_not_matter(
    plays: list[Play], pool: Pool, facts: Mapping[str, Facts], seed: int
) -> None:
    settled = settle(MONTH, plays, pool, facts)
    counted = count_plays(plays, facts, pool.counting)
    listeners = {listener for listener, _ in counted.by_listener}
    expected = {
        "pro-rata": pool.amount_micro,
        "per-play": pool.play_micro * sum(counted.by_listener.values()),
        "user-centric": sum(pool.fees_micro.get(listener, pool.fee_micro) for listener in listeners)
        + sum(fee for listener, fee in pool.fees_micro.items() if listener not in listeners),
    }
    assert settled.total_micro == sum(settled.parties.values()) == expected[pool.method]
    assert settled.plays == settled.counted_plays + sum(settled.left_out.values())
    shuffled = list(plays)
    Random(seed).shuffle(shuffled)
    assert canonical(settle(MONTH, shuffled, pool, facts).to_dict()) == canonical(settled.to_dict())


def test_a_listeners_money_goes_where_they_listened() -> None:
    facts = {"r0": a.facts("r0", pays=a.pay_lines(1_000_000)), "r1": a.facts("r1", pays=a.pay_lines(0, 1_000_000))}
    plays = [a.play(0, "r0", "u0"), *(a.play(n, "r1", "u1", after=timedelta(days=n)) for n in range(1, 10))]
    by_user = settle(MONTH, plays, Pool(currency="EUR"), facts)
    assert by_user.parties == {"p0": 1_000_000, "p1": 1_000_000}
    by_play = settle(MONTH, plays, Pool(currency="EUR", method="pro-rata", amount_micro=2_000_000), facts)
    assert by_play.parties == {"p0": 200_000, "p1": 1_800_000}


def test_what_one_play_is_worth_is_divided_as_people_were_shown() -> None:
    settled = settle(
        MONTH, [a.play(0)], Pool(currency="EUR", method="per-play", play_micro=1_000_000), {"r0": a.facts()}
    )
    assert [(line.role, line.micro) for line in settled.lines] == [
        ("master", 333_333),
        ("publishing", 333_333),
        ("remixer", 333_334),
    ]


REASONS = [
    ("unknown_remix", [a.play(0, "nobody")], 0),
    ("withdrawn", [a.play(0, after=timedelta(days=1)), a.play(1)], 1),
    ("own_play", [a.play(0, listener="maker")], 0),
    ("too_short", [a.play(0, length_ms=29_999), a.play(1, length_ms=30_000)], 1),
    ("day_cap", [a.play(n, after=timedelta(hours=n)) for n in range(4)], 3),
    ("month_cap", [a.play(n, f"r{n % 2}", after=timedelta(hours=n)) for n in range(6)], 5),
]


@pytest.mark.parametrize(("reason", "plays", "counted"), REASONS)
def test_a_play_that_does_not_count_is_left_out_with_its_reason(reason: str, plays: list[Play], counted: int) -> None:
    facts = {r: a.facts(r, withdrawn_at=a.START + timedelta(days=1)) for r in ("r0", "r1")}
    settled = settle(MONTH, plays, Pool(currency="EUR", counting=Counting(per_day_max=3, per_month_max=5)), facts)
    assert (settled.left_out, settled.counted_plays) == ({reason: len(plays) - counted}, counted)


def test_money_of_machines_disputes_and_silent_payers_waits_and_is_not_given_to_others() -> None:
    facts = {"r0": a.facts("r0"), "r1": a.facts("r1", disputed=True)}
    plays = [a.play(n, after=timedelta(hours=n)) for n in range(60)] + [a.play(99, "r1", "u1")]
    pool = Pool(currency="EUR", fees_micro={"silent": 500_000}, counting=Counting(per_day_max=100))
    settled = settle(MONTH, plays, pool, facts)
    assert settled.parties == {
        "suspense:disputed": 1_000_000,
        "suspense:fraud_hold": 1_000_000,
        "suspense:unspent": 500_000,
    }
    assert settled.held_plays == 60


def test_a_pool_without_plays_is_not_lost() -> None:
    settled = settle(MONTH, [], Pool(currency="EUR", method="pro-rata", amount_micro=7), {})
    assert settled.parties == {"suspense:unspent": 7}


def test_one_booking_moves_the_pool_to_everybody() -> None:
    settled = settle(MONTH, [a.play(0)], Pool(currency="EUR"), {"r0": a.facts()})
    booking = booking_of(settled, a.START, "e" * 64)
    assert booking is not None
    assert booking.key == "settlement:2026-11:add-on:EUR"
    assert sum(entry.micro for entry in booking.entries) == 0
    assert dict(booking.entries)["pool:add-on"] == -1_000_000
    assert booking_of(settle(MONTH, [], Pool(currency="EUR"), {}), a.START, "e" * 64) is None


def test_a_statement_holds_one_partys_lines_and_sums_them() -> None:
    facts = {"r0": a.facts("r0"), "r1": a.facts("r1")}
    settled = settle(MONTH, [a.play(0), a.play(1, "r1")], Pool(currency="EUR"), facts)
    stated = statement(settled, "p0", {"r0": "Paper Boats", "r1": '=HYPERLINK("x")'})
    assert stated.total.micro == sum(line.micro for line in stated.lines) == settled.parties["p0"]
    assert [line.title for line in stated.lines] == ["Paper Boats", '=HYPERLINK("x")']
    table = statement_csv(stated).splitlines()
    assert table[0].startswith("period,pool,party_id,remix_id,title")
    assert "'=HYPERLINK" in table[2]


@pytest.mark.parametrize(("text", "field", "value"), [
    ('fee = "2.50"', "fee_micro", 2_500_000),
    ("fee = 0.1", "fee_micro", 100_000),
    ('method = "pro-rata"\namount = "1000000.000001"', "amount_micro", 1_000_000_000_001),
    ('[fees]\nada = "3"', "fees_micro", {"ada": 3_000_000}),
    ("[counting]\nper_day_max = 2", "counting", Counting(per_day_max=2)),
])  # fmt: skip
def test_a_pool_file_is_read_without_floats(text: str, field: str, value: object) -> None:
    assert getattr(read_pool(text, "EUR"), field) == value


@pytest.mark.parametrize(
    "text",
    [
        "fee = ",
        'fee = "much"',
        "fee = -1",
        'method = "fair"',
        'method = "pro-rata"',
        "wrong = 1",
        "fees = 3",
        'fee = "0.1234567"',
    ],
)
def test_a_pool_file_that_cannot_be_meant_is_refused(text: str) -> None:
    with pytest.raises(InvalidPool):
        read_pool(text, "EUR")


def test_a_pool_is_in_the_currency_of_the_books_unless_its_file_names_another() -> None:
    assert read_pool(None, "GBP").currency == read_pool('fee = "2"', "GBP").currency == "GBP"
    assert read_pool('currency = "USD"\nfee = "2 USD"', "GBP") == Pool(currency="USD", fee_micro=2_000_000)
    with pytest.raises(InvalidPool, match="GBP"):
        read_pool('fee = "2 EUR"', "GBP")


def test_a_period_is_a_month() -> None:
    assert span_of("2026-12") == (a.START.replace(month=12), a.START.replace(year=2027, month=1))
    for wrong in ("2026-13", "2026", "26-11", "2026-1", "9999-12", "x"):
        with pytest.raises(InvalidPool):
            span_of(wrong)
