"""What a piece is said to be like, in the words of the lexicon: style, era, scene, mood, instruments, voice,
tempo, mode, drums.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from remixlab.prompt.text.clean import Token, clean, fold, tokens
from remixlab.prompt.text.tags import Tag, decompound, detect, tag

_KINDS = ("style", "era", "scene", "mood", "instrument", "mode")
_NOT = frozenset(["no", "not"])
_OR = frozenset(["or", "nor", "oder", "noch", "ou", "ni", "o", "ne"])
_SILENT = frozenset(
    [
        "filler",
        "with",
        "and",
        "but",
        "then",
        "mark",
        "amount",
        "thing",
        "place",
        "head",
        "at",
        "unit",
        "figure",
        "number",
        "beat",
    ]
)
"""Kinds that say nothing about what a piece is like, and are no reason to admit a word was not understood."""
SLOW_BPM, FAST_BPM = 86.0, 128.0


class Quality(NamedTuple):
    """One thing said of a piece, as `kind` and `value`; `words` said it; `wanted` is False for what it must not be."""

    kind: str
    value: str
    words: str
    wanted: bool = True

    @property
    def name(self) -> str:
        return f"{self.kind}:{self.value}"


class Qualities(NamedTuple):
    """Everything understood in a description, in order, and the words that were not."""

    said: tuple[Quality, ...]
    skipped: tuple[str, ...]


def read_qualities(text: str) -> Qualities:
    """Read a description such as `sunny bossa with a female voice, no drums`.

    Raises: InvalidPrompt `prompt.too_long`, `prompt.empty`.
    """
    found = tokens(clean(text))
    languages = detect(found)
    found = decompound(found, languages)
    said: list[Quality] = []
    skipped: list[str] = []
    wanted = True
    for piece in _pieces(found, languages):
        names = _names(piece)
        words = " ".join(t.text for t in piece.tokens)
        if names:
            said += [_quality(name, words, wanted) for name in names]
            wanted = True
        elif piece.tag and piece.tag.is_a("head") and piece.tag.value("head") in _NOT:
            wanted = False
        elif piece.tag and piece.tag.senses and piece.tag.is_a(*_SILENT):
            if said and words.lower() in _OR:
                wanted = said[-1].wanted
        else:
            skipped.append(words)
    return Qualities(_once(said), tuple(skipped))


class _Piece(NamedTuple):
    """A run of tokens with what the table of this file, or else the lexicon, says it means."""

    tokens: Sequence[Token]
    own: str = ""
    tag: Tag | None = None
    bpm: float | None = None


def _pieces(found: Sequence[Token], languages: Sequence[str]) -> list[_Piece]:
    """Phrases of the lexicon; inside and between them, phrases of the own table where the lexicon says less."""
    pieces: list[_Piece] = []
    tags = tag(found, languages)
    skip_to = 0
    for n, one in enumerate(tags):
        if one.first < skip_to:
            continue
        own = _own(found, one.first, one.last)
        if own:
            name, last = own
            pieces.append(_Piece(found[one.first : last + 1], own=name))
            skip_to = last + 1
            continue
        following = tags[n + 1] if n + 1 < len(tags) else None
        bpm = one.number if following and following.value("unit") == "bpm" else None
        pieces.append(_Piece(found[one.first : one.last + 1], tag=one, bpm=bpm))
    return pieces


def _own(found: Sequence[Token], first: int, last: int) -> tuple[str, int] | None:
    """The longest phrase of the own table that starts here and is not shorter than what the lexicon found."""
    for length in range(4, last - first, -1):
        name = _phrases().get(tuple(t.folded for t in found[first : first + length]))
        if name and first + length <= len(found):
            return name, first + length - 1
    return None


def _names(piece: _Piece) -> tuple[str, ...]:
    if piece.own:
        return (piece.own,)
    if piece.bpm:
        return (f"tempo:{'slow' if piece.bpm < SLOW_BPM else 'fast' if piece.bpm > FAST_BPM else 'medium'}",)
    for kind, value in piece.tag.senses if piece.tag else ():
        name = f"{kind}:{value}"
        if same := _table("same").get(name):
            return ("voice:sung", same) if name == "preset:acapella" else (same,)
        if kind in _KINDS:
            return (name,)
    return ()


def _quality(name: str, words: str, wanted: bool) -> Quality:
    opposite = None if wanted else _table("opposite").get(name)
    kind, _, value = (opposite or name).partition(":")
    return Quality(kind, value, words, wanted or opposite is not None)


def _once(said: Sequence[Quality]) -> tuple[Quality, ...]:
    """Each quality once; `a female voice` need not also say that somebody sings."""
    names = {quality.name for quality in said if quality.wanted}
    kept = {
        quality.name: quality
        for quality in reversed(said)
        if quality.name != "voice:sung" or not names & {"voice:high", "voice:low"}
    }
    return tuple(sorted(kept.values(), key=said.index))


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((files("remixlab.prompt") / "qualities.toml").read_text(encoding="utf-8"))


def _table(name: str) -> Mapping[str, str]:
    return _tables()[name]


@lru_cache(maxsize=1)
def _phrases() -> Mapping[tuple[str, ...], str]:
    return {
        tuple(fold(word) for word in phrase.split()): f"{kind}:{value}"
        for kind, table in _tables().items()
        if kind not in ("same", "opposite")
        for value, text in table.items()
        for phrase in text.split(",")
    }
