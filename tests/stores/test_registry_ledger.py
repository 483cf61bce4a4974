"""Ledger records: the port suite, on every engine and in memory."""

from __future__ import annotations

from datetime import timedelta

import pytest

import registry_strategies as a
from remixlab.domain.errors import (
    LedgerConflict,
)
from remixlab.domain.ledger import Booking, Entry, Play
from remixlab.domain.money import Money
from remixlab.domain.ports.records.transaction import Registry
from remixlab.domain.rights import Hold
from remixlab.domain.settlement import Line, Settlement


def test_what_is_booked_is_booked_once_and_sums_to_zero(registry: Registry) -> None:
    booking = Booking(
        currency="EUR",
        key="k",
        kind="x",
        at=a.NOW,
        entries=(Entry("pool:p", -5), Entry("party:label", 3), Entry("suspense:unclaimed", 2)),
    )
    with a.writing(registry) as records:
        assert records.ledger.book(booking)
        assert not records.ledger.book(booking)
    with pytest.raises(LedgerConflict), a.writing(registry) as records:
        records.ledger.book(booking.model_copy(update={"entries": (Entry("pool:p", -1), Entry("party:label", 1))}))
    with registry.read() as records:
        assert records.ledger.balance("party:label", "EUR") == Money.of(3, "EUR")
        assert sum(m.micro for _, m in records.ledger.balances("EUR").items) == 0
        assert records.ledger.bookings(account="party:label").items == records.ledger.bookings().items == (booking,)
        assert records.ledger.bookings(account="party:nobody").items == ()


def test_a_period_is_settled_once(registry: Registry) -> None:
    settled = Settlement(
        period="2026-11", pool="add-on", method="per-play", currency="EUR", plays=1, counted_plays=1, left_out={},
        held_plays=0,
        total_micro=5, lines=(Line("r", "master", "label", 1, 5),),
    )  # fmt: skip
    with a.writing(registry) as records:
        assert records.ledger.keep_settlement(settled, "e" * 64)
        assert not records.ledger.keep_settlement(settled, "e" * 64)
    with pytest.raises(LedgerConflict, match="settled"), a.writing(registry) as records:
        records.ledger.keep_settlement(settled, "f" * 64)
    with registry.read() as records:
        assert records.ledger.settlement("2026-11", "add-on") == "e" * 64
        assert dict(records.ledger.settlements("2026-11")) == {"add-on": "e" * 64}
        assert records.ledger.settlement("2026-10", "add-on") is None


def test_plays_come_back_in_order_and_facts_name_what_was_withdrawn_when(registry: Registry) -> None:
    with a.writing(registry) as records:
        a.fill(records)
    decision = a.judge(registry)
    moments = [a.NOW + timedelta(minutes=minutes) for minutes in (5, 1, 3)]
    with a.writing(registry) as records:
        records.remixes.publish(a.a_remix(decision), decision, now=a.NOW)
        for number, moment in enumerate(moments):
            play = Play(
                play_id=f"p{number}", remix_id="rmx_1", listener="u", at=moment, length_ms=40_000, territory="DE"
            )
            assert records.ledger.record_play(play)
            assert not records.ledger.record_play(play)
        records.rights.withdraw(
            Hold(
                hold_id="h",
                kind="legal",
                party_id="label",
                subject_kind="label",
                subject="label",
                since=a.NOW + timedelta(minutes=2),
            )
        )
    with registry.read() as records:
        assert [p.play_id for p in records.ledger.plays(a.NOW, moments[0])] == ["p1", "p2"]
        facts = records.ledger.facts(a.NOW, moments[0])
        assert facts["rmx_1"].withdrawn_at == a.NOW + timedelta(minutes=2)
        assert facts["rmx_1"].pays == a.a_remix(decision).pays
        assert dict(records.ledger.facts(moments[0] + timedelta(days=1), moments[0] + timedelta(days=2))) == {}
