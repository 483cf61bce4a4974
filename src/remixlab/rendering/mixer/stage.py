"""The stage: how wide a band stands, where it gives way to a voice, and what keeps that voice even."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, pi

import numpy as np
from numpy.typing import NDArray

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.notes import BeatNote
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer.automation import Automation
from remixlab.rendering.mixer.kernels import automate
from remixlab.rendering.mixer.stage_kernels import narrow, soften_s, widen
from remixlab.signal import Process, as_samples

_WIDE_FROM_HZ = 250.0
"""Below it a spread band loses its ground, and a loudspeaker its power."""
_DELAYS_S, _ALLPASS = (0.0047, 0.0113), np.float32(0.55)
"""Two allpasses of lengths without a common measure: the sides become another take's, no echo is heard."""
_WIDE_MEMORY_S = 0.15
"""After so long the allpasses have forgotten 60 dB."""
_NARROW_BELOW_HZ = 120.0
"""Kick and bass stand in the middle: records are cut so, and one small loudspeaker plays them so."""


@dataclass(frozen=True, slots=True)
class Wide:
    """Two takes instead of one, as the sides hear it: decorrelated, above 250 Hz. Law: the sum of both sides stays.

    Unit: amplitude of what is added to each side against the middle.
    """

    amount: float

    @property
    def preroll_s(self) -> float:
        return _WIDE_MEMORY_S

    @property
    def tail_s(self) -> float:
        return _WIDE_MEMORY_S

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        first, second = (np.zeros(round(delay * sample_rate), np.float32) for delay in _DELAYS_S)
        places, state = np.zeros(2, np.int64), np.zeros(1, np.float32)
        share, amount = np.float32(_one_pole(_WIDE_FROM_HZ, sample_rate)), np.float32(self.amount)

        def process(block: Samples) -> Samples:
            out = np.array(block, np.float32, order="C")
            widen(out, amount, share, _ALLPASS, first, second, places, state)
            return out

        return process


@dataclass(frozen=True, slots=True)
class MonoBass:
    """Nothing in the sides below 120 Hz."""

    @property
    def preroll_s(self) -> float:
        return 0.02

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        state = np.zeros(2, np.float32)
        share = np.float32(_one_pole(_NARROW_BELOW_HZ, sample_rate))

        def process(block: Samples) -> Samples:
            out = np.array(block, np.float32, order="C")
            narrow(out, share, state)
            return out

        return process


_S_HZ, _S_MOST, _S_STRENGTH = 5500.0, 0.45, np.float32(0.7)
"""An S lies above 5.5 kHz; from about half of the vowel's level it is turned down, most of the way."""
_S_RISE_S, _S_FALL_S = 0.001, 0.03
"""A de-esser is there within a millisecond and gone before the next vowel."""


@dataclass(frozen=True, slots=True)
class DeEsser:
    """Consonants no louder than they should be against the vowels beside them."""

    @property
    def preroll_s(self) -> float:
        return 0.3

    @property
    def tail_s(self) -> float:
        return 0.0

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        state = np.array([0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0], np.float32)
        corner = np.float32(_one_pole(_S_HZ, sample_rate))
        rise, fall = (np.float32(1 - exp(-1 / (t * sample_rate))) for t in (_S_RISE_S, _S_FALL_S))

        def process(block: Samples) -> Samples:
            out = np.array(block, np.float32, order="C")
            soften_s(out, corner, rise, fall, np.float32(_S_MOST), _S_STRENGTH, state)
            return out

        return process


@dataclass(frozen=True, slots=True)
class Pocket:
    """A filter that opens and closes with the singing, along a curve from 0, out, to 1, in."""

    filter: signal.Filter
    sung: Automation

    @property
    def preroll_s(self) -> float:
        return self.filter.preroll_s

    @property
    def tail_s(self) -> float:
        return self.filter.tail_s

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        process, at = self.filter.start(sample_rate, channels, first_frame), first_frame

        def opened(block: Samples) -> Samples:
            nonlocal at
            change = np.ascontiguousarray(process(block) - block)
            automate(change, self.sung.frames, self.sung.gains, at)
            at += block.shape[1]
            return as_samples(block + change)

        return opened


_BEFORE_S, _AFTER_S = 0.12, 0.25
"""A pocket is open a moment before a note and closes after it, unheard as a movement."""
_BREATH_S = 0.8
"""Between two notes nearer than this nothing closes: a singer breathes."""


def sung_curve(melody: tuple[BeatNote, ...], layout: Layout) -> Automation | None:
    """1 while somebody sings, 0 where nobody does; None where nobody ever does."""
    if not melody:
        return None
    starts = layout.seconds_at(np.array([n.beat for n in melody]))
    ends = layout.seconds_at(np.array([n.beat + n.length for n in melody]))
    spans = _joined(starts, ends)
    frames: list[float] = []
    gains: list[float] = []
    for begin, end in spans:
        frames += [begin - _BEFORE_S, begin, end, end + _AFTER_S]
        gains += [0.0, 1.0, 1.0, 0.0]
    return Automation(np.array(frames) * SAMPLE_RATE, np.array(gains))


def _joined(starts: NDArray[np.float64], ends: NDArray[np.float64]) -> list[tuple[float, float]]:
    """Notes as phrases: those with less than a breath between them are one."""
    spans: list[tuple[float, float]] = []
    for begin, end in sorted(zip(starts.tolist(), ends.tolist(), strict=True)):
        if spans and begin - spans[-1][1] < _BREATH_S:
            spans[-1] = (spans[-1][0], max(end, spans[-1][1]))
        else:
            spans.append((begin, end))
    return spans


def _one_pole(corner_hz: float, sample_rate: int) -> float:
    """How much of the way a one-pole low-pass goes in one frame."""
    return 1 - exp(-2 * pi * corner_hz / sample_rate)
