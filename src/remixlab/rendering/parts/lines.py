"""A written part: notes and hits in beats of the result, with who plays them."""

from __future__ import annotations

from dataclasses import dataclass

from remixlab.domain.audio import Stem
from remixlab.domain.material import Origin
from remixlab.domain.notes import BeatHit, BeatNote
from remixlab.plan.effects import Effect


@dataclass(frozen=True, slots=True)
class Line:
    """One player's part. `part` is the role it plays in the mix; `instrument` names a kit when there are strokes."""

    name: str
    part: str
    instrument: str
    origin: Origin
    style: str
    stem: Stem | None = None
    tones: tuple[BeatNote, ...] = ()
    strokes: tuple[BeatHit, ...] = ()
    level_db: float = 0.0
    pan: float = 0.0
    effects: tuple[Effect, ...] = ()
    gain_db: float = 0.0

    @property
    def is_empty(self) -> bool:
        return not self.tones and not self.strokes
