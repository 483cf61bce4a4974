"""A band over a whole song: no two bars alike where people play, a machine's time where none do."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest

from benchmarks.sound.band import HUMAN, figures
from remixlab.domain.material import Material
from remixlab.plan import cover, styles
from remixlab.rendering import timeline
from remixlab.rendering.timeline import Timeline

BARS = 45
BEFORE = {"equal_to_before": 0.48, "distinct": 0.30, "timing_ms": 4.5}
"""What all styles had in the mean before patterns were phrased."""
PEOPLE = ("rock", "funk", "country", "soul", "blues", "jazz-swing")
MACHINES = ("house", "techno", "synthwave", "trance")


def half_way(name: str) -> float:
    return (BEFORE[name] + HUMAN[name]) / 2


Played = Callable[..., Timeline]


@pytest.fixture(scope="module")
def played(song: Material) -> Played:
    """A style over more than forty bars."""

    @cache
    def play(style: str, seed: int = 0) -> Timeline:
        plan = cover("x").repeat("chorus", times=10).restyle("drums", "bass", "other", style=style).seeded(seed)
        return timeline(plan, song)

    return play


def of(line: Timeline, style: str, part: str) -> dict[str, float]:
    one = next(found for found in line.arrangement.lines if found.part == part)
    return figures(one, line.layout, 12 if styles.load(style).groove.steps_per_beat == 3 else 16)


@pytest.mark.parametrize("style", PEOPLE)
def test_drummers_repeat_themselves_less_than_half_as_much_as_before(played: Played, style: str) -> None:
    found = of(played(style), style, "drums")
    assert found["bars"] >= BARS
    assert found["equal_to_before"] <= half_way("equal_to_before")
    assert found["distinct"] >= half_way("distinct")


def test_people_keep_time_like_people_and_together(played: Played) -> None:
    spreads = [of(played(style), style, part)["timing_ms"] for style in PEOPLE for part in ("drums", "bass")]
    assert np.mean(spreads) >= 0.95 * half_way("timing_ms")
    assert max(spreads) < HUMAN["timing_ms"] + 2
    line = played("rock")
    drums, bass = (next(f for f in line.arrangement.lines if f.part == part) for part in ("drums", "bass"))
    kicks = np.array([s.beat for s in drums.strokes if s.piece == "kick"])
    ons = np.array([t.beat for t in bass.tones])
    apart_ms = np.array([np.abs(ons - k).min() for k in kicks]) * 60e3 / line.layout.tempo_bpm
    assert np.median(apart_ms[apart_ms < 60]) < 9.0


@pytest.mark.parametrize("style", MACHINES)
def test_a_machine_keeps_its_time_and_still_turns_its_pattern(played: Played, style: str) -> None:
    found = of(played(style), style, "drums")
    assert found["timing_ms"] < 3.0
    assert found["equal_to_before"] < BEFORE["equal_to_before"] and found["distinct"] < 0.7


@pytest.mark.parametrize("style", ["rock", "house"])
def test_bass_and_chords_have_more_than_a_bar_or_two(played: Played, style: str) -> None:
    assert of(played(style), style, "bass")["distinct"] > 0.15 and of(played(style), style, "chords")["distinct"] > 0.15


def test_a_take_is_the_same_whenever_it_is_played_and_another_take_is_another(played: Played, song: Material) -> None:
    again = timeline(played("funk").plan, song).arrangement.lines
    assert again == played("funk").arrangement.lines
    assert played("funk", 1).arrangement.lines != again


def test_one_chord_for_a_whole_song_changes_its_grip_where_a_phrase_answers(song: Material) -> None:
    plan = cover("x").reharmonize("C:maj7").restyle("drums", "bass", "other", style="house")
    line = timeline(plan, song)
    chords = next(one for one in line.arrangement.lines if one.part == "chords")
    grips: dict[bool, set[float]] = {True: set(), False: set()}
    for bar in line.layout.bars:
        inside = {t.midi for t in chords.tones if bar.first + 0.1 <= t.beat < bar.first + bar.beats - 0.4}
        grips[bar.place % 4 >= 2] |= inside
    assert {m % 12 for m in grips[True]} == {m % 12 for m in grips[False]} == {0, 4, 7, 11}
    assert grips[True] != grips[False]
