"""The generators of a SoundFont: what each number of a zone means, its usual value and its limits.

Source: SoundFont Technical Specification 2.04, section 8.1.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import NamedTuple


class Gen(IntEnum):
    """The generators that sound here. Effect sends are not among them: rooms and echoes belong to the mix."""

    START_OFFSET = 0
    END_OFFSET = 1
    LOOP_START_OFFSET = 2
    LOOP_END_OFFSET = 3
    START_COARSE_OFFSET = 4
    MOD_LFO_TO_PITCH = 5
    VIBRATO_TO_PITCH = 6
    MOD_ENVELOPE_TO_PITCH = 7
    FILTER_CUTOFF = 8
    FILTER_Q = 9
    MOD_LFO_TO_FILTER = 10
    MOD_ENVELOPE_TO_FILTER = 11
    END_COARSE_OFFSET = 12
    MOD_LFO_TO_VOLUME = 13
    PAN = 17
    MOD_LFO_DELAY = 21
    MOD_LFO_RATE = 22
    VIBRATO_DELAY = 23
    VIBRATO_RATE = 24
    MOD_DELAY = 25
    MOD_ATTACK = 26
    MOD_HOLD = 27
    MOD_DECAY = 28
    MOD_SUSTAIN = 29
    MOD_RELEASE = 30
    KEY_TO_MOD_HOLD = 31
    KEY_TO_MOD_DECAY = 32
    VOLUME_DELAY = 33
    VOLUME_ATTACK = 34
    VOLUME_HOLD = 35
    VOLUME_DECAY = 36
    VOLUME_SUSTAIN = 37
    VOLUME_RELEASE = 38
    KEY_TO_VOLUME_HOLD = 39
    KEY_TO_VOLUME_DECAY = 40
    INSTRUMENT = 41
    KEY_RANGE = 43
    VELOCITY_RANGE = 44
    LOOP_START_COARSE_OFFSET = 45
    FIXED_KEY = 46
    FIXED_VELOCITY = 47
    ATTENUATION = 48
    LOOP_END_COARSE_OFFSET = 50
    COARSE_TUNE = 51
    FINE_TUNE = 52
    SAMPLE = 53
    LOOP_MODE = 54
    SCALE_TUNING = 56
    EXCLUSIVE_CLASS = 57
    ROOT_KEY = 58


class Limits(NamedTuple):
    """Unit: as in the file (cents, timecents, centibels, tenths of a per cent, frames)."""

    usual: int
    lowest: int
    highest: int


_DELAY = Limits(-12000, -12000, 5000)
"""Times that may be as good as none, up to 18 s (5000 timecents)."""
_TIME = Limits(-12000, -12000, 8000)
"""Attacks, decays and releases: up to 100 s (8000 timecents)."""
_CENTS = Limits(0, -12000, 12000)
"""Ten octaves up or down."""
_FRAMES = Limits(0, -(2**31), 2**31)
"""Offsets are held inside their sample when it is played, so none is refused here."""
_BY_KEY = Limits(0, -1200, 1200)
"""How much a time changes by key: 1200 timecents halve or double it for every key."""

LIMITS: Mapping[int, Limits] = MappingProxyType(
    {
        Gen.START_OFFSET: _FRAMES, Gen.END_OFFSET: _FRAMES, Gen.LOOP_START_OFFSET: _FRAMES,
        Gen.LOOP_END_OFFSET: _FRAMES,
        Gen.START_COARSE_OFFSET: _FRAMES, Gen.END_COARSE_OFFSET: _FRAMES, Gen.LOOP_START_COARSE_OFFSET: _FRAMES,
        Gen.LOOP_END_COARSE_OFFSET: _FRAMES,
        Gen.MOD_LFO_TO_PITCH: _CENTS, Gen.VIBRATO_TO_PITCH: _CENTS, Gen.MOD_ENVELOPE_TO_PITCH: _CENTS,
        Gen.MOD_LFO_TO_FILTER: _CENTS, Gen.MOD_ENVELOPE_TO_FILTER: _CENTS, Gen.MOD_LFO_TO_VOLUME: Limits(0, -960, 960),
        Gen.FILTER_CUTOFF: Limits(13500, 1500, 13500), Gen.FILTER_Q: Limits(0, 0, 960), Gen.PAN: Limits(0, -500, 500),
        Gen.MOD_LFO_DELAY: _DELAY, Gen.MOD_LFO_RATE: Limits(0, -16000, 4500),
        Gen.VIBRATO_DELAY: _DELAY, Gen.VIBRATO_RATE: Limits(0, -16000, 4500),
        Gen.MOD_DELAY: _DELAY, Gen.MOD_ATTACK: _TIME, Gen.MOD_HOLD: _DELAY, Gen.MOD_DECAY: _TIME,
        Gen.MOD_SUSTAIN: Limits(0, 0, 1000), Gen.MOD_RELEASE: _TIME, Gen.KEY_TO_MOD_HOLD: _BY_KEY,
        Gen.KEY_TO_MOD_DECAY: _BY_KEY,
        Gen.VOLUME_DELAY: _DELAY, Gen.VOLUME_ATTACK: _TIME, Gen.VOLUME_HOLD: _DELAY, Gen.VOLUME_DECAY: _TIME,
        Gen.VOLUME_SUSTAIN: Limits(0, 0, 1440), Gen.VOLUME_RELEASE: _TIME, Gen.KEY_TO_VOLUME_HOLD: _BY_KEY,
        Gen.KEY_TO_VOLUME_DECAY: _BY_KEY, Gen.FIXED_KEY: Limits(-1, -1, 127), Gen.FIXED_VELOCITY: Limits(-1, -1, 127),
        Gen.ATTENUATION: Limits(0, 0, 1440), Gen.COARSE_TUNE: Limits(0, -120, 120), Gen.FINE_TUNE: Limits(0, -99, 99),
        Gen.LOOP_MODE: Limits(0, 0, 3), Gen.SCALE_TUNING: Limits(100, 0, 1200), Gen.EXCLUSIVE_CLASS: Limits(0, 0, 127),
        Gen.ROOT_KEY: Limits(-1, -1, 127),
    }
)  # fmt: skip
"""Usual value and bounds of each generator. Source: SoundFont 2.04, section 8.1.3."""

OF_THE_INSTRUMENT = frozenset({
    Gen.START_OFFSET, Gen.END_OFFSET, Gen.LOOP_START_OFFSET, Gen.LOOP_END_OFFSET, Gen.START_COARSE_OFFSET,
        Gen.END_COARSE_OFFSET,
    Gen.LOOP_START_COARSE_OFFSET, Gen.LOOP_END_COARSE_OFFSET, Gen.FIXED_KEY, Gen.FIXED_VELOCITY, Gen.LOOP_MODE,
        Gen.EXCLUSIVE_CLASS,
    Gen.ROOT_KEY,
})  # fmt: skip
"""What a preset may not change."""

_KEY_0_HZ = 8.1757989156
"""MIDI key 0: 440 Hz less 69 semitones, from which absolute cents are counted."""


def seconds_of(timecents: float) -> float:
    """0 timecents is one second, each 1200 more doubles it; the lowest value means at once."""
    return 0.0 if timecents <= -12000 else 2.0 ** (timecents / 1200.0)


def hz_of(cents: float) -> float:
    """Absolute cents over 8.176 Hz, the lowest MIDI key."""
    return _KEY_0_HZ * 2.0 ** (cents / 1200.0)
