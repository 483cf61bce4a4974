"""Beats and bars where people play: drum takes of the Groove set with their own timing and accents, and a band to them.

python -m benchmarks.listening.drummers [--takes 24] [--seconds 45] [--label after]

The takes were played to a click, so every beat is known although nobody strikes exactly on it. Bass and chords follow
the drummer: each begins where the nearest stroke was. Listeners are measured on the split that training keeps out.
Source: Gillick et al. 2019, Groove MIDI Dataset (CC BY 4.0).
"""

from __future__ import annotations

import argparse
import csv
import json
import tarfile
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.listening.conditions import PROGRESSIONS, RATE, Condition, score
from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.measuring.places import SHARED
from remixlab.domain.audio import Audio
from remixlab.listening import listen
from remixlab.signal.instruments import HitEvent, NoteEvent, play, play_kit
from synthesis.smf import read_notes

SYMBOLIC: Final = SHARED / "symbolic" / "symbolic.tar.gz"
METERS: Final = {"4-4": (4, 1.0), "3-4": (3, 1.0), "5-4": (5, 1.0), "6-8": (6, 0.5)}
"""Of a bar: its beats, and how long one is in quarters."""
PIECES: Final = {
    36: "kick", 38: "snare", 40: "snare", 37: "rim", 48: "tom-high", 50: "tom-high", 45: "tom-mid", 47: "tom-mid",
    43: "tom-low", 58: "tom-low", 46: "open-hat", 26: "open-hat", 42: "hat", 22: "hat", 44: "pedal-hat", 49: "crash",
    55: "crash", 57: "crash", 52: "crash", 51: "ride", 59: "ride", 53: "ride",
}  # fmt: skip
"""What the set's electronic kit calls its pads. Source: the set's page, table of the drum mapping."""
LEAST_S: Final = 30.0
NEAR_S: Final = 0.045
"""How far from the click a stroke may lie and still be what the others play to."""


@dataclass(frozen=True, slots=True)
class Take:
    """What one drummer played: strokes in seconds, over beats that are known."""

    name: str
    style: str
    meter: str
    bpm: float
    strokes: list[tuple[float, str, float]]


def takes(folder: Path, count: int, seconds: float) -> list[Take]:
    """The longest takes of the split for validation, of as many styles as there are; then the rare meters of all."""
    rows = list(csv.DictReader((folder / "info.csv").read_text(encoding="utf-8").splitlines()))
    long = [
        r
        for r in rows
        if r["beat_type"] == "beat" and float(r["duration"]) >= LEAST_S and r["time_signature"] in METERS
    ]
    rare = [r for r in long if r["time_signature"] != "4-4"]
    usual = [r for r in long if r["time_signature"] == "4-4" and r["split"] == "validation"]
    seen = Counter[str]()
    order: list[tuple[int, dict[str, str]]] = []
    for row in usual:
        order.append((seen[row["style"].split("/")[0]], row))
        seen[row["style"].split("/")[0]] += 1
    chosen = [row for _, row in sorted(order, key=lambda one: one[0])][: max(0, count - len(rare))] + rare
    return [_take(folder, row, seconds) for row in chosen[:count]]


def _take(folder: Path, row: dict[str, str], seconds: float) -> Take:
    notes = read_notes(folder / row["midi_filename"])
    strokes = [
        (n.start_s, PIECES[n.pitch], n.velocity / 127) for n in notes if n.pitch in PIECES and n.start_s < seconds
    ]
    return Take(row["id"], row["style"].split("/")[0], row["time_signature"], float(row["bpm"]), strokes)


