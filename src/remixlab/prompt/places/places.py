"""Places as people say them: parts of the form and bars, counted, stacked, excepted, and stretches between them.

What names a part that any recording may have becomes a place of the plan language (`chorus:2`, `bars:9-16`). What
only the recording can tell (`before the last chorus`) becomes a spot such as `before(chorus:last)`; `locate` finds it.
"""

from __future__ import annotations

from remixlab.prompt.text.tags import Tag
from remixlab.prompt.text.walk import Walk

_TO_WORDS = frozenset(["to", "through", "till", "until", "bis", "a", "al", "ate", "au", "hasta", "fino", "alla", "ao"])
_HALVES = ("first-half", "second-half", "middle")
_AT = frozenset(["at", "bei", "a", "em", "ab"])
_PLACED = ("at", "bars", "span")
Joined = tuple[Tag, int] | None


# ---------------------------------------------------------------- bars


def read_bars(walk: Walk, n: int) -> Joined:
    """`bars 9-16`, `bar 4`, `the first 8 bars`, `the last 30 seconds`."""
    tag = walk.at(n)
    if tag is None:
        return None
    if tag.value("unit") == "bar":
        first = walk.number(n + 1)
        return _bar_range(walk, n, 1 + first[1], first[0]) if first else None
    order = tag.value("order")
    if order and (found := _share(walk, n, order)):
        return found
    at = n + 1
    while walk.filler(at) and order in ("1", "last"):
        at += 1
    count = walk.number(at) if order in ("1", "last") else None
    if count and order:
        return _counted(walk, n, at + count[1], count[0], order)
    if order in ("1", "last") and _unit(walk, at) == "bar" and walk.tags[at].first == walk.tags[at].last:
        return walk.span("span", f"{_SIDES[order]}-bars(1)", n, at + 1 - n)
    number = walk.number(n)
    if number and _unit(walk, n + number[1]) == "bar" and (walk.at(n + number[1] + 1) or tag).value("order") == "last":
        return walk.span("span", f"last-bars({abs(int(number[0]))})", n, number[1] + 2)
    return None


def _share(walk: Walk, n: int, order: str) -> Joined:
    """`the last third`, `erstes Viertel`, `the first minute`."""
    tag = walk.at(n + 1)
    if tag is None or walk.is_a(n + 2, "place"):
        return None
    if tag.is_a("share"):
        of = tag.value("share") or "3"
        nth = of if order == "last" else order
        return walk.span("span", f"share({nth},{of})", n, 2) if nth.isdigit() and int(nth) <= int(of) else None
    if tag.value("unit") == "minute" and tag.first == tag.last and order in _SIDES:
        return walk.span("span", f"{_SIDES[order]}-seconds(60)", n, 2)
    return None


_SIDES = {"1": "first", "last": "last"}


def _counted(walk: Walk, n: int, unit: int, count: float, order: str) -> Joined:
    match _unit(walk, unit):
        case "bar":
            return walk.span("span", f"{_SIDES[order]}-bars({abs(int(count))})", n, unit + 1 - n)
        case "second" | "minute" as name:
            seconds = count * (60 if name == "minute" else 1)
            return walk.span("span", f"{_SIDES[order]}-seconds({seconds:g})", n, unit + 1 - n)
        case _:
            return None


def _unit(walk: Walk, n: int) -> str | None:
    tag = walk.at(n)
    return tag.value("unit") if tag else None


def _bar_range(walk: Walk, n: int, length: int, first: float) -> tuple[Tag, int]:
    first = abs(first)
    after = n + length
    joins = walk.is_mark(after, "-") or walk.word(after) in _TO_WORDS or walk.is_a(after, "and")
    skip = 2 if joins and walk.is_a(after + 1, "unit") else 1
    last = walk.number(after + skip) if joins else None
    if last is None or last[0] < first:
        return walk.span("bars", f"{int(first)}-{int(first)}", n, length)
    return walk.span("bars", f"{int(first)}-{int(last[0])}", n, length + skip + last[1])


# ---------------------------------------------------------------- parts of the form


def read_place(walk: Walk, n: int) -> Joined:
    """`second verse`, `verse two`, `choruses 1 and 3`, `both choruses`, `the first, second and last chorus`."""
    tag = walk.at(n)
    if tag is None:
        return None
    if tag.is_a("place"):
        return _place_then_order(walk, n, tag)
    order = tag.value("order")
    return _order_then_place(walk, n, order) if order else None


