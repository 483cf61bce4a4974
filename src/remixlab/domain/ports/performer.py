"""The port of a performer: a plug-in, often with a model in it, that plays a written part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Samples
from remixlab.domain.music import Key, Section
from remixlab.domain.notes import BeatHit, BeatNote


@dataclass(frozen=True, eq=False)
class PartLayout:
    """The tempo map that a part is played to.

    Unit: `beats_s` is the moment of each beat in seconds, one more than there are beats; `downbeats_s` that of each
    bar.
    `length_frames` is the whole result with its tail, at `sample_rate`. `keys` has the key of each bar.
    """

    sample_rate: int
    length_frames: int
    beats_s: NDArray[np.float64]
    downbeats_s: tuple[float, ...]
    meter: str
    keys: tuple[Key, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """One player's part as it is written: `part` is its role in the mix (bass, chords, lead ...), `instrument` what
    should play it.

    A pitched part has notes, a kit has hits. `seed` is the take: another one may be played another way.
    """

    part: str
    instrument: str
    style: str
    notes: tuple[BeatNote, ...]
    hits: tuple[BeatHit, ...]
    seed: int


class Performer(Protocol):
    """Plays written parts. May be asked from several threads at once.

    Law: the same part on the same layout gives the same samples.
    """

    @property
    def name(self) -> str:
        """Its name and version, as the label tells it."""
        ...

    @property
    def trained(self) -> bool:
        """Whether a trained model makes the sound: then the label says that it was generated, and AI."""
        ...

    def plays(self, part: WrittenPart) -> bool:
        """Whether it takes this part; our own instruments play what nobody takes."""
        ...

    def perform(self, layout: PartLayout, part: WrittenPart) -> Samples:
        """The sound of the whole part, at any level. Shape: (2, layout.length_frames), float32, finite."""
        ...
