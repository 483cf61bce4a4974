"""What an instrument and a kit are: a tone, a range, and how a note ends."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from remixlab.signal.instruments.percussion import Drum
from remixlab.signal.instruments.plucked import PluckedString
from remixlab.signal.instruments.struck import Struck
from remixlab.signal.instruments.sung import Sung
from remixlab.signal.instruments.sustained import Sustained

Tone = PluckedString | Struck | Sustained | Sung
Family = Literal[
    "guitar", "bass", "keys", "organ", "strings", "brass", "reed", "flute", "mallet", "voice", "synth", "chip"
]


@dataclass(frozen=True, slots=True)
class Instrument:
    """One sound maker with a pitch.

    Unit: lowest and highest are the MIDI numbers it sounds natural between (it plays any); release_s is the time to
    silence after a note's end; gain_db levels it with the others; touch_db is how much quieter the softest note is.
    `variations` are the different takes of one note that follow each other; `sustains` is False where a held note dies
    away.
    """

    id: str
    family: Family
    lowest: int
    highest: int
    tone: Tone
    release_s: float = 0.15
    gain_db: float = 0.0
    touch_db: float = 22.0
    variations: int = 2
    sustains: bool = True
    pan_spread: float = 0.0

    @property
    def sings(self) -> bool:
        """Whether it performs whole phrases, one note gliding into the next."""
        return isinstance(self.tone, Sung)


@dataclass(frozen=True, slots=True)
class Kit:
    """Pieces that are struck; every kit answers to every piece (see PIECES)."""

    id: str
    pieces: MappingProxyType[str, Drum]
    gain_db: float = 0.0
