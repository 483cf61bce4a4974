"""Echoes in time with the music."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log, pi

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.effects.effect import Process, as_stereo
from remixlab.signal.kernels.filtering import echoes
from remixlab.signal.levels import equal_power_gains


@dataclass(frozen=True, slots=True)
class Delay:
    """Echoes every `time_s`, each `feedback` of the one before and duller; `ping_pong` sends them from side to side.

    Unit: time_s 0.001 to 60; feedback 0 to 0.95; mix 0 (dry) to 1 (echoes alone), of constant power.
    """

    time_s: float
    feedback: float = 0.35
    mix: float = 0.25
    ping_pong: bool = False
    low_pass_hz: float = 6000.0
    high_pass_hz: float = 150.0

    def __post_init__(self) -> None:
        if not 0.001 <= self.time_s <= 60 or not 0 <= self.feedback <= 0.95:
            raise InvalidAudio("a delay takes 0.001 to 60 s and a feedback of 0 to 0.95")

    @property
    def preroll_s(self) -> float:
        return self._lasting(1e-4)

    @property
    def tail_s(self) -> float:
        return self._lasting(1e-3)

    def _lasting(self, level: float) -> float:
        """When the echoes have fallen to this level."""
        repeats = 1.0 if self.feedback < 1e-3 else 1.0 + log(level) / log(self.feedback)
        return self.time_s * (repeats + (1.0 if self.ping_pong else 0.0)) + 0.02

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        return _Echoes(self, sample_rate, channels)


def delay_in_beats(
    length_beats: float, tempo_bpm: float, *, feedback: float = 0.35, mix: float = 0.25, ping_pong: bool = False
) -> Delay:
    """A delay whose time is a length in beats (0.75 is a dotted eighth)."""
    return Delay(length_beats * 60.0 / tempo_bpm, feedback, mix, ping_pong)


class _Echoes:
    """A running delay."""

    def __init__(self, delay: Delay, sample_rate: int, channels: int) -> None:
        self._channels = channels
        length = max(1, round(delay.time_s * sample_rate))
        self._lengths = np.array([length, length], np.int64)
        self._ring = np.zeros((2, 1 << (length + 1).bit_length()), np.float32)
        self._position = 0
        self._state = np.zeros((2, 2), np.float32)
        dry, wet = equal_power_gains(delay.mix)
        self._feedback, self._cross = np.float32(delay.feedback), np.float32(1.0 if delay.ping_pong else 0.0)
        self._low_pass = np.float32(1 - exp(-2 * pi * delay.low_pass_hz / sample_rate))
        self._high_pass = np.float32(1 - exp(-2 * pi * delay.high_pass_hz / sample_rate))
        self._dry, self._wet = np.float32(dry), np.float32(wet)

    def __call__(self, block: Samples) -> Samples:
        source = as_stereo(block, "a delay")
        out = np.empty_like(source)
        self._position = echoes(
            source, self._ring, self._position, self._lengths, self._feedback, self._cross, self._low_pass,
            self._high_pass,
            self._dry, self._wet, self._state, out,
        )  # fmt: skip
        return out if self._channels == 2 else out.mean(axis=0, keepdims=True, dtype=np.float32)
