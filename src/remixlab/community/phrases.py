"""The n-grams of a prompt, as names are looked up: so that a catalogue of any size is asked, and never read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import ascii_lowercase
from typing import Final

from remixlab.community.moderate import likening_words
from remixlab.domain.naming import fold_name
from remixlab.prompt.text.clean import clean, tokens

NAME_WORDS_MAX: Final = 8
"""The longest name, in words, that is looked for."""
_NOT = re.compile(r"nt\b")
_SLIPPED_WORDS_MAX: Final = 3
_SLIPPED_LETTERS_MIN: Final = 5
"""A misspelling is looked for in names of this many letters and more: shorter ones are other words."""
_LIKENINGS_SLIPPED: Final = 2
"""How many likenings of one prompt are tried with misspellings: each is several hundred names to look up."""


def name_phrases(prompt: str) -> tuple[str, ...]:
    """Every phrase of one to eight words, folded as names are; what follows a likening also with one letter amiss.

    Raises: InvalidPrompt.
    """
    text = clean(prompt)
    readings = dict.fromkeys((fold_name(text), fold_name(prompt)))  # a clean text has `dont` where a name has `don't`
    phrases = (" ".join(gram) for reading in readings for gram in _grams(reading.split()))
    return tuple(dict.fromkeys((*phrases, *_misspelt(text))))


def spellings(name: str) -> tuple[str, ...]:
    """A folded name out of a clean text, and as it is with its apostrophe: `dont stop`, `don t stop`."""
    return tuple(dict.fromkeys((name, _NOT.sub("n t", name))))


def _grams(words: list[str]) -> Iterator[list[str]]:
    return (
        words[n : n + size] for n in range(len(words)) for size in range(1, min(NAME_WORDS_MAX, len(words) - n) + 1)
    )


def _misspelt(text: str) -> list[str]:
    found = [t for t in tokens(text) if t.sort != "mark"]
    joined = " ".join(t.folded for t in found)
    likened = [len(joined[: match.end()].split()) for match in likening_words().finditer(joined)][:_LIKENINGS_SLIPPED]
    near: list[str] = []
    for first in likened:
        for size in range(1, min(_SLIPPED_WORDS_MAX, len(found) - first) + 1):
            name = fold_name(text[found[first].start : found[first + size - 1].end])
            near += _one_letter_amiss(name) if len(name) >= _SLIPPED_LETTERS_MIN else ()
    return near


def _one_letter_amiss(name: str) -> list[str]:
    """What a name with one wrong letter may have meant (optimal string alignment distance one)."""
    splits = [(name[:n], name[n:]) for n in range(len(name) + 1)]
    left_out = [a + b[1:] for a, b in splits if b]
    swapped = [a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1]
    wrong = [a + c + b[1:] for a, b in splits if b for c in ascii_lowercase]
    missing = [a + c + b for a, b in splits for c in ascii_lowercase]
    return [*left_out, *swapped, *wrong, *missing]
