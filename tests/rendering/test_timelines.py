"""A timeline that is kept: seeking in it, from any thread, gives the sound that a fresh one gives."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from remixlab.domain.material import Material
from remixlab.plan import remix
from remixlab.rendering import timeline
from remixlab.usecases.context.memory import MATERIALS_IN_MEMORY, TIMELINES_IN_MEMORY, SoundMemory

RATE = 44_100
PLAN = remix("x").keep("vocals").restyle("drums", "bass", "other", style="synthwave")
PLACES = ((12.0, 12.5), (2.0, 2.5), (7.0, 7.5), (2.0, 2.5))


def spans() -> list[tuple[int, int]]:
    return [(round(a * RATE), round(b * RATE)) for a, b in PLACES]


def test_a_kept_timeline_gives_any_stretch_as_a_fresh_one_does(song: Material) -> None:
    kept = timeline(PLAN, song, workers=2)
    for n0, n1 in spans():
        assert np.array_equal(kept.render(n0, n1), timeline(PLAN, song).render(n0, n1))


def test_stretches_asked_for_at_once_are_those_asked_for_one_by_one(song: Material) -> None:
    alone, together = timeline(PLAN, song), timeline(PLAN, song)
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda span: together.render(*span), spans()))
    for sound, (n0, n1) in zip(made, spans(), strict=True):
        assert np.array_equal(sound, alone.render(n0, n1))


def test_memory_gives_back_the_timeline_of_the_same_plan_and_sounds(song: Material) -> None:
    memory = SoundMemory()
    first = memory.timeline(timeline(PLAN, song))
    assert memory.timeline(timeline(PLAN, song)) is first
    heard_anew = replace(song)
    other = timeline(PLAN, heard_anew)
    assert memory.timeline(other) is other


def test_memory_keeps_few_timelines_and_none_of_a_song_that_is_gone(song: Material) -> None:
    memory = SoundMemory()
    memory.keep("first", song)
    for seed in range(TIMELINES_IN_MEMORY + 3):
        memory.timeline(timeline(PLAN.seeded(seed), song))
    assert len(memory.timelines) == TIMELINES_IN_MEMORY
    for number in range(MATERIALS_IN_MEMORY):
        memory.keep(f"later {number}", replace(song))
    assert len(memory.timelines) == 0
