"""The form of a result as it is answered: bar by bar, which bar of the recording plays, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from remixlab.doors.answers.answer import Answer

if TYPE_CHECKING:
    from remixlab.rendering import Layout


class FormBar(Answer):
    """One bar of a result. Unit: seconds in the result, and in the recording that it is made from.

    `place` counts the bars of its section from 0; `occurrence` counts the sections of the same name from 1.
    """

    start_s: float
    end_s: float
    source: int
    source_start_s: float
    source_end_s: float
    label: str
    occurrence: int
    section: int
    place: int
    length: int


class FormAnswer(Answer):
    """How a result goes: its bars, and where it ends with what rings on."""

    bars: list[FormBar]
    length_s: float


def form_answer(layout: Layout) -> FormAnswer:
    bars = [
        FormBar(
            start_s=round(float(bar.start_s), 4), end_s=round(float(bar.end_s), 4), source=bar.source,
            source_start_s=round(float(bar.source_s[0]), 4), source_end_s=round(float(bar.source_s[-1]), 4),
            label=bar.label, occurrence=bar.occurrence, section=bar.section, place=bar.place, length=bar.length,
        )
        for bar in layout.bars
    ]  # fmt: skip
    return FormAnswer(bars=bars, length_s=round(layout.length_s + layout.tail_s, 4))
