"""Figures of speech with numbers in them: keys, chords, intervals, percents, beats per minute."""

from __future__ import annotations

import re
from collections.abc import Sequence

from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.music import PITCH_NAMES, ChordSymbol, pitch_class
from remixlab.prompt.places.places import read_bars, read_place, read_reach
from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag
from remixlab.prompt.text.walk import Figure, Walk

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
    None: "maj",
    "maj": "maj",
    "m": "min",
    "min": "min",
    "m7": "min7",
    "min7": "min7",
    "m9": "min9",
    "m6": "min6",
    "6": "maj6",
    "M7": "maj7",
    "m7b5": "hdim7",
}
_IN_WORDS = frozenset(["in", "to", "into", "en", "auf", "nach", "em", "a", "of", "de", "di", "von", "key", "ton"])
_AT_WORDS = frozenset(["at", "to", "a", "bei", "auf", "mit", "con", "zu", "um"])


def join_figures(tags: Sequence[Tag], found: Sequence[Token]) -> list[Tag]:
    """The tags with every figure joined into one tag."""
    joined: Sequence[Tag] = tags
    for figures in (_FIRST, _THEN, _LAST):
        walk, result, n = Walk(joined, found), list[Tag](), 0
        while n < len(joined):
            match = next((m for figure in figures if (m := figure(walk, n))), None)
            tag, length = match or (joined[n], 1)
            result.append(tag)
            n += length
        joined = result
    return list(joined)


# ---------------------------------------------------------------- keys and chords


def _chords(walk: Walk, n: int) -> tuple[Tag, int] | None:
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


def _note(walk: Walk, n: int) -> tuple[int, int] | None:
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


def _key(walk: Walk, n: int) -> tuple[Tag, int] | None:
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
        if (
            article
            and walk.word(n - 1) not in _IN_WORDS
            and walk.at(n + 2) is not None
            and not walk.is_a(n + 2, "mark", "and", "but")
        ):
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


def _short_key(walk: Walk, n: int) -> tuple[Tag, int] | None:
    """`in Am`, `to F#m`."""
    match = re.match(r"^([A-G](?:#|b)?)(m|min|maj)$", walk.text(n))
    if not match or walk.word(n - 1) not in _IN_WORDS:
        return None
    mode = "major" if match[2] == "maj" else "minor"
    return walk.span("key", f"{PITCH_NAMES[pitch_class(match[1])]} {mode}", n, 1)


# ---------------------------------------------------------------- amounts


def _interval(walk: Walk, n: int) -> tuple[Tag, int] | None:
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


def _amount(walk: Walk, n: int) -> tuple[Tag, int] | None:
    """A number with its unit: percent, bpm, dB, times, seconds, minutes, bars."""
    number = walk.number(n)
    if number is None:
        return _unit_first(walk, n)
    value, length = number
    if half := _and_a_half(walk, n + length):
        value, length = value + 0.5, length + half
    unit = walk.at(n + length)
    name = unit.value("unit") if unit else None
    if walk.is_mark(n + length, "%") or name == "percent":
        return walk.span("percent", f"{value:g}", n, length + 1, value)
    if name in ("bpm", "decibel", "times", "bar", "beat"):
        return walk.span(
            {"decibel": "db", "bar": "bar-count", "beat": "beat-count"}.get(name, name),
            f"{value:g}",
            n,
            length + 1,
            value,
        )
    if name is None and unit and walk.found[unit.first].text in ("s", "S") and unit.first == unit.last:
        name = "second"  # `5 s`
    if name is None and unit and unit.value("order") == "2" and value >= 2 and not walk.is_a(n + length + 1, "place"):
        name = "second"  # `a ten second fade`
    if name in ("second", "minute"):
        if name == "minute" and (rest := _seconds_behind(walk, n + length + 1)):
            total = value * 60 + rest[0]
            return walk.span("seconds", f"{total:g}", n, length + 1 + rest[1], total)
        half = walk.is_a(n + length + 1, "and") and (walk.at(n + length + 2) or unit)
        seconds = value * (60 if name == "minute" else 1)
        if name == "minute" and half and unit and half is not unit and half.value("number") == "half":
            return walk.span("seconds", f"{seconds + 30:g}", n, length + 3, seconds + 30)
        return walk.span("seconds", f"{seconds:g}", n, length + 1, seconds)
    colon = walk.at(n + 1)
    if colon and walk.found[colon.first].text == ":" and (rest := walk.number(n + 2)) and rest[0] < 60 and value < 60:
        return walk.span("seconds", f"{value * 60 + rest[0]:g}", n, 3, value * 60 + rest[0])
    return _bare_bpm(walk, n, value, length)


