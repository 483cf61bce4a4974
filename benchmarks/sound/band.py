"""How a band plays: how often a bar equals the one before, how many bars are distinct, how loose the time is.

Every remix and cover of the demonstration songs in fifteen styles is arranged, not rendered: each line's bars are read
on the sixteenth grid (triplets on twelve), as the figures of human drummers beside them were. Those are of 288 takes of
at least twelve bars of the Groove MIDI Dataset (Gillick et al., ICML 2019; CC BY 4.0).

    python -m benchmarks band
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.measuring.measure import surroundings
from remixlab.compose import perform_demo
from remixlab.domain.material import Material
from remixlab.plan import remix, styles
from remixlab.rendering import timeline
from remixlab.rendering.layout import Layout
from remixlab.rendering.parts import Line

SONGS = ("neon-harbour", "the-tallow-mill", "glass-orchard")
STYLES = (
    "house",
    "ambient",
    "disco",
    "jazz-swing",
    "funk",
    "soul",
    "punk",
    "country",
    "folk-acoustic",
    "rock",
    "blues",
    "synthwave",
    "lo-fi-hip-hop",
    "boom-bap",
    "metal",
)
MACHINES = ("house", "ambient", "synthwave")
HUMAN = {"equal_to_before": 0.03, "distinct": 0.90, "timing_ms": 18.0, "velocity": 0.075}
_FEWEST_HITS = 6
"""A place that is struck less often has no spread to speak of."""
_ROBUST = 1.4826
"""Median absolute deviation to standard deviation."""
PARTS = ("drums", "bass", "chords", "arp", "riff")


def run() -> Iterator[dict[str, Any]]:
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    songs = [Material(name, one.recording, one.stems, one.truth) for name in SONGS for one in (perform_demo(name),)]
    for style in STYLES:
        for song in songs:
            for part, row in arranged(song, style).items():
                rows[part].append({"style": style, **row})
        drums = [row for row in rows["drums"] if row["style"] == style]
        yield {"what": "a band", "style": style, **_means(drums), **surroundings()}
    for part in PARTS:
        people = [row for row in rows[part] if row["style"] not in MACHINES]
        row = {"what": "bands, all", "part": part, **_means(rows[part]), "people_timing_ms": _mean(people, "timing_ms")}
        yield row | ({"human": HUMAN} if part == "drums" else {}) | surroundings()


def arranged(song: Material, style: str) -> dict[str, dict[str, Any]]:
    """The figures of each part of one remix in which everything but the voice is new."""
    plan = remix(song.recording_id).restyle("drums", "bass", "other", style=style)
    line = timeline(plan, song)
    triplets = styles.load(style).groove.steps_per_beat == 3
    return {
        one.part: figures(one, line.layout, 12 if triplets else 16)
        for one in line.arrangement.lines
        if one.part in PARTS and one.name == one.part
    }


def figures(line: Line, layout: Layout, grid: int) -> dict[str, Any]:
    """Repetition by steps and pieces, spread of time and touch by place; a tune's bars are its rhythm."""
    bars = [set[tuple[str, int]]() for _ in layout.bars]
    places: dict[tuple[str, int], list[tuple[float, float]]] = defaultdict(list)
    per_beat = grid / 4
    for piece, beat, velocity in _struck(line):
        at = beat + 0.5 / per_beat / 2
        index = max(0, int(np.searchsorted([bar.first for bar in layout.bars], at, side="right")) - 1)
        bar = layout.bars[index]
        step = round((beat - bar.first) * per_beat)
        bars[index].add((piece, step))
        off_s = (beat - bar.first - step / per_beat) * 60.0 / layout.tempo_bpm
        places[piece, step].append((off_s * 1e3, velocity))
    played = [frozenset(bar) for bar in bars if bar]
    pairs = [(a, b) for a, b in pairwise(bars) if a and b]
    often = [np.array(values) for values in places.values() if len(values) >= _FEWEST_HITS]
    return {
        "bars": len(played),
        "equal_to_before": _share(a == b for a, b in pairs),
        "distinct": round(len(set(played)) / max(1, len(played)), 3),
        "timing_ms": round(float(np.mean([_spread(v[:, 0]) for v in often])), 2) if often else 0.0,
        "velocity": round(float(np.mean([_spread(v[:, 1]) for v in often])), 3) if often else 0.0,
    }


def _struck(line: Line) -> Iterable[tuple[str, float, float]]:
    if line.strokes:
        return ((s.piece, s.beat, s.velocity) for s in line.strokes)
    return (("", t.beat, t.velocity) for t in line.tones)


def _spread(values: np.ndarray) -> float:
    return _ROBUST * float(np.median(np.abs(values - np.median(values))))


def _share(yes: Iterable[bool]) -> float:
    found = list(yes)
    return round(sum(found) / len(found), 3) if found else 0.0


def _means(rows: list[dict[str, Any]]) -> dict[str, float]:
    return {name: _mean(rows, name) for name in ("equal_to_before", "distinct", "timing_ms", "velocity")}


def _mean(rows: list[dict[str, Any]], name: str) -> float:
    return round(float(np.mean([row[name] for row in rows])), 3) if rows else 0.0
