"""A walk over the tags of a prompt, for those who join several of them into one figure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.tags import Tag


class Walk:
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

    def is_clock(self, n: int) -> bool:
        """Whether a time is written as on a clock: `1:30`."""
        tag = self.at(n)
        return tag is not None and any(self.found[i].text == ":" for i in range(tag.first, tag.last + 1))

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


Figure = Callable[[Walk, int], tuple[Tag, int] | None]
"""Reads the figure that begins at a tag: the joined tag, and how many tags it takes."""
