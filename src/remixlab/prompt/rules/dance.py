"""The form of dance music: a drop with the build that leads to it, a build alone, a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from remixlab.domain.audio import Stem
from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Layer, Level, Mute, Treat
from remixlab.plan.where import find, form_of, places_of
from remixlab.prompt.reading import Reading
from remixlab.prompt.rules.sound import chain_of
from remixlab.prompt.text.clauses import Clause
from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag

BUILD_BARS = {"little": 2, "": 4, "much": 8}
"""How long the way up to a drop is."""
LIFT_DB = {"little": 2.0, "": 3.0, "much": 5.0}
BREAKDOWN_BARS = 8
RHYTHM = (Stem.DRUMS, Stem.BASS)
BAND = (Stem.DRUMS, Stem.BASS, Stem.OTHER)
_QUIET = (("filler", "_"),)
_OBJECTS = (
    "stem",
    "instrument",
    "thing",
    "interval",
    "amount",
    "db",
    "percent",
    "tempo",
    "pitch",
    "bpm",
    "fx",
    "number",
    "count",
    "bars",
    "manner",
)
_PRAISE = ("mood", "style", "scene", "feel", "tempo", "amount", "era", "swing")
_ARTICLES = frozenset(["a", "an", "another", "this", "that", "one", "some", "with", "no", "big"])
_INTO = frozenset(["in", "on", "at", "into", "before", "after", "with", "for", "during"])
_HELD = frozenset(["it", "that", "this"])
_NOUNS = ("drop", "build", "breakdown")


# ---------------------------------------------------------------- the noun and the verb


def read_drops(tags: Sequence[Tag], found: Sequence[Token], languages: Sequence[str]) -> list[Tag]:
    """The tags with a drop, a build and a breakdown as things of their own, apart from `drop the drums` and `in
    the breakdown`.
    """
    result = list(tags)
    for n, tag in enumerate(tags):
        event = tag.value("dance") or _dropped_in(tags, n, found)
        if event is None:
            continue
        if tag.is_a("dance") and not _is_event(tags, n, found, languages):
            result[n] = tag._replace(senses=tuple(s for s in tag.senses if s[0] != "dance") or _QUIET)
            continue
        result[n] = tag._replace(senses=(("dance", event),))
        for i in (*_name_before(tags, n), *_name_behind(tags, n)):
            result[i] = _as_part_of_the_name(tags[i])
    return result


def _is_event(tags: Sequence[Tag], n: int, found: Sequence[Token], languages: Sequence[str]) -> bool:
    tag, before = tags[n], tags[n - 1] if n else None
    if tag.last > tag.first and tag.value("dance") == "drop" and not tag.is_a("at"):
        return True  # `drop the beat`: said as one
    if tag.is_a("at") or tag.is_a("place"):
        # `add a breakdown` makes one, `in the breakdown` and `until the drop` speak of one.
        return _is_asked_for(tags, n, found) or _is_all_there_is(tags, n) or _is_praised(tags, n)
    if tag.value("dance") != "drop" or "en" not in languages[:1]:
        return True
    word = found[tag.first - 1].folded if tag.first else ""
    if word in _ARTICLES or (
        before is not None and (before.is_a(*_PRAISE) or _is_big(before) or _is_beat(before, found))
    ):
        return True
    after = tags[n + 1 : n + 4]
    solid = next((t for t in after if not t.is_a("filler") or t.is_a("at", "amount")), None)
    if solid is None or solid.is_a("mark", "and", "but", "then", "with"):
        follows = found[tag.last + 1].folded if tag.last + 1 < len(found) else ""
        return follows not in _HELD
    if solid.is_a(*_OBJECTS) or word == "to":
        return False
    small = {found[i].folded for i in range(tag.last + 1, solid.first)}
    if solid.is_a("at"):
        return "(" in (solid.value("at") or "") or bool(small & _INTO)
    return not small & _HELD and not solid.is_a("particle", "order")


def _is_asked_for(tags: Sequence[Tag], n: int, found: Sequence[Token]) -> bool:
    word = found[tags[n].first - 1].folded if tags[n].first else ""
    if n and tags[n].value("dance") == "drop" and _is_big(tags[n - 1]):
        return True
    return word in {"a", "an", "another", "some", "with"} or any(
        t.value("head") == "add" or t.is_a("with") for t in tags[max(0, n - 2) : n]
    )


def _is_praised(tags: Sequence[Tag], n: int) -> bool:
    """`the drop should be massive`, `two drops`: said of a drop, not of what plays in it."""
    if tags[n].value("dance") != "drop":
        return False
    if n and tags[n - 1].is_a("count", "number"):
        return True
    behind = next((t for t in tags[n + 1 :] if not t.is_a("filler")), None)
    return (
        behind is not None
        and behind.value("head") == "more"
        and not any(t.is_a("stem", "instrument") for t in tags[n : n + 6])
    )


def _is_all_there_is(tags: Sequence[Tag], n: int) -> bool:
    """`a breakdown before the last chorus`, `breakdown in the middle`: the only thing between two pauses."""
    first = next((i + 1 for i in range(n - 1, -1, -1) if tags[i].is_a("mark", "and", "but", "then")), 0)
    last = next((i for i in range(n + 1, len(tags)) if tags[i].is_a("mark", "and", "but", "then")), len(tags))
    others = [
        t
        for i, t in enumerate(tags[first:last], first)
        if i != n and not (t.is_a("filler", "amount", "order") and not t.is_a("at"))
    ]
    elsewhere = any("(" in (t.value("at") or "") or t.value("at") == "middle" or _is_side(t) for t in others)
    return (
        tags[n].value("dance") == "breakdown"
        and elsewhere
        and all(t.is_a("at", "bars", "span") or _is_side(t) for t in others)
    )


def _is_side(tag: Tag) -> bool:
    return tag.value("head") in ("before", "after")


def _is_big(tag: Tag) -> bool:
    return tag.value("head") in ("more", "less", "add", "louder") and not tag.is_a("no")


def _is_beat(tag: Tag, found: Sequence[Token]) -> bool:
    return tag.is_a("stem") and found[tag.last].folded in ("beat", "bass", "beats")


def _name_before(tags: Sequence[Tag], n: int) -> list[int]:
    """The words in front that only say how big it is, or that it is wanted."""
    taken: list[int] = []
    for i in range(n - 1, -1, -1):
        tag = tags[i]
        big = tag.value("head") in ("more", "less", "add", "louder", "start") or tag.is_a("amount")
        beat = tag.is_a("stem") and tag.value("stem") in ("drums", "bass") and i == n - 1
        if not (big or beat or tag.is_a("filler")) or tag.is_a("mark", "with", "and", "but", "then", "at"):
            break
        taken.append(i)
    return taken


def _name_behind(tags: Sequence[Tag], n: int) -> list[int]:
    """`un drop enorme`: how big it is stands behind it."""
    at = next((i for i in range(n + 1, len(tags)) if not tags[i].is_a("filler")), None)
    return [at] if at is not None and tags[at].value("head") in ("more", "less", "louder") else []


def _dropped_in(tags: Sequence[Tag], n: int, found: Sequence[Token]) -> str | None:
    """`the beat drops in the chorus`: read as `drops in`, it is a drop in the chorus."""
    tag = tags[n]
    said = found[tag.first].folded in ("drop", "drops") and found[tag.last].folded == "in" and tag.last == tag.first + 1
    behind = next((t for t in tags[n + 1 :] if not t.is_a("filler") or t.is_a("at")), None)
    return "drop" if said and n and _is_beat(tags[n - 1], found) and behind is not None and behind.is_a("at") else None


def _as_part_of_the_name(tag: Tag) -> Tag:
    size = {"more": "much", "louder": "much", "less": "little"}.get(tag.value("head") or "")
    if tag.is_a("amount"):
        return tag._replace(senses=(("amount", tag.value("amount") or ""),))
    return tag._replace(senses=(("amount", size),) if size else _QUIET)


# ---------------------------------------------------------------- where it is


def arrive(clause: Clause) -> Clause:
    """The clause with the places that its event is about: what a drop before the second chorus arrives at is that
    chorus.
    """
    event = clause.value("dance")
    if event is None:
        return clause
    side = next((head for head in clause.heads if head in ("before", "after")), "")
    places = (f"{side}({place})" if side and "(" not in place else place for place in clause.places)
    return replace(clause, places=tuple(_arrival(place, event) for place in places))


def share_arrival(found: Sequence[Clause]) -> list[Clause]:
    """`a build-up and a drop at the second chorus`: what is joined arrives at one place."""
    result = list(found)
    for n in range(len(result) - 2, -1, -1):
        clause, behind = result[n], result[n + 1]
        if clause.has("dance") and not clause.places and behind.has("dance") and behind.joint in ("and", "with"):
            result[n] = replace(clause, places=behind.places)
    return result


def _arrival(place: str, event: str) -> str:
    name, _, inside = place.partition("(")
    inside = inside.removesuffix(")")
    if name == "before" or name == "before-by":
        target = inside.rsplit(",", 1)[0] if name == "before-by" else inside
        return f"before-by({target},{BREAKDOWN_BARS})" if event == "breakdown" else target
    return f"phrase({place})" if name in ("after", "from") else place


def the_rest(clause: Clause, reading: Reading) -> Clause:
    """What is said beside the event: `a techno drop`, `a half time drop`."""
    rest = tuple(
        t for t in clause.tags if not t.is_a("dance", "amount", "at", "bars", "span", "bar-count", "count", "length")
    )
    places = clause.places or (_usual("drop", clause, reading) if clause.has("feel") else ())
    return Clause(rest, clause.joint, places)


def play_dance(clause: Clause, reading: Reading) -> bool:
    """Write what the events of a clause are made of: a sweep and a riser up to it, a hole before it, more drums
    and bass in it.
    """
    done = False
    for event in _NOUNS:
        if not clause.has("dance", event) or (event == "build" and clause.has("dance", "drop")):
            continue
        for place in clause.places or _usual(event, clause, reading):
            _EVENTS[event](place, clause, reading)
            done = True
    return done


def _usual(event: str, clause: Clause, reading: Reading) -> tuple[str, ...]:
    """Where it is when nobody said: the last chorus, or every one for `drops`; a breakdown before the last chorus."""
    many = any(reading.found[t.last].folded.endswith("s") for t in clause.of("dance"))
    analysis = reading.analysis
    if analysis is None:
        return ("bridge",) if event == "breakdown" else ("chorus",) if many else ("chorus:last",)
    form = form_of(analysis)
    lifts = [span for label, span in form if label == "chorus" and span.first > 1]
    if not lifts:
        lifts = [span for _, span in form if span.first > len(analysis.bars) // 2][:1]
    if not lifts:
        return ()
    names = {span: name for name, (_, span) in zip(places_of(analysis), form, strict=True)}
    if event == "breakdown":
        first = max(1, lifts[-1].first - BREAKDOWN_BARS)
        return (f"bars:{first}-{lifts[-1].first - 1}",)
    if many and all(names[span].startswith("chorus") for span in lifts):
        return ("chorus",)
    return (f"{'chorus:last' if names[lifts[-1]].startswith('chorus') else names[lifts[-1]]}",)


def _drop(place: str, clause: Clause, reading: Reading) -> None:
    size = _size(clause)
    if not any(isinstance(d.op, Layer) and d.op.part == "riser" and d.op.at == place for d in reading.drafts):
        _build(place, clause, reading)
    for last in _bars_before(place, 1, reading.analysis):
        reading.draft(Mute(on=RHYTHM, at=last), clause, confidence=0.75)
    reading.draft(Level(on=RHYTHM, gain_db=LIFT_DB[size], at=place), clause, confidence=0.8)


def _build(place: str, clause: Clause, reading: Reading) -> None:
    size = _size(clause)
    for bars in _bars_before(place, int(clause.number("bar-count") or BUILD_BARS[size]), reading.analysis):
        reading.draft(Treat(on=BAND, chain=chain_of("filter-sweep", size), at=bars), clause, confidence=0.75)
    reading.draft(Layer(part="riser", style=_style(reading), gain_db=-4.0, at=place), clause, confidence=0.8)


def _breakdown(place: str, clause: Clause, reading: Reading) -> None:
    reading.draft(Mute(on=RHYTHM, at=place), clause, confidence=0.8)


_EVENTS = {"drop": _drop, "build": _build, "breakdown": _breakdown}


def _size(clause: Clause) -> str:
    said = clause.values("amount")
    long = clause.has("length", "goal", "longer")
    return said[0] if said else "much" if long or clause.has("mood", "explosive", "epic", "aggressive", "heavy") else ""


def _style(reading: Reading) -> str:
    return next((vote.style for vote in reading.votes if vote.named and vote.place == "all"), "house")


def _bars_before(place: str, count: int, analysis: Analysis | None) -> tuple[str, ...]:
    """The bars right before each time that a place begins; none where nothing lies before it."""
    if analysis is None:
        return ()
    try:
        spans = find(place, analysis)
    except UnknownPlace:
        return ()
    return tuple(f"bars:{max(1, s.first - count)}-{s.first - 1}" for s in spans if s.first > 1)
