"""Likeness of words by static embeddings (the `[words]` extra): local, offline, replaceable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from remixlab.domain.errors import EngineUnavailable
from remixlab.plan.prompt import Meaning, style_documents


class StaticWordVectors:
    """Answers how near a text is to each document: the nearest of the document's phrases counts."""

    def __init__(self) -> None:
        self._model: Any = _load()

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        matrix, owners = _phrases(self._model, tuple(documents))
        scores = matrix @ _unit(self._model.embed([text]))[0]
        best = np.full(len(documents), -1.0)
        np.maximum.at(best, owners, scores)
        return [float(score) for score in best]


def open_meaning() -> Meaning:
    """The meaning port over static embeddings. Raises: EngineUnavailable when the extra is not installed."""
    documents = style_documents()
    return Meaning(StaticWordVectors(), tuple(documents), tuple(documents.values()))


def _load() -> Any:
    try:
        import wordllama  # lazy: an extra that most installations live without
    except ImportError as error:
        raise EngineUnavailable(
            "likeness of words needs an extra package", hint="Install it with: pip install 'remixlab[words]'"
        ) from error
    return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)


@lru_cache(maxsize=4)
def _phrases(model: Any, documents: tuple[str, ...]) -> tuple[Any, Any]:
    """Shape: (phrases, dimensions) unit vectors, and for each phrase the document it is from."""
    phrases = [(n, phrase) for n, document in enumerate(documents) for phrase in document.split(", ")]
    return _unit(model.embed([phrase for _, phrase in phrases])), np.array([n for n, _ in phrases])


def _unit(vectors: Any) -> Any:
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=1, keepdims=True))
