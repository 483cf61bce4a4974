"""The players of one style on one result: in which bars each plays, which take of a part, over which chords."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from remixlab.band import Humaniser
from remixlab.domain.music import ChordSymbol
from remixlab.domain.notes import BeatNote
from remixlab.plan.styles import Scene, Style
from remixlab.rendering.layout import Layout, ResultBar
from remixlab.rendering.parts.harmony import ChordSpan, chord_at
from remixlab.rendering.parts.patterns import pace_of
from remixlab.rendering.parts.phrasing import push_of

T = TypeVar("T")
_CARRYING = frozenset({"drums", "bass", "chords", "lead"})
"""The parts that carry a song: beside the master's own band they play throughout."""
_PUSH_BESIDE = 0.5
"""Beside what the recording's own band plays new parts keep half of their push, or the two would part."""
_BUILDS_FROM_BARS = 4
"""A shorter section has no time to build."""


@dataclass(frozen=True, eq=False)
class Cast:
    """One style at work on one result.

    Shape: energy (bars,), voiced (beats,): whether somebody sings or leads there. `partial` is True where the
    recording's own accompaniment goes on beside the new parts, of which those that carry then play throughout; a
    `layered` part always does.
    """

    style: Style
    layout: Layout
    harmony: tuple[ChordSpan, ...]
    melody: tuple[BeatNote, ...]
    voiced: NDArray[np.bool_]
    energy: NDArray[np.float64]
    seed: int
    partial: bool
    layered: bool
    scenes: tuple[Scene, ...]

    @cached_property
    def pace(self) -> float:
        return pace_of(self.style, self.layout)

    def scene(self, bar: ResultBar) -> Scene:
        return self.scenes[bar.position]

    def chord(self, beat: float) -> ChordSpan:
        return chord_at(self.harmony, beat)

    def choose(self, options: tuple[T, ...], salt: int = 0) -> T:
        """What this take plays: the first take is the style's own; parts of another `salt` turn at another pace, so
        that no two of four takes agree in more than one of them even where there are only two ideas for each."""
        turns = (self.seed, self.seed + self.seed // 2, self.seed // 2 + (self.seed % 2 if len(options) > 2 else 0))
        return options[turns[salt] % len(options)]

    def dice(self, *names: str | int) -> np.random.Generator:
        """Dice for one purpose, the same whenever they are thrown for it."""
        words = "/".join(str(name) for name in (self.style.id, *names))
        return np.random.default_rng([self.seed, zlib.crc32(words.encode())])

    def humaniser(self, name: str) -> Humaniser:
        """The timing and touch of one player. Its dice are named as they always were, or every render would change."""
        groove = self.style.groove
        return Humaniser(
            self.dice("hand", name),
            groove.looseness_ms,
            groove.spread,
            groove.accents,
            self.layout.tempo_bpm,
            self._push_s,
        )

    @cached_property
    def _push_s(self) -> NDArray[np.float64] | None:
        groove = self.style.groove
        if groove.push_ms == 0:
            return None
        share = _PUSH_BESIDE if self.partial or self.layered else 1.0
        return push_of(self.layout, groove, self.seed, share=share)

    def plays(self, part: str, bar: ResultBar) -> bool:
        """Whether a part plays in a bar of the form."""
        scene = self.scene(bar)
        if self.layered or (self.partial and part in _CARRYING):
            return True
        if part in scene.parts:
            if not scene.builds or bar.length < _BUILDS_FROM_BARS:
                return True
            return bar.progress >= _entry(scene, part)
        if part in scene.joins:
            if scene.builds and bar.length >= _BUILDS_FROM_BARS:
                return bar.progress >= _entry(scene, part)
            return bar.occurrence > 1 or (bar.length >= _BUILDS_FROM_BARS and bar.progress >= 0.5)
        return False

    def drop_from(self, bar: ResultBar) -> float:
        """The drop: the beat of the bar from which drums and bass fall silent before a chorus; the bar's length when
        they do not."""
        drops = (
            self.style.ear.drop
            and bar.is_last_of_section
            and bar.next_label == "chorus"
            and bar.label != "chorus"
            and bar.length >= _BUILDS_FROM_BARS
        )
        return bar.beats - 1.0 if drops and not self.partial else float(bar.beats)

    def is_last_bar(self, bar: ResultBar) -> bool:
        return bar.position == len(self.layout.bars) - 1

    @cached_property
    def ending(self) -> ChordSymbol:
        """The chord that closes: the tonic where the song also begins on it, else what sounds last."""
        last = self.chord(self.end_beat)
        home = self.chord(0.0).chord
        return home if home.root == last.key.tonic else last.chord

    @cached_property
    def resting(self) -> NDArray[np.bool_]:
        """Which beats have no new note of the tune: the voice is silent or holds. Shape: (beats,)."""
        resting = np.ones(self.layout.beats_s.size, np.bool_)
        if self.voiced.any():
            for tone in self.melody:
                first, last = int(tone.beat + 0.1), int(tone.beat + 0.45)
                resting[first : last + 1] = False
        return resting

    @property
    def end_beat(self) -> float:
        return float(self.layout.beats_s.size - 1)


def _entry(scene: Scene, part: str) -> float:
    """How far into a section that builds a part comes in: two begin, the others follow one by one."""
    order = (*scene.parts, *scene.joins)
    return max(0, order.index(part) - 1) / max(1, len(order) - 1) - 1e-9  # pyright: ignore[reportArgumentType]
