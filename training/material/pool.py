"""Gather every licensed and synthesised sound into one pool of stems on disk.

`python -m training.material.pool --audio ../shared/audio --symbolic training/work/sym/midi` writes int16 arrays and an
index with the source, licence and minutes of each. The pool is what the training scripts read; it is made once.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypedDict

import numpy as np

from synthesis.smf import DRUM_CHANNEL, Note, read_notes
from synthesis.sound_files import RATE, read_sound
from synthesis.soundfont import has_soundfont, render_notes
from synthesis.voices import resing

STEMS = ("vocals", "drums", "bass", "other")
STEM_SONGS = ("francium", "lithium", "hydrogen", "sodium", "rubidium")
WEAK = ("viper", "mdn_multitrack", "to_be_an_animal", "producer_space")
INSTRUMENTALS = {
    "macleod_vibe_ace.ogg": "CC-BY-3.0",
    "macleod_sugar_plum.ogg": "CC-BY-3.0",
    "brahms_hungarian_dance_5.ogg": "PDM-1.0",
    "emegeme_country.mp3": "CC0-1.0",
    "bluewhales_uplifting_orchestra.mp3": "CC-BY-3.0",
    "maddirtmonkey_electronic_happy_song.mp3": "CC-BY-3.0",
    "macleod_outfoxing_the_fox.mp3": "CC-BY-3.0",
    "mdn_viper.ogg": "CC0-1.0",
    "whitenoiseaudio_bleepy103.mp3": "CC-BY-3.0",
    "whitenoiseaudio_diorama.mp3": "CC-BY-3.0",
    "whitenoiseaudio_kfuc120.mp3": "CC-BY-3.0",
}
MDN = {"bass": ["bassguitar"], "drums": ["drums"], "other": ["leadguitar", "clav", "horns"]}
BASS_PROGRAMS = range(32, 40)
VOICE_PROGRAMS = (52, 53, 54, 85, 91)
LOW_SHARE = 0.2
KITS = (0, 0, 8, 16, 24, 25, 26, 32, 40)


class Entry(TypedDict):
    """One sound of the pool."""

    kind: str
    song: str
    source: str
    licence: str
    weak: bool
    seconds: float
    file: str


class Pool:
    """Write sounds and their index."""

    def __init__(self, folder: Path) -> None:
        """Open a folder for writing."""
        self.folder = folder
        self.entries: list[Entry] = []
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, kind: str, song: str, source: str, licence: str, sound: np.ndarray) -> None:
        """Store one sound; floats are clipped to int16."""
        if sound.dtype != np.int16:
            sound = (np.clip(sound, -1, 1) * 32767).astype(np.int16)
        name = re.sub(r"\W+", "_", f"{kind}_{song}") + ".npy"
        np.save(self.folder / name, sound)
        self.entries.append(
            Entry(
                kind=kind,
                song=song,
                source=source,
                licence=licence,
                weak=any(part in source for part in WEAK),
                seconds=round(len(sound) / RATE, 1),
                file=name,
            )
        )

    def reopen(self, keep: Callable[[Entry], bool]) -> None:
        """Take over the entries of an earlier run that shall stay; the others are made again."""
        index = self.folder / "index.json"
        earlier: list[Entry] = json.loads(index.read_text()) if index.exists() else []
        self.entries = [entry for entry in earlier if keep(entry)]

    def close(self) -> None:
        """Write the index."""
        (self.folder / "index.json").write_text(json.dumps(self.entries, indent=1))


def read_song(folder: Path) -> dict[str, np.ndarray]:
    """Read the published stems of a song that sound. Shape: (frames, 2) each.

    A file named bass with nothing in the low end is a part of the rest: it would teach that high sounds are a bass.
    """
    sounds = {stem: read_sound(folder / f"{stem}.ogg") for stem in STEMS if (folder / f"{stem}.ogg").exists()}
    sounds = {stem: sound for stem, sound in sounds.items() if np.abs(sound).max() > 1e-3}
    if "bass" in sounds and measure_low_share(sounds["bass"]) < LOW_SHARE:
        bass = sounds.pop("bass")
        length = min(len(bass), len(sounds["other"]))
        sounds["other"] = sounds["other"][:length] + bass[:length]
    return sounds


def measure_low_share(sound: np.ndarray) -> float:
    """Share of the energy below 250 Hz."""
    mono = sound.mean(axis=1)
    power = np.abs(np.fft.rfft(mono[: len(mono) // 4096 * 4096].reshape(-1, 4096) * np.hanning(4096), axis=1)) ** 2
    return float(power[:, : 250 * 4096 // RATE].sum() / (power.sum() + 1e-12))


def add_stem_songs(pool: Pool, audio: Path) -> None:
    """Add the songs whose stems are published."""
    for song in STEM_SONGS:
        if (audio / "stems" / song).is_dir():
            for stem, sound in read_song(audio / "stems" / song).items():
                pool.add(stem, f"evr_{song}", f"evr_{song}", "CC0-1.0", sound)
    for stem, parts in MDN.items():
        sounds = [read_sound(audio / "stems" / "mdn_multitrack" / f"{part}.mp3") for part in parts]
        shortest = min(map(len, sounds))
        mixed = sum(sound[:shortest] for sound in sounds) / len(sounds)
        pool.add(stem, "mdn_multitrack", "mdn_multitrack", "CC0-1.0", np.asarray(mixed))


def add_instrumentals(pool: Pool, audio: Path) -> None:
    """Add finished recordings without a voice: together they are drums, bass and other."""
    for name, licence in INSTRUMENTALS.items():
        pool.add("rest", Path(name).stem, Path(name).stem, licence, read_sound(audio / name))


def _join(sounds: list[np.ndarray], rng: np.random.Generator, gap_s: float) -> np.ndarray:
    pieces: list[np.ndarray] = []
    for sound in sounds:
        level = np.sqrt(np.mean(sound**2)) + 1e-6
        pieces += [sound * (0.1 / level), np.zeros((int(rng.uniform(0, gap_s) * RATE), 2), np.float32)]
    return np.concatenate(pieces)


def add_voices(pool: Pool, audio: Path, rng: np.random.Generator) -> None:
    """Add singing, speech and speech that was made to sing."""
    for name in ("vocadito_10", "vocadito_14"):
        pool.add("vocals", name, name, "CC-BY-4.0", read_sound(audio / f"{name}.wav"))
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    for group in manifest["sets"]:
        if group["kind"] not in ("singing", "speech"):
            continue
        sounds = [read_sound(audio / "voices" / item["path"]) for item in group["files"]]
        licence = group["licence"]
        pool.add("vocals", group["id"], group["id"], licence, _join(sounds, rng, 0.6))
        if group["kind"] == "speech":
            for take in range(3):
                sung = [np.repeat(resing(sound[:, 0], RATE, rng)[:, None], 2, 1) for sound in sounds]
                pool.add("vocals", f"{group['id']}_sung{take}", group["id"], licence, _join(sung, rng, 0.3))


def add_instruments(pool: Pool, audio: Path, rng: np.random.Generator) -> None:
    """Lay single notes of real guitars and a saxophone out as random phrases."""
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    for group in manifest["sets"]:
        if group["kind"] != "instruments":
            continue
        notes = [read_sound(audio / "voices" / item["path"]) for item in group["files"]]
        for take in range(2):
            out = np.zeros((120 * RATE, 2), np.float32)
            at, beat_s = 0, float(rng.uniform(0.15, 0.3))
            while at < len(out) - 4 * RATE:
                held = int(RATE * beat_s * rng.choice([1, 1, 2, 2, 4]))
                for _ in range(int(rng.choice([1, 1, 2, 3]))):
                    note = notes[int(rng.integers(len(notes)))][: held + RATE // 10].copy()
                    note[-RATE // 20 :] *= np.linspace(1, 0, len(note[-RATE // 20 :]))[:, None]
                    out[at : at + len(note)] += note * rng.uniform(0.3, 1)
                at += held
            out *= 0.1 / (np.sqrt(np.mean(out**2)) + 1e-6)
            pool.add("other", f"{group['id']}_{take}", group["id"], group["licence"], out)


def _revoice(notes: list[Note], rng: np.random.Generator) -> list[Note]:
    """Give each part another instrument of the same use, and a new key."""
    kit, shift = int(rng.choice(KITS)), int(rng.integers(-4, 5))
    swap: dict[tuple[int, int], int] = {}
    out: list[Note] = []
    for note in notes:
        if note.channel == DRUM_CHANNEL:
            out.append(note._replace(program=kit))
            continue
        part = (note.channel, note.program)
        if part not in swap:
            bass = note.program in BASS_PROGRAMS
            fresh = int(rng.integers(32, 40)) if bass else int(rng.integers(0, 104))
            keep = not bass and rng.random() < 0.5 and note.program not in VOICE_PROGRAMS
            swap[part] = note.program if keep else fresh
            if swap[part] in VOICE_PROGRAMS or (not bass and swap[part] in BASS_PROGRAMS):
                swap[part] = 81
        pitch = int(np.clip(note.pitch + shift, 12, 115))
        out.append(note._replace(program=swap[part], pitch=pitch))
    return out


def split_parts(notes: list[Note]) -> dict[str, list[Note]]:
    """Sort notes into drums, bass and other; programs above 103 are effects and left out."""
    drums = [note for note in notes if note.channel == DRUM_CHANNEL]
    pitched = [note for note in notes if note.channel != DRUM_CHANNEL and note.program < 104]
    bass = [note for note in pitched if note.program in BASS_PROGRAMS]
    return {"drums": drums, "bass": bass, "other": [n for n in pitched if n.program not in BASS_PROGRAMS]}


def choose_window(notes: list[Note], length_s: float, rng: np.random.Generator) -> list[Note]:
    """Cut a window out of a song and move it to zero."""
    end = max(note.end_s for note in notes)
    start = float(rng.uniform(0, max(0.0, end - length_s - 2)))
    inside = [note for note in notes if start <= note.start_s < start + length_s]
    return [n._replace(start_s=n.start_s - start, end_s=min(n.end_s - start, n.start_s - start + 8)) for n in inside]


def add_freedoom(pool: Pool, folder: Path, rng: np.random.Generator, count: int, length_s: float) -> None:
    """Render Freedoom's multitrack songs with shuffled instruments."""
    if not has_soundfont():
        return
    paths = sorted(folder.glob("*.mid"))
    for path in [paths[int(i)] for i in rng.permutation(len(paths))[:count]]:
        try:
            notes = choose_window(read_notes(path), length_s, rng)
        except (IndexError, ValueError):
            continue
        parts = split_parts(_revoice(notes, rng))
        for stem, chosen in parts.items():
            if len(chosen) > 8:
                pool.add(stem, f"freedoom_{path.stem}", "freedoom", "BSD-3-Clause", render_notes(chosen, length_s))


