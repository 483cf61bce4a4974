"""Play lead sheets with drawn players, tempo and arrangement, so that the truth is known exactly."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from synthesis.smf import Note, read_notes
from training.songs.lead_sheet import QUALITIES, Chord, Lead


@dataclass(frozen=True, slots=True)
class Material:
    """A played song with its truth in seconds."""

    length_s: float
    meter: int
    beats_s: list[float]
    downbeats_s: list[float]
    boundaries_s: list[float]
    chords: list[Chord]
    tonic: int
    minor: bool
    notes: dict[str, list[Note]] = field(default_factory=dict[str, list[Note]])


class Clock:
    """Turn beats into seconds, with drift and swing."""

    def __init__(self, beats: int, tempo_bpm: float, swing: float, drift: float, rng: np.random.Generator) -> None:
        """Lay out the beat times once."""
        walk = np.cumsum(rng.standard_normal(beats + 2)) * drift
        period = 60 / tempo_bpm * np.exp(np.clip(walk, -0.12, 0.12))
        self.beat_s = float(rng.uniform(0, 1.2)) + np.concatenate(([0.0], np.cumsum(period)))
        self.swing = swing

    def __call__(self, beat: float) -> float:
        """Give the time of a beat; off-beats come late by the swing."""
        whole = int(beat)
        rest = beat - whole
        if self.swing:
            rest = rest * (1 + self.swing) if rest <= 0.5 else 1 - (1 - rest) * (1 - self.swing)
        whole = min(whole, len(self.beat_s) - 2)
        return float(self.beat_s[whole] + rest * (self.beat_s[whole + 1] - self.beat_s[whole]))


class GrooveShelf:
    """Human drum performances in beats."""

    def __init__(self, folder: Path | None, split: str = "train") -> None:
        """List the performances; none when there is no folder."""
        self.rows: list[tuple[Path, float]] = []
        if folder is not None and (folder / "info.csv").exists():
            for line in (folder / "info.csv").read_text().splitlines()[1:]:
                row = line.split(",")
                if row[-1] == split and row[5] == "beat" and row[6] == "4-4" and (folder / row[7]).exists():
                    self.rows.append((folder / row[7], float(row[4])))

    def draw(self, rng: np.random.Generator) -> list[tuple[float, int, int]] | None:
        """Draw (beat, pitch, velocity) rows of one performance."""
        if not self.rows:
            return None
        path, bpm = self.rows[int(rng.integers(len(self.rows)))]
        return [(n.start_s * bpm / 60, n.pitch, n.velocity) for n in read_notes(path)]


def _play_drums(lead: Lead, clock: Clock, records: GrooveShelf, rng: np.random.Generator) -> list[Note]:
    kit = int(rng.choice([0, 0, 8, 16, 24, 25, 26, 32, 40]))
    hits: list[tuple[float, int, int]] = []
    groove = records.draw(rng) if lead.meter == 4 and rng.random() < 0.45 else None
    if groove:
        span = max(4, int(max(h[0] for h in groove)) // 4 * 4)
        for turn in range(0, lead.bars * 4, span):
            hits += [(turn + b, p, v) for b, p, v in groove if b < span and turn + b < lead.bars * 4]
    else:
        patterns = [_draw_pattern(lead.meter, rng) for _ in range(2)]
        for bar in range(lead.bars):
            section = sum(s <= bar for s in lead.sections)
            pattern = patterns[section % 2]
            last = bar + 1 in lead.sections
            for beat, pitch, velocity in pattern:
                if last and beat >= lead.meter / 2 and rng.random() < 0.6:
                    continue
                hits.append((bar * lead.meter + beat, pitch, int(np.clip(velocity + rng.normal(0, 8), 20, 127))))
            if last and rng.random() < 0.7:
                for step in np.arange(lead.meter / 2, lead.meter, 0.5 if lead.meter == 6 else 0.25):
                    if rng.random() < 0.7:
                        hits.append(
                            (
                                bar * lead.meter + float(step),
                                int(rng.choice([38, 45, 47, 50])),
                                int(rng.integers(70, 120)),
                            )
                        )
    for bar in lead.sections:
        if rng.random() < 0.6:
            hits.append((bar * lead.meter, 49, 110))
    spread = float(rng.choice([0.0, 0.004, 0.01]))
    return [Note(t := max(0.0, clock(b) + rng.normal(0, spread)), t + 0.1, p, v, 9, kit) for b, p, v in hits]


def _draw_pattern(meter: int, rng: np.random.Generator) -> list[tuple[float, int, int]]:
    hats = 42 if rng.random() < 0.75 else 51
    out: list[tuple[float, int, int]] = []
    if meter == 4:
        grid = float(rng.choice([0.5, 0.5, 0.25, 1.0]))
        backbeat = (2.0,) if rng.random() < 0.2 else (1.0, 3.0)
        kicks = {0.0, *(float(k) for k in rng.choice([1.5, 2.0, 2.5, 3.5, 0.75, 2.75], int(rng.integers(1, 4))))}
        if rng.random() < 0.25:
            kicks = {0.0, 1.0, 2.0, 3.0}
    elif meter == 3:
        grid, backbeat, kicks = float(rng.choice([1.0, 0.5])), (1.0, 2.0) if rng.random() < 0.6 else (2.0,), {0.0}
    else:
        grid, backbeat, kicks = (
            1.0,
            (3.0,),
            {0.0, *([5.0] if rng.random() < 0.4 else []), *([2.0] if rng.random() < 0.3 else [])},
        )
    snare = int(rng.choice([38, 38, 40, 37, 39]))
    out += [(float(b), hats, 90 if b % 1 == 0 else 65) for b in np.arange(0, meter, grid) if rng.random() < 0.95]
    out += [(b, snare, 105) for b in backbeat] + [(k, 36, 110 if k == 0 else 95) for k in kicks]
    return out


def _play_bass(lead: Lead, clock: Clock, rng: np.random.Generator) -> list[Note]:
    program, style = int(rng.integers(32, 40)), str(rng.choice(["held", "eighths", "fifths", "walk", "beats"]))
    out: list[Note] = []
    for chord in lead.chords:
        low = 28 + (chord.bass - 28) % 12
        tones = [low, low + 7, low + 12, low + 7]
        step = {"held": chord.end - chord.start, "eighths": 0.5, "fifths": 2.0, "walk": 1.0, "beats": 1.0}[style]
        if lead.meter == 6 and style != "held":
            step = {"eighths": 1.0, "fifths": 3.0, "walk": 3.0, "beats": 3.0}[style]
        for number, beat in enumerate(np.arange(chord.start, chord.end - 0.01, step)):
            pitch = low
            if style in ("fifths", "walk") and number:
                pitch = tones[number % 4] if style == "fifths" else low + int(rng.choice(QUALITIES[chord.quality]))
            start, end = clock(float(beat)), clock(min(float(beat) + step * rng.choice([0.5, 0.95]), chord.end))
            out.append(Note(start, max(end, start + 0.06), pitch, int(rng.integers(75, 115)), 1, program))
    return out


def _play_chords(lead: Lead, clock: Clock, channel: int, rng: np.random.Generator) -> list[Note]:
    program = int(
        rng.choice(
            [
                0,
                1,
                2,
                4,
                5,
                7,
                11,
                16,
                18,
                21,
                24,
                25,
                26,
                27,
                28,
                29,
                30,
                46,
                48,
                49,
                50,
                51,
                61,
                62,
                63,
                80,
                81,
                88,
                89,
                90,
                92,
                95,
            ]
        )
    )
    style = str(rng.choice(["held", "held", "beats", "off", "arpeggio", "eighths"]))
    base = int(rng.integers(46, 66))
    out: list[Note] = []
    for chord in lead.chords:
        pitches = sorted(base + (chord.root + t - base) % 12 for t in QUALITIES[chord.quality])
        step = {"held": chord.end - chord.start, "beats": 1.0, "off": 1.0, "arpeggio": 0.5, "eighths": 0.5}[style]
        for number, beat in enumerate(np.arange(chord.start, chord.end - 0.01, step)):
            at = float(beat) + (0.5 if style == "off" else 0.0)
            chosen = (
                [pitches[number % len(pitches)] + (12 if number % 8 > 3 else 0)] if style == "arpeggio" else pitches
            )
            strum = rng.uniform(0, 0.015)
            for order, pitch in enumerate(chosen):
                start = clock(at) + order * strum
                end = clock(min(at + step * (0.95 if style != "off" else 0.45), chord.end))
                out.append(Note(start, max(end, start + 0.06), pitch, int(rng.integers(60, 105)), channel, program))
    return out


def _sounding(notes: list[Note], spans: list[tuple[float, float]]) -> list[Note]:
    return [n for n in notes if any(a <= n.start_s < b for a, b in spans)]


def perform(lead: Lead, records: GrooveShelf, rng: np.random.Generator, length_s: float) -> Material:
    """Play a lead sheet with drawn players, tempo and arrangement; sections change who plays."""
    tempo = float(np.exp(rng.uniform(np.log(62), np.log(190)))) * (1.5 if lead.meter == 6 else 1.0)
    tempo = min(tempo, 215)
    swing = float(rng.choice([0, 0, 0, 0.2, 0.33])) if lead.meter != 6 else 0.0
    clock = Clock(lead.bars * lead.meter, tempo, swing, float(rng.choice([0, 0, 0.003, 0.008])), rng)
    shift = int(rng.integers(-5, 7))
    lead = Lead(
        lead.meter,
        lead.bars,
        [Chord(c.start, c.end, (c.root + shift) % 12, c.quality, (c.bass + shift) % 12) for c in lead.chords],
        [(a, b, p + shift) for a, b, p in lead.melody],
        (lead.tonic + shift) % 12,
        lead.minor,
        lead.sections,
    )
    parts: dict[str, list[list[Note]]] = {"drums": [], "bass": [], "other": []}
    if rng.random() < 0.82:
        parts["drums"].append(_play_drums(lead, clock, records, rng))
    if rng.random() < 0.88:
        parts["bass"].append(_play_bass(lead, clock, rng))
    for channel in range(2, 2 + int(rng.choice([1, 2, 2, 3]))):
        parts["other"].append(_play_chords(lead, clock, channel, rng))
    sung = rng.random() < 0.7
    program = int(rng.choice([0, 4, 11, 22, 24, 26, 40, 56, 64, 65, 66, 68, 71, 73, 75, 80, 81, 82, 87]))
    melody = [
        Note(clock(a), max(clock(a + b), clock(a) + 0.06), p, int(rng.integers(85, 120)), 8, program)
        for a, b, p in lead.melody
    ]
    edges = [clock(s * lead.meter) for s in lead.sections] + [clock(lead.bars * lead.meter)]
    spans = list(itertools.pairwise(edges))
    notes: dict[str, list[Note]] = {"vocals": [], "drums": [], "bass": [], "other": []}
    for stem, layers in parts.items():
        for number, layer in enumerate(layers):
            rests = 0.2 if number or stem != "other" else 0.0
            notes[stem] += _sounding(layer, [span for span in spans if rng.random() >= rests])
    chosen = _sounding(melody, [span for span in spans if rng.random() < 0.8])
    notes["vocals" if sung else "other"] += chosen
    cut = {stem: [n for n in row if n.start_s < length_s - 0.1] for stem, row in notes.items()}
    count = lead.bars * lead.meter
    beats = [clock(b) for b in range(count) if clock(b) < length_s]
    return Material(
        length_s,
        lead.meter,
        beats,
        beats[:: lead.meter],
        [edge for edge in edges[:-1] if edge < length_s],
        [
            Chord(clock(c.start), clock(c.end), c.root, c.quality, c.bass)
            for c in lead.chords
            if clock(c.start) < length_s
        ],
        lead.tonic,
        lead.minor,
        cut,
    )
