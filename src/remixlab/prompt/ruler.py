"""A plan at a glance: which verb acts on which bars, as plain rows that a door may draw in colour."""

from __future__ import annotations

from typing import NamedTuple

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.describe import sentence
from remixlab.plan.ops import Arrange, Op
from remixlab.plan.plan import RemixPlan
from remixlab.plan.where import BarSpan, find, form_of


class Mark(NamedTuple):
    """A stretch of the ruler with a name on it."""

    name: str
    span: BarSpan


class Row(NamedTuple):
    """One verb: what it does, where, to which stems, and the words that asked for it."""

    op: str
    text: str
    stems: tuple[str, ...]
    spans: tuple[BarSpan, ...]
    because: str


class Ruler(NamedTuple):
    """The sections of the recording over its bars, and a row for each verb."""

    bars: int
    sections: tuple[Mark, ...]
    rows: tuple[Row, ...]


def ruler(plan: RemixPlan, analysis: Analysis) -> Ruler:
    """Lay a plan on the bars of its recording. Places that are not in it have no spans."""
    sections = tuple(Mark(label, span) for label, span in form_of(analysis))
    rows = tuple(
        Row(op.op, sentence(op), _stems(op), _spans(op, analysis), getattr(op, "because", None) or "")
        for op in plan.ops
    )
    return Ruler(len(analysis.bars), sections, rows)


def cells(spans: tuple[BarSpan, ...], bars: int, width: int) -> tuple[bool, ...]:
    """Which of `width` columns a row fills; every span fills at least one."""
    filled = [False] * width
    for span in spans:
        first = (span.first - 1) * width // max(1, bars)
        last = max(first + 1, -(-span.last * width // max(1, bars)))
        for column in range(min(first, width - 1), min(last, width)):
            filled[column] = True
    return tuple(filled)


def _stems(op: Op) -> tuple[str, ...]:
    return tuple(str(stem) for stem in getattr(op, "on", ()))


def _spans(op: Op, analysis: Analysis) -> tuple[BarSpan, ...]:
    places = op.form if isinstance(op, Arrange) else (getattr(op, "at", "all"),)
    found: list[BarSpan] = []
    for place in places:
        try:
            found += find(place, analysis)
        except UnknownPlace:
            continue
    return tuple(found)
