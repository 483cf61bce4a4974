"""The effects a `treat` may chain. Times in beats follow the tempo of the result."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import Field

from remixlab.domain.value import Value

Count = Annotated[int, Field(strict=True)]
Decibels = Annotated[float, Field(strict=True, ge=-60, le=24)]
Share = Annotated[float, Field(strict=True, ge=0, le=1)]
Cutoff = Annotated[float, Field(strict=True, ge=20, le=20_000)]
Beats = Annotated[str, Field(pattern=r"^[1-9]\d{0,2}(?:/[1-9]\d{0,2})?$", examples=["1/2", "3/4", "4"])]


class Gain(Value):
    fx: Literal["gain"] = "gain"
    gain_db: Decibels


class Fade(Value):
    """In from silence or out to silence over the first or last beats of the place."""

    fx: Literal["fade"] = "fade"
    direction: Literal["in", "out"]
    beats: Beats = "16"


class Filter(Value):
    fx: Literal["filter"] = "filter"
    mode: Literal["low-pass", "high-pass", "band-pass"]
    cutoff_hz: Cutoff
    resonance: Share = 0.1
    sweep_to_hz: Cutoff | None = None
    """Where the cutoff arrives at the end of the place; None keeps it still."""


class Reverb(Value):
    fx: Literal["reverb"] = "reverb"
    decay_s: Annotated[float, Field(strict=True, gt=0, le=20)] = 1.8
    mix: Share = 0.2


class Delay(Value):
    fx: Literal["delay"] = "delay"
    beats: Beats = "1/2"
    feedback: Annotated[float, Field(strict=True, ge=0, le=0.95)] = 0.3
    mix: Share = 0.2


class Chorus(Value):
    fx: Literal["chorus"] = "chorus"
    depth: Share = 0.5
    mix: Share = 0.4


class Flanger(Value):
    fx: Literal["flanger"] = "flanger"
    beats: Beats = "8"
    depth: Share = 0.6
    mix: Share = 0.5


class Drive(Value):
    fx: Literal["drive"] = "drive"
    drive_db: Annotated[float, Field(strict=True, ge=0, le=36)] = 9.0
    mix: Share = 1.0


class Crush(Value):
    fx: Literal["crush"] = "crush"
    bits: Annotated[int, Field(strict=True, ge=2, le=16)] = 8
    rate_hz: Annotated[float, Field(strict=True, ge=500, le=44_100)] = 11_025.0


class Tape(Value):
    """Wow and flutter of a worn machine."""

    fx: Literal["tape"] = "tape"
    wow: Share = 0.4


class Vinyl(Value):
    """Crackle and surface noise under the sound."""

    fx: Literal["vinyl"] = "vinyl"
    level_db: Decibels = -36.0


class Gate(Value):
    """A rhythmic gate, open for the first share of every step."""

    fx: Literal["gate"] = "gate"
    beats: Beats = "1/4"
    open_share: Share = 0.5


class Stutter(Value):
    """Repeats the first slice of every bar of the place."""

    fx: Literal["stutter"] = "stutter"
    beats: Beats = "1/4"


Effect = Annotated[
    Gain | Fade | Filter | Reverb | Delay | Chorus | Flanger | Drive | Crush | Tape | Vinyl | Gate | Stutter,
    Field(discriminator="fx"),
]


def in_beats(beats: str) -> Fraction:
    """The exact number of beats that a text such as `3/4` means."""
    return Fraction(beats)
