"""Builds before a part that lifts: in the song's tempo, ever denser and stronger, silent where the style drops."""

from __future__ import annotations

import numpy as np
import pytest

from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, cover, remix
from remixlab.rendering import timeline
from remixlab.rendering.parts import LANDMARKS
from remixlab.rendering.timeline import Timeline


def built(line: Timeline, piece: str) -> list[tuple[float, float]]:
    found = [one for one in line.arrangement.lines if one.part == LANDMARKS]
    return [(s.beat, s.velocity) for one in found for s in one.strokes if s.piece == piece]


@pytest.mark.parametrize("style", ["house", "techno", "trance"])
@pytest.mark.parametrize("ratio", [0.9, 1.1])
def test_a_roll_arrives_at_the_chorus_in_any_tempo(song: Material, style: str, ratio: float) -> None:
    line = timeline(cover("x").tempo(ratio=ratio).restyle("drums", "bass", "other", style=style), song)
    chorus = next(bar for bar in line.layout.bars if bar.label == "chorus")
    strokes = [(beat, velocity) for beat, velocity in built(line, "snare") if beat < chorus.first]
    beats = np.array([beat for beat, _ in strokes])
    assert beats.size >= 4 and chorus.first - 8 <= beats.min() and beats.max() < chorus.first
    assert np.all(np.diff([velocity for _, velocity in strokes]) > 0)
    assert np.all(np.diff(beats)[1:] <= np.diff(beats)[:-1] + 1e-9)


def test_no_fill_is_played_against_a_build(song: Material) -> None:
    line = timeline(cover("x").restyle("drums", "bass", "other", style="techno"), song)
    chorus = next(bar for bar in line.layout.bars if bar.label == "chorus")
    drums = next(one for one in line.arrangement.lines if one.part == "drums")
    last = [s.piece for s in drums.strokes if chorus.first - 1.0 <= s.beat < chorus.first - 0.05]
    assert not any(piece.startswith("tom") for piece in last)


@pytest.mark.parametrize("style", ["rock", "folk-acoustic", "jazz-swing"])
def test_where_people_play_no_machine_rolls(song: Material, style: str) -> None:
    line = timeline(cover("x").restyle("drums", "bass", "other", style=style), song)
    assert built(line, "snare") == []


PLANS = [remix("x").layer("riser", "house", at="chorus"), remix("x").layer("riser", "rock", at="chorus")]


@pytest.mark.parametrize("plan", PLANS, ids=["house", "rock"])
def test_a_riser_that_is_asked_for_brings_a_roll_of_two_bars(song: Material, plan: RemixPlan) -> None:
    line = timeline(plan, song)
    chorus = next(bar for bar in line.layout.bars if bar.label == "chorus")
    (riser,) = built(line, "riser")
    rolled = built(line, "snare") or built(line, "tom-low")
    assert riser[0] < chorus.first and rolled and min(beat for beat, _ in rolled) == chorus.first - 8
