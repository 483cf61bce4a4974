"""The plan fits the recording: places that are not in it are explained, stretches of it become bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.describe import name_place
from remixlab.plan.ops import Arrange
from remixlab.plan.where import find, places_of
from remixlab.prompt.places.locate import is_spot, locate, nearest, parts_of
from remixlab.prompt.reading import Draft, Reading
from remixlab.prompt.text.clauses import Clause

NOT_HEARD = "the recording has to be listened to first"
BARS_MAX = 99_999


def in_bars(clause: Clause, reading: Reading) -> Clause:
    """The clause with places that only the recording can tell (`before the bridge`, `the last 8 bars`) as its own."""
    places: list[str] = []
    for place in clause.places:
        if not is_spot(place):
            places.append(_held(place))
            continue
        found, why = _located(place, reading.analysis)
        places += found
        if not found:
            reading.skip(reading.words(clause.tags), why)
    if clause.places and not places:
        return Clause((), clause.joint)
    return replace(clause, places=tuple(dict.fromkeys(places)))


def fit(drafts: Sequence[Draft], reading: Reading) -> list[Draft]:
    """The drafts at places that this recording has; the others are explained in `skipped`."""
    result: dict[str, Draft] = {}
    for draft in drafts:
        placed = _placed(draft, reading)
        if placed is not None:
            # A solo that is a bridge here may have been asked for under both names.
            result.setdefault(str(placed.op.model_copy(update={"because": None})), placed)
    return list(result.values())


def _placed(draft: Draft, reading: Reading) -> Draft | None:
    op = draft.op
    if isinstance(op, Arrange):
        form = tuple(
            _plain(found, reading.analysis) for place in op.form for found in _located(place, reading.analysis)[0]
        )
        if not form or (len(form) < len(op.form) and len(set(form)) < 2):
            missing = next((p for p in op.form if not _located(p, reading.analysis)[0]), op.form[0])
            reading.skip(draft.words, _explain(missing, reading.analysis))
            return None
        return draft._replace(op=op.model_copy(update={"form": form}))
    at = getattr(op, "at", "all")
    found, why = _located(at, reading.analysis)
    found = tuple(_plain(place, reading.analysis) for place in found)
    if not found:
        reading.skip(draft.words, why)
        _offer(draft, at, reading)
        return None
    if found[0] == at:
        return draft
    # A break may stand for a bridge, the first bars for an intro: done, and said.
    same = at.startswith("bars:") or at.partition(":")[0] == found[0].partition(":")[0]
    verb = "stand" if found[0].startswith("bars") else "stands"
    stands = "" if same else f"{name_place(found[0])} {verb} for {name_place(at)}"
    return draft._replace(op=op.model_copy(update={"at": found[0]}), why=draft.why or stands)


def _offer(draft: Draft, at: str, reading: Reading) -> None:
    """Remember the same wish at the nearest part, to be offered; nothing is done silently."""
    place = nearest(at, reading.analysis) if reading.analysis and not is_spot(at) else None
    if place is not None:
        reading.offers.append(draft.op.model_copy(update={"at": place, "because": None}))


_ALONE = ("intro", "bridge", "solo", "break", "outro")


def _plain(place: str, analysis: Analysis | None) -> str:
    """A part that there is only one of needs no number: `intro:1` is the intro."""
    label, _, nth = place.partition(":")
    if analysis is None or not nth or label not in _ALONE:
        return place
    return label if sum(name.partition(":")[0] == label for name in places_of(analysis)) == 1 else place


def _located(place: str, analysis: Analysis | None) -> tuple[tuple[str, ...], str]:
    """The places that are meant here, or why there are none."""
    if place == "all":
        return (place,), ""
    if analysis is None:
        return ((), NOT_HEARD) if is_spot(place) and not place.startswith("first-bars(") else ((_unheard(place),), "")
    try:
        found = locate(place, analysis)
    except UnknownPlace:
        return (), _explain(place, analysis)
    return found, "" if found else f"there are no bars {_side(place)} here"


def _unheard(place: str) -> str:
    """The first bars are the first bars of any recording."""
    if place.startswith("first-bars("):
        return f"bars:1-{min(BARS_MAX, max(1, int(float(place[11:-1]))))}"
    return _held(place)


def _held(place: str) -> str:
    """Bars within what the plan language can say."""
    if not place.startswith("bars:"):
        return place
    first, last = (min(BARS_MAX, max(1, int(n))) for n in place.removeprefix("bars:").split("-"))
    return f"bars:{first}-{max(first, last)}"


def _side(place: str) -> str:
    name = place.partition("(")[0].removesuffix("-by")
    inner = parts_of(place)
    where = name_place(inner[0]) if inner else "there"
    return f"{name} {where}" if name in ("before", "after") else f"in {where}"


def _explain(place: str, analysis: Analysis | None) -> str:
    """What this recording has instead, the nearest first."""
    if analysis is None:
        return NOT_HEARD
    have = places_of(analysis)
    lacking = next((p for p in parts_of(place) if not _is_here(p, analysis)), place)
    if lacking.startswith("bars:") or is_spot(lacking) or not have:
        return f"this recording has bars 1 to {len(analysis.bars)}"
    name = name_place(lacking).removeprefix("the ").removeprefix("every ")
    listed = ", ".join(p.replace(":", " ") for p in have[:10])
    near = nearest(lacking, analysis)
    offered = f"; the nearest is {near.replace(':', ' ')}, {_bars_of(near, analysis)}" if near else ""
    return f"this recording has no {name}; it has {listed}{offered}"


def _bars_of(place: str, analysis: Analysis) -> str:
    span = find(place, analysis)[0]
    return f"bars {span.first}-{span.last}"


def _is_here(place: str, analysis: Analysis) -> bool:
    try:
        return bool(locate(place, analysis))
    except UnknownPlace:
        return False
