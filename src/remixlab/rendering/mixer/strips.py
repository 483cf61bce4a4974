"""The strips of the mixer: one sound each, with its level over time, its effects, and what it sends to the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from remixlab import signal
from remixlab.domain.audio import SAMPLE_RATE, Samples, Stem
from remixlab.domain.material import Origin, Part
from remixlab.rendering.mixer.automation import Automation
from remixlab.rendering.mixer.treatments import RunningTreatment, Treatment
from remixlab.rendering.parts import LANDMARKS
from remixlab.signal import amplitude_from_db

MUSIC, DRUMS = "music", "drums"
_PARTS_OF_GROUP = {
    DRUMS: ("drums", "percussion", LANDMARKS),
    MUSIC: ("chords", "pad", "arp", "strings", "horns", "riff"),
}
"""What keeps the time and marks the form; what lies between bass and lead."""
GROUPS: Mapping[str, str] = {part: group for group, parts in _PARTS_OF_GROUP.items() for part in parts}
"""Which parts go through one group together. Leads and basses stand alone."""
_INSERT_WEIGHT = 2
"""A running effect counts as two stems that are stretched in time: it is never only read."""


class Node(Protocol):
    """A sound that can be rendered from anywhere, the same bits whatever else was rendered."""

    @property
    def weight(self) -> int:
        """How much work a second of it is beside others: 0 where it is only read."""
        ...

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1. Shape: (2, n1 - n0)."""
        ...


@dataclass(frozen=True, eq=False)
class Strip:
    """One channel strip of the mixer: a sound, its level, its place, its effects and sends. Unit: dB; pan -1 left to
    1 right."""

    name: str
    role: str
    node: Node
    origin: Origin
    stem: Stem | None = None
    gain_db: float = 0.0
    pan: float = 0.0
    inserts: tuple[signal.Effect, ...] = ()
    treatments: tuple[Treatment, ...] = ()
    automation: Automation | None = None
    group: str | None = None
    room_db: float | None = None
    echo_db: float | None = None
    label: tuple[str, ...] = field(default=())
    soundfont: str = ""
    sounds: str = ""
    performer: str = ""

    @property
    def part(self) -> Part:
        return Part(
            name=self.name,
            origin=self.origin,
            stem=self.stem,
            treated_by=self.label,
            soundfont=self.soundfont,
            sounds=self.sounds,
            performer=self.performer,
        )

    @property
    def weight(self) -> int:
        """How much work a second of it is beside others: 0 where it is only read, levelled and added."""
        return self.node.weight + _INSERT_WEIGHT * (len(self.inserts) + len(self.treatments))

    @property
    def preroll_s(self) -> float:
        """How much earlier it must start so that its effects are where they would be."""
        span = max((t.chain.preroll_s for t in self.treatments), default=0.0)
        return span + sum(e.preroll_s for e in self.inserts)


class RunningStrip:
    """A strip over blocks in order."""

    def __init__(self, strip: Strip, first_frame: int) -> None:
        self.strip = strip
        self._inserts = [effect.start(SAMPLE_RATE, 2, first_frame) for effect in strip.inserts]
        self._treatments = [RunningTreatment(t) for t in strip.treatments]
        angle = (strip.pan + 1.0) * np.pi / 4
        level = amplitude_from_db(strip.gain_db)
        self._gains = np.array([[np.cos(angle)], [np.sin(angle)]], np.float32) * np.float32(level * np.sqrt(2.0))

    def render(self, n0: int, n1: int) -> Samples:
        """The next frames, n0 to n1."""
        sound = np.multiply(self.strip.node.render(n0, n1), self._gains, dtype=np.float32)
        for process in self._inserts:
            sound = process(sound)
        for treatment in self._treatments:
            sound = treatment(sound, n0)
        if self.strip.automation is not None:
            sound = np.ascontiguousarray(sound)
            self.strip.automation.apply(sound, n0)
        return sound


def preroll_of(strips: Sequence[Strip]) -> float:
    """The longest pre-roll of all strips. Unit: seconds."""
    return max((strip.preroll_s for strip in strips), default=0.0)
