"""Pop songs whose beats, chords, form and melody were written down by people, played by a band of our own: for
measuring, never for training.

python -m benchmarks.listening.pop909 OUT --scores DIR/POP909 --forms DIR [--audio DIR] [--songs 020,064] [--singer
through]

Reads POP909 (Wang et al., ISMIR 2020: notes, beats, chords, keys) and, for the form, the phrases that Dai, Zhang and
Dannenberg
(ISMIR 2020) marked: one file `NNN.txt` a song with their `human_label1.txt`. The compositions are commercial: the sound
that this makes
is for the machine it was made on and is not to be passed on. A syllable is sung on every note, by speakers whom
training keeps out; `--singer through` sings
as these songs were sung before experiment 98: words begin where they may. Needs FluidSynth and FluidR3; songs already
there are left as they are.
"""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import soundfile

from benchmarks.measuring.places import AUDIO
from remixlab.domain.music import Analysis, Chord, ChordSymbol, DrumHit, Section, SectionLabel
from remixlab.domain.music import Note as Heard
from synthesis.singer import Sing, sing_notes
from synthesis.smf import Note, read_notes
from synthesis.soundfont import render_notes
from synthesis.speech import load_speaker, load_speech
from synthesis.voices import sing_through

RATE = 44100
SONGS = ("020", "064", "108", "240", "372", "460", "504", "548", "724", "231", "654", "770")
"""Nine in four and three in six, chosen by their numbers before anything was heard; the notes of 3/4 are missing
because the set has none.
"""
LABELS: dict[str, SectionLabel] = {"i": "intro", "o": "outro", "A": "verse", "B": "chorus", "C": "bridge", "D": "solo"}
KITS, BASSES, KEYS = (0, 8, 16, 25, 40), (32, 33, 34, 35, 38, 39), (0, 1, 4, 5, 24, 25, 26)
LEADS, PADS = (27, 30, 48, 61, 73, 80, 81, 65), (48, 49, 50, 89, 91, 16)
# kick, snare, hat per sixteenth of a bar of four
BEATS = (
    ("x.......x.......", "....x.......x...", "x.x.x.x.x.x.x.x."),
    ("x..x....x.......", "....x.......x...", "x.x.x.x.x.x.x.x."),
    ("x.....x...x.....", "....x.......x..x", "x...x...x...x..."),
    ("x...x...x...x...", "....x.......x...", "..x...x...x...x."),
    ("x......xx.......", "....x..x....x...", "xxxxxxxxxxxxxxxx"),
)
LEVELS_DB = {"vocals": -19.0, "drums": -20.0, "bass": -22.0, "other": -20.5}


class Sheet(NamedTuple):
    """What people wrote down of one song, in seconds."""

    lines: dict[int, list[Note]]
    beats_s: list[float]
    downbeats_s: list[float]
    meter: int
    chords: list[tuple[float, float, ChordSymbol]]
    key: str
    form: list[tuple[float, str]]


def read_sheet(scores: Path, forms: Path, song: str) -> Sheet:
    """Read one song of the set; its parts begin where the phrases were marked."""
    folder = scores / song
    rows = np.loadtxt(folder / "beat_midi.txt")
    beats, down = rows[:, 0].tolist(), rows[rows[:, 2] == 1, 0].tolist()
    meter = round((len(beats) - 1) / max(1, len(down) - 1))
    chords: list[tuple[float, float, ChordSymbol]] = []
    for line in (folder / "chord_midi.txt").read_text().splitlines():
        start, end, name = line.split("\t")
        symbol = ChordSymbol.parse(re.sub(r"\(.*?\)", "", name))
        chords.append((chords[-1][1] if chords else 0.0, max(float(end), float(start)), symbol))
    keys = [line.split("\t") for line in (folder / "key_audio.txt").read_text().splitlines()]
    tonic, mode = max(keys, key=lambda row: float(row[1]) - float(row[0]))[2].split(":")
    notes = read_notes(folder / f"{song}.mid")
    first = next(start for start, _, symbol in chords if symbol.root is not None)
    bar = 3 if meter == 6 else meter
    starts = beats[int(np.argmin(np.abs(np.array(beats) - min(down, key=lambda t: abs(t - first))))) :: bar]
    form, at = list[tuple[float, str]](), 0
    for letter, bars in re.findall(r"([A-Za-z])(\d+)", (forms / f"{song}.txt").read_text()):
        if at < len(starts):
            form.append((starts[at], letter))
        at += int(bars)
    lines = {channel: [n for n in notes if n.channel == channel] for channel in (0, 1, 2)}
    return Sheet(lines, beats, down, meter, chords, f"{tonic} {'minor' if mode == 'min' else 'major'}", form)


