"""What a style file may say: groove, bass, comping, colours, space and dynamics, in musicians' words.

Step notation: one character per step, four steps per beat (three where `steps_per_beat = 3`), any number of whole bars
of
four beats; `|` and blanks are for the eye. Drums and chords: `X` accent, `x` normal, `o` soft, `g` ghost, `_` holds,
`.` rests.
Chords also take `1`-`6` (one voice, from the lowest), `d` and `u` (strum down, up), `t` (the upper voices), `b` (the
lowest).
Bass: `1 3 5 7 8` chord tones, `b` the fifth below, `a` a step into the next chord, `w` a walking step, `x` a dead note.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from remixlab.domain.music import SectionLabel
from remixlab.domain.value import Value
from remixlab.plan.effects import Effect
from remixlab.plan.ops import InstrumentId, StyleId

Family = Literal[
    "electronic",
    "hip-hop",
    "dance",
    "bass-music",
    "ambient",
    "caribbean",
    "latin",
    "african",
    "soul",
    "jazz",
    "folk",
    "rock",
    "classical",
]
Accents = Literal["machine", "rock", "funk", "hip-hop", "jazz", "latin", "disco", "reggae", "afro"]
Voicing = Literal["close", "open", "drop2", "shell", "rootless", "power", "spread", "guitar"]
Richness = Literal["triad", "sixth", "seventh", "ninth"]
PartName = Literal["drums", "percussion", "bass", "chords", "pad", "arp", "riff", "strings", "horns", "lead"]
GrooveName = Literal["verse", "chorus", "break", "none"]
Compass = Annotated[tuple[int, int], Field(min_length=2, max_length=2)]
Instruments = Annotated[tuple[InstrumentId, ...], Field(min_length=1, max_length=6)]
"""The first is the style's own; the others are what another take may choose."""

BEATS_PER_PATTERN_BAR = 4
_DRUM_STEPS = frozenset("Xxog.")
_CHORD_STEPS = frozenset("Xxog._123456dutb")
_BASS_STEPS = frozenset("13578bawx._")


def steps_of(text: str) -> str:
    """The steps without the marks for the eye."""
    return text.replace("|", "").replace(" ", "")


def steps_per_beat_of(text: str) -> int:
    """Four steps to a beat, or three where the pattern's length only fits triplets."""
    return 4 if len(steps_of(text)) % (4 * BEATS_PER_PATTERN_BAR) == 0 else 3


def _check_steps(text: str, allowed: frozenset[str], steps_per_beat: int) -> None:
    steps = steps_of(text)
    bar = BEATS_PER_PATTERN_BAR * steps_per_beat
    if not steps or len(steps) % bar:
        raise ValueError(f"'{text}' has {len(steps)} steps; a pattern is whole bars of {bar}")
    if unknown := set(steps) - allowed:
        raise ValueError(f"'{text}' holds unknown steps {''.join(sorted(unknown))}")


class Groove(Value):
    """Drums: several patterns for each scene (a take chooses one), fills of one bar, and how human they are played."""

    kit: InstrumentId
    percussion_kit: InstrumentId | None = None
    steps_per_beat: Literal[3, 4] = 4
    swing: Annotated[float, Field(ge=0, le=1)] = 0.0
    swing_unit: Literal["8th", "16th"] = "8th"
    accents: Accents = "machine"
    looseness_ms: Annotated[float, Field(ge=0, le=25)] = 2.0
    push_ms: Annotated[float, Field(ge=0, le=20)] = 0.0
    """How far a band of people pushes and drags together; 0 where a machine keeps the time, which then also repeats
    itself as machines do."""
    spread: Annotated[float, Field(ge=0, le=0.3)] = 0.04
    late_ms: dict[str, float] = Field(default_factory=dict)
    fill_every_bars: Annotated[int, Field(ge=2, le=32)] = 8
    crash: bool = True
    verse: tuple[dict[str, str], ...]
    chorus: tuple[dict[str, str], ...]
    break_: Annotated[tuple[dict[str, str], ...], Field(alias="break")] = ()
    fill: Annotated[tuple[dict[str, str], ...], Field(min_length=2)]
    percussion: tuple[dict[str, str], ...] = ()

    @model_validator(mode="after")
    def _steps_are_readable(self) -> Self:
        for group in (self.verse, self.chorus, self.break_, self.fill, self.percussion):
            for pattern in group:
                for steps in pattern.values():
                    _check_steps(steps, _DRUM_STEPS, self.steps_per_beat)
        return self