def _seconds_behind(walk: Walk, n: int) -> tuple[float, int] | None:
    """What follows the minutes: `2 minutes 30`, `three minutes and ten seconds`."""
    joined = int(walk.is_a(n, "and"))
    number = walk.number(n + joined)
    if number is None or not 0 < number[0] < 60:
        return None
    after = n + joined + number[1]
    unit = walk.at(after)
    said = unit is not None and (unit.value("unit") == "second" or walk.word(after) in ("s", "sec"))
    if said:
        return number[0], joined + number[1] + 1
    bare = not joined and (unit is None or unit.is_a("mark", "length", "filler", "and", "with")) and number[0] >= 5
    return (number[0], number[1]) if bare else None


def _and_a_half(walk: Walk, n: int) -> int:
    """How many tags `and a half` takes before a unit: `two and a half minutes`."""
    at = n + 1
    while walk.filler(at):
        at += 1
    half = walk.at(at)
    said = walk.is_a(n, "and") and half is not None and half.value("number") == "half" and walk.is_a(at + 1, "unit")
    return at + 1 - n if said else 0


def _bare_bpm(walk: Walk, n: int, value: float, length: int) -> tuple[Tag, int] | None:
    """`at 128`, `tempo 90`."""
    back = n - 2 if walk.is_a(n - 1, "mark") and walk.text(n - 1) == ":" else n - 1
    before = walk.at(back)
    while walk.filler(back) and not (walk.at(back - 1) and walk.is_a(back - 1, "mark")) and back > n - 3:
        back -= 1
    tempo = (before is not None and before.value("thing") == "tempo") or (
        (t := walk.at(back)) is not None and t.value("thing") == "tempo"
    )
    follows = walk.at(n + length)
    tempo = tempo or (follows is not None and follows.value("thing") == "tempo")
    said_at = walk.word(n - 1) in _AT_WORDS and (
        follows is None or follows.is_a("mark", "and", "with", "but", "filler")
    )
    if 40 <= value <= 260 and (tempo or said_at):
        return walk.span("bpm", f"{value:g}", n, length, value)
    if 0.25 <= value < 4 and tempo and value != int(value):
        return walk.span("times", f"{value:g}", n, length, value)
    return None


def _unit_first(walk: Walk, n: int) -> tuple[Tag, int] | None:
    tag = walk.at(n)
    unit = tag.value("unit") if tag else None
    at = n + 2 if walk.is_a(n + 1, "mark") and walk.text(n + 1) == ":" else n + 1
    if unit == "bpm" and (number := walk.number(at)) and 20 <= number[0] <= 400:
        return walk.span("bpm", f"{number[0]:g}", n, at - n + number[1], number[0])
    if unit == "times" and walk.word(n) in ("x", "×", "mal") and (number := walk.number(n + 1)) and number[0] <= 16:
        return walk.span("times", f"{number[0]:g}", n, 1 + number[1], number[0])
    return None


def _plain_number(walk: Walk, n: int) -> tuple[Tag, int] | None:
    tag = walk.at(n)
    number = walk.number(n)
    if (
        tag is None
        or number is None
        or tag.is_a("at", "span", "bars", "percent", "bpm", "times", "seconds", "interval", "db", "bar-count")
    ):
        return None
    kept = tuple(s for s in tag.senses if s[0] not in ("figure", "number"))
    return walk.span("count", f"{number[0]:g}", n, number[1], number[0])[0]._replace(
        senses=(("count", f"{number[0]:g}"), *kept)
    ), number[1]


_FIRST: tuple[Figure, ...] = (_chords, _key, read_bars, read_place)
_THEN: tuple[Figure, ...] = (_interval, _amount, _plain_number)
_LAST: tuple[Figure, ...] = (read_reach,)
