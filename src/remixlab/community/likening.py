"""`make it feel like Glass Orchard`: where a wish names another recording as what to be like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from remixlab.community.moderate import likening_words
from remixlab.plan.prompt.clean import clean, fold, tokens


class Likening(NamedTuple):
    """A recording named as a model, and the characters of the clean text that name it."""

    recording_id: str
    start: int
    end: int


def find_likenings(prompt: str, titles: Mapping[str, str]) -> tuple[str, tuple[Likening, ...]]:
    """The clean text, and the titles in it that stand after words of likening, in order. `titles`: title to recording id."""
    text = clean(prompt)
    found = [t for t in tokens(text) if t.sort != "mark"]
    words = [t.folded for t in found]
    folded = {tuple(t.folded for t in tokens(fold(title)) if t.sort != "mark"): id_ for title, id_ in titles.items()}
    longest = max((len(name) for name in folded), default=0)
    likenings: list[Likening] = []
    joined, after = " ".join(words), 0
    for match in likening_words().finditer(joined):
        first = len(joined[: match.end()].split())
        for size in range(min(longest, len(words) - first), 0, -1):
            known = folded.get(tuple(words[first : first + size]))
            if known and first >= after:
                likenings.append(Likening(known, found[first].start, found[first + size - 1].end))
                after = first + size
                break
    return text, tuple(likenings)
