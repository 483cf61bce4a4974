"""What every effect can do: start anywhere, go on in order, and say how much past and future it needs.

Two ways to render a segment: *in order* (one running process; its blocks, whatever their sizes, give
the bits of the whole) or *alone* (start `preroll_s` earlier and throw that away; equal to the whole
within -80 dB, and to the bit when always cut on the same grid).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import reduce
from math import ceil
from typing import Protocol

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.signal.levels import as_samples

Process = Callable[[Samples], Samples]
"""A running effect: takes the next block, gives as many frames back, remembers what it must."""


class Effect(Protocol):
    """A treatment of sound with its settings. Law: blocks of any sizes through one process equal the whole."""

    @property
    def preroll_s(self) -> float:
        """How much earlier a segment rendered alone must start."""
        ...

    @property
    def tail_s(self) -> float:
        """How long it sounds on after its input ends."""
        ...

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        """A fresh process whose first block begins at `first_frame` of the timeline."""
        ...


class Still:
    """The base of effects that remember nothing: they need no past and end with their input."""

    __slots__ = ()

    @property
    def preroll_s(self) -> float:
        return 0.0

    @property
    def tail_s(self) -> float:
        return 0.0


@dataclass(frozen=True, slots=True)
class Chain:
    """Effects one after the other, as one effect."""

    effects: tuple[Effect, ...]

    @property
    def preroll_s(self) -> float:
        return sum(effect.preroll_s for effect in self.effects)

    @property
    def tail_s(self) -> float:
        return sum(effect.tail_s for effect in self.effects)

    def start(self, sample_rate: int, channels: int, first_frame: int = 0) -> Process:
        processes = [effect.start(sample_rate, channels, first_frame) for effect in self.effects]
        return lambda block: reduce(lambda sound, process: process(sound), processes, block)


def chain(effects: Iterable[Effect]) -> Chain:
    """The effects in this order, as one effect."""
    return Chain(tuple(effects))


def apply(
    effect: Effect, samples: Samples, sample_rate: int, first_frame: int = 0, *, with_tail: bool = False
) -> Samples:
    """The whole sound through a fresh process; `with_tail` lets it ring out and gives more frames back."""
    source = as_samples(samples)
    if with_tail:
        source = np.pad(source, ((0, 0), (0, ceil(effect.tail_s * sample_rate))))
    if source.shape[1] == 0:
        return source
    return effect.start(sample_rate, source.shape[0], first_frame)(source)


def render_segment(effect: Effect, samples: Samples, sample_rate: int, n0: int, n1: int) -> Samples:
    """Frames n0 to n1 of the treated sound, rendered alone with its pre-roll; frames past the end are its tail."""
    if not 0 <= n0 <= n1:
        raise InvalidAudio("a segment must begin at or after frame 0 and not end before it begins")
    begin = max(0, n0 - ceil(effect.preroll_s * sample_rate))
    cut = as_samples(samples[:, begin:n1])
    cut = np.pad(cut, ((0, 0), (0, n1 - begin - cut.shape[1])))
    return np.ascontiguousarray(apply(effect, cut, sample_rate, begin)[:, n0 - begin :])


def as_stereo(samples: Samples, effect: str) -> Samples:
    """Two channels for effects that need them. Raises: InvalidAudio on more than two."""
    if samples.shape[0] > 2:
        raise InvalidAudio(f"{effect} takes one or two channels, not {samples.shape[0]}")
    return as_samples(samples if samples.shape[0] == 2 else np.repeat(samples, 2, axis=0))
