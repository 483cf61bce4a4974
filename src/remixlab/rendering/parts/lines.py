"""What players are given: notes and hits in beats of the result, gathered in lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from remixlab.domain.audio import Stem
from remixlab.domain.song import Origin
from remixlab.plan.effects import Effect


class Tone(NamedTuple):
    """A pitched note. Unit: beats of the result; velocity in (0, 1]."""

    beat: float
    length: float
    midi: float
    velocity: float


class Stroke(NamedTuple):
    """A hit on a piece of a kit."""

    beat: float
    piece: str
    velocity: float


@dataclass(frozen=True, slots=True)
class Line:
    """One player's part. `part` is the role it plays in the mix; `instrument` names a kit when there are strokes."""

    name: str
    part: str
    instrument: str
    origin: Origin
    style: str
    stem: Stem | None = None
    tones: tuple[Tone, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    level_db: float = 0.0
    pan: float = 0.0
    effects: tuple[Effect, ...] = ()
    gain_db: float = 0.0

    @property
    def is_empty(self) -> bool:
        return not self.tones and not self.strokes
