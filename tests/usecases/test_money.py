"""Settlement, statements, the ledger: once, exact, on record, and everybody's papers their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.domain.errors import (
    InvalidBooking,
    InvalidPool,
    LedgerConflict,
    NotAllowed,
    NotYours,
    PartyNotFound,
    PeriodOpen,
    SettlementNotFound,
)
from remixlab.domain.ledger import Entry, Play
from remixlab.domain.money import Money
from remixlab.domain.rights import Reach, Request, Scope, Use
from remixlab.domain.settlement import UNSPENT, Facts, Pool, Settlement
from remixlab.rights import decide
from remixlab.royalties import Move, Rate, statement_csv
from remixlab.royalties import settle as divide
from remixlab.usecases.context.records import Records
from remixlab.usecases.money import (
    check_anchors,
    exchange,
    list_balances,
    list_bookings,
    move,
    pay_out,
    prove_statement,
    read_anchors,
    read_journal,
    settle,
    show_earnings,
    show_flow,
    statement,
)
from remixlab.usecases.rights import ConsentForm, set_consent

MONTH = "2026-11"
LAST = datetime(2026, 11, 30, 23, 59, 59, 999_999, tzinfo=UTC)


def listened(plays: int = 3, currency: str = "EUR") -> Records:
    """A world where a remix of the label's recording was listened to, up to the last moment of the month."""
    context = w.records_of()
    for side, party in (("master", "label"), ("artist", "band"), ("work", "writer")):
        set_consent(ConsentForm.parse({"recording": "rec_open", "side": side}), w.actor(party, party), context)
    with context.read() as records:
        terms = records.rights.terms(["rec_open"])
    request = Request(listener="ann", at=w.NOW, share="public")
    decision = decide(frozenset({Use(Scope.REMIX, "rec_open")}), Reach(), terms, request)
    with context.write() as records:
        records.remixes.publish(
            a_remix(decision, source_id="rec_open", licensed_from=("rec_open",)), decision, now=w.NOW
        )
        for number in range(plays):
            moment = LAST - timedelta(minutes=number)
            records.ledger.record_play(
                Play(play_id=f"p{number}", remix_id="rmx_1", listener=f"fan{number}", at=moment, length_ms=60_000)
            )
        w.enter(records, "sharing.play")
    return replace(context, currency=currency)


def test_a_month_is_settled_once_and_says_the_same_again() -> None:
    context = listened()
    first = settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    assert (first.settlement.total, first.names) == (Money.of(3_000_000, "EUR"), {"label": "Lantern Row"})
    assert settle(MONTH, w.OPERATOR, context, pool=None, settler=divide) == first
    assert len(list_bookings(w.AUDITOR, context).items) == 1
    assert [e.subject for e in w.audit_of(context) if e.action == "money.settle"] == ["settlement:2026-11/add-on"]


def test_the_books_are_kept_in_the_currency_of_the_workspace() -> None:
    context = listened(currency="SEK")
    assert settle(MONTH, w.OPERATOR, context, pool=None, settler=divide).settlement.currency == "SEK"
    held = dict(list_balances(w.OPERATOR, context).items)
    assert held["party:label"] == Money.of(3_000_000, "SEK")
    assert sum(money.micro for money in held.values()) == 0
    assert {booking.currency for booking in list_bookings(w.OPERATOR, context).items} == {"SEK"}


def test_a_pool_file_says_what_there_is_to_divide() -> None:
    context = listened()
    pool = 'name = "radio"\nmethod = "pro-rata"\ncurrency = "USD"\namount = "12.50"\n'
    settled = settle(MONTH, w.OPERATOR, context, pool=pool, settler=divide).settlement
    assert (settled.pool, settled.total) == ("radio", Money.of(12_500_000, "USD"))
    with pytest.raises(InvalidPool):
        settle(MONTH, w.OPERATOR, context, pool="method = 1", settler=divide)


