"""Who owns which bars of each stem: the master, a style that plays it anew, or nobody; and what is played beside
them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import InvalidPlan
from remixlab.domain.material import Origin
from remixlab.plan import RemixPlan, styles
from remixlab.plan.ops import Keep, Layer, Mute, Perform, Reharmonize, Restyle
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts.lines import Line
from remixlab.signal.instruments import INSTRUMENTS, KITS

COVER_STYLE = "folk-acoustic"
"""Who plays where neither plan nor recording names a style: a small band that suits most tunes."""
STEM_OF_PART: dict[str, Stem] = {"drums": Stem.DRUMS, "percussion": Stem.DRUMS, "bass": Stem.BASS, "lead": Stem.VOCALS}
"""Which stem of a recording a part belongs to; every other part belongs to `other`."""
_PARTS_OF_STEM: Mapping[Stem, tuple[str, ...]] = {
    Stem.VOCALS: ("lead",),
    Stem.DRUMS: ("drums", "percussion"),
    Stem.BASS: ("bass",),
    Stem.OTHER: ("chords", "pad", "arp", "riff", "strings", "horns"),
}
"""The parts that take a stem's place where a style plays it."""
_PART_OF_LINE = {"melody": "lead", "chords": "chords", "bass": "bass", "drums": "drums"}
"""The part that plays a line which `perform` names."""
_LINE_OF_PART = {part: line for line, part in _PART_OF_LINE.items()}


def stem_of(line: Line) -> Stem:
    """The stem that a line plays, or that its part belongs to."""
    return line.stem or STEM_OF_PART.get(line.part, Stem.OTHER)


def home_style(layout: Layout) -> str:
    """Whose band plays where the plan names no style: the one that the recording is nearest to."""
    return layout.source.style if layout.source.style in styles.ids() else COVER_STYLE


class Demand(NamedTuple):
    """One part that somebody shall play. Shape: mask (bars,)."""

    part: str
    style: str
    mask: NDArray[np.bool_]
    origin: Origin
    stem: Stem | None
    instrument: str | None = None
    gain_db: float = 0.0
    transcribed: bool = False


def demands_of(plan: RemixPlan, layout: Layout) -> tuple[dict[Stem, NDArray[np.bool_]], list[Demand]]:
    """Deal out the bars of each stem: where the master sounds, and every part that somebody shall play. Shape: masks
    (bars,)."""
    count = len(layout.bars)
    cover = plan.kind == "cover"
    owner: dict[Stem, list[str | None]] = {
        stem: [home_style(layout) if cover else ("" if stem in plan.stems else None)] * count for stem in ALL_STEMS
    }
    for op, bars in layout.verbs:
        if isinstance(op, Restyle):
            styles.load(op.style)
            for stem in op.on:
                if cover or stem in plan.stems:
                    _give(owner[stem], bars, op.style)
    _cede_to_new_chords(plan, layout, owner)
    for op, bars in layout.verbs:
        if isinstance(op, Mute):
            for stem in op.on:
                _give(owner[stem], bars, None)
    master = {stem: np.array([name == "" for name in owner[stem]]) for stem in ALL_STEMS}
    demands = [d for stem in ALL_STEMS for d in _performed(stem, owner[stem], plan)]
    return master, [*demands, *_added(plan, layout)]


def _give(owner: list[str | None], mask: NDArray[np.bool_], to: str | None) -> None:
    for index in np.flatnonzero(mask):
        owner[index] = to


def _cede_to_new_chords(plan: RemixPlan, layout: Layout, owner: dict[Stem, list[str | None]]) -> None:
    """Where the chords change, bass and other of the master would clash: they are played anew unless the plan keeps
    them."""
    if plan.kind == "cover":
        return
    kept = {stem for op in plan.ops if isinstance(op, Keep) for stem in op.on}
    style = next((op.style for op in plan.ops if isinstance(op, Restyle)), home_style(layout))
    for op, bars in layout.verbs:
        if isinstance(op, Reharmonize):
            for stem in (Stem.BASS, Stem.OTHER):
                if stem not in kept:
                    for index in np.flatnonzero(bars):
                        owner[stem][index] = style if owner[stem][index] == "" else owner[stem][index]


def _performed(stem: Stem, owner: list[str | None], plan: RemixPlan) -> list[Demand]:
    """The parts that take a stem's place, for each style that owns some of its bars."""
    demands: list[Demand] = []
    chosen = _chosen_instruments(plan)
    for style in dict.fromkeys(name for name in owner if name):
        mask = np.array([name == style for name in owner])
        for part in _PARTS_OF_STEM[stem]:
            instrument = None
            if plan.kind == "cover":
                instrument = chosen.get(_LINE_OF_PART.get(part, ""), _band(style, part, plan.seed))
            demands.append(
                Demand(part=part, style=style, mask=mask, origin="performed", stem=stem, instrument=instrument)
            )
    return demands


def _chosen_instruments(plan: RemixPlan) -> dict[str, str]:
    return {op.line: op.instrument for op in plan.ops if isinstance(op, Perform)}


def _band(style_id: str, part: str, seed: int) -> str | None:
    """Who plays a part of a cover: in the first take the style's own band, in others whoever else knows the part."""
    style = styles.load(style_id)
    match part:
        case "lead":
            first, others = style.cover.melody, style.lead.instruments
        case "chords":
            first, others = style.cover.chords, style.chords.instruments
        case "bass":
            first, others = style.cover.bass, style.bass.instruments
        case "drums":
            return style.cover.kit
        case _:
            return None
    options = list(dict.fromkeys((first, *others)))
    return options[seed % len(options)]


def _added(plan: RemixPlan, layout: Layout) -> list[Demand]:
    """Layers, and in a remix the lines that are played beside the master."""
    beside = next((op.style for op in plan.ops if isinstance(op, Restyle | Layer)), home_style(layout))
    demands: list[Demand] = []
    for op, bars in layout.verbs:
        if isinstance(op, Layer):
            stem = STEM_OF_PART.get(op.part)
            demands.append(
                Demand(part=op.part, style=op.style, mask=bars, origin="layered", stem=stem, gain_db=op.gain_db)
            )
        elif isinstance(op, Perform):
            _check_instrument(op)
            if plan.kind == "remix":
                part = _PART_OF_LINE[op.line]
                demands.append(
                    Demand(
                        part=part,
                        style=beside,
                        mask=bars,
                        origin="layered",
                        stem=STEM_OF_PART.get(part),
                        instrument=op.instrument,
                        gain_db=op.gain_db,
                        transcribed=True,
                    )
                )
    return demands


def _check_instrument(op: Perform) -> None:
    known = KITS if op.line == "drums" else INSTRUMENTS
    if op.instrument not in known:
        kind = "kit" if op.line == "drums" else "instrument"
        raise InvalidPlan(
            [f"there is no {kind} '{op.instrument}'"],
            code="plan.unknown_instrument",
            hint=f"There are {', '.join(sorted(known))}.",
        )
