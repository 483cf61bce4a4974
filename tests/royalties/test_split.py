from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.remix import PayLine
from remixlab.domain.rights import UNCLAIMED, Right, Share, checked_shares
from remixlab.royalties import Deal, default_deal, pays, split

weights = st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 10**9), min_size=1).filter(
    lambda w: sum(w.values()) > 0
)


@given(st.integers(0, 10**24), weights)
def test_the_parts_sum_to_the_whole_and_each_is_within_one_unit_of_its_exact_value(
    whole: int, weights: dict[str, int]
) -> None:
    parts = split(whole, weights)
    total = sum(weights.values())
    assert sum(parts.values()) == whole
    for key, weight in weights.items():
        assert abs(parts[key] * total - whole * weight) < total
        assert weight or not parts[key]


@given(st.integers(0, 10**12), weights, st.randoms())
def test_the_order_of_the_weights_does_not_matter(whole: int, weights: dict[str, int], random: object) -> None:
    keys = list(weights)
    random.shuffle(keys)  # type: ignore[attr-defined]
    assert split(whole, {key: weights[key] for key in keys}) == split(whole, weights)


def test_ties_go_by_key() -> None:
    assert split(2, {"c": 1, "a": 1, "b": 1}) == {"a": 1, "b": 1, "c": 0}


@pytest.mark.parametrize(("whole", "weights"), [(-1, {"a": 1}), (1, {"a": -1, "b": 2}), (1, {"a": 0}), (1, {})])
def test_what_cannot_be_divided_is_refused(whole: int, weights: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"negative|nobody"):
        split(whole, weights)


OWNERS = checked_shares(
    [
        Share(party_id="label", right=Right.MASTER, ppm=333_333),
        Share(party_id="band", right=Right.MASTER, ppm=666_667),
        Share(party_id="writer", right=Right.PUBLISHING, ppm=750_000),
        Share(party_id="singer", right=Right.LIKENESS, ppm=1_000_000),
    ]
)


def paid(lines: tuple[PayLine, ...]) -> dict[tuple[str, str], int]:
    assert sum(line.ppm for line in lines) == 1_000_000
    return {(line.role, line.party_id): line.ppm for line in lines}


def test_a_remix_pays_owners_writers_voice_remixer_and_platform() -> None:
    lines = paid(pays(default_deal("remix"), OWNERS, remixer="fan", names={}))
    assert lines[("publishing", UNCLAIMED)] == 40_000, "what no writer claims waits"
    assert lines[("master", "label")] + lines[("master", "band")] == 500_000
    assert lines[("remixer", "fan")] == 50_000
    assert lines[("likeness", "singer")] == 40_000


def test_a_cover_pays_no_master() -> None:
    lines = pays(default_deal("cover"), OWNERS, remixer="fan", names={"writer": "Teo"})
    assert {line.role for line in lines} == {"publishing", "remixer", "platform"}
    assert lines[0].party == "Teo"


def test_a_sampled_recordings_owners_take_their_part_of_master_and_publishing() -> None:
    sampled = {"rec_b": checked_shares([Share(party_id="other", right=Right.MASTER, ppm=1_000_000)])}
    lines = paid(pays(default_deal("remix"), OWNERS, remixer="fan", names={}, sampled=sampled))
    assert lines[("master", "other")] == 75_000
    assert sum(ppm for (role, _), ppm in lines.items() if role == "master") == 500_000


def test_ones_own_recording_pays_its_owner() -> None:
    lines = paid(pays(default_deal("remix"), (), remixer="me", names={}, attested_by="me"))
    assert {party for _, party in lines} == {"me", "platform"}


@given(st.lists(st.integers(1, 10**6), min_size=1, max_size=8), st.integers(0, 4))
def test_pays_always_sum_to_the_whole(parts: list[int], samples: int) -> None:
    shares = checked_shares(
        Share(party_id=f"p{n}", right=Right.MASTER, ppm=ppm)
        for n, ppm in enumerate(split(1_000_000, {str(n): p for n, p in enumerate(parts)}).values())
    )
    sampled = {f"rec_{n}": shares for n in range(samples)}
    paid(pays(default_deal("remix"), shares, remixer="fan", names={}, sampled=sampled))


def test_a_deal_that_does_not_sum_is_refused() -> None:
    with pytest.raises(InvalidTerms, match="sum"):
        Deal.parse('name = "x"\nmaster = 1\npublishing = 2\nlikeness = 3\nremixer = 4\nplatform = 5')
    with pytest.raises(InvalidTerms, match="publishing"):
        Deal.parse('name = "x"\nmaster = 1000000')
    with pytest.raises(InvalidTerms):
        Deal.parse("name = ")


def test_shares_are_whole_or_refused() -> None:
    with pytest.raises(InvalidTerms, match="120"):
        checked_shares(
            [Share(party_id="a", right=Right.MASTER, ppm=600_000), Share(party_id="b", right=Right.MASTER, ppm=600_000)]
        )
    with pytest.raises(InvalidTerms, match="twice"):
        checked_shares([Share(party_id="a", right=Right.MASTER, ppm=1), Share(party_id="a", right=Right.MASTER, ppm=2)])
