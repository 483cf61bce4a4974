"""What the separator is measured on: real songs whose stems are published, foreign voices over accompaniments, and
rendered songs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from synthesis.sound_files import RATE, read_sound
from synthesis.speech import load_speech
from synthesis.voices import sing_through
from training.material.pool import STEMS, read_song
from training.songs.lead_sheet import Lead, compose_lead, read_lead
from training.songs.performance import GrooveShelf, perform
from training.songs.truth import render_song

UNHEARD = {"trow": "trow_acoustic_guitar_arrangement_for_song.mp3"}
"""A recording without a voice that no training run drew from: its licence asks to share alike."""
OVER = ("hydrogen", "sodium", "francium", "lithium")


class Excerpt(NamedTuple):
    """Something to take apart. `song` names the stem song in it, which its separator must not have heard.

    Shape: truth (4, 2, frames) at 44100 Hz. `grouped`: only the voice and the rest are known apart.
    """

    name: str
    song: str
    truth: np.ndarray
    grouped: bool = False


def read_stems(folder: Path, length_s: float) -> np.ndarray:
    """Cut the stretch of a song with the most singing out of its stems: (4, 2, frames)."""
    sounds = read_song(folder)
    length = int(length_s * RATE)
    shortest = min(map(len, sounds.values()))
    starts = range(0, max(1, shortest - length), RATE * 5)
    begin = max(starts, key=lambda at: float(np.mean(sounds["vocals"][at : at + length : 8] ** 2)))
    out = np.zeros((4, 2, min(length, shortest)), np.float32)
    for number, stem in enumerate(STEMS):
        if stem in sounds:
            out[number] = sounds[stem][begin : begin + length].T
    return out


def read_whole_songs(audio: Path, songs: list[str]) -> Iterator[Excerpt]:
    """Give all that there is of each song."""
    for song in songs:
        yield Excerpt(song, song, read_stems(audio / "stems" / song, 3600.0))


def render_test_songs(audio: Path, symbolic: Path, length_s: float, count: int) -> Iterator[Excerpt]:
    """Render songs from lead sheets and drum performances that no training song used."""
    sheets = [p for p in sorted((symbolic / "openewld" / "dataset").rglob("*.mxl")) if sum(map(ord, p.stem)) % 8 == 0]
    records, speech = GrooveShelf(symbolic / "groove", "validation"), load_speech(audio)[::7]
    number = made = 0
    while made < count:
        rng = np.random.default_rng([2026, number])
        lead: Lead | None = read_lead(sheets[int(rng.integers(len(sheets)))]) if number % 2 else compose_lead(rng)
        number += 1
        if lead is None:
            continue
        song = perform(lead, records, rng, length_s)
        if not all(song.notes[stem] for stem in STEMS):
            continue
        stems, _ = render_song(song, speech, rng, sing_through)
        made += 1
        yield Excerpt(f"rendered {made}", "", np.stack([stems[stem].T for stem in STEMS]))


def _sing_over(phrases: list[np.ndarray], rest: np.ndarray) -> np.ndarray:
    """Lay phrases end to end, a quarter of a second apart, 2 dB under what they are sung over. Shape: (2, frames)."""
    line = np.concatenate([p for phrase in phrases for p in (phrase, np.zeros((RATE // 4, 2), np.float32))])
    line = np.tile(line, (1 + rest.shape[1] // len(line), 1))[: rest.shape[1]].T
    return np.asarray(line * np.sqrt(np.mean(rest**2) / (np.mean(line**2) + 1e-9)) * 0.8, np.float32)


def mix_other_voices(audio: Path, length_s: float) -> Iterator[Excerpt]:
    """Lay singers whom no training run heard over the accompaniment of the stem songs, and over a recording never drawn
    from.
    """
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    groups = [g for g in manifest["sets"] if g["id"].startswith("producer_space") and g["kind"] == "singing"]
    backings = {
        song: read_stems(audio / "stems" / song, length_s) for song in OVER if (audio / "stems" / song).is_dir()
    }
    for name, file in UNHEARD.items():
        recorded = read_sound(audio / file)[RATE * 5 : RATE * 5 + int(length_s * RATE)].T
        backings[name] = np.stack([np.zeros_like(recorded)] * 3 + [recorded])
    for turn, group in enumerate(groups):
        phrases = [read_sound(audio / "voices" / item["path"]) for item in group["files"][3::9]]
        for name, stems in backings.items():
            truth = stems.copy()
            truth[0] = _sing_over(phrases, truth[1:].sum(0))
            yield Excerpt(f"voice {turn + 1} over {name}", name if name in OVER else "", truth, name in UNHEARD)
