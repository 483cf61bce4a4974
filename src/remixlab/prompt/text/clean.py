"""A prompt as plain words: hidden characters gone, accents and case folded, every word still knowing where it stood."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, NamedTuple

from remixlab.domain.errors import InvalidPrompt

LENGTH_MAX = 2_000


class Token(NamedTuple):
    """One word, number or punctuation mark; `folded` is what is compared, `text` what was written."""

    text: str
    folded: str
    start: int
    end: int
    sort: Literal["word", "number", "mark"]


_CHORD = (
    r"(?<![^\W_])[A-G][#b]?(?:maj|min|dim|aug|sus|add|m|M)?(?:13|11|[245679])?(?:b5)?(?:/[A-G][#b]?)?(?![^\W_]|[#])"
)
_TOKEN = re.compile(
    rf"""(?P<chord>{_CHORD})
    | (?P<word>[a-gA-G][#](?![^\W_]) | \d{{2,4}}'?s(?![^\W_]) | [^\W\d_]+)
    | (?P<number>(?:(?<![\w)%])[+-](?:[ ](?=\d+(?:[.,]\d+)?[ ]?[dD][bB]))?)?\d+(?:[.,]\d+)?)
    | (?P<mark>[,;.:!?\n()\[\]+&%/|~→>"•▪‣*-]+)""",
    re.VERBOSE,
)
_LISTED = re.compile(r"[.)](?:\s|$)")
_NOT = re.compile(r"n't(?![^\W_])", re.IGNORECASE)
_DROPPED = frozenset(["Cc", "Cf", "Co", "Cn", "Cs"])
_QUOTES = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "´": "'",
        "`": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "·": "•",
        "♯": "#",
        "♭": "b",
        "\t": " ",
    }
)


def clean(prompt: str) -> str:
    """The prompt without control, direction and zero-width characters, in one Unicode form.

    Raises: InvalidPrompt `prompt.too_long` over 2 000 characters, `prompt.empty` when nothing is left.
    """
    if len(prompt) > LENGTH_MAX:
        raise InvalidPrompt(
            f"The wish has {len(prompt)} characters; {LENGTH_MAX} are enough for any song",
            code="prompt.too_long",
            hint="Say the most important things first.",
        )
    text = unicodedata.normalize("NFKC", prompt.replace("\r", "\n")).translate(_QUOTES)
    text = "".join(c for c in text if c == "\n" or unicodedata.category(c) not in _DROPPED)
    text = _NOT.sub("nt", text)
    if not any(c.isalnum() for c in text):
        raise InvalidPrompt(
            "There is no wish in it yet",
            code="prompt.empty",
            hint="Say what you want to hear, for example 'slower, without drums'.",
        )
    return text[: 4 * LENGTH_MAX]


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """Lower case without accents: `Très` and `tres` are one word."""
    if word.isascii():
        return word.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c))


def tokens(text: str) -> list[Token]:
    """The words, numbers and marks of a clean text, in order."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        piece, start, end = match.group(), match.start(), match.end()
        if match.lastgroup == "number":
            found.append(Token(piece, piece.replace(",", ".").replace(" ", ""), start, end, "number"))
        elif match.lastgroup == "mark":
            mark = _mark(piece, text, start, end)
            if mark:
                found.append(Token(piece, mark, start, end, "mark"))
        else:
            found.append(Token(piece, fold(piece).replace("'", ""), start, end, "word"))
    return _without_numbering(found, text)


def _without_numbering(found: list[Token], text: str) -> list[Token]:
    """`1. no drums 2. faster`: numbers that only count the items of a list are pauses between them."""
    counts = [
        n for n, t in enumerate(found) if t.sort == "number" and _LISTED.match(text, t.end) and "." not in t.folded
    ]
    run: list[int] = []
    for n in counts:
        if found[n].folded == str(len(run) + 1) and (run or n == 0 or found[n - 1].sort == "mark"):
            run.append(n)
    if len(run) < 2:
        return found
    return [t._replace(folded=",", sort="mark") if n in run else t for n, t in enumerate(found)]


def _mark(piece: str, text: str, start: int, end: int) -> str:
    """What a run of punctuation means: a pause, an `and`, a percent sign, a range, or nothing."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if piece[0] == "%":
        return "%"
    if piece in ("-", "/") and before.isalnum() and after.isalnum():
        return "-" if before.isdigit() and after.isdigit() and piece == "-" else ""
    if piece == "'" or piece == '"':
        return ""
    if piece in ("+", "&"):
        return "&"
    if piece in ("->", "→", ">"):
        return ">"
    return ","
