"""Settlement, statements, the ledger: once, exact, on record, and everybody's papers their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

import world_of_tests as w
from registry_strategies import a_remix
from remixlab.domain.errors import InvalidPool, NotAllowed, NotYours, PartyNotFound, PeriodOpen, SettlementNotFound
from remixlab.domain.ledger import Play
from remixlab.domain.money import Money
from remixlab.domain.rights import Reach, Request, Scope, Use
from remixlab.domain.settlement import UNSPENT
from remixlab.rights import decide
from remixlab.royalties import settle as divide
from remixlab.royalties import statement_csv
from remixlab.usecases.context.records import Records
from remixlab.usecases.money import list_balances, list_bookings, settle, statement
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
    assert "rmx_1,Neon Harbour (remix),master,3,3.00 EUR,3000000,EUR" in statement_csv(pool)


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
