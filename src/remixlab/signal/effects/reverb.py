"""A room around the sound.

Source: J.-M. Jot, "Digital delay networks for designing artificial reverberators" (AES 1991), with early
reflections, diffusers and slowly wandering lines so that no single mode rings.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.effects.effect import Process, as_stereo
from remixlab.signal.kernels.filtering import diffused, late_field, roomed, toned
from remixlab.signal.levels import equal_power_gains

_LINES_MS = (23.3, 25.9, 28.7, 31.1, 34.3, 37.1, 40.3, 43.7, 46.9, 50.9, 54.7, 58.3, 62.9, 67.1, 72.1, 77.3)
"""Sixteen lines between 23 and 77 ms, unevenly spaced, so that echoes do not coincide (Jot 1991); set by hand."""
_DIFFUSERS_MS = ((4.7, 3.6, 12.7, 9.3), (4.9, 3.4, 11.9, 9.9))
"""All-passes before the lines: shorter than any of them, unlike each other and on either side."""
_LOSS = 1.1
"""The wandering lines lose a little of their own: with it a room lasts as long as it says (a test holds it)."""
_DECAY_MIN_S = 0.1
"""A shorter room is no room: the lines themselves last as long."""
_TREBLE_DAMPED = 0.85
"""What full damping takes of the decay time of the treble."""
_WANDER_S, _WANDER_HZ = 1.2e-4, 0.53
"""How far and how often every fourth line wanders: five frames every two seconds, below what is heard as a chorus."""
_DIFFUSION = 0.6
"""Gain of the all-passes: dense at once, without ringing on single clicks."""
_EARLY_LEVEL = 0.6
"""Level of the first reflections against the room; set by hand."""
_EARLY_MS = ((4.3, 11.9, 17.3, 24.1, 33.7, 43.1), (5.9, 9.7, 19.9, 27.1, 31.3, 46.3))
"""Six first reflections per side, of paths 1.5 to 16 m longer than the straight one; no two at one time."""
_EARLY_GAINS = ((0.84, -0.62, 0.55, 0.46, -0.39, 0.31), (0.8, 0.66, -0.52, 0.44, 0.37, -0.33))
"""They fall with distance, and their signs turn so that they do not comb."""


@dataclass(frozen=True, slots=True)
class Reverb:
    """A room that takes `decay_s` to fall by 60 dB in the middle, faster above by `damping` (0 bright, 1 dark).

    Unit: decay_s up to 20 (below 0.1 is taken as 0.1); size 0.3 (booth) to 2 (hall); mix 0 (dry) to 1 (room alone), of
    constant power.
    """

    decay_s: float = 1.8
    damping: float = 0.5
    pre_delay_s: float = 0.012
    size: float = 1.0
    mix: float = 0.25
    low_cut_hz: float = 120.0
    high_cut_hz: float = 12000.0
    early: float = 0.5

    def __post_init__(self) -> None:
        if not 0 < self.decay_s <= 20 or not 0.3 <= self.size <= 2 or not 0 <= self.pre_delay_s <= 0.5:
            raise InvalidAudio("a reverb takes a decay of up to 20 s, a size of 0.3 to 2 and a pre-delay of 0 to 0.5 s")

    @property
    def preroll_s(self) -> float:
        return self.decay_s * 1.4 + self.pre_delay_s + 0.1

    @property
    def tail_s(self) -> float:
        return self.decay_s + self.pre_delay_s + 0.1

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        return _Room(self, sample_rate, channels, first_frame)


def _frames(
    milliseconds: tuple[float, ...] | tuple[tuple[float, ...], ...], sample_rate: int, size: float
) -> NDArray[np.int64]:
    return np.maximum(1, np.round(np.array(milliseconds) * size * sample_rate / 1000)).astype(np.int64)


class _Room:
    """A running reverb."""

    def __init__(self, reverb: Reverb, sample_rate: int, channels: int, first_frame: int) -> None:
        self._channels, self._frame = channels, first_frame
        self._pre_delay = round(reverb.pre_delay_s * sample_rate)
        self._taps = _frames(_EARLY_MS, sample_rate, reverb.size) + self._pre_delay
        self._history = np.zeros((2, int(self._taps.max())), np.float32)
        self._colour = np.array(
            [1 - exp(-2 * pi * hz / sample_rate) for hz in (reverb.high_cut_hz, reverb.low_cut_hz)], np.float32
        )
        self._tone = np.zeros((2, 2), np.float32)
        self._diffuser_lengths = _frames(_DIFFUSERS_MS, sample_rate, reverb.size)
        self._diffusers = np.zeros((2, 4, 1 << int(self._diffuser_lengths.max() + 1).bit_length()), np.float32)
        self._lengths = _frames(_LINES_MS, sample_rate, reverb.size)
        self._lengths = np.maximum(self._lengths, 34)
        self._ring = np.zeros((16, 1 << (int(self._lengths.max()) + 64).bit_length()), np.float32)
        self._diffuser_position = self._position = 0
        self._state = np.zeros(16, np.float32)
        self._gains = (
            10.0 ** (-3.0 * self._lengths / (sample_rate * _LOSS * max(_DECAY_MIN_S, reverb.decay_s)))
        ).astype(np.float32)
        treble = 1.0 - _TREBLE_DAMPED * min(max(reverb.damping, 0.0), 1.0)
        pole = np.log(10) / 4 * np.log10(self._gains) * (1 - 1 / treble**2)
        self._damping = np.clip(pole, 0.0, 0.95).astype(np.float32)
        self._wander, self._turn = np.float32(sample_rate * _WANDER_S), 2 * pi * _WANDER_HZ / sample_rate
        dry, wet = equal_power_gains(reverb.mix)
        loss = float(np.mean(self._gains.astype(float) ** 2 * (1 - self._damping) / (1 + self._damping)))
        late = wet * np.sqrt(max(1e-4, 1 - loss) / (8 * max(loss, 0.05)))
        self._dry, self._late = np.float32(dry), np.float32(late)
        self._near = (wet * _EARLY_LEVEL * reverb.early * np.array(_EARLY_GAINS)).astype(np.float32)

    def __call__(self, block: Samples) -> Samples:
        source = as_stereo(block, "a reverb")
        frames, past = source.shape[1], self._history.shape[1]
        heard = np.empty((2, past + frames), np.float32)
        toned(source, self._history, self._colour, self._tone, heard)
        self._history = heard[:, frames:].copy()
        fed = heard[:, past - self._pre_delay : past - self._pre_delay + frames].copy()
        self._diffuser_position = diffused(
            fed, self._diffusers, self._diffuser_position, self._diffuser_lengths, np.float32(_DIFFUSION)
        )
        out = np.empty_like(source)
        turn = np.array([self._frame, self._turn])
        self._position = late_field(
            fed,
            self._ring,
            self._position,
            self._lengths,
            self._gains,
            self._damping,
            self._wander,
            turn,
            self._state,
            out,
        )
        roomed(source, heard, self._taps, self._near, self._dry, self._late, out)
        self._frame += frames
        return out if self._channels == 2 else out.mean(axis=0, keepdims=True, dtype=np.float32)