def _order_then_place(walk: Walk, n: int, order: str) -> Joined:
    orders, at = [order], n + 1
    while (step := _next_order(walk, at)) is not None:
        orders.append(walk.tags[step].value("order") or "")
        at = step + 1
    while walk.filler(at) and walk.is_a(at + 1, "place", "filler"):
        at += 1
    count = walk.number(at)
    if count and walk.is_a(at + count[1], "place") and 2 <= count[0] <= 8 and orders[-1] in ("1", "last"):
        label = walk.tags[at + count[1]].value("place") or ""
        names = (
            [f"{label}:{i}" for i in range(1, int(count[0]) + 1)]
            if order == "1"
            else [f"last-of({label},{int(count[0])})"]
        )
        return walk.span("at", " ".join(names), n, at + count[1] + 1 - n)
    place = walk.at(at)
    label = place.value("place") if place else None
    if label is None or label in _HALVES:
        return None
    names = [label if o == "every" else f"{label}:{o}" for o in orders]
    return walk.span("at", " ".join(names), n, at + 1 - n)


def _next_order(walk: Walk, n: int) -> int | None:
    """Where the next ordinal of a list stands: `, second`, `and the last`."""
    if not (walk.is_a(n, "and") or walk.is_mark(n, ",") or walk.is_mark(n, "&")):
        return None
    at = n + 1
    while walk.is_a(at, "and") or (walk.filler(at) and not walk.is_a(at, "order")):
        at += 1
    return at if walk.is_a(at, "order") and not walk.is_a(at, "stem") else None


def _place_then_order(walk: Walk, n: int, tag: Tag) -> tuple[Tag, int]:
    label = tag.value("place") or ""
    if label not in _HALVES and (numbered := _numbers(walk, n + 1)) and not walk.is_a(n + 1, "order"):
        numbers, length = numbered
        return walk.span("at", " ".join(f"{label}:{i}" for i in numbers), n, 1 + length)
    follows = walk.at(n + 1)
    order = follows.value("order") if follows else None
    if (
        order
        and order != "every"
        and follows
        and follows.language not in ("en", "de")
        and not walk.is_a(n + 2, "place")
    ):
        return walk.span("at", f"{label}:{order}", n, 2)
    if order == "last" and walk.is_a(n + 2, "mark", "alternate"):
        return walk.span("at", f"{label}:last", n, 2)
    parts = (*(s for s in tag.senses if s[0] != "place"), ("at", label))
    return tag._replace(senses=parts), 1


def _numbers(walk: Walk, n: int) -> tuple[list[int], int] | None:
    """`2`, `1 and 3`, `1, 2 and 4`, `1-3` behind a part, and how many tags they take."""
    first = _nth(walk, n)
    if first is None:
        return None
    numbers, at = [first[0]], n + first[1]
    while True:
        ranged = walk.is_mark(at, "-")
        joined = ranged or walk.is_a(at, "and") or walk.is_mark(at, ",") or walk.is_mark(at, "&")
        after = at + 2 if joined and walk.is_a(at + 1, "and") else at + 1
        found = _nth(walk, after) if joined else None
        if found is None or found[0] <= numbers[-1]:
            return numbers, at - n
        numbers += range(numbers[-1] + 1, found[0] + 1) if ranged else [found[0]]
        at = after + found[1]


def _nth(walk: Walk, n: int) -> tuple[int, int] | None:
    number = walk.number(n)
    if number is None or not 1 <= number[0] <= 12 or number[0] % 1:
        return None
    after = n + number[1]
    if walk.is_a(after, "unit", "place", "stem", "order") or walk.is_mark(after, "%"):
        return None
    return int(number[0]), number[1]


# ---------------------------------------------------------------- stretches


def read_reach(walk: Walk, n: int) -> Joined:
    """`before the last chorus`, `from the second verse to the end`, `every chorus but the second`, `every other
    verse`.
    """
    for reads in (_every_other, _all_but, _part_of, _outside, _between, _from, _moment, _clocked, _lead_in, _up_to):
        if found := reads(walk, n):
            return found
    return None


