"""What every likeness of words promises, from the extra where installed and from letters always: the port suite."""

from __future__ import annotations

import pytest

from remixlab.domain.errors import EngineUnavailable, InvalidPrompt
from remixlab.prompt import Meaning, WordVectors, style_documents, write_plan
from remixlab.stores.models import open_meaning
from remixlab.testing import LetterVectors


@pytest.fixture(scope="module", params=["letters", "wordllama"])
def vectors(request: pytest.FixtureRequest) -> WordVectors:
    if request.param == "letters":
        return LetterVectors()
    pytest.importorskip("wordllama", reason="the words extra is not installed")
    return open_meaning().vectors


DOCUMENTS = ("violin, cello, symphony", "turntable, rapper", "campfire, acoustic guitar")


def test_every_document_gets_a_likeness(vectors: WordVectors) -> None:
    scores = vectors.likeness("anything at all", DOCUMENTS)
    assert len(scores) == len(DOCUMENTS)
    assert all(-1.001 <= score <= 1.001 for score in scores)
    assert list(vectors.likeness("anything", ())) == []


def test_a_phrase_of_a_document_is_nearest_to_it(vectors: WordVectors) -> None:
    for n, document in enumerate(DOCUMENTS):
        for phrase in document.split(", "):
            scores = vectors.likeness(phrase, DOCUMENTS)
            assert max(range(len(scores)), key=lambda i: scores[i]) == n
            assert scores[n] == pytest.approx(1.0, abs=1e-4)


def test_asking_again_gives_the_same(vectors: WordVectors) -> None:
    assert vectors.likeness("gladiators", DOCUMENTS) == vectors.likeness("gladiators", DOCUMENTS)


def test_what_they_are_has_a_name(vectors: WordVectors) -> None:
    assert vectors.name


@pytest.mark.parametrize("text", ["", "🎻", "x" * 500, "\u200f"])
def test_any_text_has_some_likeness(vectors: WordVectors, text: str) -> None:
    assert len(vectors.likeness(text, DOCUMENTS)) == len(DOCUMENTS)


class Fixed:
    """Vectors that find one style near and all others far."""

    name = "fixed"

    def __init__(self, style: str, score: float) -> None:
        self.near, self.score = list(style_documents()).index(style), score

    def likeness(self, text: str, documents: tuple[str, ...]) -> list[float]:
        return [self.score if n == self.near else 0.0 for n in range(len(documents))]


def styles(prompt: str, meaning: Meaning) -> set[str]:
    plan = write_plan(prompt, None, source="x", meaning=meaning).plan
    return {op.style for op in plan.ops if op.op == "restyle"}


def test_unknown_words_may_suggest_a_style_and_never_against_a_named_one() -> None:
    meaning = Meaning(Fixed("metal", 0.9))
    assert styles("gladiatorial colosseums", meaning) == {"metal"}
    assert styles("gladiatorial reggae", meaning) == {"reggae"}


def test_a_suggestion_by_likeness_says_that_it_is_a_guess() -> None:
    result = write_plan("gladiatorial colosseums", None, source="x", meaning=Meaning(Fixed("metal", 0.99)))
    assert all(chip.confidence <= 0.6 for chip in result.understood if chip.words)
    assert result.understood[0].words == "gladiatorial colosseums"
    assert not result.skipped


@pytest.mark.parametrize(
    ("prompt", "score"),
    [("gladiatorial colosseums", 0.1), ("what's the weather tomorrow", 0.99), ("how tall is zork", 0.99)],
)
def test_what_is_far_and_what_is_asked_suggests_nothing(prompt: str, score: float) -> None:
    with pytest.raises(InvalidPrompt):
        write_plan(prompt, None, source="x", meaning=Meaning(Fixed("metal", score)))


def test_without_the_extra_the_answer_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("remixlab.stores.models.word_vectors.find_spec", lambda name: None)
    with pytest.raises(EngineUnavailable) as caught:
        open_meaning()
    assert "remixlab[words]" in caught.value.hint


def test_real_likeness_finds_styles_that_no_list_names() -> None:
    pytest.importorskip("wordllama", reason="the words extra is not installed")
    meaning = open_meaning()
    assert styles("quinceañeras", meaning) & {"reggaeton", "salsa"}
    assert styles("tumbleweeds standoff", meaning) & {"country", "bluegrass", "folk-acoustic"}
