"""A piece as it is written: bars, chords, sections, parts. Everything that sounds later is decided here, so its
truth is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from remixlab.band import swung
from remixlab.domain.audio import Stem
from remixlab.domain.music import ChordSymbol, Key, SectionLabel
from remixlab.domain.notes import BeatHit, BeatNote

Meter = Literal["3/4", "4/4", "6/8"]
BEATS_PER_BAR: dict[Meter, int] = {"3/4": 3, "4/4": 4, "6/8": 6}
"""Beats are those of the meter's denominator: eighths in 6/8."""
STEPS_PER_BEAT: dict[Meter, int] = {"3/4": 4, "4/4": 4, "6/8": 2}
"""Every step is a sixteenth."""
LEAD_IN_S = 0.15
"""Silence before the first downbeat, so that a first consonant is not cut."""


class ScoreChord(NamedTuple):
    """A chord symbol over its beats."""

    beat: float
    length_beats: float
    symbol: ChordSymbol


class ScoreSection(NamedTuple):
    """A part of the form. `turn` counts the occurrences of its label from 0, `energy` in [0, 1] says how much plays."""

    first_bar: int
    bars: int
    label: SectionLabel
    energy: float
    turn: int


@dataclass(frozen=True, slots=True)
class Player:
    """One part: who plays what, from where. Unit: pan -1 left to 1 right; level_db against the part's usual level in
    a mix."""

    name: str
    stem: Stem
    instrument: str
    notes: tuple[BeatNote, ...]
    level_db: float = 0.0
    pan: float = 0.0
    room_db: float = -14.0
    looseness_ms: float = 4.0


@dataclass(frozen=True, slots=True)
class Drummer:
    """The drum part."""

    kit: str
    hits: tuple[BeatHit, ...]
    level_db: float = 0.0
    looseness_ms: float = 2.5


@dataclass(frozen=True, slots=True)
class Score:
    """A whole piece. Chords and sections cover it without gaps.

    Unit: tempo_bpm counts beats of the meter's denominator (eighths in 6/8). `swing` delays every second half
    (swing_grid 0.5) or quarter (0.25) of a beat; 1 is a full triplet.
    """

    title: str
    style: str
    tempo_bpm: float
    meter: Meter
    key: Key
    swing: float
    swing_grid: float
    bars: int
    sections: tuple[ScoreSection, ...]
    chords: tuple[ScoreChord, ...]
    melody: tuple[BeatNote, ...]
    bass: tuple[BeatNote, ...]
    players: tuple[Player, ...]
    drummer: Drummer
    seed: int
    pump_db: float = 0.0
    """How far bass and chords give way to the kick."""
    echo_beats: float = 0.0
    """The time of the voice's echoes; 0 for none."""

    @property
    def beats_per_bar(self) -> int:
        return BEATS_PER_BAR[self.meter]

    @property
    def beats(self) -> int:
        return self.bars * self.beats_per_bar

    @property
    def duration_s(self) -> float:
        """Until the last bar line; a performance rings on after it."""
        return LEAD_IN_S + self.beats * 60.0 / self.tempo_bpm

    def time_s(self, beat: float) -> float:
        """When a written place sounds, swing included."""
        return LEAD_IN_S + swung(beat, self.swing, 2.0 * self.swing_grid) * 60.0 / self.tempo_bpm

    def chord_at(self, beat: float) -> ChordSymbol:
        """The chord that sounds at a beat; the last one after the end."""
        found = self.chords[0].symbol
        for chord in self.chords:
            if chord.beat > beat + 1e-6:
                break
            found = chord.symbol
        return found
