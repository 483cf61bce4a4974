"""Louder and softer by rule: gain curves, compression, side-chain ducking."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.curve import Curve, values_at
from remixlab.signal.effects.effect import Process, Still
from remixlab.signal.kernels.shaping import ride
from remixlab.signal.levels import amplitude_from_db, as_samples

_RANGE_DB = 60.0
"""The most that a compressor turns down: beyond it nothing is left to hear."""
_STEP_FRAMES = 8
"""A compressor looks at the loudest of so many frames and moves straight over the next (decision 55)."""
_FALL_S = 0.0045
"""How fast the level that is followed falls between two waves."""
_AT_REST = np.array([0.0, 0.0, 1.0, 0.0, 0.0, 0.0])
"""State of a compressor before its first frame: no key, no reduction, gain 1, no slope, no step begun."""


@dataclass(frozen=True, slots=True)
class Gain(Still):
    """Louder or softer, still or along a curve over the timeline; -60 dB and below is silence."""

    gain_db: float | Curve

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        at = first_frame

        def process(block: Samples) -> Samples:
            nonlocal at
            times_s = np.arange(at, at + block.shape[1]) / sample_rate
            at += block.shape[1]
            if isinstance(self.gain_db, Curve):
                gain_db = values_at(self.gain_db, times_s)
                return as_samples(block * np.where(gain_db <= -60, 0.0, 10 ** (gain_db / 20)).astype(np.float32))
            return as_samples(block * np.float32(0.0 if self.gain_db <= -60 else amplitude_from_db(self.gain_db)))

        return process


@dataclass(frozen=True, slots=True)
class Compressor:
    """Turn down what is above the threshold, the same on all channels. Unit: dB and seconds; ratio 1 does nothing."""

    threshold_db: float = -18.0
    ratio: float = 3.0
    attack_s: float = 0.010
    release_s: float = 0.120
    knee_db: float = 6.0
    makeup_db: float = 0.0

    def __post_init__(self) -> None:
        if self.ratio < 1 or self.attack_s <= 0 or self.release_s <= 0 or self.knee_db < 0:
            raise InvalidAudio("a compressor takes a ratio of at least 1, positive times and a knee of at least 0")

    @property
    def preroll_s(self) -> float:
        return 10 * self.release_s + 0.05

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        state = _AT_REST.copy()
        state[4] = first_frame % _STEP_FRAMES
        makeup = np.float32(amplitude_from_db(self.makeup_db))

        def process(block: Samples) -> Samples:
            source = as_samples(block)
            gain = self._ridden(source, sample_rate, _RANGE_DB, state)
            return source * (gain if makeup == 1.0 else gain * makeup)

        return process

    def _ridden(
        self, key: Samples, sample_rate: int, range_db: float, state: NDArray[np.float64]
    ) -> NDArray[np.float32]:
        """The gain that the key signal asks for. Shape: (frames,)."""
        gain = np.empty(key.shape[1], np.float32)
        decay, attack, release = (
            1 - exp(-_STEP_FRAMES / (time * sample_rate)) for time in (_FALL_S, self.attack_s, self.release_s)
        )
        ride(
            key,
            self.threshold_db,
            1 - 1 / self.ratio,
            max(self.knee_db, 1e-6),
            range_db,
            decay,
            attack,
            release,
            state,
            gain,
        )
        return gain


@dataclass(frozen=True, slots=True)
class Duck(Still):
    """Dip at each trigger and come back: the pumping of a side-chained mix, known beforehand and so without lag.

    Unit: triggers in seconds of the timeline, rising; depth_db of the dip; it is deepest at the trigger.
    """

    triggers_s: tuple[float, ...]
    depth_db: float = 6.0
    release_s: float = 0.25
    attack_s: float = 0.008

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        triggers = np.asarray(self.triggers_s) * sample_rate
        at = first_frame

        def process(block: Samples) -> Samples:
            nonlocal at
            gain = duck_gain(
                triggers, at, at + block.shape[1], sample_rate, self.depth_db, self.release_s, self.attack_s
            )
            at += block.shape[1]
            return as_samples(block * gain)

        return process


def duck_gain(
    triggers: NDArray[Any],
    n0: int,
    n1: int,
    sample_rate: int,
    depth_db: float = 6.0,
    release_s: float = 0.25,
    attack_s: float = 0.008,
) -> NDArray[np.float32]:
    """Gain over frames n0 to n1: down before each trigger frame, back up after it. Shape: (n1 - n0,)."""
    if len(triggers) == 0:
        return np.ones(n1 - n0, np.float32)
    frames = np.arange(n0, n1)
    places = np.sort(np.asarray(triggers, np.float64))
    after = np.searchsorted(places, frames, side="right")
    since = frames - places[np.maximum(after - 1, 0)]
    until = places[np.minimum(after, places.size - 1)] - frames
    back = np.where(after > 0, np.clip(since / (release_s * sample_rate), 0, 1), 1.0)
    down = np.where(after < places.size, np.clip(until / (attack_s * sample_rate), 0, 1), 1.0)
    level = np.minimum(back * back * (3 - 2 * back), down * down * (3 - 2 * down))
    return (10 ** (-depth_db * (1 - level) / 20)).astype(np.float32)


def duck(
    samples: Samples,
    sample_rate: int,
    triggers: NDArray[Any],
    *,
    depth_db: float = 6.0,
    release_s: float = 0.25,
    first_frame: int = 0,
) -> Samples:
    """The sound with a dip at each trigger (frames of the timeline, of which the sound begins at `first_frame`)."""
    return as_samples(
        samples * duck_gain(triggers, first_frame, first_frame + samples.shape[1], sample_rate, depth_db, release_s)
    )
