"""Style references: `make it feel like Glass Orchard` names another recording as what to be like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from remixlab.community.moderate import likening_words
from remixlab.community.phrases import NAME_WORDS_MAX, spellings
from remixlab.domain.naming import fold_name
from remixlab.prompt.text.clean import clean, tokens


class Likening(NamedTuple):
    """A recording named as a model, and the characters of the clean text that name it."""

    recording_id: str
    start: int
    end: int


def find_likenings(
    prompt: str, look_up: Callable[[Iterable[str]], Mapping[str, str]]
) -> tuple[str, tuple[Likening, ...]]:
    """The clean text, and the titles in it that stand after words of likening, in order.

    `look_up` gives, of folded phrases, those that are titles, with the recording's id; it is asked once, and only
    where the text
    likens something. A title of one word is meant only where it is written with a capital: `like summer` is a season.
    """
    text = clean(prompt)
    found = [t for t in tokens(text) if t.sort != "mark"]
    joined = " ".join(t.folded for t in found)
    likened = [len(joined[: match.end()].split()) for match in likening_words().finditer(joined)]
    named = {
        (first, size): spellings(fold_name(text[found[first].start : found[first + size - 1].end]))
        for first in likened
        for size in range(min(NAME_WORDS_MAX, len(found) - first), 0, -1)
    }
    if not named:
        return text, ()
    titles, after = look_up(dict.fromkeys(name for names in named.values() for name in names)), 0
    likenings: list[Likening] = []
    for (first, size), names in named.items():
        known = next((titles[name] for name in names if name in titles), None)
        if known and first >= after and (size > 1 or found[first].text[0].isupper()):
            likenings.append(Likening(known, found[first].start, found[first + size - 1].end))
            after = first + size
    return text, tuple(likenings)
