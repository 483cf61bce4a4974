"""Likeness of words by static embeddings (the `[words]` extra): local, offline, replaceable."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property, lru_cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from remixlab.domain.errors import EngineUnavailable
from remixlab.prompt import Meaning


class StaticWordVectors:
    """Answers how near a text is to each document: the nearest of the document's phrases counts.

    Loaded when first asked.
    """

    @property
    def name(self) -> str:
        return f"wordllama {version('wordllama')}"

    @cached_property
    def _model(self) -> Any:
        import wordllama  # lazy: an extra that most installations live without, and a second to import

        return wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True)

    def likeness(self, text: str, documents: Sequence[str]) -> Sequence[float]:
        if not documents:
            return []
        matrix, starts = _phrases(self._model, tuple(documents))
        return [float(score) for score in np.maximum.reduceat(matrix @ _unit(self._model.embed([text]))[0], starts)]


def open_meaning() -> Meaning:
    """The meaning port over static embeddings. Raises: EngineUnavailable when the extra is not installed."""
    if find_spec("wordllama") is None:
        raise EngineUnavailable(
            "likeness of words needs an extra package", hint="Install it with: pip install 'remixlab[words]'"
        )
    return Meaning(StaticWordVectors())


@lru_cache(maxsize=4)
def _phrases(model: Any, documents: tuple[str, ...]) -> tuple[Any, Any]:
    """Shape: (phrases, dimensions) unit vectors, and where each document begins among them."""
    phrases = [document.split(", ") for document in documents]
    starts = np.cumsum([0, *(len(p) for p in phrases[:-1])])
    return _unit(model.embed([phrase for one in phrases for phrase in one])), starts


def _unit(vectors: Any) -> Any:
    return vectors / np.maximum(1e-9, np.linalg.norm(vectors, axis=1, keepdims=True))
