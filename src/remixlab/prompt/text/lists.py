"""Lists with a name in front: `Instruments: piano, strings`, `exclude: reverb, drums`, `Vocals: louder`."""

from __future__ import annotations

from collections.abc import Sequence

from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag

LABEL_MAX = 5
"""A name has at most so many words; what is longer in front of a colon is a sentence."""
_QUIET = (("filler", "_"),)
_ENDS = frozenset(".;\n|/!?")
_ORDERS = ("keep", "only", "add", "more", "less", "louder", "quieter", "start", "end", "repeat", "replace", "change")
"""Verbs that may stand in front of a colon: `Keep: vocals, bass`."""
_STEMS = ("vocals", "drums", "bass", "other", "band")


def read_lists(tags: Sequence[Tag], found: Sequence[Token]) -> list[Tag]:
    """The tags with every named list in the words of a sentence: its name says what its items are, and is no wish
    itself.

    Law: a list that excludes makes every one of its items excluded, up to its end or to the next name.
    """
    return _Lists(found).read(tags)


class _Lists:
    """One walk over a prompt, knowing which list it is in."""

    def __init__(self, found: Sequence[Token]) -> None:
        self._found = found
        self._read: list[Tag] = []
        self._item = 0
        self._scope = ""
        self._untold = False

    def read(self, tags: Sequence[Tag]) -> list[Tag]:
        for tag in tags:
            if not tag.is_a("mark"):
                self._add(tag)
            elif set(self._text(tag)) & set(":]") and (kind := _kind_of(self._read[self._item :])):
                self._begin(tag, kind)
            else:
                self._pass(tag)
        return self._read

    def _text(self, tag: Tag) -> str:
        return self._found[tag.first].text

    def _add(self, tag: Tag) -> None:
        """One word: inside a list that excludes, every item is told so."""
        if self._scope == "negative":
            if tag.is_a("and", "with", "but") and not tag.is_a("head"):
                self._read.append(tag._replace(senses=(("mark", ","),)))
                self._untold = True
                return
            if self._untold and not _is_negative(tag):
                self._read.append(Tag(tag.first, tag.first, (("head", "no"),), language=tag.language))
            self._untold = False
        self._read.append(tag)

    def _begin(self, colon: Tag, kind: str) -> None:
        """A name ends here: the pause before it is a real one, and its words are read as what they do."""
        name = self._read[self._item :]
        del self._read[self._item :]
        match kind:
            case "negative":
                self._read.append(Tag(name[0].first, name[-1].last, (("head", "no"),), language=name[0].language))
            case "instruments":
                self._read.append(Tag(name[0].first, colon.last, (("with", "_"),)))
            case "length":
                self._read.append(Tag(name[0].first, name[-1].last, (("length", "goal"),), language=name[0].language))
            case "named":
                self._read += [tag for tag in name if not tag.is_a("filler")] or name
            case _:
                self._read += [tag._replace(senses=_QUIET) for tag in name]
        if kind != "instruments":
            self._read.append(colon._replace(senses=_QUIET))
        self._scope, self._item, self._untold = kind, len(self._read), False

    def _pass(self, mark: Tag) -> None:
        """A pause: the end of a list, or only between two of its items."""
        if self._ends(mark):
            self._scope = ""
        self._read.append(mark)
        self._item, self._untold = len(self._read), True

    def _ends(self, mark: Tag) -> bool:
        text = self._text(mark)
        bullet = "\n" in text and text[-1] in "-•*▪‣"
        return bool(_ENDS & set(text)) and not bullet


def _kind_of(name: Sequence[Tag]) -> str:
    """What a name in front of a colon announces; empty where it is no name."""
    solid = [tag for tag in name if not tag.is_a("filler") or tag.is_a("label")]
    if not solid or len(solid) > LABEL_MAX:
        return ""
    labels = {label for tag in solid for label in tag.values("label")}
    known = all(tag.is_a("label", "thing", "unit") or _is_negative(tag) for tag in solid)
    if known and ("negative" in labels or any(_is_negative(tag) for tag in solid)):
        return "negative"
    if all(tag.value("stem") in _STEMS for tag in solid) and "instruments" not in labels:
        return "named"
    if all(tag.value("head") in _ORDERS for tag in solid):
        return "named"
    if not known:
        return ""
    if "instruments" in labels:
        return "instruments"
    return "length" if "length" in labels else "quiet" if labels else "named"


def _is_negative(tag: Tag) -> bool:
    return any(value in ("no", "not") for value in tag.values("head"))
