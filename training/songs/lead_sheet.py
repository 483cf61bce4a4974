"""Lead sheets, read from a score or composed: chords, melody, key and form in beats, before anyone plays them."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
import zipfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from remixlab.domain import music

QUALITIES: dict[str, tuple[int, ...]] = {
    name: music.QUALITIES["maj6" if name == "6" else name]
    for name in ("maj", "min", "7", "maj7", "min7", "dim", "hdim7", "dim7", "aug", "sus4", "sus2", "6", "min6")
}
"""Semitones above the root. The truth of songs stores places in this order: append, never reorder."""
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
MAJOR_LOOPS = (
    "1 5 6 4",
    "1 6 4 5",
    "6 4 1 5",
    "1 4 5 4",
    "1 4 6 5",
    "4 5 3 6",
    "2 5 1 6",
    "1 3 4 5",
    "1 1 4 5",
    "4 1 5 6",
)
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


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead sheet in beats: what a song is before anyone plays it."""

    meter: int
    bars: int
    chords: list[Chord]
    melody: list[tuple[float, float, int]]
    tonic: int
    minor: bool
    sections: list[int]


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
                    marks.append(
                        (here, chord_root, quality, _pitch_class(bass, "bass") if bass is not None else chord_root)
                    )
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
    minor = mode == "minor" or (
        chords[-1].root == (fifths * 7 + 9) % 12 and chords[-1].quality in ("min", "min7", "min6")
    )
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
