"""Whether a plan leaves anything to hear."""

from __future__ import annotations

from collections.abc import Sequence

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.form import unfold
from remixlab.plan.ops import Layer, Level, Mute, Perform, Sample
from remixlab.plan.plan import RemixPlan
from remixlab.plan.where import find

FAINT_DB = -50.0
"""A level at which nobody hears a stem any more."""


def is_silent(plan: RemixPlan, analysis: Analysis | None, stems_available: Sequence[Stem] = ALL_STEMS) -> bool:
    """Whether nothing sounds in any bar that a plan plays.

    Law: a plan with a new part, or with a stem that is nowhere silenced, is not silent.
    """
    if any(isinstance(op, Layer | Perform | Sample) for op in plan.ops):
        return False
    lanes = {*(stems_available or ALL_STEMS)} & {*plan.stems} if plan.kind == "remix" else {*ALL_STEMS}
    if analysis is None or not analysis.bars:
        return not lanes - {stem for op in plan.ops if _silences(op) and _at(op) == "all" for stem in _on(op)}
    try:
        played = {passage.bar.number for passage in unfold(plan, analysis)}
    except UnknownPlace as error:
        return error.stable_code == "plan.nothing_left"
    return all(not played - _silent_bars(stem, plan, analysis) for stem in lanes)


def _silent_bars(stem: Stem, plan: RemixPlan, analysis: Analysis) -> set[int]:
    return {
        bar
        for op in plan.ops
        if _silences(op) and stem in _on(op)
        for span in find(_at(op), analysis)
        for bar in span.bars
    }


def _silences(op: object) -> bool:
    return isinstance(op, Mute) or (isinstance(op, Level) and op.gain_db <= FAINT_DB)


def _on(op: object) -> tuple[Stem, ...]:
    return getattr(op, "on", ())


def _at(op: object) -> str:
    return str(getattr(op, "at", "all"))
