"""The six stages of an envelope: delay, attack, hold, decay, sustain, release. Source: SoundFont 2.04, section
8.1.2.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.signal.soundfont.font import Layer
from remixlab.signal.soundfont.generators import Gen, seconds_of
from remixlab.signal.soundfont.kernels import envelope_gains

BLOCK_FRAMES = 32
"""Envelopes, wheels and filters move on this grid."""
FLOOR_DB = 96.0
"""Below this a note is over."""
_RANGE_DB = 100.0
"""Decay and release run over 100 dB (SoundFont 2.04, section 8.1.2)."""
_LOOPED_RELEASE_MAX_S = 12.0
"""A loop goes on for ever: its tail has an end here. What does not loop ends with its sample."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Unit: seconds; decay and release are the times over the whole range; sustain is how far down it settles, of 1."""

    delay_s: float
    attack_s: float
    hold_s: float
    decay_s: float
    sustain: float
    release_s: float

    @classmethod
    def of_volume(cls, layer: Layer, key: int, *, loops: bool) -> Envelope:
        return cls(
            seconds_of(layer[Gen.VOLUME_DELAY]), seconds_of(layer[Gen.VOLUME_ATTACK]),
            seconds_of(layer[Gen.VOLUME_HOLD] + layer[Gen.KEY_TO_VOLUME_HOLD] * (60 - key)),
            seconds_of(layer[Gen.VOLUME_DECAY] + layer[Gen.KEY_TO_VOLUME_DECAY] * (60 - key)),
            min(1.0, layer[Gen.VOLUME_SUSTAIN] / 1000.0), min(_LOOPED_RELEASE_MAX_S if loops else np.inf,
            seconds_of(layer[Gen.VOLUME_RELEASE])),
        )  # fmt: skip

    @classmethod
    def of_modulation(cls, layer: Layer, key: int) -> Envelope:
        return cls(
            seconds_of(layer[Gen.MOD_DELAY]), seconds_of(layer[Gen.MOD_ATTACK]),
            seconds_of(layer[Gen.MOD_HOLD] + layer[Gen.KEY_TO_MOD_HOLD] * (60 - key)),
            seconds_of(layer[Gen.MOD_DECAY] + layer[Gen.KEY_TO_MOD_DECAY] * (60 - key)),
            layer[Gen.MOD_SUSTAIN] / 1000.0, seconds_of(layer[Gen.MOD_RELEASE]),
        )  # fmt: skip

    @property
    def plateau_s(self) -> float:
        """When the decay begins."""
        return self.delay_s + self.attack_s + self.hold_s

    def levels(self, times_s: NDArray[np.float64], hold_s: float) -> NDArray[np.float64]:
        """The modulation envelope, 0 to 1: a convex attack, straight lines down. Shape: as times_s."""
        held = self._held(np.minimum(times_s, hold_s))
        rising = (times_s < hold_s) & (times_s < self.delay_s + self.attack_s)
        held = np.where(rising, _convex(held), held)
        let_go = np.maximum(0.0, times_s - hold_s)
        return np.maximum(0.0, held - let_go / max(self.release_s, 1e-3))

    def gains(self, times_s: NDArray[np.float64], hold_s: float) -> NDArray[np.float64]:
        """The volume envelope as amplitude: a straight attack, then straight lines in decibels. Shape: as times_s."""
        return _amplitude(self._decibels(times_s, hold_s))

    def gains_at_borders(self, borders: int, hold_s: float) -> NDArray[np.float64]:
        """The same at the border of every block. Shape: (borders,)."""
        gains = np.empty(borders)
        envelope_gains(
            gains, BLOCK_FRAMES / SAMPLE_RATE, hold_s, self.delay_s, max(self.attack_s, 1e-6),
            self.delay_s + self.attack_s, self.plateau_s, max(self.decay_s, 1e-3), self.sustain,
            max(self.release_s, 1e-3),
        )  # fmt: skip
        return gains

    def ends_s(self, hold_s: float) -> float:
        """When nothing is heard any more, though the sample may go on."""
        if self.sustain * _RANGE_DB >= FLOOR_DB:
            hold_s = min(hold_s, self.plateau_s + self.decay_s * FLOOR_DB / _RANGE_DB)
        return hold_s + max(self.release_s, 1e-3)

    def _held(self, times_s: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 at the top, falling to what is sustained; the attack is a straight line."""
        rise = np.clip((times_s - self.delay_s) / max(self.attack_s, 1e-6), 0.0, 1.0)
        fall = np.clip((times_s - self.plateau_s) / max(self.decay_s, 1e-3), 0.0, self.sustain)
        return np.where(times_s < self.delay_s + self.attack_s, rise, 1.0 - fall)

    def _decibels(self, times_s: NDArray[np.float64], hold_s: float) -> NDArray[np.float64]:
        """Below full level. The attack is a straight line of amplitude, so it is bent here."""
        held_at = np.minimum(times_s, hold_s)
        held = self._held(held_at)
        attacking = held_at < self.delay_s + self.attack_s
        down = np.where(attacking, -20.0 * np.log10(np.maximum(held, 1e-6)), (1.0 - held) * _RANGE_DB)
        return down + _RANGE_DB * np.maximum(0.0, times_s - hold_s) / max(self.release_s, 1e-3)


def _amplitude(down_db: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(down_db >= FLOOR_DB, 0.0, 10.0 ** (-down_db / 20.0))


def _convex(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.clip(1.0 + (400.0 / 960.0) * np.log10(np.maximum(x, 1e-6)), 0.0, 1.0)
