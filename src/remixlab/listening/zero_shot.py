"""Zero-shot ranking by a joint audio-text embedding: how well a description fits a recording, and which words fit it
best. The words are plain
numbers in one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from typing import NamedTuple

import numpy as np

from remixlab.domain.errors import EngineUnavailable, InvalidPrompt
from remixlab.domain.music import Embedding
from remixlab.listening.embedding import unit
from remixlab.listening.frames import Array
from remixlab.listening.network_heads import ROOM
from remixlab.prompt import Quality, read_qualities

KINDS_SHOWN = {
    "style": 3,
    "family": 1,
    "era": 2,
    "scene": 3,
    "mood": 3,
    "instrument": 5,
    "voice": 1,
    "tempo": 1,
    "drums": 1,
}
"""How many words of each kind a recording is tagged with at most."""
FITS = 0.5
"""From here on a word is said of a recording."""
COMPARED = 8
"""From so many recordings on, each is judged by how it differs from what all of them have in common."""


class Table(NamedTuple):
    """One vector a word; likeness becomes a probability by one slope and one offset. Shape: vectors (words, 64)."""

    names: tuple[str, ...]
    vectors: Array
    slope: float
    offset: float

    def judge(self, directions: Array, feels: Array) -> Array:
        """How well each direction fits each sound, 0 to 1. Shape: (directions, 64), (sounds, 64) to (sounds,
        directions).
        """
        return (1 / (1 + np.exp(-(self.slope * feels @ directions.T + self.offset)))).astype(np.float32)


class Fit(NamedTuple):
    """A word that fits a recording, and how well, 0 to 1."""

    kind: str
    value: str
    fit: float


class Wanted(NamedTuple):
    """A description as a direction, the words it rests on, and the words that said nothing to us."""

    direction: Array
    said: tuple[Quality, ...]
    skipped: tuple[str, ...]


def read_wanted(words: str) -> Wanted:
    """A description as a direction in the common space. Every kind of word weighs the same: three styles are no more
    than one voice.

    Raises: InvalidPrompt `prompt.empty`, `prompt.too_long`, or `prompt.unclear` where no word is known;
    EngineUnavailable without weights.
    """
    table = words_table()
    said, skipped = read_qualities(words)
    places = {name: n for n, name in enumerate(table.names)}
    known = tuple(quality for quality in said if quality.name in places)
    if not known:
        raise InvalidPrompt(
            "none of these words says what a piece is like", code="prompt.unclear",
            hint="Name a style, a mood, an era, an instrument or a voice, "
            "for example 'calm bossa with a female voice'.",
        )  # fmt: skip
    missed = tuple(quality.words for quality in said if quality.name not in places)
    kinds: dict[str, list[Array]] = {}
    for quality in known:
        vector = unit(table.vectors[places[quality.name]])
        kinds.setdefault(quality.name.partition(":")[0], []).append(vector if quality.wanted else -vector)
    direction = np.mean([np.mean(vectors, axis=0) for vectors in kinds.values()], axis=0)
    return Wanted(unit(np.asarray(direction, np.float32)), known, (*skipped, *missed))


def match(words: str, feel: Embedding) -> float:
    """How well a description fits a recording, 0 to 1, whatever else there is. Raises: as `read_wanted`."""
    return float(words_table().judge(read_wanted(words).direction[None], _matrix([feel]))[0, 0])


def rank(words: str, feels: Sequence[Embedding]) -> Array:
    """How well a description fits each of many recordings, 0 to 1; from eight on, how well it tells each from the
    others.

    Raises: as `read_wanted`.
    """
    return words_table().judge(read_wanted(words).direction[None], _told_apart(_matrix(feels)))[:, 0]


def _told_apart(feels: Array) -> Array:
    """Each without what all have in common: masters sound alike to an ear that learned from synthesizers, and some
    then fit every word.
    """
    if len(feels) < COMPARED:
        return feels
    rest = feels - feels.mean(axis=0)
    return rest / np.maximum(np.linalg.norm(rest, axis=1, keepdims=True), np.float32(1e-6))


def likeness(feel: Embedding, others: Sequence[Embedding]) -> Array:
    """How alike recordings feel, -1 to 1."""
    return _matrix(others) @ _matrix([feel])[0]


def name_feel(feel: Embedding) -> tuple[Fit, ...]:
    """The words that fit a recording, the best of each kind first. Raises: EngineUnavailable without weights."""
    found: list[Fit] = []
    for kind, most in KINDS_SHOWN.items():
        found += [word for n, word in enumerate(order_words(kind, feel)[:most]) if n == 0 or word.fit >= FITS]
    return tuple(found)


def order_words(kind: str, feel: Embedding) -> tuple[Fit, ...]:
    """All words of a kind, such as every style, by how well they fit a recording. Raises: EngineUnavailable without
    weights.
    """
    table = words_table()
    rows = [n for n, name in enumerate(table.names) if name.startswith(f"{kind}:")]
    fits = table.judge(np.stack([unit(table.vectors[n]) for n in rows]), _matrix([feel]))[0]
    ordered = sorted(zip(rows, fits, strict=True), key=lambda pair: (-pair[1], pair[0]))
    return tuple(Fit(kind, table.names[n].partition(":")[2], round(float(fit), 3)) for n, fit in ordered)


@lru_cache(maxsize=1)
def words_table() -> Table:
    """The words that ship with the encoder. Raises: EngineUnavailable."""
    place = files(ROOM) / "weights" / "feel.words.npz"
    if not place.is_file():
        raise EngineUnavailable(
            "the network that brings sounds and words together is not in this package", hint="remixlab models"
        )
    with np.load(BytesIO(place.read_bytes()), allow_pickle=False) as stored:
        names = tuple(str(name) for name in stored["names"])
        return Table(names, stored["vectors"].astype(np.float32), float(stored["slope"]), float(stored["offset"]))


def _matrix(feels: Sequence[Embedding]) -> Array:
    return np.array([feel.vector for feel in feels], np.float32).reshape(len(feels), -1)