def play_drums(sheet: Sheet, rng: np.random.Generator) -> list[Note]:
    """Give each part a pattern, with a fill before and a crash on the next part; intros mostly rest."""
    kit = int(rng.choice(KITS))
    letters = sorted({letter for _, letter in sheet.form})
    pattern = {letter: BEATS[int(rng.integers(len(BEATS)))] for letter in letters}
    plays = {letter: bool(rng.random() < (0.15 if letter in "ioxX" else 0.9)) for letter in letters}
    edges = [start for start, _ in sheet.form]
    out: list[Note] = []

    def strike(at: float, pitch: int, loud: float) -> None:
        start = max(0.0, at + rng.normal(0, 0.004))
        out.append(Note(start, start + 0.1, pitch, int(np.clip(loud + rng.normal(0, 7), 20, 127)), 9, kit))

    for begin, end in zip(sheet.downbeats_s, [*sheet.downbeats_s[1:], sheet.beats_s[-1]], strict=True):
        letter = next((name for start, name in reversed(sheet.form) if start <= begin + 0.01), "")
        if not plays.get(letter, False) or end <= begin:
            continue
        steps = sheet.meter if sheet.meter == 6 else 4 * sheet.meter
        fill = any(abs(end - edge) < 0.05 for edge in edges) and rng.random() < 0.8
        if any(abs(begin - edge) < 0.05 for edge in edges) and rng.random() < 0.7:
            strike(begin, 49, 105)
        for step, at in enumerate(np.linspace(begin, end, steps, endpoint=False)):
            if fill and step >= steps * 3 // 4:
                strike(float(at), int(rng.choice([38, 45, 47, 50])), 100)
                continue
            kick, snare, hat = _struck(pattern[letter], step, sheet.meter)
            for hit, pitch, loud in ((kick, 36, 105), (snare, 38, 100), (hat, 42, 85 if step % 4 == 0 else 70)):
                if hit:
                    strike(float(at), pitch, loud)
    return out


def _struck(pattern: tuple[str, str, str], step: int, meter: int) -> tuple[bool, bool, bool]:
    if meter == 6:
        return step == 0 or (step == 5 and pattern is BEATS[2]), step == 3, True
    kick, snare, hat = (row[step % 16] == "x" for row in pattern)
    return kick, snare, hat


def play_bass(sheet: Sheet, rng: np.random.Generator) -> list[Note]:
    """Sound the lowest tone of each chord, held or in pulses."""
    program, busy = int(rng.choice(BASSES)), int(rng.integers(3))
    out: list[Note] = []
    for start, end, symbol in sheet.chords:
        if symbol.root is None:
            continue
        pitch = 28 + ((symbol.root if symbol.bass is None else symbol.bass) - 28) % 12
        inside = [b for b in sheet.beats_s if start - 0.02 <= b < end - 0.05] or [start]
        points = (
            inside[:1]
            if busy == 0
            else inside
            if busy == 1
            else sorted([*inside, *((a + b) / 2 for a, b in _pairs(inside, end))])
        )
        for number, (a, b) in enumerate(_pairs(points, end)):
            out.append(
                Note(a, max(a + 0.08, b - 0.02), pitch + (12 if busy == 2 and number % 4 == 3 else 0), 100, 1, program)
            )
    return out


def _pairs(starts: list[float], end: float) -> list[tuple[float, float]]:
    return list(zip(starts, [*starts[1:], end], strict=True))


def play_pad(sheet: Sheet, rng: np.random.Generator) -> list[Note]:
    """Hold the chords; some songs do without."""
    program = int(rng.choice(PADS))
    if rng.random() < 0.3:
        return []
    held = [(start, end, s) for start, end, s in sheet.chords if s.root is not None and end - start > 0.1]
    return [Note(a, b - 0.02, 52 + (p - 52) % 12, 60, 4, program) for a, b, s in held for p in s.pitch_classes]


