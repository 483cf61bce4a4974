"""The verbs. Each says `on` which stems and `at` which place; none says how it is done.

A verb enters the language together with its uses (`uses.py`), its description (`describe.py`), its
renderer (`rendering/`), its page (`docs/plan.md`) and its example (`examples/plans/`).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from remixlab.domain.audio import ALL_STEMS, Stem
from remixlab.domain.errors import InvalidIdentifier
from remixlab.domain.music import ChordSymbol, Key
from remixlab.domain.value import Value
from remixlab.plan.effects import Decibels, Effect, Share
from remixlab.plan.where import Where

StyleId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48, examples=["synthwave"])]
InstrumentId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=48, examples=["nylon-guitar"])]
RecordingRef = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[A-Za-z0-9:_.-]+$")]
SomeStems = Annotated[tuple[Stem, ...], Field(min_length=1, max_length=4)]
Part = Literal[
    "drums", "percussion", "bass", "chords", "pad", "arp", "lead", "riff", "strings", "horns", "riser", "intro", "outro"
]
Line = Literal["melody", "chords", "bass", "drums"]
Manner = Literal[
    "robot", "choir", "harmony", "doubled", "tuned", "tuned-hard", "deep", "high", "whisper", "telephone", "chopped"
]
Harmony = Literal["minor", "major", "jazz", "dark", "simple"]
Embedding = Literal["half", "double", "straight", "shuffled"]


class Verb(Value):
    because: Annotated[str, Field(max_length=400)] | None = None
    """The words of the prompt that asked for it; never part of the digest."""


class Placed(Verb):
    at: Where = "all"


class OnStems(Placed):
    on: SomeStems = ALL_STEMS

    @model_validator(mode="after")
    def _in_order_and_once(self) -> Self:
        ordered = tuple(s for s in ALL_STEMS if s in self.on)
        if ordered != self.on:
            object.__setattr__(self, "on", ordered)
        return self


# ---------------------------------------------------------------- form


class Arrange(Verb):
    """Play these places in this order. A bare label takes its occurrences in turn."""

    op: Literal["arrange"] = "arrange"
    form: Annotated[tuple[Where, ...], Field(min_length=1, max_length=64)]


class Repeat(Verb):
    """Play a place `times` times in a row."""

    op: Literal["repeat"] = "repeat"
    at: Where
    times: Annotated[int, Field(strict=True, ge=2, le=16)] = 2


class Cut(Verb):
    """Leave a place out."""

    op: Literal["cut"] = "cut"
    at: Where


# ---------------------------------------------------------------- time and pitch


class Tempo(Placed):
    """Faster or slower at the same pitch; exactly one of `ratio` and `bpm`, stored as asked."""

    op: Literal["tempo"] = "tempo"
    ratio: Annotated[float, Field(strict=True, ge=0.25, le=4)] | None = None
    bpm: Annotated[float, Field(strict=True, ge=20, le=400)] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.ratio is None) == (self.bpm is None):
            raise ValueError("give exactly one of ratio and bpm")
        return self


class Swing(Placed):
    """Delay every off-beat: 0 is straight, 1 a full triplet swing."""

    op: Literal["swing"] = "swing"
    amount: Share = 0.5


class Groove(Placed):
    """Half-time, double-time, straight or shuffled feel."""

    op: Literal["groove"] = "groove"
    feel: Embedding


class Transpose(Placed):
    """Shift the pitch of everything tuned; exactly one of `semitones` and `key`."""

    op: Literal["transpose"] = "transpose"
    semitones: Annotated[int, Field(strict=True, ge=-24, le=24)] | None = None
    key: Annotated[str, Field(examples=["A minor"])] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.semitones is None) == (self.key is None):
            raise ValueError("give exactly one of semitones and key")
        if self.key is not None:
            _readable(Key.parse, self.key)
        return self


class Reharmonize(Placed):
    """Other chords under the melody: a manner, or chords given one per bar in a cycle."""

    op: Literal["reharmonize"] = "reharmonize"
    manner: Harmony | None = None
    chords: Annotated[tuple[str, ...], Field(min_length=1, max_length=64)] | None = None
    key: str | None = None

    @model_validator(mode="after")
    def _one_of(self) -> Self:
        if (self.manner is None) == (self.chords is None):
            raise ValueError("give exactly one of manner and chords")
        for symbol in self.chords or ():
            _readable(ChordSymbol.parse, symbol)
        if self.key is not None:
            _readable(Key.parse, self.key)
        return self


# ---------------------------------------------------------------- stems and voice


class Keep(Verb):
    """A promise: these stems are never muted, restyled or revoiced. Time, pitch, level and effects may still change."""

    op: Literal["keep"] = "keep"
    on: SomeStems = ALL_STEMS


class Mute(OnStems):
    """Silence stems at a place; the rest plays on."""

    op: Literal["mute"] = "mute"


class Level(OnStems):
    """Louder or softer (the verb is `gain`)."""

    op: Literal["gain"] = "gain"
    gain_db: Decibels


class Restyle(OnStems):
    """Play these stems anew in another style, over the same bars and chords. Never changes the tempo."""

    op: Literal["restyle"] = "restyle"
    style: StyleId


class Revoice(Placed):
    """Change the sung voice itself."""

    op: Literal["revoice"] = "revoice"
    on: SomeStems = (Stem.VOCALS,)
    manner: Manner


# ---------------------------------------------------------------- new sound


class Layer(Placed):
    """Add a new part that follows the beats and chords, played as the style plays it."""

    op: Literal["layer"] = "layer"
    part: Part
    style: StyleId
    gain_db: Decibels = 0.0


class Perform(Placed):
    """Play what was transcribed on an instrument."""

    op: Literal["perform"] = "perform"
    line: Line
    instrument: InstrumentId
    gain_db: Decibels = 0.0


class Sample(Placed):
    """Lay a place of a second licensed recording over this one, in tempo and in key."""

    op: Literal["sample"] = "sample"
    recording: RecordingRef
    take: Where
    gain_db: Decibels = 0.0


# ---------------------------------------------------------------- sound


class Treat(OnStems):
    """Send stems through a chain of effects; times in beats follow the tempo of the result."""

    op: Literal["treat"] = "treat"
    chain: Annotated[tuple[Effect, ...], Field(min_length=1, max_length=16)]


class Duck(OnStems):
    """Lower these stems under every hit of `under`."""

    op: Literal["duck"] = "duck"
    under: Stem = Stem.DRUMS
    depth_db: Annotated[float, Field(strict=True, gt=0, le=24)] = 6.0


Op = Annotated[
    Arrange | Repeat | Cut | Tempo | Swing | Groove | Transpose | Reharmonize | Keep | Mute | Level
    | Restyle | Revoice | Layer | Perform | Sample | Treat | Duck,
    Field(discriminator="op"),
]  # fmt: skip

VERBS: tuple[type[Verb], ...] = (
    Arrange, Repeat, Cut, Tempo, Swing, Groove, Transpose, Reharmonize, Keep, Mute, Level,
    Restyle, Revoice, Layer, Perform, Sample, Treat, Duck,
)  # fmt: skip


def verb_name(verb: type[Verb]) -> str:
    """The word a verb has in JSON."""
    return str(verb.model_fields["op"].default)


def _readable(parse: object, text: str) -> None:
    assert callable(parse)
    try:
        parse(text)
    except InvalidIdentifier as error:
        raise ValueError(error.message) from error
