"""Sound as a value: samples with their rate, and the four stems of a recording."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.errors import InvalidAudio
from remixlab.domain.speakers import Layout

Samples = NDArray[np.float32]
"""Shape: (channels, frames), float32, C-contiguous, finite, full scale = 1.0."""
SAMPLE_RATE = 44_100
"""Frames a second that everything is worked at: the rate of the CD, and what most masters are delivered at."""


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Audio:
    """Samples and their rate.

    Shape: samples (channels, frames), float32, C-contiguous, finite. Unit: sample_rate in Hz.
    Raises: InvalidAudio when the samples are not that.
    """

    samples: Samples
    sample_rate: int

    def __post_init__(self) -> None:
        if self.samples.ndim != 2 or self.samples.dtype != np.float32:
            raise InvalidAudio("samples must be float32 of shape (channels, frames)")
        if not self.samples.flags.c_contiguous:
            object.__setattr__(self, "samples", np.ascontiguousarray(self.samples))

    @classmethod
    def checked(cls, samples: NDArray[np.floating], sample_rate: int) -> Audio:
        """Audio from samples of unknown origin. Raises: InvalidAudio on NaN, infinity or no frames."""
        array = np.ascontiguousarray(np.atleast_2d(samples), dtype=np.float32)
        if array.shape[1] == 0:
            raise InvalidAudio("there is no sound in it: zero frames")
        if not np.isfinite(array).all():
            raise InvalidAudio("the samples contain NaN or infinity")
        return cls(array, sample_rate)

    @property
    def channels(self) -> int:
        return int(self.samples.shape[0])

    @property
    def length_frames(self) -> int:
        return int(self.samples.shape[1])

    @property
    def duration_s(self) -> float:
        return self.length_frames / self.sample_rate

    def stereo(self) -> Audio:
        """The same sound on two channels. Raises:

        InvalidAudio for more than two, which `signal.downmix` folds by where they stand.
        """
        if self.channels == 2:
            return self
        if self.channels != 1:
            raise InvalidAudio(
                f"{self.channels} channels are no stereo: they have to be down-mixed by their layout",
                code="audio.shape",
            )
        return Audio(np.repeat(self.samples, 2, axis=0), self.sample_rate)

    def mono(self) -> NDArray[np.float32]:
        """Shape: (frames,), the mean of the channels, in which opposed sides are lost:

        `signal.downmix.to_mono` keeps them.
        """
        return self.samples.mean(axis=0, dtype=np.float32)


class Stem(StrEnum):
    """The four parts a recording is taken apart into."""

    VOCALS = "vocals"
    DRUMS = "drums"
    BASS = "bass"
    OTHER = "other"


ALL_STEMS: tuple[Stem, ...] = tuple(Stem)


@dataclass(frozen=True, slots=True, eq=False)
class Stems(Mapping[Stem, Audio]):
    """The four stems of one recording: same rate, same shape, same start.

    `separator` names what took them apart ("delivered" when they came from the label).
    """

    vocals: Audio
    drums: Audio
    bass: Audio
    other: Audio
    separator: str = "delivered"

    def __getitem__(self, stem: Stem) -> Audio:
        match Stem(stem):
            case Stem.VOCALS:
                return self.vocals
            case Stem.DRUMS:
                return self.drums
            case Stem.BASS:
                return self.bass
            case Stem.OTHER:
                return self.other

    def __iter__(self) -> Iterator[Stem]:
        return iter(ALL_STEMS)

    def __len__(self) -> int:
        return len(ALL_STEMS)

    @property
    def sample_rate(self) -> int:
        return self.vocals.sample_rate

    @property
    def length_frames(self) -> int:
        return self.vocals.length_frames

    def mix(self) -> Audio:
        """The sum of the four, in a fixed order."""
        total = self.vocals.samples + self.drums.samples + self.bass.samples + self.other.samples
        return Audio(total, self.sample_rate)


class StemsBlock(NamedTuple):
    """A stretch of the four stems of one recording; blocks follow each other without gaps.

    Shape: each (channels, frames), the same.
    """

    vocals: Samples
    drums: Samples
    bass: Samples
    other: Samples

    @property
    def length_frames(self) -> int:
        return int(self.vocals.shape[1])


@dataclass(frozen=True, slots=True, eq=False)
class SoundStream:
    """A sound as it is read: to be gone through once. Unit: sample_rate in Hz. Shape: blocks (channels, any frames)."""

    sample_rate: int
    channels: int
    blocks: Iterator[Samples]
    layout: Layout = ()
    """Where the channels stand; () for the usual layout of so many."""
