"""Authorisation: the laws of the one function that says who may do what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.accounts import RULES, WORKSPACE, Action, Grant, Subject, may, must
from remixlab.domain.actor import ANONYMOUS, Actor, Role
from remixlab.domain.errors import NotAllowed, NotFound, NotYours, RemixNotFound, SignInNeeded

NOW = datetime(2026, 12, 3, tzinfo=UTC)
NAMES = ("ann", "bob")
PARTIES = ("label", "band")

actors = st.builds(
    Actor,
    account=st.sampled_from(NAMES),
    acts_for=st.frozensets(st.sampled_from(PARTIES)),
    roles=st.frozensets(st.sampled_from(Role)),
    territory=st.just("US"),
    at=st.just(NOW),
)
subjects = st.builds(
    Subject, st.just("thing:1"), st.sampled_from([None, *NAMES]), st.frozensets(st.sampled_from(PARTIES)), st.booleans()
)  # fmt: skip
actions = st.sampled_from(Action)


@given(actors, actions, subjects, st.frozensets(st.sampled_from(Role)), st.frozensets(st.sampled_from(PARTIES)))
def test_more_roles_or_parties_never_allow_less(
    actor: Actor, action: Action, subject: Subject, roles: frozenset[Role], parties: frozenset[str]
) -> None:
    more = actor.model_copy(update={"roles": actor.roles | roles, "acts_for": actor.acts_for | parties})
    assert may(actor, action, subject).allowed <= may(more, action, subject).allowed


@given(actors, actions, subjects)
def test_a_no_says_who_may_and_a_yes_says_why(actor: Actor, action: Action, subject: Subject) -> None:
    said, rule = may(actor, action, subject), RULES[action]
    who = {grant.value for grant in rule.grants} | {role.value for role in rule.roles}
    if said.allowed:
        assert said.reason in who
    else:
        assert said.reason == f"{action.value} is for: " + ", ".join(
            said.reason.removeprefix(f"{action.value} is for: ").split(", ")
        )
        assert set(said.reason.removeprefix(f"{action.value} is for: ").split(", ")) == who


@given(actors, actions, subjects)
def test_what_must_be_raises_exactly_when_it_may_not(actor: Actor, action: Action, subject: Subject) -> None:
    try:
        must(actor, action, subject)
        assert may(actor, action, subject).allowed
    except NotFound:
        assert not may(actor, action, subject).allowed and RULES[action].hides
    except NotAllowed:
        assert not may(actor, action, subject).allowed and not RULES[action].hides


def test_a_hidden_subject_is_missing_and_an_open_one_refused_in_the_callers_words() -> None:
    fan = Actor(account="ann", territory="US", at=NOW)
    with pytest.raises(RemixNotFound):
        must(fan, Action.READ_REMIX, Subject("remix:1", owner="bob"), missing=RemixNotFound("gone"))
    with pytest.raises(NotYours):
        must(fan, Action.SETTLE, WORKSPACE, refused=NotYours("no"))


@pytest.mark.parametrize("action", Action)
def test_nobody_owns_or_stands_for_what_has_no_owner_and_no_party(action: Action) -> None:
    stranger = Actor(account="ann", acts_for=frozenset(PARTIES), roles=frozenset(), territory="US", at=NOW)
    assert may(stranger, action, Subject("thing")).allowed == (Grant.EVERYBODY in RULES[action].grants)


@pytest.mark.parametrize("action", Action)
def test_without_an_account_only_what_is_open_and_public_may_be_done(action: Action) -> None:
    nobody, rule = Actor.nobody("US", NOW), RULES[action]
    for subject in (WORKSPACE, Subject("thing", owner=ANONYMOUS), Subject("thing", public=True)):
        expected = rule.open and (Grant.EVERYBODY in rule.grants or (Grant.PUBLIC in rule.grants and subject.public))
        assert may(nobody, action, subject).allowed == expected


def test_what_is_public_but_needs_an_account_asks_for_one_and_what_is_hidden_stays_hidden() -> None:
    nobody = Actor.nobody("US", NOW)
    for action, subject, error in (
        (Action.DOWNLOAD_REMIX, Subject("remix:1", public=True), SignInNeeded),
        (Action.DOWNLOAD_REMIX, Subject("remix:1", owner="bob"), NotFound),
        (Action.SETTLE, WORKSPACE, SignInNeeded),
        (Action.READ_RECORDING, Subject("recording:1", owner="bob"), NotFound),
    ):
        with pytest.raises(error):
            must(nobody, action, subject)


def test_a_no_in_the_error_names_the_action_and_who_may() -> None:
    with pytest.raises(NotAllowed) as refused:
        must(Actor(account="ann", territory="US", at=NOW), Action.SETTLE)
    assert refused.value.to_dict()["action"] == "money.settle"
    assert "operator" in refused.value.hint
