"""A mix to look at: waveform, spectrogram, and who plays where."""

from __future__ import annotations

import io
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.material import Mix
from remixlab.domain.text import harmless
from remixlab.rendering.mixer import PerformedNode, TakeNode
from remixlab.rendering.parts import Line
from remixlab.rendering.timeline import Timeline
from remixlab.signal import power_spectrum
from remixlab.signal.downmix import to_mono

_COLOURS = {
    "intro": "#5b6c8f",
    "verse": "#3f7d6e",
    "chorus": "#c05746",
    "bridge": "#8a5a9e",
    "solo": "#b98a2f",
    "break": "#4f5d75",
    "outro": "#5b6c8f",
}
"""One hue for each label, muted, so that the lanes over them stay in front."""


def draw(timeline: Timeline, mix: Mix) -> bytes:
    """PNG of the finished mix: its waveform, its spectrogram, and a lane for each part over the form."""
    # lazy: matplotlib takes a third of a second to import, and only a picture needs it
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 9), layout="constrained")
    wave, spectrum, lanes = figure.subplots(3, 1, sharex=True, height_ratios=(1, 2, 2))
    _draw_wave(wave, mix)
    _draw_spectrum(spectrum, mix)
    _draw_lanes(lanes, timeline, mix)
    lanes.set_xlabel("seconds")
    lanes.set_xlim(0, mix.audio.duration_s)
    out = io.BytesIO()
    FigureCanvasAgg(figure).print_png(out)
    return out.getvalue()


def _draw_wave(axes: object, mix: Mix) -> None:
    mono = to_mono(mix.audio)
    step = max(1, mono.size // 2800)
    pieces = mono[: mono.size // step * step].reshape(-1, step)
    times = np.arange(pieces.shape[0]) * step / mix.audio.sample_rate
    axes.fill_between(times, pieces.min(axis=1), pieces.max(axis=1), color="#355070", linewidth=0)  # type: ignore[attr-defined]
    axes.set_ylim(-1, 1)  # type: ignore[attr-defined]
    axes.set_ylabel("level")  # type: ignore[attr-defined]
    axes.set_title(f"{mix.loudness_lufs:.1f} LUFS, {mix.peak_dbtp:.1f} dBTP")  # type: ignore[attr-defined]


def _draw_spectrum(axes: object, mix: Mix) -> None:
    rate, size = mix.audio.sample_rate, 2048
    hop = max(512, mix.audio.length_frames // 2400)
    level = 10 * np.log10(power_spectrum(to_mono(mix.audio), size, hop) + 1e-9)
    edges = np.geomspace(40, 16_000, 161)
    bins = np.clip((edges * size / rate).astype(int), 1, size // 2)
    rows = np.stack([level[a : max(a + 1, b)].max(axis=0) for a, b in pairwise(bins.tolist())])
    top = float(np.percentile(rows, 99.8))
    extent = (0.0, mix.audio.duration_s, 0, rows.shape[0])
    axes.imshow(rows, origin="lower", aspect="auto", extent=extent, cmap="magma", vmin=top - 70, vmax=top)  # type: ignore[attr-defined]
    marks = [100, 300, 1000, 3000, 10_000]
    axes.set_yticks([float(np.searchsorted(edges, m)) for m in marks], [f"{m}" for m in marks])  # type: ignore[attr-defined]
    axes.set_ylabel("Hz")  # type: ignore[attr-defined]


def _draw_lanes(axes: object, timeline: Timeline, mix: Mix) -> None:
    players = {strip.name: strip.node for strip in timeline.console.strips}
    names = [part.name for part in mix.parts]
    for section in mix.sections:
        axes.axvspan(section.start_s, section.end_s, color=_COLOURS[section.label], alpha=0.25, linewidth=0)  # type: ignore[attr-defined]
        axes.text(section.start_s + 0.2, len(names) - 0.4, section.label, fontsize=8)  # type: ignore[attr-defined]
    for row, name in enumerate(names):
        y = len(names) - 1 - row
        player = players.get(name)
        performed = isinstance(player, TakeNode | PerformedNode)
        spans = _line_spans(timeline, player.line) if performed else _master_spans(timeline, name)
        axes.broken_barh(spans, (y - 0.38, 0.72), facecolors="#e07a5f" if performed else "#355070")  # type: ignore[attr-defined]
    name_rows(axes, names)  # type: ignore[attr-defined]
    axes.set_ylim(-0.6, len(names) + 0.2)  # type: ignore[attr-defined]


def name_rows(axes: object, names: Sequence[str]) -> None:
    """Write the names of the parts beside their lanes, the first on top, as they are: a dollar is no formula."""
    labels = [harmless(name) for name in reversed(names)]
    axes.set_yticks(range(len(names)), labels, fontsize=8, parse_math=False)  # type: ignore[attr-defined]


def _line_spans(timeline: Timeline, line: Line) -> list[tuple[float, float]]:
    starts = np.array([event.beat for event in (*line.tones, *line.strokes)])
    lengths = np.array([tone.length for tone in line.tones] or [0.15] * len(line.strokes))
    begin, end = timeline.layout.seconds_at(starts), timeline.layout.seconds_at(starts + lengths)
    return list(zip(begin.tolist(), np.maximum(0.02, end - begin).tolist(), strict=True))


def _master_spans(timeline: Timeline, name: str) -> list[tuple[float, float]]:
    masks: dict[str, NDArray[np.bool_]] = {stem.value: mask for stem, mask in timeline.arrangement.master.items()}
    mask = masks.get(name.split(" (")[0], np.ones(len(timeline.layout.bars), np.bool_))
    return [(bar.start_s, bar.end_s - bar.start_s) for bar in timeline.layout.bars if mask[bar.position]]
