"""Likeness of words, where the extra is installed."""

from __future__ import annotations

import pytest

from remixlab.domain.errors import InvalidPrompt
from remixlab.plan.prompt import Meaning, style_documents, write_plan


class Echo:
    """Vectors that find one document near and all others far."""

    def __init__(self, near: int, score: float) -> None:
        self.near, self.score = near, score

    def likeness(self, text: str, documents: tuple[str, ...]) -> list[float]:
        return [self.score if n == self.near else 0.0 for n in range(len(documents))]


def test_unknown_words_may_suggest_a_style_by_likeness_and_never_against_a_named_one() -> None:
    documents = style_documents()
    styles = tuple(documents)
    meaning = Meaning(Echo(styles.index("metal"), 0.9), styles, tuple(documents.values()))
    plan = write_plan("gladiatorial colosseums", None, source="x", meaning=meaning).plan
    assert "metal" in {getattr(op, "style", "") for op in plan.ops}
    plan = write_plan("gladiatorial reggae", None, source="x", meaning=meaning).plan
    assert "metal" not in {getattr(op, "style", "") for op in plan.ops}
    with pytest.raises(InvalidPrompt):
        write_plan("gladiatorial colosseums", None, source="x", meaning=Meaning(Echo(0, 0.1), styles, tuple(documents.values())))


def test_static_vectors_find_a_likely_style_offline() -> None:
    pytest.importorskip("wordllama", reason="the words extra is not installed")
    from remixlab.stores.word_vectors import open_meaning

    meaning = open_meaning()
    scores = dict(zip(meaning.styles, meaning.vectors.likeness("violins and cellos in a concert hall", meaning.documents), strict=True))
    assert scores["orchestral"] > scores["trap"]
