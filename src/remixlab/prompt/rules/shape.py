"""What is said of the form: cut, repeat, start with, end with, swap, shorter, longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from remixlab.domain.music import Analysis
from remixlab.plan.ops import Arrange, Cut, Repeat
from remixlab.plan.where import places_of
from remixlab.prompt.reading import Reading
from remixlab.prompt.text.clauses import Clause

USUAL_FORM = ("intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro")
"""The form of a song that nobody has listened to yet."""
RADIO_S = 180.0


def form_labels(analysis: Analysis | None) -> tuple[str, ...]:
    """Every section in order, numbered: `intro:1 verse:1 chorus:1` ..."""
    if analysis is None:
        return numbered(USUAL_FORM)
    return places_of(analysis)


def numbered(labels: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    result: list[str] = []
    for label in labels:
        seen[label] = seen.get(label, 0) + 1
        result.append(f"{label}:{seen[label]}")
    return tuple(result)


def cut(clause: Clause, reading: Reading) -> bool:
    """`skip the intro`, `without the second verse`."""
    for place in clause.places:
        reading.draft(Cut(at=place), clause)
    return bool(clause.places)


def repeat(clause: Clause, reading: Reading) -> bool:
    """`the last chorus twice`, `loop bars 9-16 four times`."""
    if not clause.places:
        return False
    times = (
        clause.number("times")
        or float(clause.value("times") or 0)
        or clause.number("count")
        or (3.0 if clause.has("number", "triple") else 2.0)
    )
    count = int(min(16, max(2, times)))
    for place in clause.places:
        reading.draft(Repeat(at=place, times=count), clause)
    return True


def arrange(clause: Clause, reading: Reading, *, manner: str) -> bool:
    """`start with the chorus`, `end on the bridge`, `swap verse and chorus`, `only the chorus`."""
    if not clause.places:
        return False
    form = list(form_labels(reading.analysis))
    lacking = [p for p in clause.places[:2] if manner in ("swap", "before", "after") and _named(form, p) not in form]
    if lacking:
        reading.skip(
            reading.words(clause.tags),
            f"this recording has no {lacking[0].split(':')[0]} like that; it has {', '.join(form).replace(':', ' ')}",
        )
        return True
    made = _arranged(form, clause.places, manner)
    if not made:
        return False
    reading.draft(Arrange(form=tuple(made[:64])), clause, confidence=0.9)
    return True


def arrange_places(clause: Clause, reading: Reading, places: Sequence[str]) -> bool:
    """A form said part by part: `verse, chorus, verse, chorus`."""
    reading.draft(Arrange(form=tuple(places[:64])), clause, confidence=0.9)
    return True


def _arranged(form: list[str], places: Sequence[str], manner: str) -> list[str]:
    first = _named(form, places[0])
    match manner:
        case "start":
            # The part is heard first; the rest follows in its order, without what would come twice in a row.
            return [first, *(p for n, p in enumerate(form) if not (n == 0 and p == first))]
        case "end":
            last = _named(form, places[0], last=True)
            return [*(p for n, p in enumerate(form) if not (n == len(form) - 1 and p == last)), last]
        case "only":
            return [p for p in form if any(_is_in(p, place) for place in places)] or [*places]
        case "to-end":
            last = _named(form, places[0], last=True)
            return [*(p for p in form if p != last), last]
        case "to-start":
            return [first, *(p for p in form if p != first)]
        case "before" if len(places) > 1:
            return _moved(form, first, _named(form, places[1]), after=False)
        case "after" if len(places) > 1:
            return _moved(form, first, _named(form, places[1]), after=True)
        case "swap" if len(places) > 1:
            return _swapped(form, places[0], places[1])
        case _:
            return []


def _swapped(form: list[str], one: str, other: str) -> list[str]:
    if ":" in one or ":" in other:
        a, b = _named(form, one), _named(form, other)
        return [b if p == a else a if p == b else p for p in form]
    ones, others = [p for p in form if _is_in(p, one)], [p for p in form if _is_in(p, other)]
    turn = dict(zip(ones, others, strict=False)) | dict(zip(others, ones, strict=False))
    return [turn.get(p, p) for p in form]


def _moved(form: list[str], place: str, anchor: str, *, after: bool) -> list[str]:
    rest = [p for p in form if p != place]
    at = rest.index(anchor) + after if anchor in rest else 0
    return [*rest[:at], place, *rest[at:]]


def _is_in(place: str, wanted: str) -> bool:
    return place == wanted or (":" not in wanted and place.split(":")[0] == wanted)


def _named(form: list[str], place: str, *, last: bool = False) -> str:
    """The numbered section that a place means in this form."""
    label, _, nth = place.partition(":")
    same = [p for p in form if p.split(":")[0] == label]
    if not same:
        return place
    if nth == "last" or (last and not nth):
        return same[-1]
    return place if nth else same[0]
