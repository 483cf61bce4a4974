"""Chord progressions: functional phrases in Roman numerals, turned into chord symbols of a key.

A numeral's case is its third (`ii`, `V`), `V7/ii` is a secondary dominant, `I^3` has its third in the bass, `bVI` is
borrowed, `iv:min6` names its quality. Source: Kostka and Payne, Tonal Harmony; phrases are our own.
"""

from __future__ import annotations

import re
from typing import Literal

import numpy as np

from remixlab.domain.music import ChordSymbol, Key

Colour = Literal["triad", "seventh", "ninth", "power"]
Role = Literal["open", "half", "closed", "lift", "turn"]
"""How a four-bar phrase ends: open (anywhere), half (on the dominant), closed (home); lift is a chorus, turn a
bridge."""

_DEGREES = {"i": 0, "ii": 1, "iii": 2, "iv": 3, "v": 4, "vi": 5, "vii": 6}
"""Which step of the scale a numeral names."""
_NUMERAL = re.compile(r"^(b|#)?([ivIV]+)(o|ø)?(7)?(?::([a-z0-9]+))?(?:\^(\d))?(?:/([b#]?[ivIV]+))?$")

PHRASES: dict[tuple[str, Role], tuple[str, ...]] = {
    ("major", "open"): (
        "I vi IV V",
        "I iii IV IV",
        "I V^7 vi IV",
        "I IV I V",
        "vi IV I V",
        "I V^7 vi iii",
        "I ii IV I^3",
    ),
    ("major", "half"): ("I vi ii V", "IV I^3 ii V", "vi iii IV V", "I IV ii V7", "I V7/vi vi V7/V V"),
    ("major", "closed"): ("IV V I I", "ii V7 I I", "IV iv I I", "vi ii V7 I", "IV I^3 V7 I"),
    ("major", "lift"): ("I V vi IV", "vi IV I V", "IV V iii vi", "I IV vi V", "IV I V vi", "I iii vi IV"),
    ("major", "turn"): ("vi iii IV I^3", "IV iv I V7/vi", "ii iii IV V", "bVII IV I V", "iii vi ii V"),
    ("minor", "open"): ("i VI III VII", "i iv VI v", "i VII VI VII", "i III VII iv", "i v VI iv"),
    ("minor", "half"): ("i VI iv V", "i iv VII V7", "VI VII i V", "iv i^3 iio V7"),
    ("minor", "closed"): ("iv V7 i i", "VI VII i i", "iio V7 i i", "iv v i i"),
    ("minor", "lift"): ("VI VII i III", "i VII VI iv", "VI III VII i", "i VI III VII", "iv VI i VII"),
    ("minor", "turn"): ("III VII iv i", "VI III iv V7", "iv VII III VI", "bII VI iv V"),
    ("jazz-major", "open"): ("I VI7 ii V7", "I vi ii V7", "iii VI7 ii V7", "I #io7 ii V7"),
    ("jazz-major", "half"): ("iii VI7 ii V7", "IV iv:min6 iii VI7", "vi ii II7 V7"),
    ("jazz-major", "closed"): ("ii V7 I I", "ii bII7 I I", "iv:min6 V7 I I"),
    ("jazz-major", "lift"): ("IV iv:min6 iii VI7", "ii V7 iii VI7", "IV V7 iii vi"),
    ("jazz-major", "turn"): ("vi II7 ii V7", "iii bIII7 ii bII7", "iv bVII7 I VI7"),
    ("jazz-minor", "open"): ("i iv iiø V7", "i VI:maj7 iiø V7", "i i iv bII7"),
    ("jazz-minor", "half"): ("iv VII7 III iiø", "VI:maj7 iiø V7 V7", "i iv iiø V7"),
    ("jazz-minor", "closed"): ("iiø V7 i i", "VI:maj7 bII7 i i"),
    ("jazz-minor", "lift"): ("iv VII7 III VI:maj7", "iv V7 i i", "VI:maj7 VII7 i i"),
    ("jazz-minor", "turn"): ("III VI:maj7 iiø V7", "iv VII7 III V7"),
}


def _quality(degree: int, numeral: str, mark: str, seventh: bool, mode: str, colour: Colour) -> str:
    upper = numeral.isupper()
    if mark == "o":
        return "dim7" if seventh or colour in ("seventh", "ninth") else "dim"
    if mark == "ø":
        return "hdim7"
    if seventh:
        return "7" if upper else "min7"
    match colour:
        case "power":
            return "5" if degree in (0, 3, 4) else ("maj" if upper else "min")
        case "triad":
            return "maj" if upper else "min"
        case "seventh" | "ninth":
            dominant = (degree == 4) if mode == "major" else (degree in (4, 6) and upper)
            nine = colour == "ninth"
            if not upper:
                return "min9" if nine and degree != 2 else "min7"
            if dominant:
                return "9" if nine and mode == "major" else "7"
            return "maj9" if nine else "maj7"


def read_numeral(text: str, key: Key, colour: Colour) -> ChordSymbol:
    """The chord of one numeral in a key."""
    found = _NUMERAL.match(text)
    assert found, text
    accidental, numeral, mark, seventh, quality, inversion, target = found.groups()
    steps = Key(0, key.mode).scale
    degree = _DEGREES[numeral.lower()]
    root = steps[degree] + {"b": -1, "#": 1}.get(accidental or "", 0)
    if accidental == "b" and key.mode == "minor" and numeral.lower() != "ii":
        root += 1
    if target:
        root = 7 + steps[_DEGREES[target.lower()]]
        name = "7"
    else:
        name = quality or _quality(degree, numeral, mark or "", seventh is not None, key.mode, colour)
    root = (key.tonic + root) % 12
    bass = None
    if inversion == "3":
        bass = (root + (4 if numeral.isupper() else 3)) % 12
    elif inversion == "7":
        bass = (root + 4) % 12
    return ChordSymbol(root, name, bass)


def choose_phrase(role: Role, key: Key, colour: Colour, rng: np.random.Generator) -> list[list[ChordSymbol]]:
    """Four bars of one to two chords each. A phrase of five numerals puts two into its last bar."""
    family = f"jazz-{key.mode}" if colour in ("seventh", "ninth") else key.mode
    options = PHRASES[family, role]
    numerals = options[int(rng.integers(len(options)))].split()
    chords = [read_numeral(numeral, key, colour) for numeral in numerals]
    bars = [[chord] for chord in chords[:4]]
    if len(chords) > 4:
        bars[3].extend(chords[4:])
    return bars
