"""A place of a second recording laid over the result, in its tempo and its key."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from remixlab.domain.errors import InvalidPlan, RecordingNotFound
from remixlab.domain.song import Song
from remixlab.plan import RemixPlan, find, shift_to
from remixlab.plan.ops import Sample
from remixlab.rendering.layout import Layout, ResultBar
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.automation import ride_by_bar
from remixlab.rendering.mixer.stems import MasterNode, Stretch
from remixlab.rendering.mixer.strips import Strip


def sample_strips(plan: RemixPlan, layout: Layout, source: Song, samples: Mapping[str, Song], reference_lufs: float) -> list[Strip]:
    """One strip for each `sample`. Raises: RecordingNotFound when a sampled recording was not given, InvalidPlan, UnknownPlace."""
    strips: list[Strip] = []
    for op in plan.ops:
        if not isinstance(op, Sample):
            continue
        if op.recording == plan.source and plan.kind == "cover":
            raise InvalidPlan(["a cover plays nothing of the master, so it cannot sample it"], code="plan.sample_of_source")
        song = source if op.recording == plan.source else samples.get(op.recording)
        if song is None:
            raise RecordingNotFound(f"the sampled recording {op.recording} is not at hand", hint="Ingest it first.")
        mask = layout.mask_of(op.at)
        bars = [bar for bar in layout.bars if mask[bar.position]]
        node = MasterNode(song.recording, "mix", _looped(op, song, bars, layout), layout)
        gain_db = reference_lufs - 5.0 - balance.loudness_of(song.recording) + op.gain_db
        strips.append(
            Strip(f"sample of {op.recording}", "sample", node, "layered", None, gain_db, ride=ride_by_bar(mask.astype(np.float64), layout))
        )
    return strips


def _looped(op: Sample, song: Song, bars: list[ResultBar], layout: Layout) -> list[Stretch]:
    """The bars of the take over the bars of the place, again and again, one to one or folded by an octave of tempo."""
    taken = [n for span in find(op.take, song.analysis) for n in span.bars]
    source = song.analysis.bars
    stretches: list[Stretch] = []
    for k, bar in enumerate(bars):
        own = source[taken[k % len(taken)] - 1]
        length = bar.end_s - bar.start_s
        end = own.end_s
        if (own.end_s - own.start_s) / length > 1.5:
            half = k % 2
            own = source[taken[k // 2 % len(taken)] - 1]
            middle = (own.start_s + own.end_s) / 2
            start, end = (own.start_s, middle) if half == 0 else (middle, own.end_s)
        else:
            start = own.start_s
        shift = shift_to(song.analysis.parsed_key, layout.key_at(bar))
        stretches.append(Stretch((bar.start_s, bar.end_s), (start, end), ((bar.start_s, shift),)))
    return stretches
