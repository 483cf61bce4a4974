"""Drum parts: grooves in steps (`X` accent, `x` usual, `o` soft, `-` ghost), fills at the ends of sections, crashes
at their starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from remixlab.compose.score import ScoreSection
from remixlab.domain.notes import BeatHit

_FORCE = {"X": 0.95, "x": 0.78, "o": 0.55, "-": 0.3}
"""How strongly each sign is struck: accent, usual, soft, ghost. Our test songs keep the touch that they always had."""
Groove = Mapping[str, str]


def lay_groove(
    groove: Groove, first_step: int, steps: int, steps_per_beat: int, level: float, rng: np.random.Generator
) -> list[BeatHit]:
    """Hits of a groove from a step on; patterns longer than a bar go on where they were."""
    hits: list[BeatHit] = []
    for piece, pattern in groove.items():
        for step in range(steps):
            mark = pattern[(first_step + step) % len(pattern)]
            if mark in _FORCE:
                force = _FORCE[mark] * level * (1.0 + 0.06 * float(rng.uniform(-1, 1)))
                hits.append(BeatHit((first_step + step) / steps_per_beat, piece, min(1.0, max(0.05, force))))
    return hits


def drum_section(
    section: ScoreSection,
    grooves: Sequence[Groove],
    fills: Sequence[Groove],
    steps_per_bar: int,
    steps_per_beat: int,
    crash: bool,
    last: bool,
    rng: np.random.Generator,
) -> list[BeatHit]:
    """One section: its groove by energy, a fill in its last bar (a small one every four), a crash where a full
    section begins."""
    if not grooves:
        return []
    groove = grooves[min(len(grooves) - 1, int(section.energy * len(grooves)))]
    level = 0.8 + 0.22 * section.energy
    hits: list[BeatHit] = []
    for bar in range(section.bars):
        first = (section.first_bar + bar) * steps_per_bar
        ends = bar == section.bars - 1 and section.bars > 1
        turns = bar % 4 == 3 and not ends and section.energy > 0.6 and rng.random() < 0.5
        if fills and not last and (ends or turns):
            keep = steps_per_bar // 2 if ends and section.bars >= 4 else steps_per_bar * 3 // 4
            fill = fills[int(rng.integers(len(fills)))]
            hits += lay_groove(groove, first, keep, steps_per_beat, level, rng)
            tail = {piece: "." * keep + pattern[keep:] for piece, pattern in fill.items()}
            hits += [
                hit._replace(beat=hit.beat + first / steps_per_beat)
                for hit in lay_groove(tail, 0, steps_per_bar, steps_per_beat, level, rng)
            ]
        else:
            hits += lay_groove(groove, first, steps_per_bar, steps_per_beat, level, rng)
    if crash and section.energy >= 0.6:
        hits.append(
            BeatHit(section.first_bar * steps_per_bar / steps_per_beat, "crash", min(1.0, 0.6 + 0.3 * section.energy))
        )
    return hits


def finish(beat: float, crash: bool) -> list[BeatHit]:
    """The last stroke of a piece."""
    return [BeatHit(beat, "kick", 0.85), *([BeatHit(beat, "crash", 0.7)] if crash else [])]
