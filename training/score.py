"""Compose training songs whose beats, chords, keys, sections and notes are known exactly."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from training.smf import Note, read_notes

QUALITIES: dict[str, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "hdim7": (0, 3, 6, 10),
    "dim7": (0, 3, 6, 9),
    "aug": (0, 4, 8),
    "sus4": (0, 5, 7),
    "sus2": (0, 2, 7),
    "6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
}
KINDS = {
    "major": "maj",
    "minor": "min",
    "dominant": "7",
    "major-seventh": "maj7",
    "minor-seventh": "min7",
    "diminished": "dim",
    "diminished-seventh": "dim7",
    "half-diminished": "hdim7",
    "augmented": "aug",
    "suspended-fourth": "sus4",
    "major-sixth": "6",
    "minor-sixth": "min6",
    "dominant-ninth": "7",
}
MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)
MAJOR_LOOPS = ("1 5 6 4", "1 6 4 5", "6 4 1 5", "1 4 5 4", "1 4 6 5", "4 5 3 6", "2 5 1 6", "1 3 4 5", "1 1 4 5", "4 1 5 6")
MINOR_LOOPS = ("1 6 3 7", "1 4 6 5", "1 7 6 7", "1 3 7 4", "1 1 6 7", "1 4 1 5", "6 7 1 1", "1 5 6 4")
STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}


@dataclass(frozen=True, slots=True)
class Chord:
    """One chord; times in beats or seconds as the holder says."""

    start: float
    end: float
    root: int
    quality: str
    bass: int


@dataclass
class Lead:
    """A lead sheet in beats: what a song is before anyone plays it."""

    meter: int
    bars: int
    chords: list[Chord]
    melody: list[tuple[float, float, int]]
    tonic: int
    minor: bool
    sections: list[int]


@dataclass
class Song:
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


def _text(node: ElementTree.Element, path: str, default: str = "") -> str:
    found = node.find(path)
    return found.text or default if found is not None else default


def _pitch_class(node: ElementTree.Element, name: str) -> int:
    step, alter = _text(node, f"{name}-step", "C"), _text(node, f"{name}-alter", "0")
    return (STEPS.get(step.strip(), 0) + int(float(alter))) % 12


def read_lead(path: Path) -> Lead | None:
    """Read one OpenEWLD lead sheet; None when its meter or chords are of no use."""
    with zipfile.ZipFile(path) as archive:
        name = next(n for n in archive.namelist() if n.endswith(".xml") and "META" not in n)
        root = ElementTree.fromstring(archive.read(name))
    part = root.find("part")
    if part is None:
        return None
    beats = _text(part, ".//time/beats", "4") + "/" + _text(part, ".//time/beat-type", "4")
    meter, unit = {"4/4": (4, 1.0), "2/2": (4, 1.0), "3/4": (3, 1.0), "6/8": (6, 2.0)}.get(beats, (0, 1.0))
    if not meter:
        return None
    divisions = float(_text(part, ".//divisions", "1"))
    melody: list[tuple[float, float, int]] = []
    marks: list[tuple[float, int, str, int]] = []
    bars = 0
    for measure in part.findall("measure"):
        at = float(bars * meter)
        here = at
        for node in measure:
            if node.tag == "harmony":
                chord_root = _pitch_class(node.find("root") or node, "root")
                bass = node.find("bass")
                quality = KINDS.get(_text(node, "kind", "major").strip(), "")
                if quality:
                    marks.append((here, chord_root, quality, _pitch_class(bass, "bass") if bass is not None else chord_root))
            elif node.tag == "note" and node.find("grace") is None and node.find("chord") is None:
                length = float(_text(node, "duration", "0")) / divisions * unit
                if node.find("rest") is None:
                    octave = int(_text(node, "pitch/octave", "4"))
                    alter = int(float(_text(node, "pitch/alter", "0")))
                    pitch = 12 * (octave + 1) + STEPS[_text(node, "pitch/step", "C").strip()] + alter
                    melody.append((here, length, pitch))
                here += length
        bars += 1
    if len(marks) < 6 or bars < 8 or len(melody) < 12:
        return None
    ends = [mark[0] for mark in marks[1:]] + [float(bars * meter)]
    chords = [Chord(m[0], e, m[1], m[2], m[3]) for m, e in zip(marks, ends, strict=True) if e > m[0]]
    fifths, mode = int(_text(part, ".//key/fifths", "0")), _text(part, ".//key/mode", "major")
    minor = mode == "minor" or (chords[-1].root == (fifths * 7 + 9) % 12 and chords[-1].quality in ("min", "min7", "min6"))
    tonic = (fifths * 7 + (9 if minor else 0)) % 12
    return Lead(meter, bars, chords, melody, tonic, minor, list(range(0, bars, 8)))


def compose_lead(rng: np.random.Generator) -> Lead:
    """Compose a song form of repeated loops with a melody over it."""
    meter = int(rng.choice([4, 4, 4, 3, 6]))
    minor, tonic = bool(rng.random() < 0.45), int(rng.integers(12))
    scale = MINOR if minor else MAJOR
    loops = MINOR_LOOPS if minor else MAJOR_LOOPS
    rich = rng.random()
    motifs: dict[str, tuple[list[int], list[tuple[float, float, int]]]] = {}
    form = [str(name) for name in rng.choice(["A", "B", "C"], int(rng.integers(4, 7)))]
    chords: list[Chord] = []
    melody: list[tuple[float, float, int]] = []
    sections: list[int] = []
    bar = 0
    for name in form:
        if name not in motifs:
            degrees = [int(d) - 1 for d in str(rng.choice(loops)).split()]
            motifs[name] = (degrees, _draw_motif(rng, meter, len(degrees)))
        degrees, motif = motifs[name]
        sections.append(bar)
        for turn in range(int(rng.choice([1, 2, 2]))):
            for number, degree in enumerate(degrees):
                chord_root = (tonic + scale[degree]) % 12
                quality = _choose_quality(scale, degree, rich, rng)
                if minor and degree == 4 and rng.random() < 0.5:
                    quality = "7" if rich > 0.5 else "maj"
                tones = QUALITIES[quality]
                bass = (chord_root + int(rng.choice(tones[1:3]))) % 12 if rng.random() < 0.1 else chord_root
                start = float((bar + number) * meter)
                chords.append(Chord(start, start + meter, chord_root, quality, bass))
            for start, length, step in motif:
                degree_pitch = 60 + tonic + 12 * (step // 7) + scale[step % 7] + (-12 if tonic > 7 else 0)
                if not (turn and rng.random() < 0.08):
                    melody.append((bar * meter + start, length, degree_pitch))
            bar += len(degrees)
    return Lead(meter, bar, chords, melody, tonic, minor, sections)


def _choose_quality(scale: tuple[int, ...], degree: int, rich: float, rng: np.random.Generator) -> str:
    third = (scale[(degree + 2) % 7] - scale[degree]) % 12
    fifth = (scale[(degree + 4) % 7] - scale[degree]) % 12
    seventh = (scale[(degree + 6) % 7] - scale[degree]) % 12
    if rng.random() < 0.06:
        return str(rng.choice(["sus4", "sus2"]))
    if fifth == 6:
        return "hdim7" if rich > 0.6 else "dim"
    if rich > 0.6 or rng.random() < 0.12:
        return {(4, 11): "maj7", (4, 10): "7", (3, 10): "min7"}.get((third, seventh), "maj")
    return "maj" if third == 4 else "min"


def _draw_motif(rng: np.random.Generator, meter: int, bars: int) -> list[tuple[float, float, int]]:
    step, at = int(rng.integers(0, 7)), 0.0
    out: list[tuple[float, float, int]] = []
    slow = 2.0 if meter == 6 else 1.0
    while at < bars * meter - 0.25:
        length = float(rng.choice([0.5, 0.5, 1, 1, 1.5, 2])) * slow
        if rng.random() > 0.15:
            out.append((at, min(length, bars * meter - at) * 0.95, step))
            step = int(np.clip(step + rng.choice([-3, -2, -1, -1, 0, 1, 1, 2, 3]), -3, 10))
        at += length
    return out


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
                        hits.append((bar * lead.meter + float(step), int(rng.choice([38, 45, 47, 50])), int(rng.integers(70, 120))))
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
        grid, backbeat, kicks = 1.0, (3.0,), {0.0, *([5.0] if rng.random() < 0.4 else []), *([2.0] if rng.random() < 0.3 else [])}
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
            [0, 1, 2, 4, 5, 7, 11, 16, 18, 21, 24, 25, 26, 27, 28, 29, 30, 46, 48, 49, 50, 51, 61, 62, 63, 80, 81, 88, 89, 90, 92, 95]
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
            chosen = [pitches[number % len(pitches)] + (12 if number % 8 > 3 else 0)] if style == "arpeggio" else pitches
            strum = rng.uniform(0, 0.015)
            for order, pitch in enumerate(chosen):
                start = clock(at) + order * strum
                end = clock(min(at + step * (0.95 if style != "off" else 0.45), chord.end))
                out.append(Note(start, max(end, start + 0.06), pitch, int(rng.integers(60, 105)), channel, program))
    return out


def _sounding(notes: list[Note], spans: list[tuple[float, float]]) -> list[Note]:
    return [n for n in notes if any(a <= n.start_s < b for a, b in spans)]


def perform(lead: Lead, records: GrooveShelf, rng: np.random.Generator, length_s: float) -> Song:
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
    melody = [Note(clock(a), max(clock(a + b), clock(a) + 0.06), p, int(rng.integers(85, 120)), 8, program) for a, b, p in lead.melody]
    edges = [clock(s * lead.meter) for s in lead.sections] + [clock(lead.bars * lead.meter)]
    spans = list(zip(edges[:-1], edges[1:], strict=True))
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
    return Song(
        length_s,
        lead.meter,
        beats,
        beats[:: lead.meter],
        [edge for edge in edges[:-1] if edge < length_s],
        [Chord(clock(c.start), clock(c.end), c.root, c.quality, c.bass) for c in lead.chords if clock(c.start) < length_s],
        lead.tonic,
        lead.minor,
        cut,
    )