def add_groove(pool: Pool, folder: Path, rng: np.random.Generator, count: int, length_s: float) -> None:
    """Render human drum performances with shuffled kits."""
    if not has_soundfont():
        return
    rows = [line.split(",") for line in (folder / "info.csv").read_text().splitlines()[1:]]
    rows = [row for row in rows if row[-1] == "train" and float(row[-2]) > 12]
    for number in rng.permutation(len(rows))[:count]:
        row = rows[int(number)]
        notes = [note._replace(channel=9) for note in read_notes(folder / row[7])]
        kit = int(rng.choice(KITS))
        notes = [note._replace(program=kit) for note in choose_window(notes, length_s, rng)]
        sound = render_notes(notes, length_s, reverb=bool(rng.random() < 0.5))
        pool.add("drums", f"groove_{row[2].replace('/', '_')}", "groove", "CC-BY-4.0", sound)


def hash_pool(folder: Path) -> Iterator[str]:
    """Yield one hash for every sound of a pool."""
    for path in sorted(folder.glob("*.npy")):
        yield f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}"


def build_pool(
    audio: Path, symbolic: Path, out: Path, *, seed: int = 7, songs: int = 50, seconds: float = 40.0
) -> None:
    """Gather the recordings and render `songs` songs and drum performances of `seconds` each."""
    rng = np.random.default_rng(seed)
    pool = Pool(out)
    add_stem_songs(pool, audio)
    add_instrumentals(pool, audio)
    add_voices(pool, audio, rng)
    add_instruments(pool, audio, rng)
    pool.close()
    add_groove(pool, symbolic / "groove", rng, songs, seconds / 2)
    add_freedoom(pool, symbolic / "freedoom" / "musics", rng, songs, seconds)
    pool.close()


def main() -> None:
    """Build the pool from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--symbolic", type=Path, default=Path("training/work/sym/midi"))
    parser.add_argument("--out", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--songs", type=int, default=50, help="rendered songs")
    parser.add_argument("--seconds", type=float, default=40.0, help="length of each rendered song")
    build_pool(**vars(parser.parse_args()))


if __name__ == "__main__":
    main()