@pytest.mark.parametrize(("at", "open"), [(LAST, True), (LAST + timedelta(microseconds=1), False)])
def test_a_month_is_settled_when_it_has_ended(at: datetime, open: bool) -> None:
    context, desk = listened(), w.OPERATOR.model_copy(update={"at": at})
    if open:
        with pytest.raises(PeriodOpen):
            settle(MONTH, desk, context, pool=None, settler=divide)
    else:
        assert settle(MONTH, desk, context, pool=None, settler=divide).settlement.counted_plays == 3


def test_a_month_without_a_play_books_nothing_and_is_settled() -> None:
    context = listened(plays=0)
    assert settle(MONTH, w.OPERATOR, context, pool=None, settler=divide).settlement.total_micro == 0
    assert list_bookings(w.OPERATOR, context).items == ()
    assert statement("label", MONTH, w.actor("row", "label"), context).pools[0].lines == ()


def test_a_pool_settled_again_with_other_figures_is_a_conflict() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool='fee = "1.00"', settler=divide)
    for other in ('fee = "9.99"', 'fee = "1.00"\ncurrency = "GBP"', 'method = "per-play"'):
        with pytest.raises(LedgerConflict, match="other figures"):
            settle(MONTH, w.OPERATOR, context, pool=other, settler=divide)
    assert settle(MONTH, w.OPERATOR, context, pool='fee = "1.00"', settler=divide).settlement.total_micro == 3_000_000
    assert len(list_bookings(w.OPERATOR, context).items) == 1


def test_a_month_that_the_clock_has_not_ended_cannot_be_closed_by_saying_that_it_has() -> None:
    context = listened()
    in_years = w.OPERATOR.model_copy(update={"at": datetime(2030, 1, 1, tzinfo=UTC)})
    with pytest.raises(PeriodOpen):
        settle("2029-12", in_years, context, pool=None, settler=divide)


def test_a_play_that_becomes_known_after_its_month_is_paid_in_the_next_one() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    with context.write() as records:
        late = Play(play_id="late", remix_id="rmx_1", listener="late", at=LAST, length_ms=60_000)
        assert records.ledger.record_play(late)
        w.enter(records, "sharing.play")
    january = datetime(2027, 1, 1, tzinfo=UTC)
    later = replace(context, clock=w.StoppedClock(january))
    desk = w.OPERATOR.model_copy(update={"at": january})
    december = settle("2026-12", desk, later, pool=None, settler=divide).settlement
    assert (december.plays, december.total_micro) == (1, 1_000_000)


