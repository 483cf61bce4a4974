"""What holds of every decision, whatever was said and asked."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

import plan_strategies
import terms_strategies as a
from remixlab.domain.rights import Decision, Hold, Reach, Request, Scope, Side, Terms, Use
from remixlab.domain.value import canonical
from remixlab.plan import reach
from remixlab.plan import uses as uses_of
from remixlab.plan.plan import parse
from remixlab.rights import alternatives, decide, sides_of
from remixlab.rights.decide import Bench


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request, a.scopes, a.genres)
def test_adding_a_use_never_turns_a_no_into_a_yes(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request, more: frozenset[Scope], genre: str
) -> None:
    """The kind apart: saying that it is a cover says that no master sounds."""
    added = a.uses(*(more - {Scope.COVER}), genre=genre)
    if decide(uses | added, reach, terms, request).allowed:
        assert decide(uses, reach, terms, request).allowed


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_what_is_allowed_rests_on_a_permission_of_every_side(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    decision = decide(uses, reach, terms, request)
    if not decision.allowed or decision.attestation:
        return
    cover = {use.scope for use in uses} & {Scope.REMIX, Scope.COVER} == {Scope.COVER}
    relied = [c for c in terms.consents if c.consent_id in decision.consent_ids]
    for use in decision.uses:
        for side in sides_of(use.scope, only_a_cover=cover):
            assert any(c.side is side and use.scope in c.scopes and c.effect == "permit" for c in relied)


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request, st.sampled_from(Side))
def test_without_anything_said_on_a_needed_side_the_answer_is_no(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request, side: Side
) -> None:
    silent = terms.model_copy(update={"consents": tuple(c for c in terms.consents if c.side is not side)})
    cover = {use.scope for use in uses} & {Scope.REMIX, Scope.COVER} == {Scope.COVER}
    if any(side in sides_of(use.scope, only_a_cover=cover) for use in uses):
        assert not decide(uses, reach, Terms.model_validate(silent.model_dump()), request).allowed


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_a_hold_outweighs_every_permission(uses: frozenset[Use], reach: Reach, terms: Terms, request: Request) -> None:
    hold = Hold(
        hold_id="h2", kind="withdrawal", party_id="artist", subject_kind="artist", subject="artist", since=a.NOW
    )
    held = Terms.model_validate(terms.model_dump() | {"holds": (hold,)})
    decision = decide(uses, reach, held, request)
    assert decision.outcome == "deny"
    assert decision.reasons[0].code == "rights.refused.withdrawn"
    assert decision.reasons[0].decided_by == "Mara Voss"


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_a_stored_decision_is_made_again_to_the_same_bytes(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    decision = decide(uses, reach, terms, request)
    stored = canonical(decision.to_dict())
    kept_terms = Terms.model_validate_json(canonical(terms.to_dict()))
    read = Decision.parse(json.loads(stored))
    again = decide(frozenset(read.uses), read.reach, kept_terms, read.request)
    assert canonical(again.to_dict()) == stored
    assert read.decision_id == decision.decision_id
    assert kept_terms.digest == read.terms_digest


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_every_refusal_says_who_decided_in_one_sentence(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    decision = decide(uses, reach, terms, request)
    assert decision.allowed == (not decision.reasons)
    for reason in decision.reasons:
        assert reason.decided_by
        assert reason.message[0].isupper()
        assert reason.message.endswith(".")
        assert reason.code.startswith(("rights.refused.", "rights.needs_approval"))
    assert decision.outcome != "needs_approval" or all(r.code == "rights.needs_approval" for r in decision.reasons)


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_the_order_in_which_things_were_said_does_not_matter(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    turned = terms.model_copy(update={"consents": tuple(reversed(terms.consents))})
    one, other = (
        decide(uses, reach, terms, request),
        decide(uses, reach, Terms.model_validate(turned.model_dump()), request),
    )
    assert (one.outcome, one.reasons, one.consent_ids) == (other.outcome, other.reasons, other.consent_ids)


plans = st.builds(
    lambda ops, kind: parse(
        {"schema": "remixlab.plan/1", "kind": kind, "source": a.SONG, "ops": [op.to_dict() for op in ops]}
    ),
    st.lists(st.one_of(plan_strategies.musical, plan_strategies.form), max_size=4),
    st.sampled_from(["remix", "cover"]),
)


@settings(max_examples=40, deadline=None)
@given(plans, a.any_terms(), a.any_request)
def test_every_alternative_evaluates_to_allow_and_the_nearest_comes_first(
    plan: object, terms: Terms, request: Request
) -> None:
    analysis = a.analysis()
    for offered in alternatives(plan, analysis, terms, request):  # type: ignore[arg-type]
        other = parse(offered.plan)
        asked = request.model_copy(update={"share": offered.share})
        assert decide(uses_of(other), reach(other, analysis), terms, asked).allowed
        assert (offered.plan, offered.share) != (plan.to_dict(), request.share)  # type: ignore[attr-defined]
        assert offered.message


@given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
def test_the_short_way_through_one_permission_for_everything_gives_the_same_answer(
    uses: frozenset[Use], reach: Reach, terms: Terms, request: Request
) -> None:
    short = decide(uses, reach, terms, request)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bench, "whole_grant", lambda *_: None)
        long = decide(uses, reach, terms, request)
    assert short.to_dict() == long.to_dict()


def test_the_laws_are_tried_on_every_kind_of_answer() -> None:
    seen: Counter[str] = Counter()

    @settings(max_examples=900, phases=[Phase.generate], database=None, derandomize=True)
    @given(a.any_uses, a.any_reach, a.any_terms(), a.any_request)
    def judge(uses: frozenset[Use], reach: Reach, terms: Terms, request: Request) -> None:
        seen[decide(uses, reach, terms, request).outcome] += 1

    judge()
    assert set(seen) == {"allow", "allow_with_duties", "needs_approval", "deny"}
