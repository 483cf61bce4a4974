"""Humanising: a player's timing and touch, from dice that are passed in, with accents as drummers play them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.plan.styles import Accents

# How strongly human drummers play each sixteenth of a bar against the strongest, by kind of music; the mean over the
# performances of that kind. Source: Groove MIDI Dataset (Gillick et al., ICML 2019), CC BY 4.0.
_HAT_ACCENTS: dict[Accents, tuple[float, ...]] = {
    "machine": (1.0, 0.86, 0.93, 0.86) * 4,
    "rock": (0.87, 0.43, 0.7, 0.62, 0.96, 0.58, 0.68, 0.63, 0.82, 0.61, 0.72, 0.62, 1.0, 0.52, 0.65, 0.58),
    "funk": (0.83, 0.36, 0.64, 0.37, 1.0, 0.37, 0.6, 0.45, 0.73, 0.38, 0.7, 0.36, 0.9, 0.4, 0.65, 0.42),
    "hip-hop": (0.92, 0.42, 0.53, 0.45, 1.0, 0.46, 0.57, 0.4, 0.83, 0.52, 0.6, 0.47, 0.97, 0.49, 0.65, 0.57),
    "jazz": (0.86, 0.77, 0.8, 0.8, 0.97, 0.86, 0.83, 0.83, 0.85, 0.86, 0.87, 0.73, 1.0, 0.86, 0.83, 0.79),
    "latin": (0.95, 0.63, 0.75, 0.9, 0.9, 0.77, 0.72, 0.9, 0.85, 0.83, 0.83, 0.69, 0.94, 0.74, 0.72, 0.8),
    "disco": (0.93, 0.63, 0.9, 0.8, 0.74, 0.65, 0.79, 0.98, 0.91, 0.63, 1.0, 0.84, 0.7, 0.72, 0.86, 0.93),
    "reggae": (0.45, 0.4, 1.0, 0.4, 0.56, 0.4, 0.74, 0.86, 0.72, 0.6, 0.74, 0.63, 0.58, 0.36, 0.88, 0.9),
    "afro": (0.93, 0.5, 0.88, 0.6, 0.9, 0.62, 0.84, 1.0, 0.78, 0.6, 0.88, 0.95, 0.78, 0.75, 0.76, 0.84),
}
# Where the sixteenths between the eighths fall in those performances. Unit: ms late at 100 bpm.
_LEAN_MS: dict[Accents, float] = {
    "machine": 0.0,
    "rock": 2.0,
    "funk": 9.0,
    "hip-hop": 7.0,
    "jazz": 4.0,
    "latin": -4.0,
    "disco": 2.0,
    "reggae": 5.0,
    "afro": -4.0,
}
_OWN_S, _SHARED_S = 6e-4, 7e-4
"""Seconds for each millisecond of a style's looseness: what each stroke has of its own, and what all strokes of a
moment share."""
_DRIFT_KEPT, _DRIFT_NEW = 0.85, 0.53
"""The drift as a random walk that comes home: .85 of it stays from one moment to the next, and .53 keeps its spread
at one (their squares sum to one)."""
_MOMENT_BEATS = 0.2
"""Strokes nearer than this are one moment: a hand is late as a whole."""
_JITTER_MAX = 2.0
"""Nobody is further off than two spreads: that would be a mistake, not a feel."""
_LEAN_TEMPO_BPM = 100.0
"""The tempo at which the lean was measured; it is a share of the beat at others."""


def hat_accent(accents: Accents, sixteenth: int) -> float:
    """How strong a stroke of the right hand is at a place of the bar."""
    return _HAT_ACCENTS[accents][sixteenth % 16]


class Humaniser:
    """Humanises one player: a slow drift that all strokes share, and a little of its own for each; above it the push
    of the band.

    Shape: push_s (beats,), how late everybody is on each beat.
    """

    def __init__(
        self,
        rng: np.random.Generator,
        looseness_ms: float,
        spread: float,
        accents: Accents,
        tempo_bpm: float,
        push_s: NDArray[np.float64] | None = None,
    ) -> None:
        self._rng, self._spread = rng, spread
        self._push_s = push_s
        self._own_s, self._shared_s = looseness_ms * _OWN_S, looseness_ms * _SHARED_S
        self._lean_s = _LEAN_MS[accents] * 1e-3 * _LEAN_TEMPO_BPM / tempo_bpm
        self._beat_s = 60.0 / tempo_bpm
        self._drift = 0.0
        self._last = -1.0

    def place(self, beat: float, sixteenth: int, late_ms: float = 0.0) -> float:
        """The beat at which it is really played."""
        if beat > self._last + _MOMENT_BEATS:
            self._drift = _DRIFT_KEPT * self._drift + _DRIFT_NEW * float(self._rng.standard_normal())
            self._last = beat
        lean = self._lean_s if sixteenth % 2 else 0.0
        off_s = self._shared_s * self._drift + self._own_s * self._jitter() + lean + late_ms * 1e-3
        if self._push_s is not None:
            off_s += self._pushed_s(beat)
        return max(0.0, beat + off_s / self._beat_s)

    def _pushed_s(self, beat: float) -> float:
        """The band's push between two beats, straight from one to the next."""
        assert self._push_s is not None
        last = self._push_s.size - 1
        at = min(max(0.0, beat), float(last))
        before = int(at)
        here, there = float(self._push_s[before]), float(self._push_s[min(last, before + 1)])
        return here + (at - before) * (there - here)

    def touch(self, velocity: float) -> float:
        """The velocity with which it is really played."""
        return min(1.0, max(0.05, velocity * (1.0 + self._spread * self._jitter())))

    def _jitter(self) -> float:
        return min(_JITTER_MAX, max(-_JITTER_MAX, float(self._rng.standard_normal())))
