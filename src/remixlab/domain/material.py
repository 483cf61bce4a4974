"""The material that a remix is rendered from (a recording with its stems and analysis), and the mix that comes out
of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from remixlab.domain.audio import Audio, Stem, Stems
from remixlab.domain.music import Analysis, Meter, Section
from remixlab.domain.notes import BeatHit, BeatNote

Origin = Literal["master", "performed", "layered", "generated"]
"""Where a part of a mix comes from: the recording itself, a new performance of what it plays, something new over it, or
a plug-in's
trained model that played either of the last two."""


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """One recording with what was heard in it; `stems` is None until it has been taken apart."""

    recording_id: str
    master: Audio
    stems: Stems | None
    analysis: Analysis


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a mix, for a label that says what is true.

    `stem` is the part of the master that sounds or that is played anew; `treated_by` names what touched its sound, in
    order; `soundfont` names the SoundFont of the user's that it is played on, `performer` the plug-in that plays it,
    `sounds` the pack of sampled instruments of the house's."""

    name: str
    origin: Origin
    stem: Stem | None = None
    treated_by: tuple[str, ...] = ()
    soundfont: str = ""
    performer: str = ""
    sounds: str = ""


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """What one player plays, or what was heard of the song, in beats of the result.

    Drums have strokes, others tones.
    """

    name: str
    tones: tuple[BeatNote, ...] = ()
    strokes: tuple[BeatHit, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """A finished mix: stereo, mastered, with the grid and the form it was made on.

    Unit: times in seconds of the result; `length_bars_s` is the sum of its bars, the rest of the audio is the tail.
    `stems_out` holds each part before mastering; they sum to `premaster_gain_db` below the mastered, unlimited mix.
    """

    audio: Audio
    parts: tuple[Part, ...]
    beats_s: tuple[float, ...]
    downbeats_s: tuple[float, ...]
    sections: tuple[Section, ...]
    length_bars_s: float
    loudness_lufs: float
    peak_dbtp: float
    reduction_db: float
    on_target: bool
    premaster_gain_db: float = 0.0
    stems_out: Mapping[str, Audio] = field(default_factory=dict[str, Audio])
    meter: Meter = "4/4"
    written: tuple[WrittenPart, ...] = ()
    """Every new part, then the tune and the chords of the song as they were heard; kept where parts are taken out."""
