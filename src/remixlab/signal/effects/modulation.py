"""Effects that move: chorus, flanger, worn tape."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log, pi

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.effects.effect import Process
from remixlab.signal.kernels.shaping import wandering
from remixlab.signal.levels import as_samples, equal_power_gains

_BLOCK = 32
"""Delays move in straight lines between points so many frames apart: 0.7 ms of a wander that takes seconds."""


@dataclass(frozen=True, slots=True)
class Wander:
    """One delayed voice: `delay_s` plus or minus `depth_s` at each of the rates in turn, starting at a phase per
    side.
    """

    delay_s: float
    depth_s: float
    rate_hz: float
    phases: tuple[float, float] = (0.0, 0.0)
    gains: tuple[float, float] = (1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Chorus:
    """Three copies that drift apart in time, pitch and side. Unit: depth and mix 0 to 1."""

    depth: float = 0.5
    mix: float = 0.4
    rate_hz: float = 0.6

    @property
    def preroll_s(self) -> float:
        return 0.04

    @property
    def tail_s(self) -> float:
        return 0.04

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        depth = 0.0005 + 0.0035 * self.depth
        voices = tuple(
            Wander(delay, depth, self.rate_hz * rate, (phase, phase + 0.25), gains)
            for delay, rate, phase, gains in (
                (0.0110, 1.00, 0.00, (0.9, 0.35)),
                (0.0147, 1.13, 0.33, (0.6, 0.6)),
                (0.0183, 0.87, 0.67, (0.35, 0.9)),
            )
        )
        return _Wandering(voices, 0.0, self.mix, sample_rate, channels, first_frame)


@dataclass(frozen=True, slots=True)
class Flanger:
    """A comb that sweeps up and down once in `period_s`. Unit: depth, mix 0 to 1; feedback up to 0.9."""

    period_s: float = 4.0
    depth: float = 0.6
    mix: float = 0.5
    feedback: float = 0.5

    def __post_init__(self) -> None:
        if self.period_s <= 0 or abs(self.feedback) > 0.9:
            raise InvalidAudio("a flanger takes a positive period and a feedback of at most 0.9")

    @property
    def preroll_s(self) -> float:
        return 0.01 * (1 + log(1e-4) / log(max(0.1, abs(self.feedback))))

    @property
    def tail_s(self) -> float:
        return self.preroll_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        reach = 0.0005 + 0.0035 * self.depth
        voice = Wander(0.0004 + reach, reach, 1 / self.period_s, (0.75, 0.85))
        return _Wandering((voice,), self.feedback, self.mix, sample_rate, channels, first_frame, coherent=True)


@dataclass(frozen=True, slots=True)
class Tape:
    """Wow and flutter of a worn machine; both sides move together. Unit: wow 0 (new) to 1 (very worn)."""

    wow: float = 0.4

    @property
    def preroll_s(self) -> float:
        return 0.02

    @property
    def tail_s(self) -> float:
        return 0.02

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        slow = Wander(0.0, 0.0028 * self.wow, 0.55)
        parts = (
            slow,
            Wander(0.0, 0.0009 * self.wow, 1.27, (0.4, 0.4)),
            Wander(0.0, 0.00005 * self.wow, 7.3, (0.1, 0.1)),
        )
        return _Wandering(parts, 0.0, 1.0, sample_rate, channels, first_frame, summed=True)


class _Wandering:
    """Running delay lines; `summed` makes one line whose movement is the sum of all parts."""

    def __init__(
        self, voices: tuple[Wander, ...], feedback: float, mix: float, sample_rate: int, channels: int,
        first_frame: int,
        *, summed: bool = False, coherent: bool = False,
    ) -> None:  # fmt: skip
        self._voices, self._summed = voices, summed
        self._sample_rate, self._channels, self._frame = sample_rate, channels, first_frame
        longest = (
            sum(v.delay_s + 2 * v.depth_s for v in voices) if summed else max(v.delay_s + v.depth_s for v in voices)
        )
        self._ring = np.zeros((channels, 1 << (ceil(longest * sample_rate) + 16).bit_length()), np.float32)
        self._position = 0
        self._feedback = np.float32(feedback)
        gains = np.array(
            [[v.gains[min(c, 1)] if channels > 1 else sum(v.gains) / 2 for c in range(channels)] for v in voices]
        )
        self._gains = (np.ones((1, channels)) if summed else gains).astype(np.float32)
        self._dry, self._wet = (1.0 - mix, mix) if coherent or summed else equal_power_gains(mix)

    def _delays(self, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """Lengths in frames at multiples of the block. Shape: (voices, channels, rows)."""
        times_s = rows * _BLOCK / self._sample_rate
        lines = np.array(
            [
                [
                    v.delay_s + v.depth_s * np.sin(2 * pi * (v.rate_hz * times_s + v.phases[min(c, 1)]))
                    for c in range(self._channels)
                ]
                for v in self._voices
            ]
        )
        if self._summed:
            lines = lines.sum(axis=0, keepdims=True) + sum(v.delay_s + v.depth_s for v in self._voices)
        return np.maximum(lines * self._sample_rate, 2.0).astype(np.float32)

    def __call__(self, block: Samples) -> Samples:
        source = as_samples(block)
        out = np.empty_like(source)
        if source.shape[1] == 0:
            return out
        first = self._frame // _BLOCK
        rows = np.arange(first, (self._frame + source.shape[1]) // _BLOCK + 2)
        self._position = wandering(
            source,
            self._delays(rows),
            self._frame - first * _BLOCK,
            _BLOCK,
            self._gains,
            self._feedback,
            self._ring,
            self._position,
            out,
        )
        self._frame += source.shape[1]
        return as_samples(source * np.float32(self._dry) + out * np.float32(self._wet))
