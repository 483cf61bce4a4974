"""Is it the same? Recordings by their identifiers, else by what they are called and how long they are.

Identifiers in real catalogues are missing, wrong and shared: a match is a candidate with its reason, for a
person or for the sound to confirm, and never a merge by itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

from rapidfuzz import fuzz

from remixlab.domain.rights import Recording, Work

DURATION_TOLERANCE_S: Final = 3.0
TITLE_SCORE_MIN: Final = 0.9

_ASIDE = re.compile(r"[(\[][^)\]]*[)\]]")
_FEATURED = re.compile(r"\b(?:feat|ft|featuring|with)\b\.?.*$")
_EDITION = re.compile(r"\s[-–—]\s.*\b(?:remaster(?:ed)?|mono|stereo|version|edit|live|mix|demo)\b.*$")
_CREDITS = re.compile(r"\s*(?:,|&|\+|;|/|\band\b|\bx\b|\bvs\b\.?|\bfeat\b\.?|\bft\b\.?)\s*")
_OTHER_TAKE = re.compile(r"\b(?:live|remix|acoustic|demo|karaoke|instrumental|cover|edit|sped up|slowed)\b")


class Match(NamedTuple):
    """A candidate and why it is one. `score` is 1 for an identifier."""

    known_id: str
    reason: Literal["content", "identifier", "title"]
    score: float


def plain_title(title: str) -> str:
    """A title without accents, punctuation, guests and editions: `Déjà Vu (feat. X) - 2011 Remaster` is `deja vu`."""
    text = _ASIDE.sub(" ", title)
    text = _FEATURED.sub(" ", _EDITION.sub(" ", f" {_folded(text)}"))
    return " ".join(re.sub(r"[^\w\s]", " ", text).split()) or " ".join(_folded(title).split())


def artists_of(credit: str) -> frozenset[str]:
    """The names in a credit such as `A, B & C feat. D`; a leading article does not count."""
    names = (re.sub(r"[^\w\s]", " ", name).split() for name in _CREDITS.split(_folded(credit)))
    return frozenset(" ".join(words[1:] if words[0] == "the" and len(words) > 1 else words) for words in names if words)


def match_recording(asked: Recording, known: Iterable[Recording]) -> list[Match]:
    """Which known recordings this may be, the surest first."""
    found: list[Match] = []
    for other in known:
        if other.sha256 == asked.sha256:
            found.append(Match(other.recording_id, "content", 1.0))
        elif asked.isrc and other.isrc == asked.isrc:
            found.append(Match(other.recording_id, "identifier", 1.0))
        elif _same_take(asked, other):
            score = _score(asked.title, other.title) * _named_alike(asked.artist, other.artist)
            if score >= TITLE_SCORE_MIN:
                found.append(Match(other.recording_id, "title", round(score, 3)))
    order = ("content", "identifier", "title")
    return sorted(found, key=lambda m: (order.index(m.reason), -m.score, m.known_id))


def match_work(asked: Work, known: Iterable[Work]) -> list[Match]:
    """Which known works this may be, the surest first; a title alone is a hint, not a proof."""
    found: list[Match] = []
    for other in known:
        if asked.iswc and other.iswc:
            # Two works with different codes are different, whatever they are called.
            if asked.iswc == other.iswc:
                found.append(Match(other.work_id, "identifier", 1.0))
        elif (score := _score(asked.title, other.title)) >= TITLE_SCORE_MIN:
            found.append(Match(other.work_id, "title", round(score, 3)))
    return sorted(found, key=lambda m: (m.reason != "identifier", -m.score, m.known_id))


def _same_take(asked: Recording, other: Recording) -> bool:
    """As long as each other, and not one live and the other not."""
    if abs(asked.duration_s - other.duration_s) > DURATION_TOLERANCE_S:
        return False
    return _takes(asked.title) == _takes(other.title)


def _takes(title: str) -> frozenset[str]:
    return frozenset(_OTHER_TAKE.findall(_folded(title)))


def _score(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(plain_title(one), plain_title(other)) / 100


def _named_alike(one: str, other: str) -> float:
    mine, theirs = artists_of(one), artists_of(other)
    return max((fuzz.ratio(a, b) / 100 for a in mine for b in theirs), default=0.0)


def _folded(text: str) -> str:
    """Lower case without accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