def test_what_changes_while_a_month_is_computed_is_computed_again() -> None:
    context, tries = listened(), list[int]()

    def slow(period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement:
        drawn = divide(period, plays, pool, facts)
        tries.append(drawn.plays)
        if len(tries) < 3:
            with context.write() as records:
                number = f"meanwhile{len(tries)}"
                play = Play(play_id=number, remix_id="rmx_1", listener=number, at=LAST, length_ms=60_000)
                records.ledger.record_play(play)
                w.enter(records, "sharing.play")
        return drawn

    assert settle(MONTH, w.OPERATOR, context, pool=None, settler=slow).settlement.plays == 5
    assert tries == [3, 4, 5]


def test_an_anchor_is_reached_as_long_as_the_chain_goes_on_from_it() -> None:
    context = listened()
    before = [str(head) for head in read_anchors(w.OPERATOR, context)]
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    assert check_anchors(before, w.AUDITOR, context) == ()
    after = [str(head) for head in read_anchors(w.OPERATOR, context)]
    assert {line.split()[1] for line in after} - {line.split()[1] for line in set(after) & set(before)} >= {"bookings"}
    forged = f"remixlab-anchor/1 bookings 1 {'0' * 64}"
    assert [str(head) for head in check_anchors([forged], w.AUDITOR, context)] == [forged]
    for who in (w.ANN, w.actor("row", "label")):
        with pytest.raises(NotAllowed):
            read_anchors(who, context)
        with pytest.raises(NotAllowed):
            check_anchors([], who, context)


def test_only_the_operator_settles() -> None:
    context = listened()
    for who in (w.ANN, w.AUDITOR, w.actor("row", "label")):
        with pytest.raises(NotAllowed):
            settle(MONTH, who, context, pool=None, settler=divide)
    assert list_bookings(w.OPERATOR, context).items == ()


def test_a_party_reads_what_it_got_remix_by_remix() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    stated = statement("Lantern Row", MONTH, w.actor("row", "label"), context)
    assert (stated.party_id, stated.party, stated.period) == ("label", "Lantern Row", MONTH)
    (pool,) = stated.pools
    assert pool.total == Money.of(3_000_000, "EUR")
    assert [(line.remix_id, line.title, line.plays) for line in pool.lines] == [("rmx_1", "Neon Harbour (remix)", 3)]
    assert "2026-11,add-on,label,rmx_1,Neon Harbour (remix),master,3,3.00 EUR,3000000,EUR" in statement_csv(pool)


def test_every_pool_of_a_month_has_its_statement() -> None:
    context = listened()
    for name in ("zeta", "alpha"):
        settle(MONTH, w.OPERATOR, context, pool=f'name = "{name}"', settler=divide)
    assert [pool.pool for pool in statement("label", MONTH, w.OPERATOR, context).pools] == ["alpha", "zeta"]


def test_papers_are_shown_to_their_party_and_to_who_oversees_them() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    assert statement("label", MONTH, w.AUDITOR, context).party == "Lantern Row"
    assert statement(UNSPENT, MONTH, w.OPERATOR, listened_to_by_nobody()).pools[0].total == Money.of(2_000_000, "EUR")
    for who in (w.ANN, w.actor("band", "band")):
        with pytest.raises(NotYours) as refused:
            statement("label", MONTH, who, context)
        assert refused.value.stable_code == "party.not_yours"


def test_what_is_not_settled_or_not_known_has_no_statement() -> None:
    context = listened()
    with pytest.raises(SettlementNotFound):
        statement("label", MONTH, w.OPERATOR, context)
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    with pytest.raises(PartyNotFound):
        statement("nobody", MONTH, w.OPERATOR, context)
    with pytest.raises(InvalidPool):
        statement("label", "2026-13", w.OPERATOR, context)


def test_the_ledger_is_read_by_who_keeps_or_checks_the_books() -> None:
    for who in (w.ANN, w.actor("row", "label")):
        with pytest.raises(NotAllowed):
            list_bookings(who, w.records_of())
        with pytest.raises(NotAllowed):
            list_balances(who, w.records_of())


def listened_to_by_nobody() -> Records:
    context = listened(plays=0)
    settle(MONTH, w.OPERATOR, context, pool='[fees]\nsilent = "2.00"', settler=divide)
    return context


# ---------------------------------------------------------------- money beside settlements


def asked(kind: str, source: str, target: str, amount: str, key: str = "k1") -> Move:
    money = Money.parse(amount)
    return Move.parse({"key": key, "kind": kind, "source": source, "target": target, "amount": money, "why": "so"})


def test_what_came_in_fills_the_pool_that_was_divided() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    first = move(asked("income", "outside:bank", "pool:add-on", "3.00 EUR"), w.OPERATOR, context)
    assert move(asked("income", "outside:bank", "pool:add-on", "3.00 EUR"), w.OPERATOR, context) == first
    with pytest.raises(LedgerConflict):
        move(asked("income", "outside:bank", "pool:add-on", "4.00 EUR"), w.OPERATOR, context)
    held = dict(list_balances(w.OPERATOR, context).items)
    assert (held["pool:add-on"].micro, held["outside:bank"]) == (0, Money.of(-3_000_000, "EUR"))
    assert [e.subject for e in w.audit_of(context) if e.action == "money.move"] == ["booking:income:k1"]


def test_a_payout_pays_advances_back_first_and_the_same_run_pays_nobody_twice() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool='fee = "5.005"', settler=divide)
    move(asked("advance", "advance:label", "outside:label", "4.00 EUR"), w.OPERATOR, context)
    assert pay_out("2026-12", Money.parse("20.00 EUR"), w.OPERATOR, context)[-1].kind == "recoupment"
    booked = pay_out("2027-01", Money.parse("10.00 EUR"), w.OPERATOR, context)
    assert [(b.kind, b.entries[1]) for b in booked] == [("payout", Entry("outside:label", 11_010_000))]
    again = pay_out("2027-01", Money.parse("10.00 EUR"), w.OPERATOR, context)
    held = dict(list_balances(w.OPERATOR, context).items)
    assert again == () and held["party:label"] == Money.of(5_000, "EUR"), "what is no whole cent stays"
    assert held["advance:label"].micro == 0 and sum(money.micro for money in held.values()) == 0


