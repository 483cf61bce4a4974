"""Where a spot lies in this recording:

`before(chorus:last)` becomes the bars up to it, `odd(chorus)` every other one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.where import BarSpan, find, form_of, places_of

HALVES = ("first-half", "second-half", "middle", "finale")
Spans = Sequence[BarSpan]


def is_spot(place: str) -> bool:
    """Whether only the recording can tell where this is."""
    return "(" in place or place in HALVES


def parts_of(place: str) -> tuple[str, ...]:
    """The places of the plan language that a spot speaks of: `before(chorus:2)` of `chorus:2`."""
    return tuple(
        word
        for word in re.split(r"[(),|]", place)
        if re.match(r"^(?:bars:\d|[a-z]+(?:$|:))", word) and word not in _PARTS and word not in _STRETCHES
    )


def locate(place: str, analysis: Analysis) -> tuple[str, ...]:
    """The places of this recording that are meant, in order; a spot that is empty here gives none.

    Raises: UnknownPlace when it speaks of a part that the recording does not have.
    """
    if not is_spot(place):
        return (_known(place, analysis),)
    name, _, inside = place.partition("(")
    inside = inside.removesuffix(")")
    return _PARTS[name](inside, analysis) if name in _PARTS else _named(_STRETCHES[name](inside, analysis), analysis)


_STANDS_FOR = {"break": ("solo", "bridge"), "solo": ("break", "bridge"), "bridge": ("break", "solo")}


def _known(place: str, analysis: Analysis) -> str:
    """The place itself, or what a listener means where the form names it otherwise. Raises: UnknownPlace."""
    if place.startswith("bars:"):
        return _held_bars(place, analysis)
    try:
        find(place, analysis)
    except UnknownPlace:
        if (near := _near(place, analysis)) is None:
            raise
        return near
    return place


def _held_bars(place: str, analysis: Analysis) -> str:
    """Bars that begin in the recording and end behind it end with it. Raises: UnknownPlace."""
    first, last = (int(p) for p in place.removeprefix("bars:").split("-"))
    count = len(analysis.bars)
    held = f"bars:{max(1, first)}-{count if first <= count < last else max(1, first, last)}"
    find(held, analysis)
    return held


def _near(place: str, analysis: Analysis) -> str | None:
    """A break for a bridge, the first bars for an intro, the last ones for an outro."""
    label, _, nth = place.partition(":")
    have = {p.split(":")[0] for p in places_of(analysis)}
    for other in _STANDS_FOR.get(label, ()):
        if other in have:
            candidate = f"{other}:{nth}" if nth else other
            try:
                return _known(candidate, analysis) if candidate != place else None
            except UnknownPlace:
                return None
    count = len(analysis.bars)
    if label == "intro" and "intro" not in have and count >= 8 and nth in ("", "1"):
        return "bars:1-4"
    if label == "outro" and "outro" not in have and count >= 8 and nth in ("", "1", "last"):
        return f"bars:{count - 3}-{count}"
    return None


_USUAL = {
    "intro": 0.0,
    "verse:1": 0.15,
    "chorus:1": 0.3,
    "verse:2": 0.45,
    "chorus:2": 0.6,
    "bridge": 0.7,
    "break": 0.7,
    "solo": 0.75,
    "chorus:3": 0.85,
    "outro": 1.0,
}
"""Where in a song its parts usually stand, as a share of its length."""


def nearest(place: str, analysis: Analysis) -> str | None:
    """The part to offer for one that is not heard: the last of its kind, else what stands where it usually does."""
    label, _, nth = place.partition(":")
    sections = _numbered(analysis)
    alike = [name for name in sections.values() if name.split(":")[0] == label]
    if alike:
        return alike[-1]
    usual = _USUAL.get(f"{label}:{nth or 1}", _USUAL.get(label, _USUAL.get(f"{label}:2")))
    if usual is None or not sections:
        return None
    count = len(analysis.bars)
    return sections[min(sections, key=lambda span: abs((span.first + span.last) / 2 / count - usual))]


def _named(bars: Iterable[int], analysis: Analysis) -> tuple[str, ...]:
    """Runs of bars as places; a run that is a section keeps its name."""
    places: list[str] = []
    sections = _numbered(analysis)
    for first, last in _runs(bars):
        places.append(sections.get(BarSpan(first, last), f"bars:{first}-{last}"))
    return tuple(places)


def _runs(bars: Iterable[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for bar in sorted(set(bars)):
        if runs and bar == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], bar)
        else:
            runs.append((bar, bar))
    return runs


def _numbered(analysis: Analysis) -> dict[BarSpan, str]:
    seen: dict[str, int] = {}
    names: dict[BarSpan, str] = {}
    for label, span in form_of(analysis):
        seen[label] = seen.get(label, 0) + 1
        names[span] = f"{label}:{seen[label]}"
    return names


# ---------------------------------------------------------------- one rule a spot


def _edges(place: str, analysis: Analysis) -> Spans:
    """The spans of an inner place; a moment is the bar that holds it."""
    if not analysis.bars:
        raise UnknownPlace(["no bars were heard here"])
    if place.startswith("time("):
        moment = float(place[5:].rstrip(")"))
        bar = next((b.number for b in analysis.bars if b.end_s > moment), len(analysis.bars))
        return (BarSpan(bar, bar),)
    if is_spot(place):
        return tuple(span for part in locate(place, analysis) for span in find(part, analysis)) or _nowhere(place)
    return find(_known(place, analysis), analysis)


def _nowhere(place: str) -> Spans:
    raise UnknownPlace([f"there is nothing {place.partition('(')[0]} that"])


def _before(inside: str, analysis: Analysis) -> range:
    return range(1, _edges(inside, analysis)[0].first)


def _after(inside: str, analysis: Analysis) -> range:
    last = _edges(inside, analysis)[-1]
    # What comes after a moment begins with the bar that holds it.
    first = last.first if inside.startswith("time(") else last.last + 1
    return range(first, len(analysis.bars) + 1)


def _from(inside: str, analysis: Analysis) -> range:
    return range(_edges(inside, analysis)[0].first, len(analysis.bars) + 1)


def _through(inside: str, analysis: Analysis) -> range:
    start, goal = _two(inside)
    first = _edges(start, analysis)[0].first
    last = next((s.last for s in _edges(goal, analysis) if s.last >= first), _edges(goal, analysis)[-1].last)
    return range(first, last + 1)


def _gap(inside: str, analysis: Analysis) -> range:
    one, other = _two(inside)
    first = _edges(one, analysis)[0].last + 1
    goal = next((s.first for s in _edges(other, analysis) if s.first >= first), _edges(other, analysis)[-1].first)
    return range(first, goal)


def _outside(inside: str, analysis: Analysis) -> set[int]:
    inner = {n for place in inside.split("|") for span in _edges(place, analysis) for n in span.bars}
    return set(range(1, len(analysis.bars) + 1)) - inner


def _led(inside: str, analysis: Analysis, *, after: bool) -> set[int]:
    place, count = _two(inside)
    bars, total = int(count), len(analysis.bars)
    if after:
        return {n for s in _edges(place, analysis) for n in range(s.last + 1, s.last + bars + 1) if n <= total}
    return {n for s in _edges(place, analysis) for n in range(s.first - bars, s.first) if n >= 1}


def _next(inside: str, analysis: Analysis, *, after: bool) -> set[int]:
    """`the chorus after the bridge`: the nearest occurrence on that side."""
    place, anchor = _two(inside)
    spans, edges = _edges(place, analysis), _edges(anchor, analysis)
    beyond = [s for s in spans if s.first > edges[-1].last] if after else [s for s in spans if s.last < edges[0].first]
    return set(beyond[0 if after else -1].bars) if beyond else set()


def _some(inside: str, analysis: Analysis, *, last: bool) -> set[int]:
    """The first or last bars of a part."""
    place, count = _two(inside)
    size = max(1, int(count))
    return {n for s in _edges(place, analysis) for n in (s.bars[-size:] if last else s.bars[:size])}


def _half(inside: str, analysis: Analysis, *, second: bool) -> set[int]:
    spans = _edges(inside, analysis) if inside else (BarSpan(1, len(analysis.bars)),)
    return {n for s in spans for n in (s.bars[len(s.bars) // 2 :] if second else s.bars[: max(1, len(s.bars) // 2)])}


def _phrase(inside: str, analysis: Analysis) -> range:
    """From the first bar of a stretch to the end of the part that holds it."""
    first = _edges(inside, analysis)[0].first
    last = next((span.last for _, span in form_of(analysis) if first in span), len(analysis.bars))
    return range(first, last + 1)


def _share(inside: str, analysis: Analysis) -> range:
    """`the last third`: one of so many equal stretches."""
    nth, of = (int(part) for part in _two(inside))
    total = len(analysis.bars)
    return range((nth - 1) * total // of + 1, nth * total // of + 1)


def _middle(inside: str, analysis: Analysis) -> Iterable[int]:
    """The part that stands in the middle of a song, such as its bridge; else the middle third.

    Of a part: its middle half.
    """
    if inside:
        return {
            n
            for s in _edges(inside, analysis)
            for n in s.bars[len(s.bars) // 4 : max(len(s.bars) // 4 + 1, -(-3 * len(s.bars) // 4))]
        }
    total = len(analysis.bars)
    for label, span in form_of(analysis):
        if label in ("bridge", "solo", "break") and 0.25 * total <= (span.first + span.last) / 2 <= 0.75 * total:
            return span.bars
    return _share("2,3", analysis)


def _finale(inside: str, analysis: Analysis) -> range:
    """Where a song lifts for the last time: its last chorus and what follows, else its last quarter."""
    choruses = [span for label, span in form_of(analysis) if label == "chorus"]
    if len(choruses) > 1:
        return range(choruses[-1].first, len(analysis.bars) + 1)
    return _share("4,4", analysis)


def _edge_bars(inside: str, analysis: Analysis, *, last: bool) -> range:
    total = len(analysis.bars)
    size = min(total, max(1, int(float(inside))))
    return range(total - size + 1, total + 1) if last else range(1, size + 1)


def _edge_seconds(inside: str, analysis: Analysis, *, last: bool) -> list[int]:
    edge = float(inside)
    return [b.number for b in analysis.bars if (b.end_s > analysis.duration_s - edge if last else b.start_s < edge)]


def _odd(inside: str, analysis: Analysis) -> tuple[str, ...]:
    return tuple(f"{inside}:{n}" for n in range(1, len(find(inside, analysis)) + 1, 2))


def _but(inside: str, analysis: Analysis) -> tuple[str, ...]:
    label, nth = _two(inside)
    count = len(find(label, analysis))
    spared = count if nth == "last" else int(nth)
    return tuple(f"{label}:{n}" for n in range(1, count + 1) if n != spared)


def _last_of(inside: str, analysis: Analysis) -> tuple[str, ...]:
    label, size = _two(inside)
    count = len(find(label, analysis))
    return tuple(f"{label}:{n}" for n in range(max(1, count - int(size) + 1), count + 1))


def _two(inside: str) -> tuple[str, str]:
    """Two arguments, of which each may hold brackets of its own."""
    depth = 0
    for n, sign in enumerate(inside):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            return inside[:n], inside[n + 1 :]
    raise UnknownPlace([f"{inside} is not two places"])


_PARTS: dict[str, Callable[[str, Analysis], tuple[str, ...]]] = {"odd": _odd, "but": _but, "last-of": _last_of}
_STRETCHES: dict[str, Callable[[str, Analysis], Iterable[int]]] = {
    "before": _before,
    "after": _after,
    "from": _from,
    "between": _through,
    "gap": _gap,
    "outside": _outside,
    "before-by": lambda inside, analysis: _led(inside, analysis, after=False),
    "after-by": lambda inside, analysis: _led(inside, analysis, after=True),
    "next": lambda inside, analysis: _next(inside, analysis, after=True),
    "prior": lambda inside, analysis: _next(inside, analysis, after=False),
    "first-bars-of": lambda inside, analysis: _some(inside, analysis, last=False),
    "last-bars-of": lambda inside, analysis: _some(inside, analysis, last=True),
    "first-half-of": lambda inside, analysis: _half(inside, analysis, second=False),
    "second-half-of": lambda inside, analysis: _half(inside, analysis, second=True),
    "middle-of": _middle,
    "middle": _middle,
    "finale": _finale,
    "share": _share,
    "phrase": _phrase,
    "first-half": lambda inside, analysis: _half(inside, analysis, second=False),
    "second-half": lambda inside, analysis: _half(inside, analysis, second=True),
    "first-bars": lambda inside, analysis: _edge_bars(inside, analysis, last=False),
    "last-bars": lambda inside, analysis: _edge_bars(inside, analysis, last=True),
    "first-seconds": lambda inside, analysis: _edge_seconds(inside, analysis, last=False),
    "last-seconds": lambda inside, analysis: _edge_seconds(inside, analysis, last=True),
}
