"""What is said of the form: cut, repeat, start with, end with, swap, shorter, longer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from remixlab.domain.music import Analysis
from remixlab.plan.ops import Arrange, Cut, Repeat
from remixlab.plan.where import find, form_of, places_of
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


# ---------------------------------------------------------------- length


def shorten(clause: Clause, reading: Reading) -> bool:
    """`under three minutes`, `radio edit`, `30 seconds shorter`: leave out whole parts until it fits."""
    seconds = clause.number("seconds")
    analysis = reading.analysis
    duration = analysis.duration_s if analysis else 220.0
    by = (
        clause.has("length", "shorter")
        and seconds is not None
        and seconds < 0.5 * duration
        and _is_difference(clause, reading)
    )
    goal = duration - seconds if by and seconds else seconds or min(RADIO_S, 0.75 * duration)
    cuts = cuts_to(goal, analysis)
    if not cuts:
        reading.note(clause, f"it is no longer than {goal:.0f} s already")
        return True
    for place in cuts:
        reading.draft(Cut(at=place), clause, confidence=0.75)
    return True


def _is_difference(clause: Clause, reading: Reading) -> bool:
    """Whether a time is what to take away (`30 seconds shorter`), not the goal (`under 3 minutes`)."""
    seconds = next((t for t in clause.tags if t.is_a("seconds")), None)
    shorter = next((t for t in clause.tags if t.value("length") == "shorter"), None)
    if seconds is None or shorter is None:
        return False
    before = reading.found[seconds.first - 1].folded if seconds.first else ""
    return (
        seconds.first < shorter.first
        or before in ("by", "um", "di")
        or (before == "de" and shorter.last < seconds.first - 1)
    )


def cuts_to(goal_s: float, analysis: Analysis | None) -> tuple[str, ...]:
    """Whole parts to leave out so that about `goal_s` remain: spare verses and bridges first, never the first chorus."""
    if analysis is None:
        return ("verse:2",)
    form = places_of(analysis)
    lengths = {place: _length_s(place, analysis) for place in form}
    total = sum(lengths.values()) or analysis.duration_s
    gone: list[str] = []
    for place in sorted(form, key=lambda p: (_worth(p, form), -form.index(p))):
        if total <= goal_s or len(gone) >= len(form) - 1:
            break
        gone.append(place)
        total -= lengths[place]
    if total > goal_s and len(analysis.bars) > 8:
        return _bars_beyond(goal_s, analysis)
    return tuple(place for place in form if place in gone)


def _bars_beyond(goal_s: float, analysis: Analysis) -> tuple[str, ...]:
    """The bars after the goal, where whole parts are too coarse."""
    start = analysis.bars[0].start_s
    first = next((b.number for b in analysis.bars if b.end_s - start > goal_s), len(analysis.bars))
    first = max(2, first)
    return (f"bars:{first}-{len(analysis.bars)}",) if first <= len(analysis.bars) else ()


def _worth(place: str, form: Sequence[str]) -> int:
    label, nth = place.split(":")
    last = str(sum(p.split(":")[0] == label for p in form)) == nth
    ranks = {
        "solo": 0,
        "break": 1,
        "intro": 4,
        "bridge": 3,
        "outro": 5,
        "verse": 2 if nth != "1" else 7,
        "chorus": 8 if nth == "1" or last else 6,
    }
    return ranks.get(label, 3)


def _length_s(place: str, analysis: Analysis) -> float:
    return sum(
        analysis.bars[n - 1].end_s - analysis.bars[n - 1].start_s for span in find(place, analysis) for n in span.bars
    )


def lengthen(clause: Clause, reading: Reading) -> bool:
    """`longer`, `four minutes long`: the last chorus comes again."""
    analysis = reading.analysis
    seconds = clause.number("seconds")
    label = "chorus" if analysis is None or any(label == "chorus" for label, _ in form_of(analysis)) else "all"
    if label == "all":
        place = f"bars:1-{len(analysis.bars)}" if analysis and analysis.bars else "all"
        reading.draft(Repeat(at=place, times=2), clause, confidence=0.6)
        return True
    times = 2
    if analysis and seconds:
        missing = seconds - analysis.duration_s if seconds > analysis.duration_s else seconds
        times = int(min(6, 1 + max(1, round(missing / max(1.0, _length_s("chorus:last", analysis))))))
    reading.draft(Repeat(at="chorus:last", times=times), clause, confidence=0.7)
    return True