def _spot(walk: Walk, n: int, *, timed: bool = True) -> tuple[str, int] | None:
    """One place that stands here after small words, and how many tags to its end."""
    at = n
    while walk.filler(at) and not walk.is_a(at, *_PLACED):
        at += 1
    tag = walk.at(at)
    if tag is None:
        return None
    if tag.is_a("at"):
        value = tag.value("at") or ""
        return None if " " in value else (value, at + 1 - n)
    if tag.is_a("bars"):
        return f"bars:{tag.value('bars')}", at + 1 - n
    if tag.is_a("span"):
        return tag.value("span") or "", at + 1 - n
    if timed and tag.is_a("seconds"):
        return f"time({tag.value('seconds')})", at + 1 - n
    return None


def _after_fillers(walk: Walk, n: int) -> int:
    while walk.filler(n) and not walk.is_a(n, *_PLACED, "reach", "order"):
        n += 1
    return n


def _every_other(walk: Walk, n: int) -> Joined:
    """`every other chorus`, `un refrain sur deux`."""
    tag = walk.at(n)
    if tag is None:
        return None
    if tag.is_a("alternate"):
        spot = _spot(walk, n + 1, timed=False)
        return walk.span("at", f"odd({spot[0]})", n, 1 + spot[1]) if spot and ":" not in spot[0] else None
    if tag.is_a("at") and walk.is_a(n + 1, "alternate"):
        label = tag.value("at") or ""
        return (
            walk.span("at", f"odd({label.partition(':')[0]})", n, 2) if label.isascii() and "(" not in label else None
        )
    return None


def _all_but(walk: Walk, n: int) -> Joined:
    """`the verses but not the second`, `every chorus except the last one`."""
    tag = walk.at(n)
    label = tag.value("at") if tag else None
    if label is None or ":" in label or "(" in label or " " in label:
        return None
    at = n + 1
    while walk.is_mark(at, ","):
        at += 1
    if not walk.is_a(at, "but", "except", "and", "head"):
        return None
    barred = walk.is_a(at, "except") or walk.is_a(at, "but")
    at += not walk.is_a(at, "head")
    if (tag_at := walk.at(at)) is not None and tag_at.value("head") in ("not", "no", "keep"):
        barred, at = True, at + 1
    at = _after_fillers(walk, at)
    found = walk.at(at)
    if found is None or not barred:
        return None
    nth = found.value("order")
    if nth is None and (place := found.value("at")) and place.startswith(f"{label}:"):
        nth = place.partition(":")[2]
    if nth is None or nth == "every":
        return None
    length = at + 1 - n
    if (one := walk.at(at + 1)) and one.value("count") == "1":
        length += 1
    return walk.span("at", f"but({label},{nth})", n, length)


def _part_of(walk: Walk, n: int) -> Joined:
    """`the first half of the bridge`, `the last two bars of every verse`."""
    tag = walk.at(n)
    part = (tag.value("span") or tag.value("at")) if tag else None
    if part is None or not (part in _HALVES or "-bars(" in part) or not walk.filler(n + 1):
        return None
    spot = _spot(walk, n + 1, timed=False)
    if spot is None or "(" in spot[0] or spot[0] in _HALVES:
        return None
    kind, _, rest = part.partition("(")
    inside = f"{spot[0]},{rest.rstrip(')')}" if rest else spot[0]
    return walk.span("at", f"{kind}-of({inside})", n, 1 + spot[1])


def _outside(walk: Walk, n: int) -> Joined:
    """`everywhere except the bridge`, `no vocals except in the chorus and the intro`."""
    if not walk.is_a(n, "except"):
        return None
    places: list[str] = []
    at = n + 1
    while (spot := _many(walk, at)) is not None:
        places += spot[0].split()
        at += spot[1]
        if not (walk.is_a(at, "and") or walk.is_mark(at, ",") or walk.is_mark(at, "&")) or _many(walk, at + 1) is None:
            break
        at += 1
    return walk.span("at", f"outside({'|'.join(places)})", n, at - n) if places else None


def _many(walk: Walk, n: int) -> tuple[str, int] | None:
    at = n
    while walk.filler(at) and not walk.is_a(at, *_PLACED):
        at += 1
    tag = walk.at(at)
    if tag is not None and tag.is_a("at"):
        return tag.value("at") or "", at + 1 - n
    return _spot(walk, n, timed=False)


def _between(walk: Walk, n: int) -> Joined:
    """`between the intro and the first chorus`: what lies between them."""
    tag = walk.at(n)
    if tag is None or "between" not in tag.values("reach"):
        return None
    several = _many(walk, n + 1)
    if several and len(pair := several[0].split()) == 2:
        return walk.span("at", f"gap({pair[0]},{pair[1]})", n, 1 + several[1])
    one = _spot(walk, n + 1)
    if one is None or not walk.is_a(n + 1 + one[1], "and"):
        return None
    other = _spot(walk, n + 2 + one[1])
    return walk.span("at", f"gap({one[0]},{other[0]})", n, 2 + one[1] + other[1]) if other else None


