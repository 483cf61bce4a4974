"""`make it feel like Glass Orchard`: where a wish names another recording as what to be like."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from remixlab.community.moderate import likening_words
from remixlab.prompt.text.clean import clean, fold, tokens


class Likening(NamedTuple):
    """A recording named as a model, and the characters of the clean text that name it."""

    recording_id: str
    start: int
    end: int


def find_likenings(prompt: str, titles: Callable[[], Mapping[str, str]]) -> tuple[str, tuple[Likening, ...]]:
    """The clean text, and the titles in it that stand after words of likening, in order.

    `titles` gives title to recording id; it is asked for only where the text likens something. A title of one word is meant only
    where it is written with a capital: `like summer` is a season.
    """
    text = clean(prompt)
    found = [t for t in tokens(text) if t.sort != "mark"]
    words = [t.folded for t in found]
    joined, after = " ".join(words), 0
    likened = [len(joined[: match.end()].split()) for match in likening_words().finditer(joined)]
    if not likened:
        return text, ()
    folded = {tuple(t.folded for t in tokens(fold(title)) if t.sort != "mark"): id_ for title, id_ in titles().items()}
    longest = max((len(name) for name in folded), default=0)
    likenings: list[Likening] = []
    for first in likened:
        for size in range(min(longest, len(words) - first), 0, -1):
            known = folded.get(tuple(words[first : first + size]))
            if known and first >= after and (size > 1 or found[first].text[0].isupper()):
                likenings.append(Likening(known, found[first].start, found[first + size - 1].end))
                after = first + size
                break
    return text, tuple(likenings)
