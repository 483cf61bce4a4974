"""The debugger explains the rule that decides, and no other."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given

import terms_strategies as a
from decision_table import Row, question, rows, terms_of
from remixlab.domain.rights import Constraints, Ending, Reach, Request, Scope, Side, Terms, Use
from remixlab.rights import Examination, decide, examine

REMIX = a.uses(Scope.REMIX, Scope.EFFECTS)


def taken_apart(terms: Terms, **more: object) -> Examination:
    decision = decide(REMIX, Reach(), terms, a.request(**more))
    return examine(decision, terms)


def verdicts(found: Examination, side: Side, use: Scope = Scope.REMIX) -> dict[str, str]:
    (asked,) = (q for q in found.questions if q.side is side and q.use is use)
    return {c.consent_id: c.verdict for c in asked.candidates}


@pytest.mark.parametrize("row", rows(), ids=str)
def test_every_row_of_the_table_is_taken_apart_to_the_same_answer(row: Row) -> None:
    terms = terms_of(row.said)
    uses, reach, request = question(row.asked, terms)
    check(uses, reach, terms, request)


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_whatever_was_said_every_question_is_open_just_where_it_was_allowed(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    check(uses, reach, terms, request)


def check(uses: frozenset[Use], reach: Reach, terms: Terms, request: Request) -> None:
    decision = decide(uses, reach, terms, request)
    found = examine(decision, terms)
    unknown = any(reason.code.endswith("unknown_recording") for reason in decision.reasons)
    if request.mine or found.held_by or found.waiting or unknown:
        return
    answers = {q.answer for q in found.questions}
    assert decision.allowed == (answers <= {"open"})
    won = {
        c.consent_id for q in found.questions for c in q.candidates if c.verdict == "decides" and c.effect == "permit"
    }
    if decision.allowed:
        assert won == set(decision.consent_ids)
    blamed = {reason.consent_id for reason in decision.reasons if reason.consent_id}
    shown = {
        c.consent_id for q in found.questions if q.answer != "open" for c in q.candidates
        if c.verdict in ("decides", "limits", "waits")
    }  # fmt: skip
    assert blamed <= shown


def test_the_unsaid_is_told_apart_from_the_closed() -> None:
    found = taken_apart(a.terms(a.consent(Side.MASTER, effect="prohibit")))
    answers = {q.side: q.answer for q in found.questions if q.use is Scope.REMIX}
    assert (answers[Side.MASTER], answers[Side.WORK]) == ("closed", "unsaid")


def test_each_candidate_says_why_it_won_or_lost() -> None:
    gone = Ending(
        ending_id="e", ended="old", kind="replaced", by="label", since=a.NOW, said_at=a.NOW, replaced_by="new"
    )  # fmt: skip
    said = (
        a.consent(Side.MASTER, consent_id="new"),
        a.consent(Side.MASTER, consent_id="old", endings=(gone,)),
        a.consent(Side.MASTER, subject_kind="label", effect="prohibit", consent_id="label"),
        a.consent(Side.MASTER, {Scope.COVER}, consent_id="cover"),
        a.consent(Side.MASTER, consent_id="us", constraints=Constraints(territories=frozenset({"US"}))),
        a.consent(Side.MASTER, consent_id="soon", valid_from=a.NOW + timedelta(days=1)),
    )
    found = taken_apart(a.terms(*said, a.consent(Side.ARTIST), a.consent(Side.WORK)))
    assert verdicts(found, Side.MASTER) == {
        "new": "decides",
        "old": "not_in_force",
        "label": "outweighed",
        "cover": "other_use",
        "us": "limits",
        "soon": "not_in_force",
    }
    (asked,) = (q for q in found.questions if q.side is Side.MASTER and q.use is Scope.REMIX)
    reasons = {c.consent_id: c.why for c in asked.candidates}
    assert reasons["label"] == "What was said about the recording is more specific."
    assert reasons["old"].startswith("A later word of the same party replaced it.")
    assert reasons["us"] == "Its limits are passed: territory."


def test_who_waits_is_shown_as_waiting() -> None:
    asks = a.consent(Side.MASTER, constraints=Constraints(approval_required=True), consent_id="asks")
    found = taken_apart(a.terms(asks, a.consent(Side.ARTIST), a.consent(Side.WORK)))
    assert verdicts(found, Side.MASTER) == {"asks": "waits"}
    assert {q.answer for q in found.questions if q.side is Side.MASTER} == {"asks"}
