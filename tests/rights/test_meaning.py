"""What opting out means: each line of the table is asked of the evaluator itself."""

from __future__ import annotations

from datetime import timedelta

import pytest

import terms_strategies as a
from remixlab.domain.rights import (
    STOPPED,
    Consent,
    Constraints,
    Ending,
    Hold,
    Reach,
    Reached,
    Scope,
    Side,
    Terms,
    Use,
    Withdrawal,
)
from remixlab.rights import decide, meaning, stopped

USES = {use.scope: use for use in meaning().uses}
OWN = a.terms(
    assets=(
        a.asset(
            label_id=None,
            master_ids=(),
            publishing_ids=(),
            artist_id=None,
            work_ids=(),
            voice_ids=(),
            claimed_by=("fan",),
        ),
    )
)


def opened(*but: Side) -> tuple[Consent, ...]:
    return tuple(a.consent(side) for side in Side if side not in but)


def is_open(scope: Scope, terms: Terms, *, cover: bool = False, mine: bool = False) -> bool:
    kind = {Scope.COVER} if cover else set[Scope]()
    return decide(a.uses(*{scope, *kind}), Reach(), terms, a.request(mine=mine)).allowed


def test_every_scope_but_the_limits_of_integrity_is_explained() -> None:
    assert set(USES) == set(Scope) - {Scope.INTEGRITY}


@pytest.mark.parametrize("scope", USES)
def test_a_use_is_closed_by_silence_and_by_any_one_of_those_who_are_asked_and_by_nobody_else(scope: Scope) -> None:
    assert not is_open(scope, a.terms()) and meaning().without_a_word == "deny"
    assert is_open(scope, a.terms(*opened()))
    for side in Side:
        no = a.consent(side, {scope}, effect="prohibit", consent_id="no")
        asked = side in USES[scope].asked_of
        assert is_open(scope, a.terms(*opened(), no)) != asked
        assert is_open(scope, a.terms(*opened(side))) != asked


@pytest.mark.parametrize("scope", [scope for scope in USES if scope is not Scope.REMIX])
def test_a_use_of_a_cover_is_closed_by_those_who_are_asked_for_a_cover(scope: Scope) -> None:
    for side in Side:
        no = a.consent(side, {scope}, effect="prohibit", consent_id="no")
        asked = side in USES[scope].asked_of_for_a_cover
        assert is_open(scope, a.terms(*opened(), no), cover=True) != asked


@pytest.mark.parametrize("scope", USES)
def test_a_general_yes_opens_what_the_table_says(scope: Scope) -> None:
    general = (
        a.consent(Side.MASTER, subject_kind="label"),
        a.consent(Side.ARTIST, subject_kind="party-default"),
        a.consent(Side.WORK, subject_kind="party-default"),
        a.consent(Side.LIKENESS, subject_kind="party-default", subject="singer"),
    )
    assert is_open(scope, a.terms(*general)) == USES[scope].inherited


@pytest.mark.parametrize("scope", USES)
def test_ones_own_word_opens_what_the_table_says(scope: Scope) -> None:
    assert is_open(scope, OWN, mine=True) == USES[scope].own_word


@pytest.mark.parametrize("scope", USES)
def test_a_person_signs_for_what_the_table_says(scope: Scope) -> None:
    unsigned = a.consent(Side.LIKENESS, signed_by="")
    assert is_open(scope, a.terms(*opened(Side.LIKENESS), unsigned)) != USES[scope].signed


@pytest.mark.parametrize("kind", Withdrawal)
@pytest.mark.parametrize("word", ["consent", "recording"])
def test_a_withdrawal_stops_what_the_table_says(kind: Withdrawal, word: str) -> None:
    (said,) = (one for one in meaning().withdrawals if one.kind is kind)
    assert set(said.stops) == STOPPED[kind] and set(said.goes_on) == set(Reached) - STOPPED[kind]
    made = decide(a.uses(Scope.REMIX), Reach(), a.terms(*opened()), a.request())
    later = a.NOW + timedelta(days=1)
    if word == "consent":
        gone = Ending(
            ending_id="e", ended=opened()[0].consent_id, kind="withdrawn", by="label", since=later, said_at=a.NOW,
            withdrawal=kind,
        )  # fmt: skip
        now = a.terms(opened()[0].model_copy(update={"endings": (gone,)}), *opened()[1:])
    else:
        hold = Hold(
            hold_id="h", kind="withdrawal", party_id="label", subject_kind="recording", subject=a.SONG, since=later,
            stops=kind,
        )  # fmt: skip
        now = a.terms(*opened(), holds=(hold,))
    assert stopped(made, now, a.NOW) == set()
    assert stopped(made, now, later) == set(said.stops)
    again = decide(frozenset({Use(Scope.REMIX, a.SONG)}), Reach(), now, a.request(at=later))
    assert again.allowed == (Reached.NEW_USES not in said.stops)


def test_every_limit_that_there_is_stands_on_the_page() -> None:
    assert set(meaning().limits) >= set(Constraints.model_fields)
