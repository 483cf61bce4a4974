"""From words to meanings: the longest phrases of the right language, misspelt words mended, the rest named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA, Levenshtein

from remixlab.prompt.text.clean import Token
from remixlab.prompt.text.lexicon import EVERYWHERE, Lexicon, Sense, lexicon

SMALL = frozenset(
    [
        "reach",
        "perceive",
        "becomes",
        "trade",
        "question",
        "enters",
        "label",
        "excess",
        "enough",
        "share",
        "dance",
        "moment",
        "tongue",
        "sounds",
    ]
)
"""Kinds of words that mean something only beside others; alone they are as good as not said."""
MENDED_MAX = 24
"""Words that a prompt may have mended: typos are few, nonsense is long."""
_KEY_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS_TOUCH = frozenset(
    frozenset((a, b))
    for upper, lower in ((row, other) for n, row in enumerate(_KEY_ROWS) for other in _KEY_ROWS[n : n + 2])
    for x, a in enumerate(upper)
    for y, b in enumerate(lower)
    if a != b and (abs(x - y) <= 1 if upper == lower else y - x in (0, -1))
)
_SOUND_ALIKE = frozenset(frozenset(pair) for pair in ("ck", "cs", "sz", "iy", "gj", "vw", "dt", "bp", "qk", "hk", "uw"))
_COPULAS = frozenset("èé")
"""`is` in Italian and Portuguese, which without its accent would be `and`."""
_VOWELS = frozenset("aeiouy")


class Tag(NamedTuple):
    """A run of tokens with what it may mean. `number` is set where it is a figure; no senses = not understood."""

    first: int
    last: int
    senses: tuple[tuple[str, str], ...]
    number: float | None = None
    confidence: float = 1.0
    language: str = EVERYWHERE

    def value(self, kind: str) -> str | None:
        """What it means as a `kind`, if it may be one."""
        return next((value for k, value in self.senses if k == kind), None)

    def values(self, kind: str) -> tuple[str, ...]:
        return tuple(value for k, value in self.senses if k == kind)

    def is_a(self, *kinds: str) -> bool:
        return any(k in kinds for k, _ in self.senses)


def detect(found: Sequence[Token]) -> tuple[str, ...]:
    """The languages of a prompt, the likeliest first; English always among them, names everywhere."""
    words = lexicon()
    score = dict.fromkeys(words.marks, 0.0)
    for token in found:
        if token.sort != "word":
            continue
        codes = set(words.languages.get(token.folded, frozenset())) - {EVERYWHERE}
        marked = {code for code, marks in words.marks.items() if token.folded in marks}
        shared = len(codes | marked)
        for code in codes | marked:
            score[code] += (1.6 if code in marked else 1.0) / shared
    score["en"] = score.get("en", 0.0) + 0.1
    best = max(score.values())
    ranked = sorted(score, key=lambda code: -score[code])
    kept = [code for code in ranked if score[code] >= max(0.5 * best, 0.1)]
    return tuple(dict.fromkeys((*kept, "en")))


def decompound(found: Sequence[Token], languages: Sequence[str]) -> list[Token]:
    """German writes words in one: `Jazzballade` is read as `Jazz` and `Ballade`."""
    if "de" not in languages[:1]:
        return list(found)
    words = lexicon()
    result: list[Token] = []
    for token in found:
        parts = (
            _compound(token.folded, words)
            if token.sort == "word" and not _is_known(token.folded, words, ("de",))
            else None
        )
        if parts is None:
            result.append(token)
            continue
        cut, link = parts
        at = min(cut, len(token.text))
        result.append(Token(token.text[:at], token.folded[: cut - link], token.start, token.start + at, "word"))
        result.append(Token(token.text[at:], token.folded[cut:], token.start + at, token.end, "word"))
    return result


def _compound(word: str, words: Lexicon) -> tuple[int, int] | None:
    """Where a word falls into two known ones, and how many linking letters stand between."""
    for cut in range(len(word) - 3, 3, -1):
        tail = word[cut:]
        if not _whole(tail, words):
            continue
        for link in (0, 1, 2):
            if (
                (link == 0 or word[cut - link : cut] in ("s", "n", "en", "es"))
                and cut - link >= 3
                and _whole(word[: cut - link], words)
            ):
                return cut, link
    return None


def _whole(word: str, words: Lexicon) -> bool:
    """Whether a word is a phrase of its own in German or everywhere."""
    return any(s.language in ("de", EVERYWHERE) for s in words.single(word))


def tag(found: Sequence[Token], languages: Sequence[str]) -> list[Tag]:
    """Every token in a tag, in order: phrases, figures, marks, and words not understood."""
    words = lexicon()
    folded = _mended(found, words, languages)
    tags: list[Tag] = []
    at = 0
    while at < len(found):
        match = _longest(words, folded, at, languages)
        if found[at].text.casefold() in _COPULAS and (match is None or match[0] == 1):
            match = 1, (("filler", "_"),), languages[0]
        if match is None:
            tags.append(_single(found[at], at))
            at += 1
            continue
        length, senses, language = match
        span = range(at, at + length)
        sure = min(_likeness(found[i].folded, folded[i]) for i in span)
        number = float(found[at].folded) if length == 1 and found[at].sort == "number" else None
        tags.append(Tag(at, at + length - 1, senses, number, sure, language))
        at += length
    return tags


def _single(token: Token, at: int) -> Tag:
    if token.sort == "number":
        return Tag(at, at, (("figure", token.folded),), float(token.folded))
    if token.sort == "mark":
        return Tag(at, at, (("mark", token.folded),))
    return Tag(at, at, ())


def _longest(
    words: Lexicon, folded: Sequence[str], at: int, languages: Sequence[str]
) -> tuple[int, tuple[tuple[str, str], ...], str] | None:
    for length in range(min(words.longest.get(folded[at], 1), len(folded) - at), 0, -1):
        senses = words.phrases.get(tuple(folded[at : at + length]))
        if senses is None:
            continue
        chosen = _in_language(senses, languages)
        if chosen:
            pairs = tuple((s.kind, s.value) for s in chosen)
            inert = all(kind in SMALL for kind, _ in pairs)
            return length, (*pairs, ("filler", "_")) if inert else pairs, chosen[0].language
    return None


def _in_language(senses: Iterable[Sense], languages: Sequence[str]) -> list[Sense]:
    """The senses of the likeliest language that has any, with the names that are the same everywhere."""
    rank = {code: n for n, code in enumerate(languages)}
    usable = [s for s in senses if s.language == EVERYWHERE or s.language in rank]
    best = min((rank[s.language] for s in usable if s.language != EVERYWHERE), default=0)
    return [s for s in usable if s.language == EVERYWHERE or rank[s.language] == best]


# ---------------------------------------------------------------- misspelt words


def _mended(found: Sequence[Token], words: Lexicon, languages: Sequence[str]) -> list[str]:
    """The folded tokens with misspelt ones replaced by the word they are nearest to."""
    folded = [token.folded for token in found]
    budget = MENDED_MAX
    for n, token in enumerate(found):
        word = token.folded
        if token.sort != "word" or _is_known(word, words, languages):
            continue
        if (
            n + 1 < len(found)
            and words.single(joined := word + folded[n + 1])
            and not _is_known(folded[n + 1], words, languages)
        ):
            folded[n], folded[n + 1] = joined, joined
            continue
        if budget and (near := mend(word, tuple(languages))):
            budget -= 1
            folded[n] = _in_company(
                near, folded[n - 1] if n else "", folded[n + 1] if n + 1 < len(folded) else "", words
            )
    return folded


def _in_company(near: Sequence[str], before: str, after: str, words: Lexicon) -> str:
    """The candidate that makes a phrase with its neighbours, else the nearest."""
    for word in near:
        if (word, after) in words.pairs or (before, word) in words.pairs:
            return word
    return near[0]


def _is_known(word: str, words: Lexicon, languages: Sequence[str]) -> bool:
    codes = words.languages.get(word)
    return word in words.ordinary or bool(codes and (EVERYWHERE in codes or any(code in codes for code in languages)))


@lru_cache(maxsize=2048)
def mend(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """The words of the lexicon that this one may misspell, the nearest first; none when nothing is near enough."""
    short = re.sub(r"(.)\1{2,}", r"\1", word)
    double = re.sub(r"(.)\1{2,}", r"\1\1", word)
    vocabulary = _vocabulary(languages)
    for form in (double, short):
        if form != word and form in vocabulary:
            return (form,)
    if len(word) < 4 or len(word) > 24:
        return ()
    slips = 1 if len(word) < 8 else 2
    near = process.extract(word, vocabulary.keys(), scorer=OSA.distance, score_cutoff=slips, limit=6)
    near = [n for n in near if _slipped(word, n[0])]
    near.sort(key=lambda n: (n[1], n[0][0] != word[0], abs(len(n[0]) - len(word))))
    return tuple(n[0] for n in near)


def _slipped(written: str, meant: str) -> bool:
    """Whether a hand or an ear slips like that: letters left out, doubled or swapped, neighbours on the keyboard,
    letters that sound alike.

    Another letter in the place of one is another word otherwise: `jelly` is not `jolly`, nor `wallet` a `ballet`.
    """
    if sorted(written) == sorted(meant):
        return True
    other = [
        frozenset((written[op.src_pos], meant[op.dest_pos]))
        for op in Levenshtein.editops(written, meant)
        if op.tag == "replace"
    ]
    strange = [pair for pair in other if pair not in _SOUND_ALIKE and pair not in _KEYS_TOUCH]
    if strange and not (len(strange) == 1 and strange[0] <= _VOWELS and len(written) >= 6):
        return False
    return written[0] == meant[0] or meant[1:] == written or (len(written) >= 6 and written[1:] == meant)


@lru_cache(maxsize=32)
def _vocabulary(languages: tuple[str, ...]) -> dict[str, str]:
    wanted = {*languages, EVERYWHERE}
    return {word: word for word, codes in lexicon().languages.items() if len(word) >= 3 and codes & wanted}


def _likeness(written: str, read: str) -> float:
    return 1.0 if written == read else round(0.75 + 0.2 * OSA.normalized_similarity(written, read), 2)
