"""Render training songs for the listening networks and keep features with exact truth.

`python -m training.truth --songs 120` writes one compressed file a song under training/work/truth.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import soundfile
import soxr

from training.features import BEAT_HOP, CHORD_HOP, RATE, hear_beats, hear_chords, hear_notes, set_loudness
from training.pool import read_sound
from training.score import QUALITIES, GrooveShelf, Lead, Song, compose_lead, perform, read_lead
from training.singer import sing_notes
from training.smf import Note
from training.soundfont import render_notes

FRAME_S = BEAT_HOP / RATE
CHORD_S = CHORD_HOP / RATE
DRUM_LANES = {35: 0, 36: 0, 37: 1, 38: 1, 39: 1, 40: 1, 42: 2, 44: 2, 46: 2, 49: 2, 51: 2, 52: 2, 53: 2, 55: 2, 57: 2, 59: 2}
KEPT_OUT = ("1320", "3575", "p240", "p260")
"""Speakers, two men and two women, with whose mouths no training song is sung."""


def draw_truth(song: Song) -> dict[str, np.ndarray]:
    """Lay the truth out on the networks' frames."""
    frames, slow = int(song.length_s / FRAME_S) + 1, int(song.length_s / CHORD_S) + 1
    beats = np.zeros((frames, 3), np.uint8)
    for lane, times in enumerate((song.beats_s, song.downbeats_s, song.boundaries_s)):
        index = np.round(np.array(times) / FRAME_S).astype(int)
        beats[index[index < frames], lane] = 1
    chords = np.full((slow, 3), -1, np.int16)
    names = list(QUALITIES)
    for chord in song.chords:
        a, b = round(chord.start / CHORD_S), round(chord.end / CHORD_S)
        chords[a:b] = (chord.root, chord.bass, names.index(chord.quality))
    rolls = np.zeros((2, frames, 88, 3), np.uint8)
    drums = np.zeros((frames, 3), np.uint8)
    for lane, stem in enumerate(("vocals", "bass", "other")):
        for note in song.notes[stem]:
            pitch = note.pitch - 21
            a, b = round(note.start_s / FRAME_S), round(note.end_s / FRAME_S)
            if 0 <= pitch < 88 and a < frames:
                rolls[0, a : max(b, a + 2), pitch, lane] = 1
                rolls[1, a, pitch, lane] = 1
    for note in song.notes["drums"]:
        lane, at = DRUM_LANES.get(note.pitch, -1), round(note.start_s / FRAME_S)
        if lane >= 0 and at < frames:
            drums[at, lane] = 1
    return {"beats": beats, "chords": chords, "frame": rolls[0], "onset": rolls[1], "drums": drums}


Sing = Callable[[list[Note], list[np.ndarray], float, np.random.Generator], tuple[np.ndarray, list[Note]]]


def render_song(
    song: Song, speech: list[np.ndarray], rng: np.random.Generator, sing: Sing = sing_notes
) -> tuple[dict[str, np.ndarray], list[Note]]:
    """Render the stems of a song as float32 (frames, 2) at 44100 Hz; also its tune as it was sung."""
    out: dict[str, np.ndarray] = {}
    for stem in ("drums", "bass", "other"):
        if song.notes[stem]:
            sound = render_notes(song.notes[stem], song.length_s).astype(np.float32) / 32768
            out[stem] = sound * _even_out(sound) * 10 ** (rng.normal(0, 3) / 20)
    tune = song.notes["vocals"]
    if tune:
        line, tune = sing(tune, speech, song.length_s, rng)
        voice = line[:, None].repeat(2, 1)
        out["vocals"] = voice * _even_out(voice) * 10 ** (rng.normal(1, 3) / 20)
    return out, tune


def _even_out(sound: np.ndarray) -> float:
    return float(0.08 / (np.sqrt(np.mean(sound**2)) + 1e-3))


def hear_song(stems: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Compute the three features of a mix."""
    mono = np.asarray(sum(stems.values())).mean(1)
    mono = set_loudness(soxr.resample(mono, 44100, RATE).astype(np.float32))
    named = {"mel": hear_beats(mono), "slow_pitch": hear_chords(mono), "pitch": hear_notes(mono)}
    return {name: value.astype(np.float16) for name, value in named.items()}


def list_speech(audio: Path) -> list[Path]:
    """List the sentences whose mouths sing."""
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    speech = [g for g in manifest["sets"] if g["kind"] == "speech" and g["id"] != "producer_space_spoken"]
    return [audio / "voices" / item["path"] for group in speech for item in group["files"]]


def load_speech(audio: Path) -> list[np.ndarray]:
    """Load every sentence."""
    return [read_sound(path)[:, 0] for path in list_speech(audio)]


def load_speaker(audio: Path, rng: np.random.Generator, *, kept_out: bool) -> list[np.ndarray]:
    """Draw a speaker among those whom training hears, or among those whom it never does; load his sentences."""
    speakers: dict[str, list[Path]] = {}
    for path in list_speech(audio):
        speakers.setdefault(re.split(r"[-_]", path.stem)[0], []).append(path)
    names = sorted(name for name in speakers if (name in KEPT_OUT) == kept_out)
    return [read_sound(path)[:, 0] for path in speakers[names[int(rng.integers(len(names)))]]]


def make_song(job: tuple[int, int, Path, Path, Path, float]) -> str:
    """Make one song: score, sound, features, truth."""
    seed, number, audio, symbolic, out, length_s = job
    path = out / f"{number:04d}.npz"
    if path.exists():
        return path.name
    rng = np.random.default_rng([seed, number])
    lead: Lead | None = None
    sheets = sorted((symbolic / "openewld" / "dataset").rglob("*.mxl"))
    while lead is None:
        if sheets and rng.random() < 0.45:
            sheet = sheets[int(rng.integers(len(sheets)))]
            # one sheet in eight is kept for validation, by name
            lead = read_lead(sheet) if (sum(map(ord, sheet.stem)) % 8 == 0) == (number % 10 == 9) else None
        else:
            lead = compose_lead(rng)
    records = GrooveShelf(symbolic / "groove", "validation" if number % 10 == 9 else "train")
    song = perform(lead, records, rng, length_s)
    speech = load_speaker(audio, np.random.default_rng([seed, number, 1]), kept_out=number % 10 == 9)
    stems, tune = render_song(song, speech, rng)
    truth = draw_truth(replace(song, notes={**song.notes, "vocals": tune}))
    heard = hear_song(stems)
    facts = np.array([song.meter, song.tonic + 12 * song.minor])
    np.savez_compressed(path, **heard, **truth, facts=facts)
    if number % 20 == 9:
        mix = np.asarray(sum(stems.values()))
        soundfile.write(out / f"{number:04d}.ogg", mix / (np.abs(mix).max() + 1e-6) * 0.9, 44100)
    return path.name


def main() -> None:
    """Render from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--symbolic", type=Path, default=Path("training/work/sym/midi"))
    parser.add_argument("--out", type=Path, default=Path("training/work/truth"))
    parser.add_argument("--songs", type=int, default=120)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--processes", type=int, default=1)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    jobs = [(options.seed, n, options.audio, options.symbolic, options.out, options.seconds) for n in range(options.songs)]
    with multiprocessing.Pool(options.processes) as workers:
        for name in workers.imap_unordered(make_song, jobs):
            print(name, flush=True)


if __name__ == "__main__":
    main()
