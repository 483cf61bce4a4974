"""Approvals: for one plan and no other, read and heard before they are given, for a time, and taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest

import sounds_of_tests as s
import world_of_tests as w
from remixlab.domain.errors import ApprovalNotFound, Conflict, NotYours, RightsRefused
from remixlab.domain.rights import Scope
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import RemixOrder, consider, preview_request, record_judgement
from remixlab.usecases.rights import answer_request, list_approvals, read_request, revoke_request
from remixlab.usecases.sharing import publish

PARTIES = ("label", "band", "writer")
REVERB = {**s.FASTER, "ops": [{"op": "treat", "on": ["other"], "chain": [{"fx": "reverb", "mix": 0.05}]}]}
DROWNED = {
    **s.FASTER,
    "ops": [
        {"op": "treat", "on": ["vocals"], "chain": [{"fx": "reverb", "mix": 0.9}]},
        {"op": "mute", "on": ["drums"]},
    ],
}
"""Needs the same uses and goes as far: it is another plan."""


def asking() -> Making:
    return s.making_of(approval_required=True)


def asked(context: Making, plan: Any = REVERB, **more: Any) -> str:
    """Bob asks; the id of the request."""
    judged = consider(RemixOrder(source="rec_open", plan=plan, **more), w.BOB, context)
    assert judged.decision.outcome == "needs_approval", judged.decision.reasons
    record_judgement(judged, w.BOB, context)
    return judged.decision.request_key


def everybody_says(context: Making, request: str, *, approved: bool = True) -> None:
    for party in PARTIES:
        answer_request(request, w.actor(party, party), context, approved=approved)


def outcome(context: Making, plan: Any = REVERB, **more: Any) -> str:
    order = RemixOrder(source="rec_open", plan=plan, **more)
    return consider(order, w.BOB, context).decision.outcome


def later(context: Making, days: float) -> None:
    context.clock.at = w.NOW + timedelta(days=days)  # type: ignore[attr-defined]


def test_a_yes_to_one_plan_opens_no_other_that_needs_the_same() -> None:
    context = asking()
    everybody_says(context, asked(context))
    assert outcome(context).startswith("allow")
    assert outcome(context, DROWNED) == "needs_approval"
    assert outcome(context, share="public") == "needs_approval", "to share it is asked for by itself"
    other = consider(RemixOrder(source="rec_open", plan=REVERB), w.ANN, context).decision
    assert other.outcome == "needs_approval", "and for every listener by themselves"


def test_whoever_answers_reads_the_plan_its_split_and_where_it_is_asked_from() -> None:
    context = asking()
    request = asked(context)
    shown = read_request(request, w.actor("row", "label"), context)
    assert shown.asked is not None
    assert (shown.asked.title, shown.asked.listener, shown.asked.territory) == ("Neon Harbour", "bob", "US")
    assert shown.asked.description and shown.asked.plan_digest
    assert sum(line.ppm for line in shown.asked.pays) == 1_000_000
    assert set(shown.names) == set(PARTIES)
    assert read_request(request, w.BOB, context) == shown, "whoever asked sees what they asked"
    for stranger in (w.ANN, w.actor("x", "other")):
        with pytest.raises(NotYours):
            read_request(request, stranger, context)
    with pytest.raises(ApprovalNotFound):
        read_request("req_nothing", w.actor("row", "label"), context)
    inbox = list_approvals(w.actor("row", "label"), context, status="pending").items
    assert [approval.request_key for approval in inbox] == [request]


def test_whoever_answers_hears_it_and_nobody_else_does(monkeypatch: pytest.MonkeyPatch) -> None:
    context = asking()
    monkeypatch.setattr(import_module("remixlab.usecases.making.preview"), "_played", lambda *_: b"a stretch")
    request = asked(context)
    assert preview_request(request, w.actor("row", "label"), context, start_s=0, length_s=5) == b"a stretch"
    for stranger in (w.ANN, w.BOB, w.OPERATOR, w.actor("x", "other")):
        with pytest.raises(NotYours):
            preview_request(request, stranger, context, start_s=0, length_s=5)
    with context.write() as records:
        records.rights.withdraw_consent("c-work", w.NOW)
        w.enter(records)
    with pytest.raises(RightsRefused):
        preview_request(request, w.actor("row", "label"), context, start_s=0, length_s=5)


def test_a_yes_ends_after_the_days_that_were_set_and_is_asked_for_anew() -> None:
    context = replace(asking(), approvals_hold=timedelta(days=7))
    request = asked(context)
    everybody_says(context, request)
    assert outcome(context).startswith("allow")
    later(context, 8)
    soon = w.BOB.model_copy(update={"at": context.clock.now()})
    judged = consider(RemixOrder(source="rec_open", plan=REVERB), soon, context)
    assert judged.decision.outcome == "needs_approval"
    record_judgement(judged, soon, context)
    waiting = list_approvals(w.OPERATOR, context, status="pending").items
    assert {approval.request_key for approval in waiting} == {request}, "it waits in the inbox once more"
    for party in PARTIES:
        answer_request(request, w.actor(party, party, at=soon.at), context, approved=True)
    assert consider(RemixOrder(source="rec_open", plan=REVERB), soon, context).decision.allowed


def test_a_yes_is_taken_back_by_who_gave_it() -> None:
    context = asking()
    request = asked(context)
    everybody_says(context, request)
    for stranger in (w.ANN, w.BOB, w.OPERATOR):
        with pytest.raises(NotYours):
            revoke_request(request, stranger, context)
    done = revoke_request(request, w.actor("row", "label"), context)
    assert [(a.status, a.decided_by) for a in done.approvals] == [("revoked", "label")]
    assert outcome(context) == "needs_approval"
    with pytest.raises(Conflict):
        revoke_request(asked(context, DROWNED), w.actor("row", "label"), context)
    answer_request(request, w.actor("row", "label"), context, approved=True)
    assert outcome(context).startswith("allow"), "whoever took it back may give it again"


def test_a_yes_that_is_taken_back_before_the_remix_is_kept_keeps_nothing() -> None:
    context = asking()
    request = asked(context)
    everybody_says(context, request)
    judged = consider(RemixOrder(source="rec_open", plan=REVERB), w.BOB, context)
    revoke_request(request, w.actor("row", "label"), context)
    from remixlab.domain.errors import ConsentWithdrawn  # local: only here
    from remixlab.usecases.making.decisions import must_still_hold

    with context.read() as records, pytest.raises(ConsentWithdrawn):
        must_still_hold(judged.decision, records, w.NOW)


def test_a_yes_ends_with_the_consent_that_it_answers_for() -> None:
    context = asking()
    everybody_says(context, asked(context))
    assert outcome(context).startswith("allow")
    with context.write() as records:
        records.rights.withdraw_consent("c-master", w.NOW)
        renewed = s.consents([Scope.REMIX, Scope.EFFECTS], approval_required=True)[0]
        records.rights.set_consent(
            renewed.model_copy(update={"consent_id": "c-renewed", "valid_from": w.NOW + timedelta(seconds=1)})
        )
        w.enter(records)
    after = w.BOB.model_copy(update={"at": w.NOW + timedelta(minutes=1)})
    decision = consider(RemixOrder(source="rec_open", plan=REVERB), after, context).decision
    assert decision.outcome == "needs_approval", "the party's next consent is asked for by itself"


def test_sharing_later_what_was_approved_to_be_made_is_asked_for() -> None:
    context = asking()
    everybody_says(context, asked(context, s.FASTER))
    s.made(context)
    with pytest.raises(RightsRefused) as refused:
        publish("rmx_1", w.BOB, context)
    assert refused.value.stable_code == "rights.needs_approval"
    everybody_says(context, refused.value.details["request_id"])
    assert publish("rmx_1", w.BOB, context).state == "published"
