"""Figures of speech with numbers in them: bars, places, keys, intervals, percents, beats per minute, chords."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.music import PITCH_NAMES, ChordSymbol, pitch_class
from remixlab.plan.prompt.clean import Token
from remixlab.plan.prompt.tags import Tag

INTERVALS = {
    "semitone": 1, "tone": 2, "minor-third": 3, "major-third": 4, "fourth": 5, "tritone": 6, "fifth": 7,
    "minor-sixth": 8, "major-sixth": 9, "minor-seventh": 10, "major-seventh": 11, "octave": 12,
}  # fmt: skip
"""Semitones of a named interval."""

NAMED_DEGREES = {2: 2, 3: 4, 4: 5, 5: 7, 6: 9, 7: 11, 8: 12}
"""Semitones of 'a third', 'a fifth' said without quality."""

_NOTE = re.compile(r"^[A-Ga-g](?:#|b)?$")
_CHORD = re.compile(
    r"^([A-G](?:#|b)?)(maj7|maj9|maj|min7|min|m7b5|m7|m9|m6|m|dim7|dim|aug|sus2|sus4|add9|7|9|6|13|5|M7)?(?:/([A-G](?:#|b)?))?$"
)
_SHORTHAND = {
    None: "maj", "maj": "maj", "m": "min", "min": "min", "m7": "min7", "min7": "min7", "m9": "min9", "m6": "min6", "6": "maj6",
    "M7": "maj7", "m7b5": "hdim7",
}  # fmt: skip
_TO_WORDS = frozenset(["to", "through", "till", "until", "bis", "a", "al", "ate", "au", "hasta", "fino"])
_IN_WORDS = frozenset(["in", "to", "into", "en", "auf", "nach", "em", "a", "of", "de", "di", "von", "key", "ton"])
_AT_WORDS = frozenset(["at", "to", "a", "bei", "auf", "mit", "con", "zu", "um"])


class Reader:
    """A walk over the tags of a prompt that joins them into figures."""

    def __init__(self, tags: Sequence[Tag], found: Sequence[Token]) -> None:
        self.tags = tags
        self.found = found

    # ------------------------------------------------------------ looking

    def at(self, n: int) -> Tag | None:
        return self.tags[n] if 0 <= n < len(self.tags) else None

    def is_a(self, n: int, *kinds: str) -> bool:
        tag = self.at(n)
        return tag is not None and tag.is_a(*kinds)

    def word(self, n: int) -> str:
        """The first folded word of a tag; empty outside."""
        tag = self.at(n)
        return self.found[tag.first].folded if tag else ""

    def text(self, n: int) -> str:
        tag = self.at(n)
        return self.found[tag.first].text if tag else ""

    def is_mark(self, n: int, mark: str) -> bool:
        tag = self.at(n)
        return tag is not None and tag.value("mark") == mark

    def number(self, n: int) -> tuple[float, int] | None:
        """A number said in figures or words, and how many tags it takes."""
        tag = self.at(n)
        if tag is None:
            return None
        if tag.number is not None:
            return tag.number, 1
        value = tag.value("number")
        if value is None or not value.isdigit():
            return None
        total, length = float(value), 1
        follows = self.at(n + 1)
        unit = follows.value("number") if follows else None
        if unit and unit.isdigit() and 20 <= total <= 90 and total % 10 == 0 and 0 < int(unit) < 10:
            return total + int(unit), 2
        return total, length

    def filler(self, n: int) -> bool:
        tag = self.at(n)
        return tag is not None and tag.is_a("filler")

    def span(self, kind: str, value: str, n: int, length: int, number: float | None = None) -> tuple[Tag, int]:
        parts = self.tags[n : n + length]
        sure = min(part.confidence for part in parts)
        return Tag(parts[0].first, parts[-1].last, ((kind, value),), number, sure, parts[0].language), length


Figure = Callable[[Reader, int], tuple[Tag, int] | None]


def join_figures(tags: Sequence[Tag], found: Sequence[Token]) -> list[Tag]:
    """The tags with every figure joined into one tag."""
    joined: Sequence[Tag] = tags
    for figures in (_FIRST, _THEN):
        walk, result, n = Reader(joined, found), list[Tag](), 0
        while n < len(joined):
            match = next((m for figure in figures if (m := figure(walk, n))), None)
            tag, length = match or (joined[n], 1)
            result.append(tag)
            n += length
        joined = result
    return list(joined)


# ---------------------------------------------------------------- keys and chords


def _chords(walk: Reader, n: int) -> tuple[Tag, int] | None:
    """Two or more chord symbols in a row, with dashes or commas between them."""
    names: list[str] = []
    at = last = n
    while (tag := walk.at(at)) is not None:
        name = _chord(walk.text(at)) if tag.first == tag.last else None
        if name is None:
            if names and tag.is_a("mark") and tag.value("mark") in (",", "-", ">"):
                at += 1
                continue
            break
        names.append(name)
        at += 1
        last = at
    written = [walk.text(i) for i in range(n, last)]
    sure = len(names) >= 3 or any(len(text) > 1 for text in written)
    if len(names) < 2 or not sure:
        return None
    return walk.span("chords", " ".join(names), n, last - n)


def _chord(text: str) -> str | None:
    match = _CHORD.match(text)
    if not match:
        return None
    root, quality, bass = match.groups()
    symbol = f"{root}:{_SHORTHAND.get(quality, quality)}"
    try:
        if bass:
            step = {0: "1", 2: "2", 3: "b3", 4: "3", 5: "4", 7: "5", 9: "6", 10: "b7", 11: "7"}.get(
                (pitch_class(bass) - pitch_class(root)) % 12
            )
            symbol += f"/{step}" if step and step != "1" else ""
        return str(ChordSymbol.parse(symbol))
    except InvalidIdentifier:
        return None


def _note(walk: Reader, n: int) -> tuple[int, int] | None:
    """The pitch class named here and how many tags it takes; `E flat`, `fa dièse` and `Es` included."""
    tag = walk.at(n)
    if tag is None:
        return None
    named = tag.value("note")
    if named in ("sharp", "flat"):
        return None
    if named is None:
        text = walk.text(n)
        if tag.first != tag.last or not _NOTE.match(text):
            return None
        named = text[0].upper() + text[1:]
    follows = walk.at(n + 1)
    shift = {"sharp": 1, "flat": -1}.get((follows.value("note") or "") if follows else "", 0)
    return (pitch_class(named) + shift) % 12, 2 if shift else 1


def _key(walk: Reader, n: int) -> tuple[Tag, int] | None:
    note = _note(walk, n)
    if note is None:
        return _short_key(walk, n)
    tonic, length = note
    mode = walk.at(n + length)
    name = mode.value("mode") if mode else None
    written = walk.text(n)
    if name and mode:
        article = written == "a" and length == 1
        if article and (mode.last > mode.first or walk.is_a(n + 2, "thing", "unit", "order", "filler")):
            return None
        if article and walk.word(n - 1) not in _IN_WORDS and walk.at(n + 2) is not None and not walk.is_a(n + 2, "mark", "and", "but"):
            return None
        return walk.span("key", f"{PITCH_NAMES[tonic]} {name}", n, length + 1)
    before = walk.at(n - 1)
    asked = walk.word(n - 1) in _IN_WORDS or (before is not None and before.value("thing") == "key")
    upper = written[:1].isupper() or (before is not None and before.value("thing") == "key") or length == 2
    is_name = walk.is_a(n, "note") and walk.found[walk.tags[n].first].folded not in (
        "a",
        "e",
        "do",
        "la",
        "mi",
        "si",
        "re",
        "fa",
        "sol",
        "es",
        "as",
        "des",
    )
    if asked and (upper or is_name) and not walk.is_a(n + 1, "style", "instrument", "stem", "unit", "place"):
        return walk.span("key", PITCH_NAMES[tonic], n, length)
    return None


def _short_key(walk: Reader, n: int) -> tuple[Tag, int] | None:
    """`in Am`, `to F#m`."""
    match = re.match(r"^([A-G](?:#|b)?)(m|min|maj)$", walk.text(n))
    if not match or walk.word(n - 1) not in _IN_WORDS:
        return None
    mode = "major" if match[2] == "maj" else "minor"
    return walk.span("key", f"{PITCH_NAMES[pitch_class(match[1])]} {mode}", n, 1)


# ---------------------------------------------------------------- places


def _bars(walk: Reader, n: int) -> tuple[Tag, int] | None:
    """`bars 9-16`, `bar 4`, `the first 8 bars`."""
    tag = walk.at(n)
    if tag is None:
        return None
    if tag.value("unit") == "bar":
        first = walk.number(n + 1)
        if first is None:
            return None
        return _bar_range(walk, n, 1 + first[1], first[0])
    order = tag.value("order")
    count = walk.number(n + 1) if order in ("1", "last") else None
    if count and (unit := walk.at(n + 1 + count[1])) and unit.value("unit") == "bar":
        return walk.span("span", f"{'first' if order == '1' else 'last'}:{abs(int(count[0]))}", n, 2 + count[1])
    if count and (unit := walk.at(n + 1 + count[1])) and unit.value("unit") in ("second", "minute"):
        seconds = count[0] * (60 if unit.value("unit") == "minute" else 1)
        return walk.span("span", f"{'first' if order == '1' else 'last'}-seconds:{seconds:g}", n, 2 + count[1])
    number = walk.number(n)
    if (
        number
        and (unit := walk.at(n + number[1]))
        and unit.value("unit") == "bar"
        and (walk.at(n + number[1] + 1) or tag).value("order") == "last"
    ):
        return walk.span("span", f"last:{abs(int(number[0]))}", n, number[1] + 2)
    return None


def _bar_range(walk: Reader, n: int, length: int, first: float) -> tuple[Tag, int]:
    first = abs(first)
    after = n + length
    joins = walk.is_mark(after, "-") or walk.word(after) in _TO_WORDS or walk.is_a(after, "and")
    skip = 2 if joins and walk.is_a(after + 1, "unit") else 1
    last = walk.number(after + skip) if joins else None
    if last is None or last[0] < first:
        return walk.span("bars", f"{int(first)}-{int(first)}", n, length)
    return walk.span("bars", f"{int(first)}-{int(last[0])}", n, length + skip + last[1])


def _place(walk: Reader, n: int) -> tuple[Tag, int] | None:
    """`second verse`, `verse two`, `last chorus`, `both choruses`, `second and third chorus`."""
    tag = walk.at(n)
    if tag is None:
        return None
    if tag.is_a("place"):
        return _place_then_order(walk, n, tag)
    order = tag.value("order")
    if order is None:
        return None
    orders, at = [order], n + 1
    while walk.is_a(at, "and") and walk.is_a(at + 1, "order"):
        orders.append((walk.tags[at + 1]).value("order") or "")
        at += 2
    while walk.filler(at) and walk.is_a(at + 1, "place", "filler"):
        at += 1
    count = walk.number(at)
    if count and walk.is_a(at + count[1], "place") and 2 <= count[0] <= 8 and order in ("1", "last"):
        label = walk.tags[at + count[1]].value("place") or ""
        names = [f"{label}:{i}" for i in range(1, int(count[0]) + 1)] if order == "1" else [f"{label}:last"]
        return walk.span("at", " ".join(names), n, at + count[1] + 1 - n)
    place = walk.at(at)
    label = place.value("place") if place else None
    if label is None or label in ("first-half", "second-half"):
        return None
    names = [label if o == "every" else f"{label}:{o}" for o in orders]
    return walk.span("at", " ".join(names), n, at + 1 - n)


def _place_then_order(walk: Reader, n: int, tag: Tag) -> tuple[Tag, int]:
    label = tag.value("place") or ""
    follows = walk.at(n + 1)
    number = walk.number(n + 1)
    counts = (
        number is not None
        and 1 <= number[0] <= 12
        and not walk.is_a(n + 1 + number[1], "unit")
        and not walk.is_mark(n + 1 + number[1], "%")
    )
    if number and counts and label not in ("first-half", "second-half") and not walk.is_a(n + 1, "order"):
        return walk.span("at", f"{label}:{int(number[0])}", n, 1 + number[1])
    order = follows.value("order") if follows else None
    if order and order != "every" and follows and follows.language not in ("en", "de") and not walk.is_a(n + 2, "place"):
        return walk.span("at", f"{label}:{order}", n, 2)
    parts = (*(s for s in tag.senses if s[0] != "place"), ("at", label))
    return tag._replace(senses=parts), 1


# ---------------------------------------------------------------- amounts


def _interval(walk: Reader, n: int) -> tuple[Tag, int] | None:
    number = walk.number(n)
    at = n + (number[1] if number else 0)
    half = walk.at(n)
    if number is None and half is not None and half.value("number") == "half":
        at = n + 1
        while walk.filler(at):
            at += 1
    unit = walk.at(at)
    name = unit.value("unit") if unit else None
    if name not in INTERVALS:
        return None
    count = number[0] if number else 0.5 if at > n else 1.0
    semitones = round(count * INTERVALS[name])
    follows = walk.at(at + 1)
    extra = 0
    if follows and name in ("tone", "octave") and walk.is_a(at + 1, "and") and (walk.at(at + 2) or unit) is not None:
        half_tag = walk.at(at + 2)
        if half_tag and half_tag.value("number") == "half":
            semitones += INTERVALS[name] // 2
            extra = 2
    return walk.span("interval", str(semitones), n, at + 1 + extra - n, float(semitones))


def _amount(walk: Reader, n: int) -> tuple[Tag, int] | None:
    """A number with its unit: percent, bpm, dB, times, seconds, minutes, bars."""
    number = walk.number(n)
    if number is None:
        return _unit_first(walk, n)
    value, length = number
    unit = walk.at(n + length)
    name = unit.value("unit") if unit else None
    if walk.is_mark(n + length, "%") or name == "percent":
        return walk.span("percent", f"{value:g}", n, length + 1, value)
    if name in ("bpm", "decibel", "times", "bar"):
        return walk.span({"decibel": "db", "bar": "bar-count"}.get(name, name), f"{value:g}", n, length + 1, value)
    if name in ("second", "minute"):
        half = walk.is_a(n + length + 1, "and") and (walk.at(n + length + 2) or unit)
        seconds = value * (60 if name == "minute" else 1)
        if name == "minute" and half and unit and half is not unit and half.value("number") == "half":
            return walk.span("seconds", f"{seconds + 30:g}", n, length + 3, seconds + 30)
        return walk.span("seconds", f"{seconds:g}", n, length + 1, seconds)
    colon = walk.at(n + 1)
    if colon and walk.found[colon.first].text == ":" and (rest := walk.number(n + 2)) and rest[0] < 60 and value < 60:
        return walk.span("seconds", f"{value * 60 + rest[0]:g}", n, 3, value * 60 + rest[0])
    return _bare_bpm(walk, n, value, length)


def _bare_bpm(walk: Reader, n: int, value: float, length: int) -> tuple[Tag, int] | None:
    """`at 128`, `tempo 90`."""
    back = n - 2 if walk.is_a(n - 1, "mark") and walk.text(n - 1) == ":" else n - 1
    before = walk.at(back)
    while walk.filler(back) and not (walk.at(back - 1) and walk.is_a(back - 1, "mark")) and back > n - 3:
        back -= 1
    tempo = (before is not None and before.value("thing") == "tempo") or ((t := walk.at(back)) is not None and t.value("thing") == "tempo")
    follows = walk.at(n + length)
    tempo = tempo or (follows is not None and follows.value("thing") == "tempo")
    said_at = walk.word(n - 1) in _AT_WORDS and (follows is None or follows.is_a("mark", "and", "with", "but", "filler"))
    if 40 <= value <= 260 and (tempo or said_at):
        return walk.span("bpm", f"{value:g}", n, length, value)
    if 0.25 <= value < 4 and tempo and value != int(value):
        return walk.span("times", f"{value:g}", n, length, value)
    return None


def _unit_first(walk: Reader, n: int) -> tuple[Tag, int] | None:
    tag = walk.at(n)
    unit = tag.value("unit") if tag else None
    if unit == "bpm" and (number := walk.number(n + 1)) and 20 <= number[0] <= 400:
        return walk.span("bpm", f"{number[0]:g}", n, 1 + number[1], number[0])
    if unit == "times" and walk.word(n) in ("x", "×", "mal") and (number := walk.number(n + 1)) and number[0] <= 16:
        return walk.span("times", f"{number[0]:g}", n, 1 + number[1], number[0])
    return None


def _plain_number(walk: Reader, n: int) -> tuple[Tag, int] | None:
    tag = walk.at(n)
    number = walk.number(n)
    if tag is None or number is None or tag.is_a("at", "span", "bars", "percent", "bpm", "times", "seconds", "interval", "db", "bar-count"):
        return None
    kept = tuple(s for s in tag.senses if s[0] not in ("figure", "number"))
    return walk.span("count", f"{number[0]:g}", n, number[1], number[0])[0]._replace(senses=(("count", f"{number[0]:g}"), *kept)), number[1]


_FIRST: tuple[Figure, ...] = (_chords, _key, _bars, _place)
_THEN: tuple[Figure, ...] = (_interval, _amount, _plain_number)
