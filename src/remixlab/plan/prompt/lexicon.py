"""What words mean: the data files of `words/` as one table from phrases to senses, in every language at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

from remixlab.plan.prompt.clean import fold, tokens

EVERYWHERE = ""
"""The language of names that are the same in all of them."""


class Sense(NamedTuple):
    """One meaning of a phrase: `stem: drums`, `style: reggae`, `number: 3`."""

    kind: str
    value: str
    language: str


Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by their first word, longest first; the words that tell languages apart; words never taken for typos."""

    phrases: Mapping[str, tuple[tuple[Phrase, tuple[Sense, ...]], ...]]
    languages: Mapping[str, frozenset[str]]
    """Every single word of the files, with the languages that use it."""
    marks: Mapping[str, frozenset[str]]
    """Small words that give a language away."""
    ordinary: frozenset[str]
    names: Mapping[str, str]
    """English names of the languages by their codes."""


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The lexicon of the package, read once."""
    found: dict[Phrase, list[Sense]] = {}
    ordinary: set[str] = set()
    marks: dict[str, frozenset[str]] = {}
    names: dict[str, str] = {}
    for file in sorted((files("remixlab.plan.prompt") / "words").iterdir(), key=lambda f: f.name):
        if not file.name.endswith(".toml") or file.name == "meaning.toml":
            continue
        tree = tomllib.loads(file.read_text(encoding="utf-8"))
        ordinary.update(word for words in tree.pop("ordinary", {}).values() for phrase in _phrases(words) for word in phrase)
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
    return tomllib.loads((files("remixlab.plan.prompt") / "words" / "meaning.toml").read_text(encoding="utf-8"))


def _collect(tree: Mapping[str, Mapping[str, str]], language: str, found: dict[Phrase, list[Sense]]) -> None:
    for kind, table in tree.items():
        for value, text in table.items():
            sense = Sense(kind, value, language)
            for phrase in _phrases(text):
                senses = found.setdefault(phrase, [])
                if sense not in senses:
                    senses.append(sense)


def _phrases(text: str) -> Iterable[Phrase]:
    for phrase in text.split(","):
        words = _words(phrase.strip())
        if words:
            yield words


def _words(phrase: str) -> Phrase:
    """The words of a phrase as a prompt would be cut. The common case needs no pattern."""
    plain = phrase.replace(" ", "")
    if plain.isascii() and plain.isalpha():
        return tuple(phrase.lower().split())
    return tuple(t.folded for t in tokens(phrase.casefold().replace("'", " ")))


def _index(found: dict[Phrase, list[Sense]], ordinary: set[str], marks: dict[str, frozenset[str]], names: dict[str, str]) -> Lexicon:
    joined: dict[Phrase, list[Sense]] = {}
    for phrase, senses in found.items():
        if len(phrase) > 1 and sum(map(len, phrase)) >= 6 and phrase[0].isalpha():
            joined.setdefault(("".join(phrase),), senses)
    table: dict[str, list[tuple[Phrase, tuple[Sense, ...]]]] = {}
    languages: dict[str, set[str]] = {}
    for phrase, senses in {**joined, **found}.items():
        table.setdefault(phrase[0], []).append((phrase, tuple(senses)))
        for word in phrase:
            languages.setdefault(word, set()).update(sense.language for sense in senses)
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return Lexicon(
        phrases={first: tuple(entries) for first, entries in table.items()},
        languages={word: frozenset(codes) for word, codes in languages.items()},
        marks=marks,
        ordinary=frozenset(ordinary),
        names=names,
    )
