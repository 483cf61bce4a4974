"""A picture of an analysis: waveform, beats, chords, sections and melody on one time axis."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.music import Analysis, Note
from remixlab.listening.salience import VOICE, Contour, follow_pitch
from remixlab.listening.tuning import tuned
from remixlab.signal.reel import blocks_of, measure_envelope

Floats = NDArray[np.float64]

_COLUMNS = 2000
"""Two for every pixel that is drawn: more is not seen."""
_SECTION_COLOURS = {
    "intro": "#8d99ae",
    "verse": "#4f86c6",
    "chorus": "#e4572e",
    "bridge": "#76b041",
    "solo": "#b07bac",
    "break": "#c9ada7",
    "outro": "#6d6875",
}
"""Muted, unlike each other in lightness too, so that a print in grey tells them apart."""
_PITCH_COLOURS = "tab20"
"""Matplotlib's twenty paired colours, of which twelve are needed."""
_STRAYS_SEMITONES = 1.5
"""Farther from its note the contour follows something else."""


def draw(recording: Audio | Iterable[Samples], analysis: Analysis, *, sung: Audio | None = None) -> bytes:
    """One PNG; long recordings stay readable because symbols are thinned out where they would overlap.

    A recording that is too long to be held is given in blocks, at the rate that the product works at. `sung` is the
    recording or its vocals: its pitch is drawn over the melody as it was sung, vibrato and slides included, which the
    notes leave out.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # lazy: only pictures need matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(16, 8), dpi=100, layout="constrained")
    canvas = FigureCanvasAgg(figure)
    form, wave, harmony, notes, hits = figure.subplots(5, 1, sharex=True, height_ratios=[0.5, 2, 0.7, 3, 0.8])
    _draw_sections(form, analysis)
    _draw_waveform(wave, recording, analysis)
    _draw_chords(harmony, analysis)
    _draw_notes(notes, analysis)
    if sung is not None:
        _draw_singing(notes, tuned(follow_pitch(sung, VOICE), analysis.tuning_cents), analysis.melody)
    _draw_drums(hits, analysis)
    hits.set_xlabel("seconds")
    hits.set_xlim(0, max(analysis.duration_s, 1e-3))
    pulse = (f"{analysis.tempo_bpm:g} bpm", analysis.meter) if analysis.beats else ("no pulse",)
    facts = (*pulse, analysis.key if analysis.has_key else "no key", f"{analysis.loudness_lufs:.1f} LUFS")
    figure.suptitle(" · ".join(facts))
    buffer = BytesIO()
    canvas.print_png(buffer)
    return buffer.getvalue()


def _draw_waveform(axes: Any, recording: Audio | Iterable[Samples], analysis: Analysis) -> None:
    is_whole = isinstance(recording, Audio)
    length_s = recording.duration_s if is_whole else analysis.duration_s
    frames = recording.length_frames if is_whole else round(length_s * SAMPLE_RATE)
    low, high = measure_envelope(blocks_of(recording) if is_whole else recording, frames, _COLUMNS)
    at = (np.arange(_COLUMNS) + 0.5) * length_s / _COLUMNS
    axes.fill_between(at, low, high, color="#3d405b", linewidth=0)
    if len(analysis.beats) <= 400:
        axes.vlines(analysis.beats, -1, -0.85, color="#f2a65a", linewidth=0.6)
    axes.vlines(analysis.downbeats, -1, 1, color="#f2a65a", linewidth=0.5, alpha=0.6)
    axes.set_ylim(-1.02, 1.02)
    axes.set_ylabel("waveform\nand bars")


def _draw_sections(axes: Any, analysis: Analysis) -> None:
    for section in analysis.sections:
        width = section.end_s - section.start_s
        axes.barh(0, width, left=section.start_s, color=_SECTION_COLOURS[section.label], edgecolor="white")
        if width > 0.03 * analysis.duration_s:
            axes.text(
                section.start_s + width / 2, 0, section.label, ha="center", va="center", color="white", fontsize=9
            )
    axes.set_yticks([])
    axes.set_ylabel("form")


def _draw_chords(axes: Any, analysis: Analysis) -> None:
    from matplotlib import colormaps  # lazy: see draw

    colours = colormaps[_PITCH_COLOURS]
    written = -1.0
    for chord in analysis.chords:
        root = chord.parsed.root
        colour = "#eeeeee" if root is None else colours(root)
        axes.barh(0, chord.end_s - chord.start_s, left=chord.start_s, color=colour, edgecolor="none")
        if root is not None and chord.start_s - written > 0.018 * analysis.duration_s:
            axes.text(
                chord.start_s, 0, chord.symbol.replace(":maj", ""), ha="left", va="center", fontsize=6, rotation=60
            )
            written = chord.start_s
    axes.set_yticks([])
    axes.set_ylabel("chords")


def _draw_notes(axes: Any, analysis: Analysis) -> None:
    for notes, colour, name in ((analysis.melody, "#e4572e", "melody"), (analysis.bass, "#2a6f97", "bass")):
        axes.hlines(
            [n.midi for n in notes],
            [n.start_s for n in notes],
            [n.end_s for n in notes],
            color=colour,
            linewidth=2.2,
            label=name,
        )
    if analysis.melody or analysis.bass:
        axes.legend(loc="upper right", fontsize=8)
    axes.set_ylabel("notes (MIDI)")
    axes.grid(axis="y", alpha=0.2)


def _draw_singing(axes: Any, contour: Contour, melody: tuple[Note, ...]) -> None:
    at, pitch = trace_singing(contour, melody)
    axes.plot(at, pitch, color="#3d405b", linewidth=0.5)


def trace_singing(contour: Contour, melody: tuple[Note, ...]) -> tuple[Floats, Floats]:
    """Seconds and MIDI numbers of the contour where it lies within a semitone and a half of a note that sounds; NaN
    between notes.
    """
    at = np.arange(len(contour.midi)) / contour.fps
    pitch = np.full(len(at), np.nan)
    for note in melody:
        span = slice(*np.searchsorted(at, (note.start_s, note.end_s)))
        near = np.abs(contour.midi[span] - note.midi) < _STRAYS_SEMITONES
        pitch[span] = np.where(near, contour.midi[span], pitch[span])
    return at, pitch


def _draw_drums(axes: Any, analysis: Analysis) -> None:
    pieces = sorted({hit.piece for hit in analysis.drums})
    for row, piece in enumerate(pieces):
        times = [hit.time_s for hit in analysis.drums if hit.piece == piece]
        axes.scatter(times, [row] * len(times), s=4, marker="|", color="#3d405b")
    axes.set_yticks(range(len(pieces)), pieces)
    axes.set_ylim(-0.6, max(len(pieces), 1) - 0.4)
    axes.set_ylabel("drums")
