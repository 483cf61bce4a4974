"""The key: which major or minor scale the pitch classes of the whole recording resemble."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.music import Key

# Source: Albrecht & Shanahan, "The use of large corpora to train a new type of key-finding algorithm", Music Perception 31 (2013).
_MAJOR = (0.238, 0.006, 0.111, 0.006, 0.137, 0.094, 0.016, 0.214, 0.009, 0.080, 0.008, 0.081)
_MINOR = (0.220, 0.006, 0.104, 0.123, 0.019, 0.103, 0.012, 0.214, 0.062, 0.022, 0.061, 0.052)
_SHARPNESS, _TRAINED_PART = 12.0, 0.5
"""The network heard loops whose key is a matter of taste: on our own compositions the profile alone is right more often, so it leads."""


class KeyGuess(NamedTuple):
    key: Key
    confidence: float


def guess_key(chroma: NDArray[np.float32], trained: NDArray[np.float32] | None = None) -> KeyGuess:
    """The most similar of the 24 keys; confidence is its share against all others, 0 where nothing is tuned.

    Shape: chroma (12, frames), C first; trained (24,): a network's shares of C..B major, then minor.
    """
    total = chroma.sum(axis=1).astype(np.float64)
    if total.sum() <= 1e-6 or total.std() < 1e-9:
        return KeyGuess(Key(0, "major"), 0.0)
    likeness = np.array(
        [[np.corrcoef(total, np.roll(profile, tonic))[0, 1] for tonic in range(12)] for profile in (_MAJOR, _MINOR)]
    ).ravel()
    belief = _SHARPNESS * likeness
    if trained is not None:
        belief += _TRAINED_PART * np.log(trained.astype(np.float64) + 0.01)
    best = int(belief.argmax())
    weight = np.exp(belief - belief.max())
    confidence = float(weight[best] / weight.sum() * np.clip(likeness[best], 0, 1))
    return KeyGuess(Key(best % 12, "major" if best < 12 else "minor"), confidence)
