"""Likeness of words without a model: by the letters they share."""

from __future__ import annotations

from collections.abc import Sequence


class LetterVectors:
    """Two texts are as near as the share of three-letter runs they have in common; enough to test what is done
    with it.
    """

    name = "letters"

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        return [max(_shared(_runs(text), _runs(phrase)) for phrase in document.split(", ")) for document in documents]


def _runs(text: str) -> set[str]:
    padded = f"  {text.lower()} "
    return {padded[n : n + 3] for n in range(len(padded) - 2)}


def _shared(one: set[str], other: set[str]) -> float:
    return len(one & other) / max(1, len(one | other))
