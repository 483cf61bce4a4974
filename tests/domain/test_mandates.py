"""Mandates: on which sides, about what and until when somebody speaks for a party."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from remixlab.domain.actor import ANONYMOUS, Actor, Mandate, Role
from remixlab.domain.rights import Side

NOW = datetime(2026, 12, 3, tzinfo=UTC)
NAMES = ("recording:r1", "release:first", "label:row")
moments = st.sampled_from([None, NOW - timedelta(days=1), NOW, NOW + timedelta(days=1)])


@st.composite
def mandates(draw: st.DrawFn) -> Mandate:
    begin, end = draw(moments), draw(moments)
    return Mandate(
        party_id=draw(st.sampled_from(["label", "band"])),
        sides=draw(st.frozensets(st.sampled_from(Side), min_size=1)),
        catalogue=draw(st.frozensets(st.sampled_from(NAMES))),
        valid_from=begin,
        valid_to=end if begin is None or end is None or end > begin else None,
    )


def actor(*mandates: Mandate, at: datetime = NOW) -> Actor:
    parties = frozenset(mandate.party_id for mandate in mandates)
    return Actor(account="ann", acts_for=parties, mandates=mandates, territory="US", at=at)


@given(mandates(), mandates(), st.sampled_from(Side), st.sampled_from(NAMES), moments)
def test_a_mandate_that_contains_another_allows_all_that_it_allows(
    one: Mandate, other: Mandate, side: Side, about: str, at: datetime | None
) -> None:
    assert one.contains(one)
    moment = at or NOW
    if one.contains(other) and actor(other, at=moment).speaks_for(other.party_id, side, [about]):
        assert actor(one, at=moment).speaks_for(other.party_id, side, [about])


@given(mandates(), st.sampled_from(Side), st.sampled_from(NAMES))
def test_to_say_more_about_what_is_meant_never_allows_more(mandate: Mandate, side: Side, about: str) -> None:
    who, party = actor(mandate), mandate.party_id
    assert who.speaks_for(party, side, [about]) <= who.speaks_for(party, side) <= who.speaks_for(party)


@given(mandates(), mandates())
def test_an_order_that_waits_for_its_turn_remembers_for_whom_it_was_made(one: Mandate, other: Mandate) -> None:
    who = actor(one, other)
    assert Actor.model_validate_json(who.model_dump_json()) == who
    assert Mandate.model_validate(one.to_dict()) == one


def test_a_mandate_ends_where_it_ends() -> None:
    limited = Mandate(party_id="label", valid_from=NOW, valid_to=NOW + timedelta(days=1))
    held = [actor(limited, at=NOW + timedelta(hours=hours)).speaks_for("label") for hours in (-1, 0, 23, 24)]
    assert held == [False, True, True, False]


def test_a_mandate_of_one_side_is_silent_on_the_others() -> None:
    who = actor(Mandate(party_id="label", sides=frozenset({Side.MASTER}), catalogue=frozenset({"recording:r1"})))
    assert who.speaks_for("label", Side.MASTER, ["recording:r1", "release:first"])
    assert not who.speaks_for("label", Side.ARTIST) and not who.speaks_for("label", Side.MASTER, ["recording:r2"])
    assert not who.speaks_for("band")


@pytest.mark.parametrize("party", ["suspense:unclaimed", "suspense:disputed", ""])
def test_nobody_speaks_for_a_party_that_nobody_is(party: str) -> None:
    with pytest.raises(ValidationError):
        Mandate(party_id=party)


def test_nobody_has_no_role_and_no_party() -> None:
    assert Actor.nobody("US", NOW).roles == frozenset() and Actor.nobody("US", NOW).is_anonymous
    for more in ({"roles": {Role.FAN}}, {"roles": set(), "acts_for": {"label"}}):
        with pytest.raises(ValidationError):
            Actor(account=ANONYMOUS, territory="US", at=NOW, **more)  # pyright: ignore[reportArgumentType]