class BassLine(Value):
    steps: str
    gate: Annotated[float, Field(gt=0, le=1)] = 0.9


class Bass(Value):
    instruments: Instruments
    compass: Compass = (28, 50)
    level_db: float = 0.0
    effects: tuple[Effect, ...] = ()
    glide: bool = False
    verse: Annotated[tuple[BassLine, ...], Field(min_length=1)]
    chorus: Annotated[tuple[BassLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _steps_are_readable(self) -> Self:
        for line in (*self.verse, *self.chorus):
            _check_steps(line.steps, _BASS_STEPS, steps_per_beat_of(line.steps))
        return self


class CompLine(Value):
    steps: str
    gate: Annotated[float, Field(gt=0, le=1)] = 0.9


class Comping(Value):
    """Chords in rhythm: piano, guitar, organ, horns."""

    instruments: Instruments
    compass: Compass = (52, 76)
    voicing: Voicing = "close"
    richness: Richness = "triad"
    strum_ms: Annotated[float, Field(ge=0, le=60)] = 0.0
    level_db: float = 0.0
    pan: Annotated[float, Field(ge=-1, le=1)] = 0.0
    effects: tuple[Effect, ...] = ()
    verse: Annotated[tuple[CompLine, ...], Field(min_length=1)]
    chorus: Annotated[tuple[CompLine, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _steps_are_readable(self) -> Self:
        for line in (*self.verse, *self.chorus):
            _check_steps(line.steps, _CHORD_STEPS, steps_per_beat_of(line.steps))
        return self


class Pad(Value):
    """Held chords, or a slow line of their guiding tones when `voices` is 1."""

    instruments: Instruments
    compass: Compass = (48, 74)
    voicing: Voicing = "open"
    richness: Richness = "triad"
    voices: Annotated[int, Field(ge=1, le=6)] = 4
    level_db: float = 0.0
    effects: tuple[Effect, ...] = ()


class Arp(Value):
    """A broken chord; the letters of `steps` are drum steps."""

    instruments: Instruments
    compass: Compass = (60, 84)
    order: Literal["up", "down", "up-down", "broken", "thumb"] = "up"
    steps: str = "x.x.x.x.x.x.x.x."
    gate: Annotated[float, Field(gt=0, le=1.5)] = 0.6
    level_db: float = 0.0
    effects: tuple[Effect, ...] = ()

    @model_validator(mode="after")
    def _steps_are_readable(self) -> Self:
        _check_steps(self.steps, _DRUM_STEPS, steps_per_beat_of(self.steps))
        return self


class Riff(Value):
    """A counter-melody from the song's own motifs: an answer where the voice rests, a hook where it leaves room."""

    instruments: Instruments
    compass: Compass = (62, 86)
    density: Annotated[float, Field(ge=0, le=1)] = 0.5
    level_db: float = 0.0
    effects: tuple[Effect, ...] = ()


class Lead(Value):
    """Who plays the melody where no voice does."""

    instruments: Instruments
    compass: Compass = (57, 84)
    ornaments: Annotated[float, Field(ge=0, le=1)] = 0.2
    legato: Annotated[float, Field(ge=0.3, le=1.1)] = 0.95
    level_db: float = 0.0
    effects: tuple[Effect, ...] = ()


class Room(Value):
    decay_s: Annotated[float, Field(gt=0, le=10)] = 1.6
    damping: Annotated[float, Field(ge=0, le=1)] = 0.5
    size: Annotated[float, Field(ge=0.3, le=2)] = 1.0
    pre_delay_s: Annotated[float, Field(ge=0, le=0.2)] = 0.015


class Echo(Value):
    beats: str = "3/4"
    feedback: Annotated[float, Field(ge=0, le=0.9)] = 0.35


class Pump(Value):
    """How far, and how long, everything else bows to the kick."""

    depth_db: Annotated[float, Field(ge=0, le=18)] = 0.0
    release_beats: Annotated[float, Field(gt=0, le=2)] = 0.5
    parts: tuple[
        Literal["bass", "chords", "pad", "arp", "riff", "strings", "horns", "lead", "vocals", "other"], ...
    ] = (
        "pad",
        "chords",
        "arp",
    )


class Space(Value):
    """One room and one echo that the parts share; sends in dB, a part that is not named sends nothing."""

    room: Room = Room()
    room_send_db: dict[str, float] = Field(default_factory=dict)
    echo: Echo = Echo()
    echo_send_db: dict[str, float] = Field(default_factory=dict)
    pump: Pump = Pump()


class Tone(Value):
    """Where the spectrum of the finished mix leans, against a level balance. Unit: dB."""

    low_db: Annotated[float, Field(ge=-9, le=9)] = 0.0
    mid_db: Annotated[float, Field(ge=-9, le=9)] = 0.0
    high_db: Annotated[float, Field(ge=-9, le=9)] = 0.0
    effects: tuple[Effect, ...] = ()
    glue_db: Annotated[float, Field(ge=0, le=8)] = 2.0
    """How much the loudest passages are held together."""


class Scene(Value):
    """What a section of this kind sounds like: who plays, who joins later, how strongly."""

    groove: GrooveName = "verse"
    energy: Annotated[float, Field(ge=0, le=1)]
    parts: tuple[PartName, ...]
    joins: tuple[PartName, ...] = ()
    """Enters in the second half of a section, and from its beginning when the section comes back."""
    builds: bool = False
    """Parts enter one after the other instead of all at once."""


class Ear(Value):
    """Sounds that mark the form; used sparingly."""

    riser: bool = False
    impact: bool = False
    drop: bool = False
    """Drums and bass stop for the last beat before a chorus."""
    texture: Literal["none", "vinyl", "tape"] = "none"


_USUAL_SCENES = {
    "intro": Scene(groove="verse", energy=0.42, parts=("chords", "pad"), joins=("bass", "drums"), builds=True),
    "verse": Scene(groove="verse", energy=0.55, parts=("drums", "bass", "chords"), joins=("arp", "pad")),
    "chorus": Scene(
        groove="chorus", energy=0.88, parts=("drums", "bass", "chords", "pad", "riff"), joins=("percussion", "arp")
    ),
    "bridge": Scene(groove="break", energy=0.45, parts=("drums", "chords", "pad"), joins=("bass",)),
    "solo": Scene(groove="chorus", energy=0.8, parts=("drums", "bass", "chords", "riff"), joins=("percussion",)),
    "break": Scene(groove="break", energy=0.33, parts=("chords", "pad"), joins=("percussion",)),
    "outro": Scene(groove="verse", energy=0.48, parts=("drums", "bass", "chords"), joins=("riff",)),
}


class CoverBand(Value):
    """Who performs a cover in this style."""

    melody: InstrumentId
    chords: InstrumentId
    bass: InstrumentId
    kit: InstrumentId


class Style(Value):
    """A way of playing any song."""

    id: StyleId
    title: str
    character: Annotated[str, Field(min_length=20, max_length=200)]
    family: Family
    neighbours: Annotated[tuple[StyleId, ...], Field(min_length=1)]
    tempo_bpm: tuple[float, float]
    groove: Groove
    bass: Bass
    chords: Comping
    pad: Pad | None = None
    arp: Arp | None = None
    riff: Riff
    lead: Lead
    strings: Pad = Pad(instruments=("strings",), compass=(55, 84), voices=3, voicing="open")
    horns: Comping = Comping(
        instruments=("brass",),
        compass=(55, 76),
        verse=(CompLine(steps="..........X.x...", gate=0.7),),
        chorus=(CompLine(steps="X..x......X.x...", gate=0.7),),
    )
    space: Space = Space()
    tone: Tone = Tone()
    levels: dict[str, float] = Field(default_factory=dict)
    """Changes to the usual level of a part, `vocals` and `drums` among them. Unit: dB."""
    harmony: Richness = "triad"
    scenes: dict[SectionLabel, Scene]
    """How each kind of section is played; those that a style does not name are played as usual."""
    ear: Ear = Ear()
    cover: CoverBand

    @model_validator(mode="before")
    @classmethod
    def _usual_scenes(cls, tree: Any) -> Any:
        if isinstance(tree, dict):
            return {**tree, "scenes": {**_USUAL_SCENES, **tree.get("scenes", {})}}
        return tree

    @model_validator(mode="after")
    def _is_complete(self) -> Self:
        if not 20 <= self.tempo_bpm[0] < self.tempo_bpm[1] <= 300:
            raise ValueError("tempo_bpm runs from the slowest to the fastest")
        return self
