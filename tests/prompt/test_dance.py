"""Drops, builds and breakdowns of dance music, apart from the verb `drop` and from the parts of a form."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis
from remixlab.plan import RemixPlan, unfold
from remixlab.plan.where import find
from remixlab.prompt import write_plan

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def plan_of(prompt: str, song: Analysis) -> RemixPlan:
    return write_plan(prompt, song, source="recording").plan


def arrivals(plan: RemixPlan) -> set[str]:
    """Where risers arrive."""
    return {op.at for op in plan.ops if op.op == "layer" and op.part == "riser"}


DROPS = (
    ("add a drop", "chorus:last"),
    ("drop", "chorus:last"),
    ("techno with a big drop", "chorus:last"),
    ("a huge drop before the second chorus", "chorus:2"),
    ("beat drop in the second chorus", "chorus:2"),
    ("the beat drops in the last chorus", "chorus:last"),
    ("drop the beat", "chorus:last"),
    ("let the beat drop after the bridge", "chorus:3"),
    ("make it drop", "chorus:last"),
    ("two drops", "chorus"),
    ("massive drops", "chorus"),
    ("a filthy dubstep drop after the bridge", "chorus:3"),
    ("the drop should be massive", "chorus:last"),
    ("bass drop in the second chorus", "chorus:2"),
    ("ein fetter Drop im Refrain", "chorus"),
    ("ein Drop vor dem letzten Refrain", "chorus:last"),
    ("un gros drop avant le dernier refrain", "chorus:last"),
    ("ajoute un drop énorme", "chorus:last"),
    ("un drop brutal en el estribillo", "chorus"),
    ("un drop enorme nel ritornello", "chorus"),
    ("um drop pesado no refrão", "chorus"),
)


@pytest.mark.parametrize(("prompt", "place"), DROPS)
def test_a_drop_is_a_build_a_hole_and_more_drums_and_bass_where_it_arrives(
    prompt: str, place: str, song: Analysis
) -> None:
    plan = plan_of(prompt, song)
    assert arrivals(plan) == {place}
    lifted = [op for op in plan.ops if op.op == "gain" and op.on == ("drums", "bass")]
    assert [op.at for op in lifted] == [place]
    assert all(op.gain_db > 0 for op in lifted)
    firsts = {span.first for span in find(place, song)}
    holes = {find(op.at, song)[0].last + 1 for op in plan.ops if op.op == "mute" and op.on == ("drums", "bass")}
    assert holes == firsts
    assert not [op for op in plan.ops if op.op in ("transpose", "cut", "repeat")]
    assert unfold(plan, song)


BUILDS = (
    "a build up before the last chorus",
    "add a build before the last chorus",
    "long build-up into the last chorus",
    "an 8 bar build before the last chorus",
    "ein Spannungsaufbau vor dem letzten Refrain",
    "une montée avant le dernier refrain",
    "una subida antes del último estribillo",
    "una salita prima dell'ultimo ritornello",
    "uma subida antes do último refrão",
    "crescendo before the last chorus",
)


@pytest.mark.parametrize("prompt", BUILDS)
def test_a_build_leads_to_its_place_and_leaves_that_as_it_is(prompt: str, song: Analysis) -> None:
    plan = plan_of(prompt, song)
    assert arrivals(plan) == {"chorus:last"}
    (sweep,) = [op for op in plan.ops if op.op == "treat"]
    assert find(sweep.at, song)[0].last == 40
    assert {op.op for op in plan.ops} == {"layer", "treat"}


@pytest.mark.parametrize(
    ("prompt", "place"),
    [("a breakdown before the last chorus", "bars:33-40"), ("add a breakdown", "bars:33-40"), ("add a breakdown in the middle", "bridge"),
     ("strip it down before the last chorus", "bars:33-40"), ("ein Breakdown vor dem letzten Refrain", "bars:33-40"),
     ("un breakdown avant le dernier refrain", "bars:33-40"), ("un breakdown en medio", "bridge")],
)  # fmt: skip
def test_a_breakdown_takes_drums_and_bass_away(prompt: str, place: str, song: Analysis) -> None:
    assert [(op.op, op.on, op.at) for op in plan_of(prompt, song).ops] == [("mute", ("drums", "bass"), place)]


VERBS = (
    ("drop the drums", "mute", "all"),
    ("drop the second verse", "cut", "verse:2"),
    ("drop it an octave", "transpose", "all"),
    ("drop the tempo", "tempo", "all"),
    ("drop everything except the vocals in the bridge", "mute", "bridge"),
    ("the bass drops out in the bridge", "mute", "bridge"),
    ("drop the bass out in the bridge", "mute", "bridge"),
    ("drop the drums by 3 dB", "gain", "all"),
    ("no drums until the drop", "mute", "bars:1-12"),
)


@pytest.mark.parametrize(("prompt", "verb", "place"), VERBS)
def test_the_verb_stays_a_verb(prompt: str, verb: str, place: str, song: Analysis) -> None:
    assert [(op.op, op.at) for op in plan_of(prompt, song).ops] == [(verb, place)]


@pytest.mark.parametrize("prompt", ["no drop", "without a drop", "kein Drop", "sans drop", "exclude: drop"])
def test_a_drop_that_is_not_wanted_is_none(prompt: str, song: Analysis) -> None:
    with pytest.raises(InvalidPrompt, match="Nothing would change"):
        plan_of(prompt, song)


@given(
    event=st.sampled_from(("a drop", "a big drop", "a build up", "a breakdown", "two drops")),
    place=st.sampled_from(
        ("", " before the second chorus", " after the bridge", " in the chorus", " at 1:00", " in the middle")
    ),
    sections=st.integers(0, 8),
)
@RELAXED
def test_an_event_is_always_a_plan_of_this_recording(event: str, place: str, sections: int, song: Analysis) -> None:
    recording = song.model_copy(update={"sections": song.sections[:sections]})
    try:
        plan = plan_of(f"{event}{place}, 120 bpm", recording)
    except InvalidPrompt:
        return
    assert unfold(plan, recording)
    assert any(op.op == "tempo" for op in plan.ops)