def test_an_exchange_is_booked_once_and_never_of_money_that_is_not_there() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    rate = Rate.parse("EUR/USD 1.0873", "2026-12-01")
    one = exchange("k", "party:label", Money.parse("3.00 EUR"), rate, w.OPERATOR, context)
    assert exchange("k", "party:label", Money.parse("3.00 EUR"), rate, w.OPERATOR, context) == one
    with pytest.raises(InvalidBooking):
        exchange("k2", "party:label", Money.parse("3.00 EUR"), rate, w.OPERATOR, context)
    with context.read() as records:
        assert records.ledger.balance("party:label", "USD") == Money.parse("3.2619 USD")
        assert records.ledger.balance("party:label", "EUR") == Money.parse("0 EUR")


def test_a_party_proves_its_statement_and_nobody_elses() -> None:
    context = listened()
    settled = settle(MONTH, w.OPERATOR, context, pool=None, settler=divide).settlement
    proof = prove_statement("label", MONTH, "add-on", w.actor("row", "label"), context)
    (booking,) = list_bookings(w.OPERATOR, context).items
    assert booking.memo == f"root {proof.root()}", "the root stands in the chain of bookings"
    assert proof.micro == settled.parties["label"]
    with pytest.raises(NotYours):
        prove_statement("label", MONTH, "add-on", w.ANN, context)
    with pytest.raises(SettlementNotFound):
        prove_statement("label", MONTH, "other", w.OPERATOR, context)


def test_the_journal_holds_every_booking() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    lines = list(read_journal(w.AUDITOR, context))
    assert any(line.startswith("2026-12-03 * settlement") for line in lines)
    assert "    party:label  3.000000 EUR\n" in lines and "    pool:add-on  -3.000000 EUR\n" in lines


def test_earnings_and_the_flow_are_tables_of_what_was_settled() -> None:
    context = listened()
    settle(MONTH, w.OPERATOR, context, pool=None, settler=divide)
    settle(MONTH, w.OPERATOR, context, pool='name = "abroad"\ncurrency = "USD"\nfee = "2.00"', settler=divide)
    euro, dollar = show_earnings("Lantern Row", "2026-10", "2026-12", w.actor("row", "label"), context)
    assert [(m.period, m.micro) for m in euro.months] == [("2026-10", 0), (MONTH, 3_000_000), ("2026-12", 0)]
    assert (dollar.currency, dollar.total) == ("USD", Money.parse("6.00 USD"))
    for first, last in (("2026-12", "2026-10"), ("1990-01", "2026-12"), ("2026-1", "2026-12")):
        with pytest.raises(InvalidPool):
            show_earnings("label", first, last, w.OPERATOR, context)
    with pytest.raises(NotYours):
        show_earnings("label", MONTH, MONTH, w.ANN, context)
    flow = show_flow(MONTH, "add-on", w.AUDITOR, context)
    assert [(f.source, f.target, f.micro) for f in flow.flows] == [
        ("pool add-on", "Neon Harbour (remix)", 3_000_000), ("Neon Harbour (remix)", "Lantern Row", 3_000_000),
    ]  # fmt: skip
    assert flow.svg.startswith("<svg") and euro.svg.startswith("<svg")
    with pytest.raises(SettlementNotFound):
        show_flow(MONTH, "nothing", w.OPERATOR, context)
