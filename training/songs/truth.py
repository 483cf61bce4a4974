"""Render training songs for the listening networks and keep features with exact truth.

`python -m training.songs.truth --songs 120` writes one compressed file a song under training/work/truth.
"""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

from synthesis.singer import Sing, sing_notes
from synthesis.smf import Note
from synthesis.soundfont import render_notes
from synthesis.speech import load_speaker
from training.features import BEATS, CHORDS, NOTES, RATE, hear
from training.songs.lead_sheet import QUALITIES, Lead, compose_lead, read_lead
from training.songs.performance import GrooveShelf, Material, perform

SOURCES = [
    {"source": "own procedural songs", "licence": "Apache-2.0"},
    {"source": "OpenEWLD lead sheets", "licence": "public-domain scores (the collection says so), MIT"},
    {"source": "Groove MIDI Dataset (Google)", "licence": "CC-BY-4.0"},
    {"source": "FluidR3 GM SoundFont (Frank Wen)", "licence": "MIT"},
    {"source": "VCTK, LibriSpeech and LJ Speech excerpts, made to sing", "licence": "CC-BY-4.0 and public domain"},
]
"""What the songs are made of, for the cards of the networks that heard them."""
FRAME_S = BEATS.hop / RATE
CHORD_S = CHORDS.hop / RATE
DRUM_LANES = {
    35: 0,
    36: 0,
    37: 1,
    38: 1,
    39: 1,
    40: 1,
    42: 2,
    44: 2,
    46: 2,
    49: 2,
    51: 2,
    52: 2,
    53: 2,
    55: 2,
    57: 2,
    59: 2,
}


def draw_truth(song: Material) -> dict[str, np.ndarray]:
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


def render_song(
    song: Material, speech: list[np.ndarray], rng: np.random.Generator, sing: Sing = sing_notes
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
    mono = soxr.resample(mono, 44100, RATE)
    named = {"mel": BEATS, "slow_pitch": CHORDS, "pitch": NOTES}
    return {name: hear(mono, feature).astype(np.float16) for name, feature in named.items()}


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
    kept: dict[str, Any] = {**heard, **truth, "facts": facts}
    np.savez_compressed(path, **kept)
    if number % 20 == 9:
        mix = np.asarray(sum(stems.values()))
        soundfile.write(out / f"{number:04d}.ogg", mix / (np.abs(mix).max() + 1e-6) * 0.9, 44100)
    return path.name


def make_songs(
    audio: Path,
    symbolic: Path,
    out: Path,
    *,
    songs: int = 120,
    seconds: float = 45.0,
    seed: int = 11,
    processes: int = 1,
) -> Iterator[str]:
    """Make the songs that are not there yet; give the name of each file as it is done."""
    out.mkdir(parents=True, exist_ok=True)
    jobs = [(seed, number, audio, symbolic, out, seconds) for number in range(songs)]
    with multiprocessing.Pool(processes) as workers:
        yield from workers.imap_unordered(make_song, jobs)


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
    for name in make_songs(**vars(parser.parse_args())):
        print(name, flush=True)


if __name__ == "__main__":
    main()
