"""The way that is open: what is offered for each kind of no."""

from __future__ import annotations

import pytest

import terms_strategies as a
from remixlab.domain.rights import Alternative, Constraints, Reach, Scope, Side, Terms
from remixlab.plan import RemixPlan, cover, parse, reach, remix, uses
from remixlab.rights import alternatives, decide

SONG = remix(a.SONG)


def offered(plan: RemixPlan, terms: Terms, **more: object) -> tuple[Alternative, ...]:
    found = alternatives(plan, a.analysis(), terms, a.request(**more))
    for one in found:
        other = parse(one.plan)
        request = a.request(**{**more, "share": one.share})
        assert decide(uses(other), reach(other, a.analysis()), terms, request).allowed
    return found


def test_nothing_is_offered_for_what_is_allowed() -> None:
    assert offered(SONG.tempo(ratio=1.1), a.open_terms()) == ()


def test_a_tempo_beyond_the_limit_is_offered_at_the_limit() -> None:
    first = offered(SONG.tempo(ratio=1.5), a.open_terms(Constraints(tempo_change_max=0.1)))[0]
    assert reach(parse(first.plan), a.analysis()).tempo_ratio_max == pytest.approx(1.1)
    assert first.message == "Stay within 10 % of its tempo."


@pytest.mark.parametrize(
    "plan", [SONG.tempo(bpm=84), SONG.tempo(ratio=1.3).tempo(ratio=1.3, at="chorus"), SONG.tempo(ratio=0.5, at="verse")]
)
def test_every_way_to_write_a_tempo_is_clamped(plan: RemixPlan) -> None:
    first = offered(plan, a.open_terms(Constraints(tempo_change_max=0.05)))[0]
    far = reach(parse(first.plan), a.analysis())
    assert far.tempo_ratio_min >= 0.95 - 1e-9
    assert far.tempo_ratio_max <= 1.05 + 1e-9
    assert {op["op"] for op in first.plan["ops"]} == {"tempo"}


@pytest.mark.parametrize(
    "plan",
    [SONG.transpose(5), SONG.transpose(key="D minor"), SONG.transpose(-4), SONG.transpose(2).transpose(3, at="chorus")],
)
def test_a_transposition_beyond_the_limit_is_offered_at_the_limit(plan: RemixPlan) -> None:
    far = reach(parse(offered(plan, a.open_terms(Constraints(pitch_change_max_semitones=2)))[0].plan), a.analysis())
    assert max(far.semitones_max, -far.semitones_min) == 2


def test_a_closed_genre_is_offered_in_the_nearest_open_one_or_not_at_all() -> None:
    plan = SONG.restyle("drums", style="synthwave").layer("pad", "synthwave").tempo(ratio=1.02)
    found = offered(plan, a.open_terms(Constraints(genres_forbidden=frozenset({"synthwave"}))))
    assert found
    assert all("synthwave" not in str(one.plan) for one in found)
    assert all(any(op["op"] == "tempo" for op in one.plan["ops"]) for one in found if one.plan["kind"] == "remix")


def test_voice_changes_are_left_out_where_they_are_closed() -> None:
    closed = a.consent(Side.ARTIST, {Scope.VOCAL_TRANSFORM}, effect="prohibit")
    terms = a.open_terms(None, closed)
    first = offered(SONG.revoice("robot").restyle("vocals", "drums", style="synthwave"), terms)[0]
    assert [(op["op"], op.get("on")) for op in first.plan["ops"]] == [("restyle", ["drums"])]
    assert first.message == "Leave the voice as it is."


def test_a_private_copy_is_offered_where_only_sharing_is_closed() -> None:
    terms = a.terms(
        *(a.consent(side, a.EVERYTHING - {Scope.PUBLIC_SHARE}) for side in (Side.MASTER, Side.ARTIST, Side.WORK))
    )
    first = offered(SONG.tempo(ratio=1.1), terms, share="public")[0]
    assert (first.share, first.message) == ("private", "Keep it to yourself.")
    assert first.plan == SONG.tempo(ratio=1.1).to_dict()


def test_a_cover_is_offered_where_the_recording_is_closed_and_the_song_is_open() -> None:
    plan = SONG.keep("vocals").restyle("drums", style="synthwave").tempo(ratio=1.1)
    first = offered(plan, a.terms(a.consent(Side.WORK)))[0]
    assert first.plan["kind"] == "cover"
    assert first.plan["stems"] == []
    assert [op["op"] for op in first.plan["ops"]] == ["restyle", "tempo"]
    assert "Make a cover" in first.message


def test_two_closed_doors_are_answered_by_two_changes() -> None:
    limits = Constraints(tempo_change_max=0.1, pitch_change_max_semitones=1)
    first = offered(SONG.tempo(ratio=1.5).transpose(4), a.open_terms(limits))[0]
    assert first.message == "Stay within 10 % of its tempo and transpose it by at most 1 semitone."


def test_a_long_use_is_offered_as_an_excerpt_that_fits() -> None:
    first = offered(SONG.tempo(ratio=0.9), a.open_terms(Constraints(length_max_s=20)))[0]
    assert reach(parse(first.plan), a.analysis()).length_s <= 20
    assert first.plan["ops"][-1]["form"] == ["bars:13-21"]


def test_a_closed_sample_is_left_out() -> None:
    two = Terms.model_validate(
        a.open_terms().model_dump()
        | {"assets": (a.asset(), a.asset(a.OTHER, work_ids=("their-work",), artist_id="second"))}
    )
    first = offered(SONG.tempo(ratio=1.1).sample(a.OTHER, "chorus"), two)[0]
    assert [op["op"] for op in first.plan["ops"]] == ["tempo"]


def test_what_needs_a_yes_first_is_offered_as_a_cover_at_once() -> None:
    terms = a.terms(
        a.consent(Side.MASTER, constraints=Constraints(approval_required=True)),
        a.consent(Side.ARTIST),
        a.consent(Side.WORK),
    )
    assert decide(uses(SONG), Reach(), terms, a.request()).outcome == "needs_approval"
    assert [one.plan["kind"] for one in offered(SONG.tempo(ratio=1.1), terms)] == ["cover"]


def test_nothing_is_offered_where_nothing_is_open() -> None:
    assert offered(SONG.tempo(ratio=1.1), a.terms()) == ()
    assert offered(cover(a.SONG).tempo(ratio=1.1), a.terms()) == ()
