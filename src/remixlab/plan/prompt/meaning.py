"""The port for meaning by likeness: words that no list holds may still sit near a style. Never needed, always replaceable."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from remixlab.plan.prompt.lexicon import lexicon, meanings
from remixlab.plan.prompt.reading import Reading, Vote

NEAR = 0.5
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
        words = " ".join(word for entry in reading.skipped for word in entry.split() if word.lower() not in lexicon().ordinary)
        if not words:
            return
        scores = self.vectors.likeness(words, self.documents)
        best = max(range(len(scores)), key=lambda n: scores[n])
        if scores[best] < NEAR:
            return
        reading.votes.append(Vote(self.styles[best], 2.0, False, words, round(float(scores[best]), 2)))
        reading.skipped.clear()


def style_documents() -> dict[str, str]:
    """What is written about every style, in English: its names, its scenes and eras, its moods."""
    documents: dict[str, list[str]] = {}
    leaning = {(kind, name): text for kind in ("scene", "era") for name, text in meanings()[kind].items()}
    leaning |= {("mood", name): str(mood.get("styles", "")) for name, mood in meanings()["mood"].items()}
    spelt = [(phrase, senses) for entries in lexicon().phrases.values() for phrase, senses in entries]
    run_together = {"".join(phrase) for phrase, _ in spelt if len(phrase) > 1}
    for phrase, senses in spelt:
        if not (len(phrase) == 1 and phrase[0] in run_together):
            for sense in senses:
                if sense.language not in ("", "en"):
                    continue
                styles = (
                    [sense.value]
                    if sense.kind == "style"
                    else [part.split()[0] for part in leaning.get((sense.kind, sense.value), "").split(",") if part]
                )
                for style in styles:
                    documents.setdefault(style, []).append(" ".join(phrase))
    return {style: ", ".join(dict.fromkeys(words)) for style, words in sorted(documents.items())}
