"""The plan fits the recording: a style's tempo, the singer's range, places that only the recording can tell."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from remixlab.domain.errors import InvalidPrompt
from remixlab.domain.music import Analysis, Key, Note
from remixlab.plan import reach, tempo_ratios, unfold
from remixlab.plan.where import find
from remixlab.prompt import write_plan
from remixlab.prompt.rules.pace import STRETCH_MAX, home_of, tempo_range
from remixlab.prompt.rules.taste import style_ids
from remixlab.prompt.rules.voice import heard_range, kindest_shift, singable

RELAXED = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def at_tempo(song: Analysis, bpm: float) -> Analysis:
    return song.model_copy(update={"tempo_bpm": bpm})


def sung(song: Analysis, *pitches: float) -> Analysis:
    melody = tuple(Note(start_s=float(n), end_s=n + 1.0, midi=midi) for n, midi in enumerate(pitches))
    return song.model_copy(update={"melody": melody})


def tempo_of(prompt: str, song: Analysis) -> float | None:
    plan = write_plan(prompt, song, source="recording").plan
    return next((op.bpm for op in plan.ops if op.op == "tempo"), None)


# ---------------------------------------------------------------- a style's tempo


@pytest.mark.parametrize(
    ("prompt", "source_bpm", "expected"),
    [
        ("80s synthwave", 100, None),  # at home already
        ("80s synthwave", 128, 118),  # a little fast: to the edge
        ("80s synthwave", 180, None),  # felt in half time at 90
        ("80s synthwave", 60, None),  # felt in double time, near enough
        ("house", 100, 116),
        ("house", 90, None),  # too far to be sung well: it stays, and the chip says so
        ("drum and bass", 100, 90),  # 180 in double time
        ("house, same tempo", 100, None),
        ("house, keep the tempo", 100, None),
        ("trap drums", 100, None),
        ("house in the chorus", 100, None),
    ],
)
def test_a_style_is_brought_to_its_tempo_where_the_stretch_is_bearable(
    prompt: str, source_bpm: float, expected: float | None, song: Analysis
) -> None:
    assert tempo_of(prompt, at_tempo(song, source_bpm)) == expected


def test_a_tempo_that_was_asked_stands_alone(song: Analysis) -> None:
    plan = write_plan("house, faster chorus", song, source="recording").plan
    assert [(op.op, op.at) for op in plan.ops if op.op == "tempo"] == [("tempo", "chorus")]


def test_a_style_too_far_from_the_song_says_so_on_its_chip(song: Analysis) -> None:
    result = write_plan("house", at_tempo(song, 90.0), source="recording")
    (chip,) = [c for c in result.understood if c.op is not None and result.plan.ops[c.op].op == "restyle"]
    assert "116-130 bpm" in chip.meaning
    assert "90" in chip.meaning


@given(style=st.sampled_from(style_ids()), bpm=st.floats(45, 220))
@RELAXED
def test_an_unasked_tempo_is_bearable_and_lands_in_the_range_of_the_style(
    style: str, bpm: float, song: Analysis
) -> None:
    recording = at_tempo(song, round(bpm, 1))
    result = write_plan(style, recording, source="recording")
    ratio = tempo_ratios(result.plan, recording)[0]
    assert 1 / STRETCH_MAX - 0.01 <= ratio <= STRETCH_MAX + 0.01
    if result.implied:
        low, high = tempo_range(style)
        felt = recording.tempo_bpm * ratio * home_of(style, recording).pace
        assert low - 0.1 <= felt <= high + 0.1


def test_another_style_takes_its_tempo_with_it(song: Analysis) -> None:
    base = write_plan("house", song, source="recording").plan
    assert tempo_of("house", song) == 116
    plan = write_plan("make it synthwave instead", song, source="recording", base=base).plan
    assert not [op for op in plan.ops if op.op == "tempo"]


# ---------------------------------------------------------------- the singer's range


def test_a_key_is_reached_from_the_side_that_can_be_sung(song: Analysis) -> None:
    # A bass at the floor of his range: five semitones down to E are too many, seven up are not.
    low = sung(song, 40, 41, 43, 45, 48, 52, 55, 52, 48, 45, 43, 40)
    result = write_plan("in E minor", low, source="recording")
    assert reach(result.plan, low).semitones_max == 7
    assert any("range" in chip.meaning for chip in result.understood)
    assert reach(write_plan("in E minor", song, source="recording").plan, song).semitones_min == -5


def test_a_voice_that_is_not_heard_follows_to_the_nearest_key(song: Analysis) -> None:
    low = sung(song, 40, 41, 43, 45, 48, 52, 55, 52, 48, 45, 43, 40)
    assert reach(write_plan("in E minor, no vocals", low, source="recording").plan, low).semitones_min == -5
    assert reach(write_plan("piano cover in E minor", low, source="recording").plan, low).semitones_min == -5


@given(
    pitches=st.lists(st.floats(36, 88), min_size=8, max_size=30),
    nearest=st.integers(-6, 6),
)
@RELAXED
def test_a_kind_shift_is_the_same_key_within_the_octave_and_never_further_outside(
    pitches: list[float], nearest: int, song: Analysis
) -> None:
    recording = sung(song, *pitches)
    shift = kindest_shift(nearest, recording)
    assert (shift - nearest) % 12 == 0
    assert abs(shift) <= 12
    heard = heard_range(recording.melody)
    assert heard is not None
    room = singable(heard)
    assert room.outside(heard.low + shift, heard.high + shift) <= room.outside(
        heard.low + nearest, heard.high + nearest
    )
    assert room.outside(heard.low, heard.high) == 0


@given(key=st.sampled_from([str(Key(t, m)) for t in range(12) for m in ("major", "minor")]), low=st.integers(36, 70))
@RELAXED
def test_every_key_is_reached_whatever_the_voice(key: str, low: int, song: Analysis) -> None:
    recording = sung(song, *range(low, low + 14))
    plan = write_plan(f"in {key}", recording, source="recording").plan
    shift = {p.semitones for p in unfold(plan, recording)}
    assert len(shift) == 1
    target = Key.parse(key)
    if target.mode == "minor":
        assert (recording.parsed_key.tonic + shift.pop()) % 12 == target.tonic


# ---------------------------------------------------------------- places


SPOTS = (
    ("no drums before the last chorus", {"bars:1-40"}),
    ("no bass after the bridge", {"bars:41-52"}),
    ("no vocals until the first chorus", {"bars:1-12"}),
    ("the verses but not the second without drums", {"verse:1"}),
    ("no bass in every chorus except the last one", {"chorus:1", "chorus:2"}),
    ("every other chorus without bass", {"chorus:1", "chorus:3"}),
    ("no bass from the second verse to the end", {"bars:21-52"}),
    ("no bass from the second verse to the bridge", {"bars:21-40"}),
    ("no drums in the first half", {"bars:1-26"}),
    ("no drums in the second half of the bridge", {"bars:39-40"}),
    ("no drums in the last 8 bars", {"bars:45-52"}),
    ("no drums in the first two bars of the second chorus", {"bars:29-30"}),
    ("2nd and 3rd chorus without drums", {"chorus:2", "chorus:3"}),
    ("choruses 1 and 3 without drums", {"chorus:1", "chorus:3"}),
    ("the first, second and last chorus without drums", {"chorus:1", "chorus:2", "chorus:last"}),
    ("the last two choruses without drums", {"chorus:2", "chorus:3"}),
    ("no drums two bars before the last chorus", {"bars:39-40"}),
    ("no drums between the first and second chorus", {"verse:2"}),
    ("no drums except in the choruses", {"bars:1-12", "verse:2", "bridge", "outro"}),
    ("drums only in the choruses", {"bars:1-12", "verse:2", "bridge", "outro"}),
    ("no drums in the chorus after the bridge", {"chorus:3"}),
    ("starting at bar 9 no drums", {"bars:9-52"}),
    ("no drums from 1:00 to 1:30", {"bars:26-38"}),
    ("sans batterie avant le dernier refrain", {"bars:1-40"}),
    ("sans basse à partir du deuxième couplet", {"bars:21-52"}),
    ("les refrains sauf le deuxième sans basse", {"chorus:1", "chorus:3"}),
    ("un refrain sur deux sans basse", {"chorus:1", "chorus:3"}),
    ("sin batería después del puente", {"bars:41-52"}),
    ("sin bajo desde la segunda estrofa hasta el final", {"bars:21-52"}),
    ("sin bajo hasta el primer estribillo", {"bars:1-12"}),
    ("ohne Schlagzeug vor dem letzten Refrain", {"bars:1-40"}),
    ("ohne Bass ab der zweiten Strophe", {"bars:21-52"}),
    ("jeden zweiten Refrain ohne Bass", {"chorus:1", "chorus:3"}),
    ("die ersten zwei Strophen ohne Bass", {"verse:1", "verse:2"}),
    ("senza batteria prima dell'ultimo ritornello", {"bars:1-40"}),
    ("senza basso dal secondo ritornello alla fine", {"bars:29-52"}),
    ("sem bateria depois da ponte", {"bars:41-52"}),
    ("sem baixo a partir do segundo verso", {"bars:21-52"}),
)


@pytest.mark.parametrize(("prompt", "places"), SPOTS)
def test_a_stretch_is_found_in_the_recording(prompt: str, places: set[str], song: Analysis) -> None:
    plan = write_plan(prompt, song, source="recording").plan
    assert {op.op for op in plan.ops} == {"mute"}
    assert {op.at for op in plan.ops} == places
    assert unfold(plan, song)


@pytest.mark.parametrize(
    "prompt", ["no drums before the intro", "no drums after the outro", "no drums after the fifth chorus"]
)
def test_a_stretch_that_is_empty_is_explained(prompt: str, song: Analysis) -> None:
    result = write_plan(f"{prompt}, more bass", song, source="recording")
    assert [op.op for op in result.plan.ops] == ["gain"]
    assert any("here" in entry or "this recording has" in entry for entry in result.skipped)


def test_moving_a_part_behind_another_is_not_a_stretch(song: Analysis) -> None:
    (op,) = write_plan("put the bridge before the first chorus", song, source="recording").plan.ops
    assert op.op == "arrange"
    assert list(op.form[:4]) == ["intro", "verse:1", "bridge", "chorus:1"]


def test_everything_after_a_part_can_be_cut(song: Analysis) -> None:
    (op,) = write_plan("cut everything after the second chorus", song, source="recording").plan.ops
    assert (op.op, op.at) == ("cut", "bars:37-52")


# ---------------------------------------------------------------- a part that is not there


def test_a_wish_that_only_lacks_its_place_is_offered_at_the_nearest(song: Analysis) -> None:
    with pytest.raises(InvalidPrompt) as caught:
        write_plan("no drums in the fifth chorus", song, source="recording")
    offered = caught.value.details["suggestions"][0]
    assert "the nearest is chorus 3, bars 41-48" in caught.value.message
    (op,) = write_plan(offered, song, source="recording").plan.ops
    assert (op.op, op.on, op.at) == ("mute", ("drums",), "chorus:3")


@given(
    wish=st.sampled_from(
        ("no drums in", "half time in", "skip", "louder bass in", "robot voice in", "reverb on the vocals in", "repeat")
    ),
    place=st.sampled_from(
        ("the fourth verse", "the bridge", "the solo", "the second bridge", "the fifth chorus", "the break")
    ),
    first=st.integers(0, 5),
)
@RELAXED
def test_an_offer_is_always_a_plan_of_this_recording(wish: str, place: str, first: int, song: Analysis) -> None:
    recording = song.model_copy(update={"sections": song.sections[first : first + 4]})
    try:
        plan = write_plan(f"{wish} {place}", recording, source="recording").plan
    except InvalidPrompt as error:
        plan = write_plan(error.details["suggestions"][0], recording, source="recording").plan
    assert plan.ops
    assert all(find(op.at, recording) for op in plan.ops)  # type: ignore[union-attr]


def test_what_stands_for_a_missing_part_is_said(song: Analysis) -> None:
    result = write_plan("half time in the solo", song, source="recording")
    assert "The bridge stands for the solo." in result.understood[0].meaning
