"""The seam for plug-ins: a line that a performer of theirs plays instead of our own instruments."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from remixlab.domain.audio import SAMPLE_RATE, Samples
from remixlab.domain.errors import EngineUnavailable
from remixlab.domain.material import Origin
from remixlab.domain.ports.performer import PartLayout, Performer, WrittenPart
from remixlab.rendering.layout import Layout
from remixlab.rendering.mixer import balance
from remixlab.rendering.parts import Line


class PerformedNode:
    """A line as a performer gave it, whole: played once, then only read."""

    def __init__(self, line: Line, layout: Layout, performer: Performer, seed: int) -> None:
        """Raises: EngineUnavailable when the performer gives anything but the sound of the whole part."""
        self.line, self._layout, self._performer = line, layout, performer
        part = written_part_of(line, seed, layout.tuning_semitones)
        self._sound = _performed(performer, part_layout_of(layout), part, layout.length_frames)

    @property
    def weight(self) -> int:
        return 0

    @property
    def soundfont(self) -> str:
        return ""

    @property
    def sounds(self) -> str:
        return ""

    @property
    def performer(self) -> str:
        return self._performer.name

    @property
    def origin(self) -> Origin:
        """Generated where a trained model made the sound; else what the line itself is."""
        return "generated" if self._performer.trained else self.line.origin

    @property
    def busiest(self) -> int:
        return balance.busiest_of(self.line, self._layout)

    def render(self, n0: int, n1: int) -> Samples:
        """Frames n0 to n1, silence outside of the result. Shape: (2, n1 - n0)."""
        out = np.zeros((2, n1 - n0), np.float32)
        piece = self._sound[:, max(0, n0) : max(0, n1)]
        out[:, max(0, -n0) : max(0, -n0) + piece.shape[1]] = piece
        return out


def performer_for(line: Line, performers: Sequence[Performer], seed: int) -> Performer | None:
    """The first performer that takes the line; None where our own instruments play it."""
    if not performers:
        return None
    part = written_part_of(line, seed)
    return next((performer for performer in performers if performer.plays(part)), None)


def part_layout_of(layout: Layout) -> PartLayout:
    """What a performer may know of the result: its tempo map, keys and form, and nothing of the master."""
    return PartLayout(
        sample_rate=SAMPLE_RATE,
        length_frames=layout.length_frames,
        beats_s=layout.beats_s,
        downbeats_s=tuple(bar.start_s for bar in layout.bars),
        meter=layout.meter,
        keys=tuple(layout.key_at(bar) for bar in layout.bars),
        sections=layout.sections,
    )


def written_part_of(line: Line, seed: int, tuning: float = 0.0) -> WrittenPart:
    """The line as it is written, its notes as high as the recording's own A asks for."""
    notes = tuple(tone._replace(midi=tone.midi + tuning) for tone in line.tones) if tuning else line.tones
    return WrittenPart(
        part=line.part, instrument=line.instrument, style=line.style, notes=notes, hits=line.strokes, seed=seed
    )


def _performed(performer: Performer, layout: PartLayout, part: WrittenPart, length_frames: int) -> Samples:
    sound = np.asarray(performer.perform(layout, part))
    if sound.shape != (2, length_frames) or sound.dtype != np.float32:
        raise EngineUnavailable(
            f"the performer {performer.name} gave {sound.dtype} of shape {sound.shape}, "
            f"not float32 of shape (2, {length_frames})",
            hint="Render without it, or tell its makers.",
        )
    if not np.isfinite(sound).all():
        raise EngineUnavailable(
            f"the performer {performer.name} gave NaN or infinity", hint="Render without it, or tell its makers."
        )
    return sound