def perform(take: Take, seed: int) -> tuple[Condition, Audio, list[tuple[float, float, str]], NDArray[np.float64]]:
    """The take with bass and chords; its beats, chords as spans, and downbeats."""
    per_bar, quarters = METERS[take.meter]
    beat_s = 60 / take.bpm * quarters
    bars = int(take.strokes[-1][0] / (beat_s * per_bar))
    beats = np.arange(bars * per_bar + 1, dtype=np.float64) * np.float64(beat_s)
    downbeats = np.arange(0, len(beats) - 1, per_bar)
    struck = np.array([at for at, _, _ in take.strokes])
    progression = PROGRESSIONS[seed % len(PROGRESSIONS)]
    held: list[NoteEvent] = []
    low: list[NoteEvent] = []
    chords: list[tuple[float, float, str]] = []

    def played(at: float) -> int:
        near = float(struck[np.argmin(np.abs(struck - at))])
        return max(0, int((near if abs(near - at) < NEAR_S else at) * RATE))

    for number, first in enumerate(downbeats):
        begin, end = float(beats[first]), float(beats[first + per_bar])
        root, symbol = progression[number % 4]
        chords.append((begin, end, symbol))
        for tone in (root, root + (3 if symbol.endswith("min") else 4), root + 7):
            held.append(NoteEvent(played(begin), int((end - begin) * RATE * 0.95), 60.0 + tone % 12, 0.6))
        for beat in range(0, per_bar, 2 if per_bar % 2 == 0 and per_bar != 6 else 3 if per_bar == 6 else 1):
            low.append(NoteEvent(played(float(beats[first + beat])), int(beat_s * RATE * 0.9), root % 12 + 36.0, 0.8))
    length = int((beats[-1] + 1.0) * RATE)
    hits = [HitEvent(int(at * RATE), piece, max(0.02, force)) for at, piece, force in take.strokes if at < beats[-1]]
    sound = play("organ", held, length) * np.float32(0.16) + play("electric-bass", low, length) * np.float32(0.45)
    sound = sound + play_kit("acoustic-kit", hits, length) * np.float32(0.55)
    meters = {"4-4": ("4/4",), "3-4": ("3/4", "6/8"), "5-4": ("5/4",), "6-8": ("6/8",)}[take.meter]
    pulses = (1.0, 1 / 3) if take.meter == "6-8" else (1.0, 0.5) if take.bpm > 150 else (1.0,)
    return (
        Condition(take.name, beats, per_bar, "", meters, pulses),
        Audio(sound.astype(np.float32), RATE),
        chords,
        beats[downbeats],
    )


def run(count: int = 24, seconds: float = 45.0, label: str = "now") -> Iterator[dict[str, Any]]:
    """A line for each take, then the means by meter. Raises: Missing without the set."""
    if not SYMBOLIC.is_file():
        raise Missing("the Groove set is not here")
    by_meter: dict[str, list[dict[str, Any]]] = {}
    with tempfile.TemporaryDirectory() as place:
        with tarfile.open(SYMBOLIC) as packed:
            packed.extractall(place, (one for one in packed if one.name.startswith("midi/groove/")), filter="data")
        for seed, take in enumerate(takes(Path(place) / "midi" / "groove", count, seconds)):
            condition, sound, chords, downbeats = perform(take, seed)
            began = time.process_time()
            heard = listen(sound)
            row = {
                "what": "drummer", "label": label, "take": take.name, "style": take.style,
                "meter_played": take.meter, "bpm": take.bpm,
                **score(condition, heard, chords, downbeats), "tempo": round(heard.tempo_bpm, 1), "said": heard.meter,
                "cpu_s": round(time.process_time() - began, 2), "length_s": round(sound.duration_s, 1),
            }  # fmt: skip
            by_meter.setdefault(take.meter, []).append(row)
            yield row
    for meter, rows in by_meter.items():
        means = {
            name: round(float(np.mean([r[name] for r in rows])), 3)
            for name in ("beats_f", "downbeats_f", "meter", "chords")
        }
        yield {"what": "drummers", "label": label, "meter_played": meter, "takes": len(rows), **means, **surroundings()}


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--takes", type=int, default=24)
    given.add_argument("--seconds", type=float, default=45.0)
    given.add_argument("--label", default="now")
    asked = given.parse_args()
    for row in run(asked.takes, asked.seconds, asked.label):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
