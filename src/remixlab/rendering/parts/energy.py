"""Dynamics of the form: how strongly each bar is played, from its scene and from the recording's own dynamics."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.plan.styles import Scene, Style
from remixlab.rendering.layout import Layout

_STRONG = 0.5
"""Above this mean liveliness a bridge or a break goes on strongly (decision 21)."""
_SWELL, _CLIMAX = 0.06, 0.06
"""How much energy a section gains on its way, and the last of several choruses above the others."""
_BEND = 0.24
"""How far the recording's own dynamics bend the scene's energy, from its calmest to its liveliest bar."""
_ENERGY_MIN = 0.1
"""Nobody plays quite without force."""
_LOW_PERCENT, _HIGH_PERCENT = 8, 92
"""What counts as calmest and liveliest: a twelfth of the bars on each side may lie beyond, such as a silent
count-in."""
_NOTE_WEIGHT = 0.4
"""A sung note makes a bar less lively than a drum stroke."""
_RANGE_MIN = 0.25
"""In bels: a recording that is more even than 2.5 dB has no calm bars, however they are ranked."""


def scenes_of(layout: Layout, style: Style, lively: NDArray[np.float64]) -> tuple[Scene, ...]:
    """The scene of each bar: that of its label; a bridge or break in which the recording goes on strongly is played
    as a verse."""
    scenes: list[Scene] = []
    for bar in layout.bars:
        section = lively[bar.position - bar.place : bar.position - bar.place + bar.length]
        strong = bar.label in ("bridge", "break") and float(section.mean()) > _STRONG
        scenes.append(style.scenes["verse" if strong else bar.label])  # pyright: ignore[reportArgumentType]
    return tuple(scenes)


def energy_of(layout: Layout, scenes: tuple[Scene, ...], lively: NDArray[np.float64]) -> NDArray[np.float64]:
    """How strongly each bar is played: its scene, bent by how lively the recording is there. Shape: (bars,)."""
    base = np.array([scene.energy for scene in scenes])
    swell = np.array(
        [_SWELL * bar.progress if bar.label in ("verse", "bridge", "intro") else 0.0 for bar in layout.bars]
    )
    lasts = {bar.label: bar.occurrence for bar in layout.bars}
    climax = np.array(
        [
            _CLIMAX if bar.label == "chorus" and bar.occurrence == lasts["chorus"] and bar.occurrence > 1 else 0.0
            for bar in layout.bars
        ]
    )
    return np.clip(base + swell + climax + _BEND * (lively - 0.5), _ENERGY_MIN, 1.0)


def liveliness_of(layout: Layout, recording: Audio | None) -> NDArray[np.float64]:
    """0 for the calmest bars of the recording, 1 for the liveliest: by its loudness, or without its sound by what
    was heard in it."""
    return _heard_rank(layout) if recording is None else _loudness_rank(layout, recording)


def _heard_rank(layout: Layout) -> NDArray[np.float64]:
    """From the drum strokes and the sung notes of each bar."""
    drums = np.sort([hit.time_s for hit in layout.source.drums])
    notes = np.sort([note.start_s for note in layout.source.melody])
    counts = np.array(
        [
            sum(
                float(np.subtract(*np.searchsorted(times, [bar.source_s[-1], bar.source_s[0]]))) * weight
                for times, weight in ((drums, 1.0), (notes, _NOTE_WEIGHT))
            )
            for bar in layout.bars
        ]
    )
    low, high = np.percentile(counts, [_LOW_PERCENT, _HIGH_PERCENT])
    return np.clip((counts - low) / (high - low), 0.0, 1.0) if high > low else np.full(counts.size, 0.5)


def _loudness_rank(layout: Layout, recording: Audio) -> NDArray[np.float64]:
    """0 for the quietest bars of the recording, 1 for the loudest."""
    levels: dict[int, float] = {}
    for bar in layout.bars:
        if bar.source not in levels:
            begin, end = (int(t * recording.sample_rate) for t in (bar.source_s[0], bar.source_s[-1]))
            piece = recording.samples[0, begin:end:16]
            levels[bar.source] = (
                float(np.log10(np.mean(np.square(piece, dtype=np.float64)) + 1e-9)) if piece.size else -9.0
            )
    values = np.array([levels[bar.source] for bar in layout.bars])
    low, high = np.percentile(values, [_LOW_PERCENT, _HIGH_PERCENT])
    return np.clip((values - low) / max(_RANGE_MIN, high - low), 0.0, 1.0)
