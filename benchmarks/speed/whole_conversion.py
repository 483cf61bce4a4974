"""Prompt to sealed FLAC of a three-minute genre conversion of a known recording; the render alone; and beside other
stretchers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from benchmarks.measuring.measure import measure
from benchmarks.measuring.songs import LENGTH_S, bench_house
from benchmarks.speed.stretching import beside_rivals
from remixlab.plan import remix as plan_of
from remixlab.rendering import render
from remixlab.usecases.context.making import Making
from remixlab.usecases.hearing import hear
from remixlab.usecases.making import RemixOrder, remix

WORDS = "80s synthwave, keep the vocals, 8 percent faster"
RATIO = 1.08


def run() -> Iterator[dict[str, Any]]:
    with bench_house() as workspace:
        context = workspace.context
        with context.read() as records:
            recording = records.catalogue.recordings().items[0]
        seeds = count()

        for mark, runs in (("plain", 7), ("informed", 5)):
            own = replace(context, informed_marks=mark == "informed")

            def convert(own: Making = own) -> None:
                remix(RemixOrder(source=recording.recording_id, prompt=WORDS, seed=next(seeds)), workspace.actor(), own)

            yield measure(
                f"prompt to sealed FLAC, {mark} mark",
                convert,
                count=LENGTH_S,
                unit="seconds of music",
                runs=runs,
                warm=2,
                prompt=WORDS,
            )
        song = hear(recording, context)
        plan = (
            plan_of(recording.recording_id)
            .keep("vocals")
            .restyle("drums", "bass", "other", style="synthwave")
            .tempo(ratio=RATIO)
        )
        for workers in (1, 2):
            yield measure(
                f"render alone, {workers} threads",
                lambda w=workers: render(plan, song, workers=w),
                count=LENGTH_S,
                unit="seconds of music",
            )
        yield from beside_rivals(song)
