"""Sampling: a place of a second recording laid over the result, in its tempo and its key."""

from __future__ import annotations

import numpy as np

from remixlab.domain.errors import InvalidPlan, RecordingNotFound
from remixlab.domain.material import Material
from remixlab.plan import find, shift_to
from remixlab.plan.ops import Sample
from remixlab.rendering.layout import Layout, ResultBar
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.automation import automation_by_bar
from remixlab.rendering.mixer.session import Session
from remixlab.rendering.mixer.stems import MasterNode, Stretch
from remixlab.rendering.mixer.strips import Strip

_BELOW_REFERENCE_DB = 5.0
"""A sample lies under what leads."""
_FOLDED_FROM = 1.5
"""A bar of the sample that is so much longer than the bar it lies on is played as two: its tempo is nearer to half
of the song's."""


def sampled_strips(session: Session, reference_lufs: float) -> list[Strip]:
    """One strip for each `sample`. Raises: RecordingNotFound when a sampled recording was not given, InvalidPlan,
    UnknownPlace."""
    plan, layout, source = session.plan, session.layout, session.material
    strips: list[Strip] = []
    for op, mask in layout.verbs:
        if not isinstance(op, Sample):
            continue
        if op.recording == plan.source and plan.kind == "cover":
            raise InvalidPlan(
                ["a cover plays nothing of the master, so it cannot sample it"], code="plan.sample_of_source"
            )
        material = source if op.recording == plan.source else session.sampled.get(op.recording)
        if material is None:
            raise RecordingNotFound(f"the sampled recording {op.recording} is not at hand", hint="Ingest it first.")
        bars = [bar for bar in layout.bars if mask[bar.position]]
        node = MasterNode(material.master, "mix", _looped(op, material, bars, layout), layout)
        gain_db = reference_lufs - _BELOW_REFERENCE_DB - balance.loudness_of(material.master) + op.gain_db
        strips.append(
            Strip(
                name=f"sample of {op.recording}",
                role="sample",
                node=node,
                origin="layered",
                gain_db=gain_db,
                automation=automation_by_bar(mask.astype(np.float64), layout),
            )
        )
    return strips


def _looped(op: Sample, material: Material, bars: list[ResultBar], layout: Layout) -> list[Stretch]:
    """The bars of the take over the bars of the place, again and again, one to one or folded by an octave of tempo."""
    taken = [n for span in find(op.take, material.analysis) for n in span.bars]
    source = material.analysis.bars
    stretches: list[Stretch] = []
    for k, bar in enumerate(bars):
        own = source[taken[k % len(taken)] - 1]
        length = bar.end_s - bar.start_s
        end = own.end_s
        if (own.end_s - own.start_s) / length > _FOLDED_FROM:
            half = k % 2
            own = source[taken[k // 2 % len(taken)] - 1]
            middle = (own.start_s + own.end_s) / 2
            start, end = (own.start_s, middle) if half == 0 else (middle, own.end_s)
        else:
            start = own.start_s
        shift = shift_to(material.analysis.parsed_key, layout.key_at(bar))
        stretches.append(Stretch((bar.start_s, bar.end_s), (start, end), ((bar.start_s, shift),)))
    return stretches
