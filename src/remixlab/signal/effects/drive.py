"""Dirt: saturation, fewer bits, an old record."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import exp, pi, sqrt, tan

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.effects.effect import Process
from remixlab.signal.effects.filters import Equaliser, Filter
from remixlab.signal.kernels.shaping import drive
from remixlab.signal.levels import amplitude_from_db, as_samples
from remixlab.signal.noise import uniform, white_noise

_REFERENCE = 0.2
"""The level that stays as loud as it was: 14 dB under full scale, where stems of a mix lie."""
_WARM_BIAS = 0.35
"""How far off its middle the curve is driven at full warmth: even harmonics join the odd ones; set by hand."""
_OUTER, _INNER = (8, 0.03), (4, 0.2)
"""Sections and transition of the half-band filters: sharp at twice the rate, lazy at four times it, where nothing is
near.
"""
_HISS, _POPS_PER_S = 0.35, 9.0
"""Level of the surface noise against its pops, and how many of these: a record that was played a lot; set by hand."""
_CELL = 256
"""A record has at most one pop in so many frames (6 ms); a power of two."""
_DC_HZ = 12.0
"""Nothing below it is kept of what drive and crusher make: an offset is no sound (decision 96)."""
_ABOVE_DC = Filter("high-pass", _DC_HZ)
"""The same as a filter."""


@dataclass(frozen=True, slots=True)
class Drive:
    """Saturation at four times the rate, about as loud as what went in.

    Unit: drive_db 0 to 36; warmth 0 to 1 adds even harmonics; mix 0 to 1.
    """

    drive_db: float = 9.0
    mix: float = 1.0
    warmth: float = 0.3

    @property
    def preroll_s(self) -> float:
        return 0.12

    @property
    def tail_s(self) -> float:
        return 0.02

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        outer, inner = half_band(*_OUTER), half_band(*_INNER)
        gain = np.float32(amplitude_from_db(self.drive_db))
        hot = float(gain) * _REFERENCE
        level = np.float32(_REFERENCE / min(1.0, hot * (27 + hot * hot) / (27 + 9 * hot * hot)))
        bias, mix = np.float32(_WARM_BIAS * self.warmth), np.float32(self.mix)
        leak = np.float32(1 - exp(-2 * pi * _DC_HZ / sample_rate))
        state = np.zeros((9 * channels, 6), np.float32)
        done = 0

        def process(block: Samples) -> Samples:
            nonlocal done
            source = as_samples(block)
            out = np.empty_like(source)
            drive(source, done, outer, inner, gain, bias, level, mix, leak, state, out)
            done += source.shape[1]
            return out

        return process


@dataclass(frozen=True, slots=True)
class Crush:
    """Fewer bits at a lower rate, with the aliases that make the sound. Unit: bits 2 to 16; rate in Hz.

    Coarse steps meet a lopsided wave lopsidedly, and what repeats at the rate folds to 0 Hz: of what it adds, nothing
    below 12 Hz is kept.
    """

    bits: int = 8
    rate_hz: float = 11025.0
    mix: float = 1.0

    def __post_init__(self) -> None:
        if not 2 <= self.bits <= 16 or self.rate_hz <= 0:
            raise InvalidAudio("a crusher takes 2 to 16 bits and a positive rate")

    @property
    def preroll_s(self) -> float:
        return 1.0 / self.rate_hz + 0.001 + _ABOVE_DC.preroll_s

    @property
    def tail_s(self) -> float:
        return self.preroll_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        ratio = min(1.0, self.rate_hz / sample_rate)
        steps = np.float32(1 << (self.bits - 1))
        above_dc = _ABOVE_DC.start(sample_rate, channels, first_frame)
        at, held = first_frame, np.zeros((channels, 1), np.float32)

        def process(block: Samples) -> Samples:
            nonlocal at, held
            frames = np.arange(at, at + block.shape[1])
            places = np.ceil(np.floor(frames * ratio + 1e-9) / ratio - 1e-6).astype(np.int64) - at
            joined = np.concatenate((held, block), axis=1)
            coarse = joined[:, np.clip(places + 1, 0, block.shape[1])]
            at += block.shape[1]
            held = coarse[:, -1:] if block.shape[1] else held
            coarse = np.round(coarse * steps) / steps
            return as_samples(block + np.float32(self.mix) * above_dc(as_samples(coarse - block)))

        return process


@dataclass(frozen=True, slots=True)
class Vinyl:
    """Crackle and surface noise of a record under the sound; also where the sound is silent. Unit: level_db of the
    noise.
    """

    level_db: float = -36.0
    seed: int = 0

    @property
    def preroll_s(self) -> float:
        return 0.05

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        body = Equaliser((Filter("high-pass", 60.0), Filter("low-pass", 7000.0), Filter("low-shelf", 300.0, 0.7, 9.0)))
        surface = body.start(sample_rate, channels, first_frame)
        level = amplitude_from_db(self.level_db)
        at = first_frame

        def process(block: Samples) -> Samples:
            nonlocal at
            hiss = white_noise(self.seed, at, block.shape[1], channels) * np.float32(_HISS)
            pops = _crackle(self.seed, at, block.shape[1], sample_rate)
            at += block.shape[1]
            return as_samples(block + np.float32(level) * surface(hiss + pops))

        return process


def _crackle(seed: int, first_frame: int, length_frames: int, sample_rate: int) -> NDArray[np.float32]:
    """Pops at random places, at most one in 256 frames, each a short burst. Shape: (length_frames,)."""
    cells = np.arange(max(0, first_frame // _CELL - 1), (first_frame + length_frames) // _CELL + 1).astype(np.uint64)
    chance, place, size, sign = (uniform(seed + 7919 * k, cells) for k in (1, 2, 3, 4))
    out = np.zeros(length_frames, np.float32)
    per_cell = _POPS_PER_S * _CELL / sample_rate
    for k in np.flatnonzero(chance < per_cell):
        height = 1.2 / sqrt(0.02 + float(size[k])) * (1 if sign[k] < 0.5 else -1)
        length = 3 + int(12 * float(size[k]))
        begin = int(cells[k]) * _CELL + int(place[k] * _CELL) - first_frame
        burst = height * np.exp(-np.arange(length) / (length / 4)) * np.cos(np.arange(length) * 1.1)
        low, high = max(0, begin), min(length_frames, begin + length)
        if low < high:
            out[low:high] += burst[low - begin : high - begin].astype(np.float32)
    return out


@lru_cache(maxsize=4)
def half_band(sections: int, transition: float) -> NDArray[np.float32]:
    """All-pass coefficients of an elliptic half-band filter whose transition is this share of the sample rate.

    Source: R. Valenzuela and A. Constantinides, "Digital signal processing schemes for efficient
    interpolation and decimation" (IEE Proceedings 1983).
    """
    k = tan((1 - 2 * transition) * pi / 4) ** 2
    root = (1 - k * k) ** 0.25
    e = 0.5 * (1 - root) / (1 + root)
    q = e + 2 * e**5 + 15 * e**9 + 150 * e**13
    order = 2 * sections + 1
    index = np.arange(1, sections + 1)
    j = np.arange(12)[:, None]
    above = q**0.25 * ((-1.0) ** j * q ** (j * (j + 1.0)) * np.sin((2 * j + 1) * index * pi / order)).sum(axis=0)
    j = j[1:]
    below = 0.5 + ((-1.0) ** j * q ** (j * j * 1.0) * np.cos(2 * j * index * pi / order)).sum(axis=0)
    w = (above / below) ** 2
    r = np.sqrt((1 - w * k) * (1 - w / k)) / (1 + w)
    return ((1 - r) / (1 + r)).astype(np.float32)
