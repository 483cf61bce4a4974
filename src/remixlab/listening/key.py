"""The key: which major or minor scale the pitch classes of the whole recording resemble, and on which chords it
rests.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.music import Chord, Key
from remixlab.listening.network_heads import ChordSigns

_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
"""Shares of pitch classes in major keys, from the tonic up.

Source: Albrecht and Shanahan, "The use of large corpora to train a new type of key-finding algorithm", Music Perception
31 (2013); of six profiles tried on twelve rendered songs the best (.92 of 1).
"""
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
"""The same for minor keys."""
_SHARPNESS, _CHORDS_PART = 12.0, 4.0
"""How likeness and chords become belief; set on songs that training kept out (decision 80)."""
_FOREIGN, _GUESSING, _SURE = 0.012, 0.5, 0.9
"""Share of a chord that no key has; belief in roots at which chords are a guess, and at which they are sure."""
_IN_MAJOR = {0: 0.28, 5: 0.19, 7: 0.19}, {2: 0.09, 4: 0.07, 9: 0.16}
"""Shares of time that the chords of a major key take: steps above the tonic of major triads, then of minor ones
(decision 80).
"""
_IN_MINOR = {3: 0.11, 7: 0.08, 8: 0.15, 10: 0.13}, {0: 0.30, 5: 0.14, 7: 0.08}
"""The same for minor keys."""


class KeyGuess(NamedTuple):
    key: Key
    confidence: float


def guess_key(chroma: NDArray[np.float32], chords: Sequence[Chord] = (), trust: float = 0.0) -> KeyGuess:
    """The most similar of the 24 keys; confidence is its share against all others, 0 where nothing is tuned.

    Chords join in with `trust` (0-1): a scale is shared by a major and a minor key, the chords on which the music rests
    tell them apart.
    Shape: chroma (12, frames), C first.
    """
    total = chroma.sum(axis=1).astype(np.float64)
    if total.sum() <= 1e-6 or total.std() < 1e-9:
        return KeyGuess(Key(0, "major"), 0.0)
    likeness = np.array(
        [[np.corrcoef(total, np.roll(profile, tonic))[0, 1] for tonic in range(12)] for profile in (_MAJOR, _MINOR)]
    ).ravel()
    belief = _SHARPNESS * likeness + _CHORDS_PART * trust * _fit_of_chords(chords)
    best = int(belief.argmax())
    weight = np.exp(belief - belief.max())
    confidence = float(weight[best] / weight.sum() * np.clip(likeness[best], 0, 1))
    return KeyGuess(Key(best % 12, "major" if best < 12 else "minor"), confidence)


def chord_trust(signs: ChordSigns) -> float:
    """How far a network's chords are to be trusted, 0-1: its belief in the root of each moment."""
    return (
        float(np.clip((signs.root.max(axis=1).mean() - _GUESSING) / (_SURE - _GUESSING), 0, 1))
        if len(signs.root)
        else 0.0
    )


def _fit_of_chords(chords: Sequence[Chord]) -> NDArray[np.float64]:
    """Mean log-likelihood of chords, by their length, in each key. Shape: (24,): C..B major, then minor."""
    lasting = np.zeros((2, 12))
    for chord in chords:
        symbol = chord.parsed
        if symbol.root is not None:
            lasting[int(3 in {(p - symbol.root) % 12 for p in symbol.pitch_classes}), symbol.root] += (
                chord.end_s - chord.start_s
            )
    lasting /= lasting.sum() + 1e-9
    fits: list[float] = []
    for usual in (_IN_MAJOR, _IN_MINOR):
        shares = np.full((2, 12), _FOREIGN)
        for quality, steps in enumerate(usual):
            shares[quality, list(steps)] = list(steps.values())
        fits += [float(np.sum(lasting * np.log(np.roll(shares, tonic, axis=1)))) for tonic in range(12)]
    return np.array(fits)
