"""Places of a recording, as musicians name them: `all`, `chorus`, `chorus:2`, `verse:last`, `bars:9-16`.

Bars are counted from 1, both ends included. A place is always a place of the source, never of the
result, so no edit can shift the meaning of another.
"""

from __future__ import annotations

import re
from typing import Annotated, NamedTuple

from pydantic import Field

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis

WHERE_PATTERN = r"^(?:all|bars:[1-9]\d{0,4}-[1-9]\d{0,4}|[a-z][a-z-]{0,31}(?::(?:[1-9]\d{0,2}|last))?)$"
Where = Annotated[str, Field(pattern=WHERE_PATTERN, examples=["all", "chorus:2", "bars:9-16"])]


class BarSpan(NamedTuple):
    """Consecutive bars of the source, first and last included."""

    first: int
    last: int

    def __contains__(self, bar: object) -> bool:
        return isinstance(bar, int) and self.first <= bar <= self.last

    @property
    def bars(self) -> range:
        return range(self.first, self.last + 1)


def find(place: str, analysis: Analysis) -> tuple[BarSpan, ...]:
    """The bars that a place means in this recording, in order; a bare label means every occurrence.

    Raises: UnknownPlace when the recording has no such place; the hint lists those it has.
    """
    count = len(analysis.bars)
    if place == "all":
        return (BarSpan(1, count),) if count else ()
    if place.startswith("bars:"):
        return (_bars(place, count),)
    label, _, nth = place.partition(":")
    spans = section_spans(analysis, label)
    if not spans:
        raise _unknown(place, analysis)
    if not nth:
        return spans
    index = len(spans) - 1 if nth == "last" else int(nth) - 1
    if index >= len(spans):
        raise _unknown(place, analysis)
    return (spans[index],)


def section_spans(analysis: Analysis, label: str) -> tuple[BarSpan, ...]:
    """The bars of each section with this label. A bar belongs to the section that holds its middle."""
    return tuple(span for section_label, span in form_of(analysis) if section_label == label)


def form_of(analysis: Analysis) -> tuple[tuple[str, BarSpan], ...]:
    """The sections of the recording with their bars, in order; sections shorter than a bar are left out."""
    form: list[tuple[str, BarSpan]] = []
    for section in analysis.sections:
        bars = [b.number for b in analysis.bars if section.start_s <= (b.start_s + b.end_s) / 2 < section.end_s]
        if bars:
            form.append((section.label, BarSpan(bars[0], bars[-1])))
    return tuple(form)


def places_of(analysis: Analysis) -> tuple[str, ...]:
    """Every numbered section of the recording, in order: `intro:1`, `verse:1`, `chorus:1`, `verse:2` ..."""
    seen: dict[str, int] = {}
    places: list[str] = []
    for label, _ in form_of(analysis):
        seen[label] = seen.get(label, 0) + 1
        places.append(f"{label}:{seen[label]}")
    return tuple(places)


def _bars(place: str, count: int) -> BarSpan:
    first, last = (int(part) for part in re.findall(r"\d+", place))
    if first > last or last > count:
        raise UnknownPlace(
            [f"{place} does not exist: the recording has bars 1-{count}"], hint=f"Choose bars between 1 and {count}."
        )
    return BarSpan(first, last)


def _unknown(place: str, analysis: Analysis) -> UnknownPlace:
    have = ", ".join(places_of(analysis)) or f"bars:1-{len(analysis.bars)}"
    return UnknownPlace([f"the recording has no {place.replace(':', ' ')}"], hint=f"It has {have}.")
