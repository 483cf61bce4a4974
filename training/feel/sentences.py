"""What is said of a piece while it is learned from: true words drawn by kind, and how well they fit other pieces."""

from __future__ import annotations

from functools import cache

import numpy as np

from training.feel.pieces import Piece
from training.feel.words import vocabulary

KIND_SHARES = {
    "style": 0.45,
    "family": 0.15,
    "era": 0.2,
    "scene": 0.25,
    "mood": 0.35,
    "instrument": 0.5,
    "voice": 0.35,
    "tempo": 0.3,
    "drums": 0.1,
}
"""How often a sentence says something of a kind."""


def draw_sentence(piece: Piece, rng: np.random.Generator) -> np.ndarray:
    """Say one to five true things about a piece.

    Shape: (words,), 1 where a word is said.
    """
    said = np.zeros(len(vocabulary()), np.float32)
    for column in rng.permutation(np.flatnonzero((piece.fit > 0.5) & (piece.known > 0))):
        kind = vocabulary()[column].split(":")[0]
        crowd = sum(piece.fit[c] > 0.5 for c in columns_of(kind))
        if rng.random() < KIND_SHARES[kind] * min(1.0, (2 if kind == "instrument" else 1) / crowd):
            said[column] = 1
        if said.sum() >= 5:
            break
    if not said.any():
        said[int(rng.choice(np.flatnonzero((piece.fit > 0.5) & (piece.known > 0))))] = 1
    return said


@cache
def columns_of(kind: str) -> np.ndarray:
    """Where the words of a kind stand."""
    return np.array([n for n, word in enumerate(vocabulary()) if word.startswith(f"{kind}:")])


def fit_sentences(said: np.ndarray, fit: np.ndarray, known: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Say how well sentences fit pieces: as well as their worst word.

    Shape: (sentences, words), (pieces, words) twice, to (pieces, sentences) twice.
    """
    worst, sure = np.ones((len(fit), len(said)), np.float32), np.ones((len(fit), len(said)), np.float32)
    for column, row in enumerate(said):
        words = np.flatnonzero(row)
        worst[:, column] = fit[:, words].min(axis=1)
        sure[:, column] = known[:, words].min(axis=1)
    return worst, sure
