"""Push and drag: the tempo that a band breathes together, before anybody's own looseness."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_KEPT = 0.8
"""How much of a beat's push is still there a beat later: a band that is ahead stays ahead for a bar."""
_MOST = 2.0
"""No beat lies further off than two spreads: further would be a mistake."""


def shared_push(rng: np.random.Generator, lean: NDArray[np.float64], spread_ms: float) -> NDArray[np.float64]:
    """How late each beat is played by everybody, round where the form leans: a random walk that comes home.

    Shape: lean and result (beats,). Unit: `lean` in spreads, late is positive; the result in seconds.
    """
    fresh = np.sqrt(1.0 - _KEPT**2)
    walk = np.empty(lean.size)
    now = 0.0
    for beat, dice in enumerate(rng.standard_normal(lean.size)):
        now = _KEPT * now + fresh * float(dice)
        walk[beat] = now
    return np.clip(walk + lean, -_MOST, _MOST) * spread_ms * 1e-3