def render_song(
    sheet: Sheet, speech: list[np.ndarray], rng: np.random.Generator, sing: Sing = sing_notes
) -> tuple[dict[str, np.ndarray], Analysis, list[Note]]:
    """Play the sheet: stems as (frames, 2), the truth, and every pitched note that sounds."""
    length_s = max(sheet.beats_s[-1], *(n.end_s for line in sheet.lines.values() for n in line)) + 1.5
    drums, bass, pad = play_drums(sheet, rng), play_bass(sheet, rng), play_pad(sheet, rng)
    piano = [n._replace(program=program) for program in [int(rng.choice(KEYS))] for n in sheet.lines[2]]
    lead = [n._replace(program=program) for program in [int(rng.choice(LEADS))] for n in sheet.lines[1]]
    line, tune = sing(sheet.lines[0], speech, length_s, rng)
    voice = line[:, None].repeat(2, 1)
    other = _panned(_render([*piano, *pad], length_s), -0.3) + _panned(_render(lead, length_s), 0.35)
    stems = {"vocals": voice, "drums": _render(drums, length_s), "bass": _render(bass, length_s), "other": other}
    stems = {name: sound * _gain(sound, LEVELS_DB[name] + rng.normal(0, 1.2)) for name, sound in stems.items()}
    peak = max(1.0, float(np.abs(sum(stems.values())).max()) / 0.95)
    stems = {name: (sound / peak).astype(np.float32) for name, sound in stems.items()}
    return stems, _truth(sheet, tune, length_s, drums, bass), [*tune, *lead, *piano, *pad, *bass]


def _render(notes: list[Note], length_s: float) -> np.ndarray:
    return render_notes(notes, length_s).astype(np.float32) / 32768


def _panned(sound: np.ndarray, place: float) -> np.ndarray:
    return sound * np.array([1 - max(0.0, place), 1 + min(0.0, place)], np.float32)


def _gain(sound: np.ndarray, level_db: float) -> float:
    loud = np.abs(sound).max(1) > 1e-3
    return float(10 ** (level_db / 20) / np.sqrt(np.mean(sound[loud] ** 2))) if loud.any() else 1.0


def _truth(sheet: Sheet, tune: list[Note], length_s: float, drums: list[Note], bass: list[Note]) -> Analysis:
    edges = [*(start for start, _ in sheet.form[1:]), length_s]
    pieces = {36: "kick", 38: "snare", 42: "hat"}
    hits = [DrumHit.model_validate({"time_s": n.start_s, "piece": pieces[n.pitch]}) for n in drums if n.pitch in pieces]
    end_s = sheet.chords[-1][1]
    chords = [
        Chord(start_s=a, end_s=b, symbol=str(s))
        for a, b, s in [*sheet.chords, (end_s, length_s, ChordSymbol(None))]
        if b > a
    ]
    beat_s = float(np.median(np.diff(sheet.beats_s)))
    return Analysis(
        duration_s=length_s,
        tempo_bpm=60 / beat_s,
        meter="6/8" if sheet.meter == 6 else "3/4" if sheet.meter == 3 else "4/4",
        beats=tuple(sheet.beats_s),
        downbeats=tuple(sheet.downbeats_s),
        key=sheet.key,
        key_confidence=1.0,
        chords=tuple(chords),
        sections=tuple(
            Section(start_s=a, end_s=b, label=LABELS.get(name, "break"))
            for (a, name), b in zip(sheet.form, edges, strict=True)
            if b > a
        ),
        melody=tuple(Heard(start_s=n.start_s, end_s=n.end_s, midi=n.pitch) for n in tune),
        bass=tuple(Heard(start_s=n.start_s, end_s=n.end_s, midi=n.pitch) for n in sorted(bass)),
        drums=tuple(hits),
        listener="people",
    )


def main() -> None:
    """Render from the command line."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("out", type=Path)
    words.add_argument("--scores", type=Path, required=True)
    words.add_argument("--forms", type=Path, required=True)
    words.add_argument("--audio", type=Path, default=AUDIO)
    words.add_argument("--songs", default=",".join(SONGS))
    words.add_argument("--singer", choices=("syllables", "through"), default="syllables")
    wanted = words.parse_args()
    through = wanted.singer == "through"
    for song in wanted.songs.split(","):
        folder = wanted.out / song
        if (folder / "truth.json").exists():
            continue
        folder.mkdir(parents=True, exist_ok=True)
        kept_out = load_speaker(wanted.audio, np.random.default_rng([909, int(song), 1]), kept_out=True)
        speech, sing = (load_speech(wanted.audio)[::7], sing_through) if through else (kept_out, sing_notes)
        stems, truth, notes = render_song(
            read_sheet(wanted.scores, wanted.forms, song), speech, np.random.default_rng([909, int(song)]), sing
        )
        for name, sound in stems.items():
            soundfile.write(folder / f"{name}.flac", sound, RATE)
        (folder / "notes.json").write_text(
            json.dumps([[round(n.start_s, 4), round(n.end_s, 4), n.pitch] for n in notes])
        )
        (folder / "truth.json").write_text(truth.model_dump_json())
        print(
            song,
            truth.meter,
            f"{truth.duration_s:.0f} s",
            len(notes),
            "notes",
            len(truth.sections),
            "parts",
            flush=True,
        )


if __name__ == "__main__":
    main()