def _from(walk: Walk, n: int) -> Joined:
    """`from the second verse to the end`, `starting at bar 9`, `from the bridge on`."""
    tag = walk.at(n)
    reach = tag.values("reach") if tag else ()
    if "from" not in reach and "since" not in reach:
        return None
    start = _spot(walk, n + 1)
    if start is None:
        return None
    at = n + 1 + start[1]
    joint = walk.at(at)
    before = walk.at(n - 1)
    fades = before is not None and (before.value("fx") or "").startswith("fade")
    if fades and start[0].startswith("time(") and "since" not in reach and not walk.is_clock(at - 1):
        return None  # `un fondu de dix secondes`: a measure, no place
    until = joint is not None and {"to", "until"} & set(joint.values("reach"))
    if until and (goal := _goal(walk, at + 1)):
        place = f"from({start[0]})" if goal[0] == "end" else f"between({start[0]},{goal[0]})"
        return walk.span("at", place, n, at + 1 + goal[1] - n)
    if joint is not None and joint.value("at") == "outro" and walk.word(at) in _TO_WORDS:
        return walk.span("at", f"from({start[0]})", n, at + 1 - n)
    if joint is not None and "onward" in joint.values("reach"):
        return walk.span("at", f"from({start[0]})", n, at + 1 - n)
    timed = (start[0].startswith(("time(", "bars:")) and walk.word(n) == "from") or fades
    return walk.span("at", f"from({start[0]})", n, at - n) if "since" in reach or timed else None


def _moment(walk: Walk, n: int) -> Joined:
    """`at 1:30`, `bei 1:30`: from that moment on; `at 90` is no moment."""
    tag = walk.at(n + 1)
    if tag is None or walk.word(n) not in _AT or not tag.is_a("seconds") or not walk.is_clock(n + 1):
        return None
    return walk.span("at", f"from(time({tag.value('seconds')}))", n, 2)


def _clocked(walk: Walk, n: int) -> Joined:
    """`1:00-1:30`, `0:30 to 0:45`: a stretch by the clock."""
    start, goal = walk.at(n), walk.at(n + 2)
    if start is None or goal is None or not (walk.is_clock(n) and walk.is_clock(n + 2)):
        return None
    if not (walk.is_mark(n + 1, "-") or walk.word(n + 1) in _TO_WORDS):
        return None
    return walk.span("at", f"between(time({start.value('seconds')}),time({goal.value('seconds')}))", n, 3)


def _goal(walk: Walk, n: int) -> tuple[str, int] | None:
    """The end of a stretch: a place, or `the end` itself."""
    at = _after_fillers(walk, n)
    tag = walk.at(at)
    if tag is not None and (tag.value("order") == "last" or tag.value("head") == "end" or tag.value("at") == "outro"):
        return "end", at + 1 - n
    return _spot(walk, n)


def _lead_in(walk: Walk, n: int) -> Joined:
    """`two bars before the last chorus`, `the bar before every chorus`."""
    tag = walk.at(n)
    if tag is None or not (tag.is_a("bar-count") or tag.value("unit") == "bar"):
        return None
    bars = int(tag.number or 1)
    behind = walk.at(n + 1)
    side = behind.value("head") if behind else None
    spot = _spot(walk, n + 2) if side in ("before", "after") else None
    return walk.span("at", f"{side}-by({spot[0]},{bars})", n, 2 + spot[1]) if spot else None


def _up_to(walk: Walk, n: int) -> Joined:
    """`before the last chorus`, `after the bridge`, `until the drop`; not `put the solo after the bridge`."""
    tag = walk.at(n)
    if tag is None:
        return None
    side = "before" if "until" in tag.values("reach") else tag.value("head")
    if side not in ("before", "after") or _follows_place(walk, n):
        return None
    spot = _spot(walk, n + 1)
    return walk.span("at", f"{side}({spot[0]})", n, 1 + spot[1]) if spot else None


def _follows_place(walk: Walk, n: int) -> bool:
    before = n - 1
    while walk.filler(before) and not walk.is_a(before, *_PLACED):
        before -= 1
    return walk.is_a(before, "at", "bars")
