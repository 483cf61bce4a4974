"""The stages of a result: each made once, from those before it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import numpy as np
import pytest

from remixlab.domain.material import Material
from remixlab.plan import find, remix
from remixlab.rendering import layout as layouts
from remixlab.rendering import render, resolve, timeline
from remixlab.rendering.memo import Once

PLAN = (
    remix("x")
    .restyle("drums", "bass", "other", style="house")
    .gain("vocals", gain_db=-2.0, at="verse")
    .gain("drums", gain_db=-1.0, at="chorus")
    .duck("other", under="vocals", depth_db=4, at="verse")
    .revoice("choir", at="chorus")
    .reharmonize("D:min7", "E:7", at="verse")
    .mute("bass", at="intro")
    .layer("pad", "ambient", at="chorus")
)


def test_every_place_of_a_plan_is_looked_up_once(song: Material, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def counted(place: str, analysis: object) -> object:
        asked.append(place)
        return find(place, analysis)  # type: ignore[arg-type]

    monkeypatch.setattr(layouts, "find", counted)
    render(PLAN, song)
    assert sorted(asked) == ["all", "chorus", "intro", "verse"]


def test_a_layout_knows_the_bars_of_each_verb_in_the_order_of_the_plan(song: Material) -> None:
    layout = resolve(PLAN, song)
    assert [op for op, _ in layout.verbs] == list(PLAN.ops)
    for op, bars in layout.verbs:
        assert np.array_equal(bars, layout.mask_of(getattr(op, "at", "all")))
        assert not bars.flags.writeable


def test_render_and_timeline_make_the_same_stages(song: Material) -> None:
    line, mix = timeline(PLAN, song), render(PLAN, song)
    assert line.layout.length_frames == mix.audio.length_frames
    assert tuple(strip.part for strip in line.console.strips) == mix.parts


def test_what_is_kept_is_made_once_by_any_number_of_threads() -> None:
    numbers = count()
    kept = Once(lambda: next(numbers))
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: kept.get(), range(64))) == {0}


def test_what_could_not_be_made_is_tried_again() -> None:
    tries = count()

    def make() -> int:
        if next(tries) == 0:
            raise ValueError("not yet")
        return 7

    kept = Once(make)
    with pytest.raises(ValueError, match="not yet"):
        kept.get()
    assert kept.get() == 7
