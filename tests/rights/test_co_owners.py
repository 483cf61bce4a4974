"""Co-owners: a yes by their rule, a no of any of them; no part of a thousandth speaks for the rest."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import terms_strategies as a
from remixlab.domain.rights import Consent, Constraints, CoOwners, Decision, Reach, Scope, Side, Terms
from remixlab.rights import decide

COVER = a.uses(Scope.COVER)
REMIX = a.uses(Scope.REMIX)
BIG, SMALL = "writer", "second"


def owners(**more: Any) -> CoOwners:
    said = {"side": Side.WORK, "subject": "work", "shares": ((BIG, 999_999), (SMALL, 1)), **more}
    return CoOwners.model_validate(said)


def said_by(party: str, **more: Any) -> Consent:
    return a.consent(Side.WORK, party_id=party, **more)


def default_of(party: str, **more: Any) -> Consent:
    return said_by(party, subject_kind="party-default", subject=party, **more)


def judged(held: CoOwners, *consents: Consent, uses: Any = COVER) -> Decision:
    asset = a.asset(publishing_ids=(BIG, SMALL), co_owners=(held,))
    return decide(uses, Reach(), a.terms(*consents, assets=(asset,)), a.request())


def test_a_part_of_a_millionth_opens_nothing_while_the_rest_is_silent() -> None:
    for one, other in ((SMALL, "Teo Brand"), (BIG, "Ossian Pell")):
        decision = judged(owners(), said_by(one))
        assert [(r.code, r.decided_by) for r in decision.reasons] == [("rights.refused.no_consent", other)]
    assert judged(owners(), said_by(BIG), said_by(SMALL)).allowed


@pytest.mark.parametrize(
    ("rule", "alone"),
    [
        ({"rule": "all"}, set[str]()),
        ({"rule": "majority"}, {BIG}),
        ({"rule": "any"}, {BIG, SMALL}),
        ({"administrator": SMALL}, {SMALL}),
        ({"administrator": BIG}, {BIG}),
    ],
)
def test_a_yes_is_given_as_the_rule_says(rule: dict[str, str], alone: set[str]) -> None:
    assert {party for party in (BIG, SMALL) if judged(owners(**rule), said_by(party)).allowed} == alone
    assert judged(owners(**rule), said_by(BIG), said_by(SMALL)).allowed


@pytest.mark.parametrize("rule", [{"rule": "all"}, {"rule": "majority"}, {"rule": "any"}, {"administrator": BIG}])
def test_a_no_of_any_of_them_is_a_no_at_whatever_level_it_was_said(rule: dict[str, str]) -> None:
    for closing in (said_by(SMALL, effect="prohibit"), default_of(SMALL, effect="prohibit")):
        decision = judged(owners(**rule), said_by(BIG), closing)
        assert ("rights.refused.prohibited", "Ossian Pell") in {(r.code, r.decided_by) for r in decision.reasons}


def test_each_of_them_says_it_on_the_level_that_it_likes() -> None:
    assert judged(owners(), said_by(BIG), default_of(SMALL)).allowed
    own = said_by(SMALL), default_of(SMALL, effect="prohibit")
    assert judged(owners(), said_by(BIG), *own).allowed, "its more specific word is its word"


def test_the_limits_of_each_of_them_bind() -> None:
    short = Constraints(length_max_s=10)
    asset = a.asset(publishing_ids=(BIG, SMALL), co_owners=(owners(),))
    terms = a.terms(said_by(BIG), default_of(SMALL, constraints=short), assets=(asset,))
    assert decide(COVER, Reach(length_s=9), terms, a.request()).allowed
    long = decide(COVER, Reach(length_s=11), terms, a.request())
    assert [r.code for r in long.reasons] == ["rights.refused.length"]


def test_a_yes_that_was_taken_back_or_ended_is_none() -> None:
    for gone in ({"withdrawn_at": a.NOW}, {"valid_to": a.NOW}, {"valid_from": a.NOW + timedelta(days=1)}):
        assert not judged(owners(), said_by(BIG), said_by(SMALL, **gone)).allowed


def test_the_co_owners_of_a_master_agree_among_themselves() -> None:
    held = CoOwners(side=Side.MASTER, subject=a.SONG, shares=(("artist", 400_000), ("label", 600_000)))
    asset = a.asset(master_ids=("artist", "label"), co_owners=(held,))
    open_elsewhere = (a.consent(Side.ARTIST), a.consent(Side.WORK))
    alone = a.terms(a.consent(Side.MASTER), *open_elsewhere, assets=(asset,))
    assert not decide(REMIX, Reach(), alone, a.request()).allowed
    both = a.terms(a.consent(Side.MASTER), a.consent(Side.MASTER, party_id="artist"), *open_elsewhere, assets=(asset,))
    assert decide(REMIX, Reach(), both, a.request()).allowed


@given(
    st.sampled_from(["all", "majority", "any"]),
    st.sampled_from([None, "p0", "label"]),
    st.lists(st.integers(1, 400_000), min_size=2, max_size=4),
    st.sets(st.sampled_from(["p0", "p1", "p2", "p3", "label"])),
    st.sampled_from(["p0", "p1", "p2", "p3", "label"]),
)
def test_more_of_them_never_agree_less(
    rule: Any, administrator: str | None, parts: list[int], yes: set[str], more: str
) -> None:
    shares = tuple((f"p{n}", ppm) for n, ppm in enumerate(parts))
    held = CoOwners(side=Side.WORK, subject="w", rule=rule, administrator=administrator, shares=shares)
    assert not held.agree(yes) or held.agree(yes | {more})
    assert held.agree(held.parties)
    assert not held.agree({"a stranger"})


def test_what_one_party_holds_alone_is_judged_as_it_always_was() -> None:
    assert a.asset().co_owners == ()
    assert Terms.model_validate(a.open_terms().to_dict()) == a.open_terms()
