"""What is heard in a recording, in musicians' words: beats, bars, key, chords, sections, notes.

All times are seconds from the start of the recording. Pitches are MIDI numbers (A4 = 69 = 440 Hz),
pitch classes count from C = 0. Chord symbols follow Harte et al. (ISMIR 2005).
"""

from __future__ import annotations

import re
from functools import cache, cached_property
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.value import Value

PITCH_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
_NATURALS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "5": (0, 7),
    "1": (0,),
    "maj6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "minmaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "hdim7": (0, 3, 6, 10),
    "9": (0, 4, 7, 10, 14),
    "maj9": (0, 4, 7, 11, 14),
    "min9": (0, 3, 7, 10, 14),
    "13": (0, 4, 7, 10, 14, 21),
    "7sus4": (0, 5, 7, 10),
    "7alt": (0, 4, 8, 10, 13),
    "7b9": (0, 4, 7, 10, 13),
    "add9": (0, 4, 7, 14),
    "minadd9": (0, 3, 7, 14),
}
"""Semitones above the root of each quality of our shorthand."""

_DEGREES = {"1": 0, "2": 2, "3": 4, "4": 5, "5": 7, "6": 9, "7": 11, "9": 14}
_CHORD = re.compile(r"^(?P<root>[A-G][b#]?)(?::(?P<quality>[a-z0-9]+))?(?:/(?P<bass>[b#]?[1-79]))?$")


def pitch_class(name: str) -> int:
    """0-11 of a note name such as `Bb`. Raises: InvalidIdentifier."""
    if not re.fullmatch(r"[A-G][b#]?", name):
        raise InvalidIdentifier(
            f"'{name}' is not a note name", code="music_key.invalid", hint="Write it as C, F# or Bb."
        )
    return (_NATURALS[name[0]] + {"b": -1, "#": 1}.get(name[1:], 0)) % 12


class Key(NamedTuple):
    """A key, printed as `G minor`."""

    tonic: int
    mode: Literal["major", "minor"]

    @classmethod
    def parse(cls, text: str) -> Key:
        """Raises: InvalidIdentifier."""
        name, _, mode = text.strip().partition(" ")
        if mode not in ("major", "minor"):
            raise InvalidIdentifier(
                f"'{text}' is not a key", code="music_key.invalid", hint="Write it as 'A minor' or 'Bb major'."
            )
        return cls(pitch_class(name), mode)

    def __str__(self) -> str:
        return f"{PITCH_NAMES[self.tonic]} {self.mode}"

    @property
    def scale(self) -> tuple[int, ...]:
        """Pitch classes of the major or natural minor scale, from the tonic."""
        return _scale(self.tonic, self.mode)

    def transposed(self, semitones: int) -> Key:
        return Key((self.tonic + semitones) % 12, self.mode)


@cache
def _scale(tonic: int, mode: Literal["major", "minor"]) -> tuple[int, ...]:
    steps = (0, 2, 4, 5, 7, 9, 11) if mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    return tuple((tonic + s) % 12 for s in steps)


