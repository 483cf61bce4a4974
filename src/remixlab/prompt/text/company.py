"""Words that turn with their neighbours:

`too loud` is quieter, `at the end` a place or a way to end, `30s` a length or a decade.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag

_QUIET = (("filler", "_"),)
_TURNED = {
    ("head", "louder"): ("head", "less"), ("head", "more"): ("head", "less"), ("head", "up"): ("head", "down"),
    ("head", "quieter"): ("head", "louder"), ("head", "less"): ("head", "more"), ("head", "down"): ("head", "up"),
    ("tempo", "up"): ("tempo", "down"), ("tempo", "down"): ("tempo", "up"),
    ("pitch", "up"): ("pitch", "down"), ("pitch", "down"): ("pitch", "up"), ("deep", "more"): ("head", "less"),
    ("length", "longer"): ("length", "shorter"), ("length", "shorter"): ("length", "longer"),
}  # fmt: skip
"""What is too much of something asks for the other."""
_SAID_OF_SOUND = ("more", "less", "louder", "quieter", "up", "down", "no", "only", "keep", "drop", "add")
_LESSENED = ("mood", "fx", "swing")
_PAS = frozenset(["pas", "jamais", "plus", "aucun", "aucune", "guere"])
_IS = frozenset(["is", "are", "ist", "sind", "est", "sont", "es", "esta", "estan", "e", "sono", "sao"])
_SHALL = frozenset(["be", "should", "must"])
_PLAIN = frozenset(
    [
        *("loud", "quiet", "soft", "weak", "faint", "feeble", "inaudible"),
        *("laut", "leise", "schwach"),
        *("fort", "forte", "faible"),
        *("fuerte", "debil", "alta", "alto", "baja", "floja", "flojo"),
        *("bassa", "debole", "baixa", "fraca", "fraco"),
    ]
)
"""Plain words for how loud a thing is: said of it with `is`, they are a complaint; `louder` is a wish."""
_SOUNDS = (
    "stem",
    "instrument",
    "fx",
    "manner",
    "tempo",
    "pitch",
    "interval",
    "bpm",
    "mood",
    "style",
    "swing",
    "feel",
    "harmony",
    "mode",
    "key",
)
_PARTED = ("mark", "and", "but", "then")
_SECONDS = re.compile(r"^\d{1,3}s$")


def read_company(tags: Sequence[Tag], found: Sequence[Token]) -> list[Tag]:
    """The tags with every word whose sense hangs on its neighbours read as it is meant here."""
    return _timed(_at_the_end(_too_much(_complained(_enough(_misheard(list(tags)), found), found))), found)


def _misheard(tags: list[Tag]) -> list[Tag]:
    """`base boosted`: a word written as it sounds, where something is said of a sound."""
    result = list(tags)
    for n, tag in enumerate(tags):
        meant = tag.value("mishear")
        if meant is None:
            continue
        beside = any(
            t.value("head") in _SAID_OF_SOUND or t.is_a("db", "deep", "excess") for t in tags[max(0, n - 3) : n + 4]
        )
        result[n] = tag._replace(senses=(("stem", meant),) if beside else ())
    return result


def _too_much(tags: list[Tag]) -> list[Tag]:
    """`too loud`, `zu schnell`, `trop sombre`: what is said to be too much of itself is asked to be less.

    Law: the way of a wish is turned by it once, never twice.
    """
    result: list[Tag] = []
    skip = -1
    for n, tag in enumerate(tags):
        if n <= skip:
            continue
        goal = next(
            (i for i in range(n + 1, len(tags)) if not tags[i].is_a("filler", "amount") or tags[i].is_a("head")), None
        )
        if not tag.is_a("excess") or goal is None or goal > n + 2:
            result.append(tag)
            continue
        turned = tuple(_TURNED[sense] for sense in tags[goal].senses if sense in _TURNED)
        if tag.value("excess") == "soft" and not turned:
            # `not too much bass` is a little less of it, `not too much reverb` a little of it.
            beside = (*tags[max(0, n - 3) : n], *tags[goal + 1 : goal + 4])
            named = tags[goal].is_a("stem", "instrument") and not any(t.is_a("head") for t in beside)
            result.append(
                tag._replace(senses=(("head", "less"), ("amount", "little")) if named else (("amount", "little"),))
            )
        elif turned:
            if tag.value("excess") == "soft":
                result.append(tag._replace(senses=(("amount", "little"),)))
            between = [t for t in tags[n + 1 : goal] if t.is_a("amount")]
            first = tags[goal].first if tag.value("excess") == "soft" else tag.first
            result += [*between, tags[goal]._replace(first=first, senses=turned[:1])]
            skip = goal
        elif tags[goal].is_a(*_LESSENED) and not tag.is_a("head"):
            result.append(tag._replace(senses=(("head", "less"),)))
        else:
            result.append(tag)
    return result


def _enough(tags: list[Tag], found: Sequence[Token]) -> list[Tag]:
    """`not loud enough` is a wish for louder, and the `ne` of `ne ... pas` says nothing of its own."""
    result = list(tags)
    for n, tag in enumerate(tags):
        if tag.value("head") != "not":
            continue
        piece = tags[n + 1 : n + 6]
        half = found[tag.first].folded in ("n", "ne") and any(found[t.first].folded in _PAS for t in piece)
        if half or (any(t.is_a("enough") for t in piece) and any(_level(t) for t in piece)):
            result[n] = tag._replace(senses=_QUIET)
    return result


def _complained(tags: list[Tag], found: Sequence[Token]) -> list[Tag]:
    """`the bass is weak`, `la voix est faible`: what is stated of a part is what is wrong with it."""
    result = list(tags)
    for n, tag in enumerate(tags):
        copula = tags[n + 1] if n + 1 < len(tags) else None
        if (
            not tag.is_a("stem")
            or copula is None
            or not {found[i].folded for i in range(copula.first, copula.last + 1)} & _IS
        ):
            continue
        if any(t.is_a("enough") for t in _piece(tags, n)):
            continue
        starts = all(t.is_a("filler") for t in _piece(tags, n)[: _piece(tags, n).index(tag)])
        goal = next(
            (
                i
                for i in range(n + 2, min(n + 5, len(tags)))
                if not tags[i].is_a("filler", "amount") or tags[i].is_a("head")
            ),
            None,
        )
        if (
            not starts
            or goal is None
            or found[tags[goal].first].folded not in _PLAIN
            or found[tags[goal - 1].last].folded in _SHALL
        ):
            continue
        if tags[goal].last > tags[goal].first or any(
            t.is_a("excess") or t.value("head") == "less" for t in (*tags[n + 1 : goal], *tags[goal + 1 : goal + 2])
        ):
            continue  # `too loud` is turned by its own word
        turned = tuple(_TURNED[sense] for sense in tags[goal].senses if sense in _TURNED)
        result[goal] = tags[goal]._replace(senses=turned[:1]) if turned else tags[goal]
    return result


def _level(tag: Tag) -> bool:
    return tag.is_a("deep") or tag.value("head") in ("more", "less", "louder", "quieter", "up", "down")


def _at_the_end(tags: list[Tag]) -> list[Tag]:
    """`slower at the end` names a place, `the chorus at the end` says what comes last."""
    result = list(tags)
    for n, tag in enumerate(tags):
        if tag.value("moment") != "end":
            continue
        piece = _piece(tags, n)
        placed = any(t.is_a("at", "bars", "span") for t in piece if t is not tag)
        alone = all(t is tag or t.is_a("filler") for t in piece)
        if alone or (not placed and any(t.is_a(*_SOUNDS, "head", "dance") for t in piece if t is not tag)):
            result[n] = tag._replace(senses=(("at", "outro"), ("moment", "end")))
    return result


def _piece(tags: Sequence[Tag], n: int) -> Sequence[Tag]:
    """The words around one, up to the next pause."""
    first = next((i + 1 for i in range(n - 1, -1, -1) if tags[i].is_a(*_PARTED)), 0)
    last = next((i for i in range(n + 1, len(tags)) if tags[i].is_a(*_PARTED)), len(tags))
    return tags[first:last]


def _timed(tags: list[Tag], found: Sequence[Token]) -> list[Tag]:
    """`a fade of 30s`, `30s long`: seconds, where the thirties would make no sense."""
    result = list(tags)
    for n, tag in enumerate(tags):
        if tag.is_a("with") and tag.is_a("length") and any(t.is_a("seconds") for t in tags[n + 1 : n + 3]):
            result[n] = tag._replace(senses=tuple(s for s in tag.senses if s[0] == "length"))  # `under 3 minutes`
        if (
            not (tag.is_a("era") or not tag.senses)
            or not _SECONDS.match(found[tag.first].folded)
            or tag.last > tag.first
        ):
            continue
        near = tags[max(0, n - 4) : n + 4]
        fades = any(t.value("fx") in ("fade-in", "fade-out") for t in near)
        if fades or not tag.senses or any(t.is_a("length") for t in tags[max(0, n - 2) : n + 2]):
            seconds = float(found[tag.first].folded[:-1])
            result[n] = tag._replace(senses=(("seconds", f"{seconds:g}"),), number=seconds)
    return result
