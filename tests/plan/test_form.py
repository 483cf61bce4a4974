"""Form and time of the result, against a small recording whose truth is known."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis, Key, Section
from remixlab.plan import RemixPlan, find, fold_bpm, places_of, reach, remix, shift_to, unfold

BAR_S = 2.0
FORM = (("intro", 2), ("verse", 4), ("chorus", 4), ("verse", 4), ("chorus", 4), ("outro", 2))


def analysis() -> Analysis:
    """Twenty bars of 4/4 at 120 bpm in A minor: intro 2, verse 4, chorus 4, verse 4, chorus 4, outro 2."""
    sections, start = [], 0.0
    for label, bars in FORM:
        sections.append(Section(start_s=start, end_s=start + bars * BAR_S, label=label))
        start += bars * BAR_S
    return Analysis(
        duration_s=start,
        tempo_bpm=120.0,
        beats=tuple(i * 0.5 for i in range(80)),
        downbeats=tuple(i * BAR_S for i in range(20)),
        key="A minor",
        key_confidence=1.0,
        sections=tuple(sections),
    )


def bars_of(plan: RemixPlan) -> list[int]:
    return [p.bar.number for p in unfold(plan, analysis())]


def test_places_are_counted_from_one_with_both_ends() -> None:
    assert find("chorus:2", analysis()) == ((15, 18),)
    assert find("chorus", analysis()) == ((7, 10), (15, 18))
    assert find("verse:last", analysis()) == ((11, 14),)
    assert find("bars:9-16", analysis()) == ((9, 16),)
    assert places_of(analysis()) == ("intro:1", "verse:1", "chorus:1", "verse:2", "chorus:2", "outro:1")


def test_nothing_asked_is_the_recording_bar_by_bar() -> None:
    assert bars_of(remix("x")) == list(range(1, 21))


def test_cut_repeat_and_arrange_speak_of_the_source() -> None:
    assert bars_of(remix("x").cut("intro").repeat("chorus:last", 2)) == [*range(3, 19), *range(15, 19), 19, 20]
    assert bars_of(remix("x").repeat("chorus:last", 2).cut("intro")) == bars_of(
        remix("x").cut("intro").repeat("chorus:last", 2)
    )
    assert bars_of(remix("x").arrange("chorus", "verse:1", "chorus")) == [7, 8, 9, 10, 3, 4, 5, 6, 15, 16, 17, 18]


def test_every_unknown_place_is_named_at_once() -> None:
    with pytest.raises(UnknownPlace) as caught:
        unfold(
            remix("x").mute("drums", at="bridge").cut("chorus:3").gain("bass", gain_db=1.0, at="bars:19-22"), analysis()
        )
    assert len(caught.value.details["mistakes"]) == 3


def test_cutting_everything_is_refused() -> None:
    with pytest.raises(UnknownPlace, match="nothing is left"):
        unfold(remix("x").cut("all"), analysis())


def test_local_ratios_multiply_the_global_one_and_reach_knows_the_extremes() -> None:
    far = reach(remix("x").tempo(ratio=1.1).tempo(ratio=1.08, at="chorus").transpose(-2, at="verse"), analysis())
    assert far.tempo_ratio_min == pytest.approx(1.1)
    assert far.tempo_ratio_max == pytest.approx(1.188)
    assert (far.semitones_min, far.semitones_max) == (-2, 0)
    assert far.length_s == pytest.approx(12 * BAR_S / 1.1 + 8 * BAR_S / 1.188)


@pytest.mark.parametrize(
    ("bpm", "source", "ratio"), [(174, 88, 87 / 88), (124, 120, 124 / 120), (60, 120, 1.0), (85, 170, 1.0)]
)
def test_a_tempo_folds_to_the_nearest_octave(bpm: float, source: float, ratio: float) -> None:
    assert fold_bpm(bpm, source) == pytest.approx(ratio)


@given(st.floats(20, 400), st.floats(40, 240))
def test_folding_keeps_the_tempo_class_and_stays_within_half_an_octave(bpm: float, source: float) -> None:
    ratio = fold_bpm(bpm, source)
    assert 2**-0.5 - 1e-9 <= ratio <= 2**0.5 + 1e-9
    octaves = bpm / (source * ratio)
    assert octaves == pytest.approx(2 ** round(math.log2(octaves)))


@pytest.mark.parametrize(
    ("source", "target", "semitones"),
    [
        ("A minor", "C minor", 3),
        ("A minor", "C major", 0),
        ("C major", "D minor", 5),
        ("G major", "A minor", 5),
        ("C major", "F# major", -6),
    ],
)
def test_moving_to_a_key_takes_the_shorter_way(source: str, target: str, semitones: int) -> None:
    shift = shift_to(Key.parse(source), Key.parse(target))
    assert shift == semitones
    assert set(Key.parse(source).transposed(shift).scale) == set(Key.parse(target).scale)
