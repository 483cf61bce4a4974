"""Withdrawal, approvals, and the artist veto: only for whom they are, at once, and on record."""

from __future__ import annotations

import pytest

import world_of_tests as w
from remixlab.domain.errors import (
    ApprovalNotFound,
    Conflict,
    HoldNotFound,
    Invalid,
    NotYours,
    PartyNotFound,
    RecordingNotFound,
)
from remixlab.domain.rights import Approval, Consent, Constraints, Party, Right, Scope, Share, Side
from remixlab.usecases.context.records import Records
from remixlab.usecases.rights import (
    answer_request,
    list_approvals,
    set_artist_veto,
    settle_dispute,
    show_consents,
    withdraw,
)


def asked(*parties: str) -> Records:
    """A world where each of these parties was asked, under one request."""
    context = w.records_of()
    with context.write() as records:
        for number, party in enumerate(parties):
            records.rights.set_consent(
                Consent(
                    consent_id=f"con_{number}",
                    party_id=party,
                    side=Side.MASTER,
                    subject_kind="recording",
                    subject="rec_open",
                    scopes=frozenset({Scope.REMIX}),
                    constraints=Constraints(approval_required=True),
                )
            )
            records.rights.request_approval(
                Approval(approval_id=f"apr_{number}", request_key="req_1", consent_id=f"con_{number}", listener="ann")
            )
        w.enter(records)
    return context


@pytest.mark.parametrize("party", ["label", "band", "singer", "writer"])
def test_whoever_has_a_part_withdraws_the_recording(party: str) -> None:
    context = w.records_of()
    done = withdraw("rec_open", w.actor("somebody", party), context)
    assert (done.recording_id, done.remixes, done.hold.party_id) == ("rec_open", (), party)
    assert show_consents("rec_open", w.BOB, context).holds == (done.hold,)
    assert [(entry.action, entry.subject) for entry in w.audit_of(context)] == [
        ("rights.withdraw", "recording:rec_open")
    ]


def test_nobody_else_withdraws_it() -> None:
    context = w.records_of()
    for who in (w.ANN, w.OPERATOR, w.actor("somebody", "other")):
        with pytest.raises(NotYours):
            withdraw("rec_open", who, context)
    with pytest.raises(RecordingNotFound):
        withdraw("nothing", w.ANN, context)
    assert w.audit_of(context) == []


def test_who_brought_a_recording_takes_it_back() -> None:
    assert withdraw("rec_own", w.ANN, w.records_of()).hold.party_id == "ann"


def test_a_request_is_answered_by_each_party_for_itself() -> None:
    context = asked("label", "band")
    first = answer_request("req_1", w.actor("row", "label"), context, approved=True)
    assert [(a.consent_id, a.status, a.decided_by) for a in first.approvals] == [("con_0", "approved", "label")]
    assert [a.approval_id for a in list_approvals(w.OPERATOR, context, status="pending").items] == ["apr_1"]
    (entry,) = w.audit_of(context)
    assert entry.subject == "approval:apr_0"
    assert entry.before not in (None, entry.after)


def test_a_request_that_waits_for_somebody_else_is_not_yours() -> None:
    context = asked("label")
    for who in (w.ANN, w.OPERATOR, w.actor("band", "band")):
        with pytest.raises(NotYours) as refused:
            answer_request("req_1", who, context, approved=True)
        assert refused.value.stable_code == "approval.not_yours"
    with pytest.raises(ApprovalNotFound):
        answer_request("req_2", w.actor("row", "label"), context, approved=True)


def test_an_answer_stands() -> None:
    context, label = asked("label"), w.actor("row", "label")
    once = answer_request("apr_0", label, context, approved=False)
    assert answer_request("req_1", label, context, approved=False).approvals == once.approvals
    with pytest.raises(Conflict):
        answer_request("req_1", label, context, approved=True)


def test_approvals_are_listed_to_whom_they_wait_for() -> None:
    context = asked("label", "band")
    own = list_approvals(w.actor("row", "label"), context)
    assert [a.approval_id for a in own.items] == ["apr_0"]
    assert len(list_approvals(w.AUDITOR, context).items) == 2
    assert [a.approval_id for a in list_approvals(w.OPERATOR, context, party="Juniper Vale").items] == ["apr_1"]
    page = list_approvals(w.OPERATOR, context, limit=1)
    assert [a.approval_id for a in list_approvals(w.OPERATOR, context, after=page.next).items] == ["apr_1"]
    for who, party in ((w.ANN, None), (w.actor("row", "label"), "band")):
        with pytest.raises(NotYours) as refused:
            list_approvals(who, context, party=party)
        assert refused.value.stable_code == "party.not_yours"
    with pytest.raises(Invalid) as told:
        list_approvals(w.actor("agency", "label", "band"), context)
    assert told.value.stable_code == "party.ambiguous"


def test_only_the_label_itself_says_how_its_contracts_are() -> None:
    context = w.records_of()
    said = set_artist_veto("Lantern Row", w.actor("row", "label"), context, veto=False)
    assert (said.label, said.artist_veto) == ("label", False)
    assert show_consents("rec_open", w.BOB, context).artist_veto is False
    assert show_consents("rec_else", w.BOB, context).artist_veto is True
    for who in (w.actor("band", "band"), w.actor("o", "other"), w.OPERATOR):
        with pytest.raises(NotYours):
            set_artist_veto("label", who, context, veto=True)
    with pytest.raises(PartyNotFound):
        set_artist_veto("nobody", w.OPERATOR, context, veto=True)
    assert [entry.subject for entry in w.audit_of(context)] == ["party:label"]


# ---------------------------------------------------------------- the smaller part


def co_owned(writer_ppm: int) -> Records:
    """The work is the writer's and another's; the other holds the rest."""
    context = w.records_of()
    with context.write() as records:
        records.catalogue.add_party(Party(party_id="peer", name="Peer"))
        parts = (("writer", writer_ppm), ("peer", 1_000_000 - writer_ppm))
        records.catalogue.add_work(
            w.WORK, [Share(party_id=party, right=Right.PUBLISHING, ppm=ppm) for party, ppm in parts]
        )
        w.enter(records)
    return context


@pytest.mark.parametrize(("ppm", "kind"), [(1, "dispute"), (499_999, "dispute"), (500_000, "withdrawal")])
def test_who_holds_the_smaller_part_opens_a_dispute_and_takes_nothing_down(ppm: int, kind: str) -> None:
    context = co_owned(ppm)
    done = withdraw("rec_open", w.actor("teo", "writer"), context)
    assert (done.hold.kind, done.hold.until) == (kind, None)


def test_a_dispute_is_settled_by_who_opened_it_or_by_the_operator_and_a_withdrawal_by_nobody() -> None:
    context = co_owned(1)
    held = withdraw("rec_open", w.actor("teo", "writer"), context).hold
    for stranger in (w.ANN, w.actor("peer", "peer"), w.actor("row", "label")):
        with pytest.raises(NotYours):
            settle_dispute(held.hold_id, stranger, context)
    ended = settle_dispute(held.hold_id, w.OPERATOR, context)
    assert ended.until == w.NOW
    assert settle_dispute(held.hold_id, w.actor("teo", "writer"), context) == ended
    for_good = withdraw("rec_open", w.actor("row", "label"), context).hold
    with pytest.raises(Conflict):
        settle_dispute(for_good.hold_id, w.OPERATOR, context)
    with pytest.raises(HoldNotFound):
        settle_dispute("hold_nothing", w.OPERATOR, context)