class ChordSymbol(NamedTuple):
    """A chord in Harte's shorthand, `G:min7/b3`; `root` is None for N (no chord). `bass` is an absolute pitch class."""

    root: int | None
    quality: str = "maj"
    bass: int | None = None

    @classmethod
    def parse(cls, text: str) -> ChordSymbol:
        """Raises: InvalidIdentifier."""
        if text in ("N", "X"):
            return NO_CHORD
        found = _CHORD.match(text)
        quality = (found["quality"] or "maj") if found else ""
        if not found or quality not in QUALITIES:
            raise InvalidIdentifier(
                f"'{text}' is not a chord symbol", code="chord.invalid", hint="Write it as C, A:min7 or G:7/3."
            )
        root = pitch_class(found["root"])
        degree = found["bass"]
        bass = None
        if degree:
            bass = (root + _DEGREES[degree[-1]] + {"b": -1, "#": 1}.get(degree[:-1], 0)) % 12
        return cls(root, quality, bass)

    def __str__(self) -> str:
        if self.root is None:
            return "N"
        text = f"{PITCH_NAMES[self.root]}:{self.quality}"
        if self.bass is None or self.bass == self.root:
            return text
        names = {1: "b2", 2: "2", 3: "b3", 4: "3", 5: "4", 6: "b5", 7: "5", 8: "#5", 9: "6", 10: "b7", 11: "7"}
        return f"{text}/{names[(self.bass - self.root) % 12]}"

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Root first; empty for N."""
        return () if self.root is None else tuple((self.root + step) % 12 for step in QUALITIES[self.quality])

    def transposed(self, semitones: int) -> ChordSymbol:
        if self.root is None:
            return self
        return ChordSymbol(
            (self.root + semitones) % 12, self.quality, None if self.bass is None else (self.bass + semitones) % 12
        )


NO_CHORD = ChordSymbol(None)

SectionLabel = Literal["intro", "verse", "chorus", "bridge", "solo", "break", "outro"]
DrumPiece = Literal["kick", "snare", "hat", "open-hat", "tom", "crash", "ride"]


Meter = Literal["3/4", "4/4", "5/4", "6/8", "7/4"]
"""Beats are those of the denominator: eighths in 6/8."""


class Chord(Value):
    """A chord symbol over a span of time; chords cover the recording without gaps (N where none sounds)."""

    start_s: float
    end_s: float
    symbol: str

    @property
    def parsed(self) -> ChordSymbol:
        return ChordSymbol.parse(self.symbol)


class Section(Value):
    """A part of the form; repeated parts carry the same label."""

    start_s: float
    end_s: float
    label: SectionLabel


class Note(Value):
    """A pitched note; `midi` may be fractional where a voice was measured."""

    start_s: float
    end_s: float
    midi: float
    velocity: float = Field(default=0.8, ge=0, le=1)


class DrumHit(Value):
    time_s: float
    piece: DrumPiece
    velocity: float = Field(default=0.8, ge=0, le=1)


class Bar(NamedTuple):
    """One bar; `number` counts from 1 as musicians do. `beats_s` holds the start of each of its beats."""

    number: int
    start_s: float
    end_s: float
    beats_s: tuple[float, ...]


class TempoAlternative(Value):
    tempo_bpm: float
    confidence: float = Field(ge=0, le=1)


class PulseRegion(Value):
    """A stretch of a recording with the tempo of its beats and how sure they are: free playing has a guessed beat."""

    start_s: float
    end_s: float
    tempo_bpm: float
    confidence: float = Field(ge=0, le=1)


class Embedding(Value):
    """Where a recording lies in the space in which sounds and words meet. Shape: (64,), of length one."""

    encoder: Annotated[str, Field(alias="ear")]
    """The encoder with the digest of its weights: vectors of different encoders cannot be compared."""
    vector: tuple[float, ...]


_MOVED = 0.05
"""A beat that differs from the tempo of the whole by more than a twentieth belongs to a tempo that moves."""


class Analysis(Value):
    """Everything that `listen` hears in one recording.

    Field names are promised in CONTRACT (`remixlab listen --json`).
    """

    duration_s: float
    tempo_bpm: float
    tempo_alternatives: tuple[TempoAlternative, ...] = ()
    meter: Meter = "4/4"
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    pulse: tuple[PulseRegion, ...] = ()
    """How the tempo moves and how sure the beats are, four bars at a time."""
    key: str
    key_confidence: float = Field(ge=0, le=1)
    tuning_cents: float = Field(default=0.0, ge=-50, le=50)
    """How far the recording's A lies above 440 Hz. Names and numbers of notes are counted from its own A."""
    chords: tuple[Chord, ...] = ()
    sections: tuple[Section, ...] = ()
    melody: tuple[Note, ...] = ()
    tune: tuple[Note, ...] = ()
    """The loudest line where nobody sings: what a cover of an instrumental plays."""
    bass: tuple[Note, ...] = ()
    drums: tuple[DrumHit, ...] = ()
    loudness_lufs: float = -70.0
    peak_dbtp: float = -70.0
    style: str = ""
    """The style of ours that it is nearest to; empty where nobody listened for one."""
    listener: str = "untrained/1"

    @property
    def has_key(self) -> bool:
        """Whether a key was heard at all; where none was, `key` stands for none."""
        return self.key_confidence > 0

    @property
    def beats_per_bar(self) -> int:
        return int(self.meter[0])

    @property
    def parsed_key(self) -> Key:
        return Key.parse(self.key)

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """Bars between consecutive downbeats; the last one ends with the last beat's length or the recording."""
        if not self.downbeats:
            return ()
        beat_s, last_s = 60.0 / self.tempo_bpm, self._last_beat_s
        if self.beats and abs(last_s / beat_s - 1) > _MOVED and self.beats[-1] > self.downbeats[-1]:
            beat_s = last_s  # the tempo moved: the last bar goes on as it ended
        ends = (*self.downbeats[1:], min(self.duration_s, self.downbeats[-1] + beat_s * self.beats_per_bar))
        bars: list[Bar] = []
        for number, (start, end) in enumerate(zip(self.downbeats, ends, strict=True), start=1):
            inside = tuple(b for b in self.beats if start - 1e-6 <= b < end - 1e-3)
            bars.append(Bar(number, start, end, inside or (start,)))
        return tuple(bars)

    @property
    def _last_beat_s(self) -> float:
        return self.beats[-1] - self.beats[-2] if len(self.beats) > 1 else 60.0 / self.tempo_bpm

    def occurrences(self, label: str) -> tuple[Section, ...]:
        """The sections that carry a label, in order of time."""
        return tuple(s for s in self.sections if s.label == label)
