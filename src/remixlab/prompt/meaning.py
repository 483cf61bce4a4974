"""The port for meaning by likeness: words that no list holds may still sit near a style.

Never needed, always replaceable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

from remixlab.prompt.reading import Reading, Vote
from remixlab.prompt.text.lexicon import lexicon, meanings

NEAR = 0.6
"""Cosine likeness from which a style counts as suggested."""
SURE_MAX = 0.6
"""How sure a suggestion by likeness can be: it is a guess, and its chip says so."""


class WordVectors(Protocol):
    """Turns texts into comparable meanings."""

    @property
    def name(self) -> str:
        """What they are, for people: `wordllama 0.4`."""
        ...

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        """How near the text is to each document, -1 to 1: a document is a list of phrases, and its nearest one
        counts.
        """
        ...


@dataclass(frozen=True, slots=True)
class Meaning:
    """Styles by likeness to what is written about them."""

    vectors: WordVectors

    def suggest(self, reading: Reading) -> None:
        """Vote for the nearest style where the lists were silent on the style and some words were not understood."""
        if reading.votes or reading.asks or not reading.skipped or any(d.asked for d in reading.drafts):
            return
        known = lexicon().ordinary
        words = " ".join(t.text for t in reading.unknown if t.folded not in known)
        if not words:
            return
        style, likeness = self._nearest(words)
        if likeness < NEAR:
            return
        sure = round(min(SURE_MAX, 0.9 * likeness), 2)
        reading.votes.append(Vote(style, 2.0, False, words, sure, likened=True))
        named = set(words.split())
        reading.skipped[:] = [entry for entry in reading.skipped if not named >= set(entry.split())]

    def nearest_style(self, words: str) -> str | None:
        """The style that words are likest to, when they are like any."""
        style, likeness = self._nearest(words)
        return style if likeness >= NEAR else None

    def _nearest(self, words: str) -> tuple[str, float]:
        styles = style_documents()
        scores = self.vectors.likeness(words, tuple(styles.values()))
        best = max(range(len(scores)), key=lambda n: scores[n])
        return tuple(styles)[best], float(scores[best])


@lru_cache(maxsize=1)
def style_documents() -> dict[str, str]:
    """What is written about every style, in English: its names, its scenes and eras, its moods."""
    documents: dict[str, list[str]] = {}
    leaning = {(kind, name): text for kind in ("scene", "era") for name, text in meanings()[kind].items()}
    leaning |= {("mood", name): str(mood.get("styles", "")) for name, mood in meanings()["mood"].items()}
    spelt = list(lexicon().phrases.items())
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
