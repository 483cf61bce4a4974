"""The plan fits the recording: places that are not in it are explained, bar counts become bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.describe import name_place
from remixlab.plan.ops import Arrange
from remixlab.plan.prompt.clauses import Clause
from remixlab.plan.prompt.reading import Draft, Reading
from remixlab.plan.where import find, places_of


def in_bars(clause: Clause, reading: Reading) -> Clause:
    """The clause with places that are counted (`the first 8 bars`, `the second half`) as bars of this recording."""
    places: list[str] = []
    for place in clause.places:
        counted = _counted(place, reading.analysis)
        if counted.startswith("span:") or counted in ("first-half", "second-half"):
            reading.skip(reading.words(clause.tags), "the recording has to be listened to first")
        else:
            places.append(counted)
    if clause.places and not places:
        return Clause((), clause.joint)
    return replace(clause, places=tuple(places))


def fit(drafts: Sequence[Draft], reading: Reading) -> list[Draft]:
    """The drafts at places that this recording has; the others are explained in `skipped`."""
    result: list[Draft] = []
    for draft in drafts:
        placed = _placed(draft, reading)
        if placed is not None:
            result.append(placed)
    return result


def _placed(draft: Draft, reading: Reading) -> Draft | None:
    op = draft.op
    if isinstance(op, Arrange):
        form = tuple(p for p in (_place(p, reading.analysis) for p in op.form) if p)
        if not form or (len(form) < len(op.form) and len(set(form)) < 2):
            reading.skip(draft.words, _explain(op.form[0], reading.analysis))
            return None
        return draft._replace(op=op.model_copy(update={"form": form}))
    at = getattr(op, "at", "all")
    place = _place(at, reading.analysis)
    if place is None:
        reading.skip(draft.words, _explain(at, reading.analysis))
        return None
    return draft if place == at else draft._replace(op=op.model_copy(update={"at": place}))


def _place(place: str, analysis: Analysis | None) -> str | None:
    """The place in the plan language, or None when the recording does not have it."""
    place = _counted(place, analysis)
    if analysis is None or place == "all":
        return place if not place.startswith("span:") else None
    try:
        find(place, analysis)
    except UnknownPlace:
        return _near(place, analysis)
    return place


def _counted(place: str, analysis: Analysis | None) -> str:
    """`span:first:8` and halves of the piece as bars of this recording."""
    count = len(analysis.bars) if analysis else 0
    if place in ("first-half", "second-half") and count > 1:
        return f"bars:1-{count // 2}" if place == "first-half" else f"bars:{count // 2 + 1}-{count}"
    if place.startswith("bars:"):
        first, last = (int(p) for p in place.removeprefix("bars:").split("-"))
        if count and first <= count < last:
            return f"bars:{first}-{count}"
        first, last = (min(99_999, max(1, n)) for n in (first, last))
        return f"bars:{first}-{max(first, last)}"
    if not place.startswith("span:"):
        return place
    _, side, size = place.split(":")
    if side == "first" and not count:
        return f"bars:1-{min(99_999, max(1, int(float(size))))}" if not side.endswith("seconds") else place
    if not count or analysis is None:
        return place
    if side.endswith("-seconds"):
        edge = float(size)
        inside = [
            b.number for b in analysis.bars if (b.start_s < edge if side.startswith("first") else b.end_s > analysis.duration_s - edge)
        ]
        return f"bars:{inside[0]}-{inside[-1]}" if inside else place
    bars = min(count, max(1, int(float(size))))
    return f"bars:1-{bars}" if side == "first" else f"bars:{count - bars + 1}-{count}"


_STANDS_FOR = {"break": ("solo", "bridge"), "solo": ("break", "bridge"), "bridge": ("break", "solo")}


def _near(place: str, analysis: Analysis) -> str | None:
    """What a listener means where the form names it otherwise: a break for a bridge, the first bars for an intro."""
    label, _, nth = place.partition(":")
    have = {p.split(":")[0] for p in places_of(analysis)}
    for other in _STANDS_FOR.get(label, ()):
        if other in have:
            candidate = f"{other}:{nth}" if nth else other
            return _place(candidate, analysis) if candidate != place else None
    count = len(analysis.bars)
    if label == "intro" and count >= 8 and nth in ("", "1"):
        return "bars:1-4"
    if label == "outro" and count >= 8 and nth in ("", "1", "last"):
        return f"bars:{count - 3}-{count}"
    return None


def _explain(place: str, analysis: Analysis | None) -> str:
    if analysis is None:
        return "the recording has to be listened to first"
    if place.startswith(("bars:", "span:")):
        return f"this recording has bars 1 to {len(analysis.bars)}"
    have = ", ".join(p.replace(":", " ") for p in places_of(analysis)[:10]) or f"bars 1 to {len(analysis.bars)}"
    return f"this recording has no {name_place(place).removeprefix('the ').removeprefix('every ')}; it has {have}"
