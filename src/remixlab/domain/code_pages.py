"""Text whose encoding nobody said, or said wrongly: told by which reading gives words of one script.

Taggers wrote in the code page of their system and marked it Latin-1. A reading is believed when its letters are common
ones of one
script, in the case that words have; else there is no reading, and something else must name the music.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Final

_BELIEVED: Final = 0.6
_WORD: Final = re.compile(r"[^\W\d_]+")
_VOWELS: Final = frozenset("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ")
_MARKS: Final = frozenset("–—‘’“”„«»…•·¿¡´`")
_SIGNS: Final = frozenset("°©®™€£§¨½¼¾²³¹ªº±×÷")


def decode_unknown(raw: bytes) -> str | None:
    """The words, or None when no reading gives any. UTF-8 is believed wherever it is valid."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = [
        (judge(raw, text), -number, text)
        for number, (page, judge) in enumerate(_PAGES)
        if (text := _decoded(raw, page)) is not None
    ]
    likeness, _, best = max(found, default=(0.0, 0, ""))
    return best if likeness >= _BELIEVED else None


def _decoded(raw: bytes, page: str) -> str | None:
    try:
        return raw.decode(page)
    except UnicodeDecodeError:
        return None


def _western(raw: bytes, text: str) -> float:
    """Accented letters stand among plain ones; signs do not stand inside of words."""
    high = [c for c in text if ord(c) > 127]
    words = _WORD.findall(text)
    strange = sum(
        1
        for c in high
        if not (c.isalpha() and "LATIN" in unicodedata.name(c, "")) and c not in _MARKS and c not in _SIGNS
    )
    strange += sum(1 for c, following in pairwise(text) if c in _SIGNS and following.isalpha())
    plain = sum(1 for c in text if c.isascii() and c.isalpha())
    letters = sum(map(len, words))
    if letters == 0:
        return 0.7 if not strange else 0.0
    accented = letters - plain
    crowded = 0.5 if accented > max(3, plain) else 0.0
    return max(0.0, 0.9 - crowded - 0.5 * strange / len(high) - (0.4 if _has_odd_case(words) else 0.0))


def _central(raw: bytes, text: str) -> float:
    """As western, where western puts signs into words; Polish, Czech and Hungarian letters."""
    return _western(raw, text) - 0.05


def _cyrillic(raw: bytes, text: str) -> float:
    high = [c for c in text if ord(c) > 127]
    strange = sum(1 for c in high if not "\u0400" <= c <= "\u045f" and c not in _MARKS and c != "№")
    words = [word for word in _WORD.findall(text) if any(c >= "\u0400" for c in word)]
    letters = "".join(words)
    if not letters or strange > len(high) / 10 or any(c.isascii() for c in letters):
        return 0.0
    vowels = sum(c in _VOWELS for c in letters) / len(letters)
    return 0.95 - (0.5 if _has_odd_case(words) else 0.0) - (0.0 if 0.2 <= vowels <= 0.7 else 0.3)


def _one_script(low: str, high: str, name: str) -> Callable[[bytes, str], float]:
    def judge(raw: bytes, text: str) -> float:
        letters = [c for c in text if ord(c) > 127 and c.isalpha()]
        strange = sum(1 for c in text if ord(c) > 127 and not low <= c <= high and c not in _MARKS)
        words = [word for word in _WORD.findall(text) if not word.isascii()]
        if not letters or strange > len(text) / 10 or any(c.isascii() for word in words for c in word):
            return 0.0
        return 0.79 - (0.4 if _has_odd_case(words) else 0.0)

    judge.__name__ = name
    return judge


def _pairs(raw: bytes) -> list[int]:
    """The first bytes of the two-byte characters, in pages whose second byte may be anything above 0x3F."""
    leads, place = list[int](), 0
    while place < len(raw):
        if raw[place] < 0x81:
            place += 1
            continue
        leads.append(raw[place])
        place += 2
    return leads


def _japanese(raw: bytes, text: str) -> float:
    return _mean(
        1.0
        if "\u3040" <= c <= "\u30ff"
        else 0.1
        if "\uff61" <= c <= "\uff9f"
        else 0.75
        if "\u3000" <= c <= "\u303f" or "\uff01" <= c <= "\uff5e"
        else (0.85 if 0x88 <= c.encode("cp932", "replace")[0] <= 0x97 else 0.3)
        if "\u4e00" <= c <= "\u9fff"
        else 0.0
        for c in text
        if ord(c) > 127
    )


def _japanese_unix(raw: bytes, text: str) -> float:
    has_kana = any("\u3040" <= c <= "\u30ff" for c in text)
    return (0.97 if has_kana else 0.55) * _mean(1.0 if "\u3000" <= c <= "\u9fff" else 0.0 for c in text if ord(c) > 127)


def _korean(raw: bytes, text: str) -> float:
    return _mean(
        0.88 if "\uac00" <= c <= "\ud7a3" and 0xB0 <= c.encode("cp949")[0] <= 0xC8 else 0.1
        for c in text
        if ord(c) > 127
    )


def _chinese(raw: bytes, text: str) -> float:
    return _mean(0.8 if 0xB0 <= lead <= 0xD7 else 0.6 if lead == 0xA3 or lead == 0xA1 else 0.3 for lead in _pairs(raw))


def _taiwanese(raw: bytes, text: str) -> float:
    return _mean(0.78 if 0xA4 <= lead <= 0xC6 else 0.6 if lead == 0xA1 else 0.2 for lead in _pairs(raw))


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else 0.0


def _has_odd_case(words: list[str]) -> bool:
    """Whether most words have a case that words do not have: neither small, nor large, nor with a large first
    letter.
    """
    odd = sum(
        not (word.islower() or word.isupper() or word[1:].islower() or word.lower() == word.upper()) for word in words
    )
    return odd * 2 >= len(words) > 0


_PAGES: Final[tuple[tuple[str, Callable[[bytes, str], float]], ...]] = (
    ("cp1252", _western),
    ("cp1250", _central),
    ("cp1251", _cyrillic),
    ("koi8-r", _cyrillic),
    ("cp932", _japanese),
    ("euc_jp", _japanese_unix),
    ("cp949", _korean),
    ("gbk", _chinese),
    ("big5", _taiwanese),
    ("cp1253", _one_script("\u0370", "\u03ff", "_greek")),
    ("cp1255", _one_script("\u0590", "\u05ff", "_hebrew")),
    ("cp1256", _one_script("\u0600", "\u06ff", "_arabic")),
    ("cp874", _one_script("\u0e00", "\u0e7f", "_thai")),
)
