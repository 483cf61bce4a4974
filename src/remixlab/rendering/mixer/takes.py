"""A line played on sampled or synthesised instruments of ours, or on the user's SoundFont: notes in beats become a take
in frames."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from remixlab.domain.audio import Samples
from remixlab.domain.material import Origin
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer import balance
from remixlab.rendering.mixer.sampled_takes import plays_sampled, sampled_notes, sampled_strokes
from remixlab.rendering.parts import Line
from remixlab.signal.instruments import HitEvent, NoteEvent, Take, rehearse, rehearse_kit
from remixlab.signal.soundfont import SoundFont, rehearse_kit_on, rehearse_on, sounds_on
from remixlab.signal.sounds import SoundPack


class TakeNode:
    """A line as a take: any stretch of it, the same samples whatever was asked for before."""

    def __init__(
        self, line: Line, layout: Layout, seed: int, font: SoundFont | None = None, sounds: SoundPack | None = None
    ) -> None:
        """A user's SoundFont wins over the house's own sampled instruments."""
        self.line, self._layout, self._seed, self._font = line, layout, seed, font
        self._sounds = sounds if font is None else None

    @cached_property
    def take(self) -> Take:
        line, frames_at = self.line, self._layout.frames_at
        if line.strokes:
            frames = frames_at(np.array([s.beat for s in line.strokes]))
            hits = [HitEvent(int(f), s.piece, s.velocity) for f, s in zip(frames, line.strokes, strict=True)]
            if self._font is not None:
                return rehearse_kit_on(self._font, line.instrument, hits, seed=self._seed)
            sampled = None if self._sounds is None else sampled_strokes(self._sounds, line, hits, self._seed)
            return sampled or rehearse_kit(line.instrument, hits, seed=self._seed)
        starts = frames_at(np.array([t.beat for t in line.tones]))
        ends = frames_at(np.array([t.beat + t.length for t in line.tones]))
        notes = [
            NoteEvent(int(a), max(1, int(b - a)), t.midi + self._layout.tuning_semitones, t.velocity)
            for a, b, t in zip(starts, ends, line.tones, strict=True)
        ]
        if self._font is not None:
            return rehearse_on(self._font, line.instrument, notes, seed=self._seed)
        sampled = None if self._sounds is None else sampled_notes(self._sounds, line, notes, self._seed)
        return sampled or rehearse(line.instrument, notes, seed=self._seed)

    @property
    def origin(self) -> Origin:
        return self.line.origin

    @property
    def performer(self) -> str:
        return ""

    @property
    def weight(self) -> int:
        return 2

    @property
    def soundfont(self) -> str:
        """The name of the user's SoundFont where the line, or some of a kit's pieces, sounds from it."""
        pieces = {stroke.piece for stroke in self.line.strokes}
        return self._font.name if self._font is not None and sounds_on(self._font, self.line.instrument, pieces) else ""

    @property
    def sounds(self) -> str:
        """The name of the house's pack of sampled instruments where the line, or some of a kit's pieces, plays on
        it."""
        return self._sounds.name if self._sounds is not None and plays_sampled(self._sounds, self.line) else ""

    @property
    def busiest(self) -> int:
        return balance.busiest_of(self.line, self._layout)

    def render(self, n0: int, n1: int) -> Samples:
        return self.take.render(n0, n1)
