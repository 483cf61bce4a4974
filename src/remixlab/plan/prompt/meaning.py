"""The port for meaning by likeness: words that no list holds may still sit near a style. Never needed, always replaceable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from remixlab.plan.prompt.reading import Reading, Vote

NEAR = 0.42
"""Cosine likeness from which a style counts as suggested."""


class WordVectors(Protocol):
    """Turns texts into comparable meanings."""

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        """How near the text is to each document, -1 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """Styles by likeness to what is written about them."""

    vectors: WordVectors
    styles: tuple[str, ...]
    documents: tuple[str, ...]

    def suggest(self, reading: Reading) -> None:
        """Vote for the nearest style where the lists were silent on the style and some words were not understood."""
        if reading.votes or not reading.skipped or any(d.asked for d in reading.drafts):
            return
        words = " ".join(reading.skipped)
        scores = self.vectors.likeness(words, self.documents)
        best = max(range(len(scores)), key=lambda n: scores[n])
        if scores[best] < NEAR:
            return
        reading.votes.append(Vote(self.styles[best], 2.0, False, words, round(float(scores[best]), 2)))
        reading.skipped.clear()
