"""Prompt to sealed FLAC of a three-minute genre conversion of a known recording; the render alone; and beside other stretchers.

The rivals do only the work they are made for (stretching four stems by the same ratio), as programs or packages outside the product;
ours renders the whole remix in the same time span. `pip install python-stretch` and `apt-get install rubberband-cli` bring them.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import soundfile as sf

from benchmarks.measure import measure, side_by_side
from benchmarks.songs import LENGTH_S, bench_house, three_minutes
from remixlab.plan import remix as plan_of
from remixlab.rendering import render
from remixlab.studio import RemixOrder, hear, remix

WORDS = "80s synthwave, keep the vocals, 8 percent faster"
RATIO = 1.08


def run() -> Iterator[dict[str, Any]]:
    with bench_house() as house:
        desk = house.desk
        with desk.read() as shelf:
            recording = shelf.recordings()[0]
        seeds = count()

        def convert() -> None:
            remix(RemixOrder(source=recording.recording_id, prompt=WORDS, seed=next(seeds), at=desk.clock.now()), desk)

        yield measure("prompt to sealed FLAC", convert, count=LENGTH_S, unit="seconds of music", prompt=WORDS)
        song = hear(recording, desk)
        plan = plan_of(recording.recording_id).keep("vocals").restyle("drums", "bass", "other", style="synthwave").tempo(ratio=RATIO)
        for workers in (1, 2):
            yield measure(
                f"render alone, {workers} threads", lambda w=workers: render(plan, song, workers=w), count=LENGTH_S, unit="seconds of music"
            )
        stretched = plan_of(recording.recording_id).tempo(ratio=RATIO)
        yield from _rivals(lambda: render(stretched, song, workers=1))


def _rivals(ours: Any) -> Iterator[dict[str, Any]]:
    _, stems = three_minutes()
    if find_spec("python_stretch"):
        import python_stretch

        def signalsmith() -> None:
            for stem in stems.values():
                stretcher = python_stretch.Signalsmith.Stretch()
                stretcher.preset(2, 44_100)
                stretcher.setTimeFactor(RATIO)
                stretcher.process(stem.samples)

        yield side_by_side("tempo of four stems, mixed and mastered", ours, signalsmith, rival_name="Signalsmith Stretch (stretching only)")
    program = shutil.which("rubberband")
    if program:
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for name, stem in stems.items():
                names.append(Path(folder) / f"{name}.wav")
                sf.write(names[-1], stem.samples.T, 44_100)

            def rubberband() -> None:
                for name in names:
                    subprocess.run(
                        [program, "--fine", "--quiet", "--tempo", str(RATIO), str(name), f"{name}.out.wav"], check=True, capture_output=True
                    )

            yield side_by_side(
                "tempo of four stems, mixed and mastered", ours, rubberband, rival_name="Rubber Band R3 (stretching only)", runs=3
            )
