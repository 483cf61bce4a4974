"""What words mean: the data files of `words/` as one table from phrases to senses, in every language at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from string import ascii_letters
from typing import Any, NamedTuple

from remixlab.prompt.text.clean import fold, tokens

EVERYWHERE = ""
"""The language of names that are the same in all of them."""


class Sense(NamedTuple):
    """One meaning of a phrase: `stem: drums`, `style: reggae`, `number: 3`."""

    kind: str
    value: str
    language: str


Phrase = tuple[str, ...]
Senses = tuple[Sense, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases with their senses; the words that tell languages apart; words never taken for typos."""

    phrases: Mapping[Phrase, Senses]
    longest: Mapping[str, int]
    """How many words the longest phrase has that begins with a word."""
    pairs: frozenset[Phrase]
    """The first two words of every phrase of several words."""
    languages: Mapping[str, frozenset[str]]
    """Every single word of the files, with the languages that use it."""
    marks: Mapping[str, frozenset[str]]
    """Small words that give a language away."""
    ordinary: frozenset[str]
    names: Mapping[str, str]
    """English names of the languages by their codes."""

    def single(self, word: str) -> Senses:
        """The senses of a phrase of one word; empty when there is none."""
        return self.phrases.get((word,), ())


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the package, read once."""
    found: dict[Phrase, Senses] = {}
    ordinary: set[str] = set()
    marks: dict[str, frozenset[str]] = {}
    names: dict[str, str] = {}
    for file in sorted((files("remixlab.prompt") / "words").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml") or file.name == "meaning.toml":
            continue
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
        ordinary.update(
            word for words in tree.pop("ordinary", {}).values() for phrase in _phrases(words) for word in phrase
        )
        code = file.name.split(".")[0] if "language" in tree or file.name.count(".") == 2 else EVERYWHERE
        for name, words in tree.pop("language", {}).items():
            names[code] = name.capitalize()
            marks[code] = frozenset(fold(word.strip()) for word in words.split(","))
        ordinary.update(word for phrase in _phrases(tree.get("filler", {}).pop("_common", "")) for word in phrase)
        _collect(tree, code, found)
    return _index(found, ordinary, marks, names)


@lru_cache(maxsize=1)
def meanings() -> Mapping[str, Mapping[str, Any]]:
    """The tables of `meaning.toml`: what eras, moods and scenes suggest."""
    return tomllib.loads((files("remixlab.prompt") / "words" / "meaning.toml").read_text(encoding="utf-8"))


def _collect(tree: Mapping[str, Mapping[str, str]], language: str, found: dict[Phrase, Senses]) -> None:
    for kind, table in tree.items():
        for value, text in table.items():
            sense = Sense(kind, value, language)
            only = (sense,)
            for phrase in _phrases(text):
                senses = found.get(phrase)
                if senses is None:
                    found[phrase] = only
                elif sense not in senses:
                    found[phrase] = (*senses, sense)


def _phrases(text: str) -> list[Phrase]:
    """The phrases of a line, each as the words a prompt would be cut into. The common case needs no pattern."""
    if text.isascii() and _PLAIN.issuperset(text):
        return [tuple(words) for phrase in text.lower().split(",") if (words := phrase.split())]
    return [words for phrase in text.split(",") if (words := _words(phrase.strip()))]


_PLAIN = frozenset(ascii_letters + ", \n")


def _words(phrase: str) -> Phrase:
    if _PLAIN.issuperset(phrase):
        return tuple(phrase.lower().split())
    return tuple(t.folded for t in tokens(phrase.casefold().replace("'", " ")))


def _index(
    found: dict[Phrase, Senses], ordinary: set[str], marks: dict[str, frozenset[str]], names: dict[str, str]
) -> Lexicon:
    several = [phrase for phrase in found if len(phrase) > 1]
    for phrase in several:
        # What is said in two words is also written in one: `deephouse`.
        if sum(map(len, phrase)) >= 6 and phrase[0].isalpha():
            found.setdefault(("".join(phrase),), found[phrase])
    longest: dict[str, int] = {}
    for phrase in several:
        if len(phrase) > longest.get(phrase[0], 1):
            longest[phrase[0]] = len(phrase)
    return Lexicon(
        phrases=found,
        longest=longest,
        pairs=frozenset(phrase[:2] for phrase in several),
        languages=_languages(found),
        marks=marks,
        ordinary=frozenset(ordinary),
        names=names,
    )


def _languages(found: Mapping[Phrase, Senses]) -> dict[str, frozenset[str]]:
    """Every word with the languages that use it. Equal sets are one object: there are few, and many words."""
    languages: dict[str, frozenset[str]] = {}
    joined: dict[tuple[frozenset[str], Senses], frozenset[str]] = {}
    none: frozenset[str] = frozenset()
    for phrase, senses in found.items():
        for word in phrase:
            before = languages.get(word, none)
            after = joined.get((before, senses))
            if after is None:
                after = joined[before, senses] = before | {sense.language for sense in senses}
            languages[word] = after
    return languages
