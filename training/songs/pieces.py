"""Render short pieces of which everything is known: style, tempo, mode, voice, instruments; keep what the network hears
of them.

`python -m training.songs.pieces --songs 28` writes one file a song, so that a killed run goes on where it was: composed
songs, each in every style
once, half of them at a tempo of that style, sung by our own singer, by a voice of the pool, or by nobody. Every sixth
song is kept out.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from remixlab.compose import band_names, sketch
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, cover, remix, styles
from remixlab.prompt import write_plan
from remixlab.rendering import render, timeline
from training.features import FEEL, RATE, hear

LENGTH_S = 18.0
STRONG = ("vctk_16k_sung", "rtvc_vctk_librispeech_sung", "ljspeech_22k_sung")
"""Voices of the pool that are mixed in: read by consenting speakers, made to sing."""
SINGERS = ("high", "low", "nobody")
VOICES = {"sung-voice": "high", "sung-voice-low": "low"}
Facts = dict[str, Any]


def write_song(number: int, seed: int) -> tuple[Material, Facts]:
    """Compose and perform one song of about 18 seconds."""
    rng = np.random.default_rng([seed, number])
    bands, singer = band_names(), SINGERS[number % 3]
    band = bands[int(rng.integers(len(bands)))]
    tempo = float(np.round(np.exp(rng.uniform(np.log(62), np.log(172)))))
    bars = int(np.clip(np.round(LENGTH_S * tempo / 240), 4, 14))
    form = f"verse{bars // 2} chorus{bars - bars // 2}" if number % 2 else f"chorus{bars // 2} verse{bars - bars // 2}"
    made = sketch(band, seed=1000 * seed + number, form=form, tempo_bpm=tempo, singer=singer)
    truth = made.truth
    facts = {
        "song": number,
        "band": band,
        "tempo_bpm": tempo,
        "mode": truth.key.split()[1],
        "meter": truth.meter,
        "singer": singer,
    }
    return Material(f"song{number}", made.recording, made.stems, truth), facts


def write_piece(song: Material, facts: Facts, style: str, rng: np.random.Generator) -> tuple[RemixPlan, Facts]:
    """Plan one piece as the product would, from words."""
    kind = "cover" if rng.random() < 0.4 else "remix"
    keeps = kind == "remix" and facts["singer"] != "nobody" and rng.random() < 0.75
    seed = int(rng.integers(6)) if rng.random() < 0.7 else 0
    words = f"{styles.load(style).title}{', keep the vocals' if keeps else ''}"
    plan = write_plan(words, song.analysis, source=song.recording_id, kind=kind, seed=seed).plan
    if not any(getattr(op, "style", "") == style for op in plan.ops):
        start = cover if kind == "cover" else remix
        plan = (
            start(song.recording_id).restyle(*(("drums", "bass", "other") if keeps else ()), style=style).seeded(seed)
        )
    if kind == "remix" and not keeps:
        plan = plan.without("vocals")
    tempo = facts["tempo_bpm"]
    low, high = styles.load(style).tempo_bpm
    wanted = float(rng.uniform(low, high))
    wanted = min((wanted / 2, wanted, wanted * 2), key=lambda bpm: abs(np.log(bpm / tempo)))
    if rng.random() < 0.6 and 0.7 < wanted / tempo < 1.4:
        plan = plan.tempo(ratio=round(wanted / tempo, 3))
        tempo = wanted
    sung = facts["singer"] if keeps else "nobody"
    return plan, {**facts, "style": style, "kind": kind, "tempo_bpm": round(tempo, 1), "voice": sung, "seed": seed}


def perform_piece(song: Material, plan: RemixPlan, facts: Facts) -> tuple[np.ndarray, Facts]:
    """Render a piece and say who plays how much in it.

    Shape: (2, frames) at 44100 Hz.
    """
    played: dict[str, int] = {}
    for line in timeline(plan, song).arrangement.lines:
        played[line.instrument] = played.get(line.instrument, 0) + len(line.tones) + len(line.strokes)
    voice = facts["voice"]
    for instrument, register in VOICES.items():
        voice = register if played.get(instrument) else voice
    return render(plan, song).audio.samples, {**facts, "played": played, "voice": voice}


class Singers:
    """Voices of the pool, to be laid over pieces that nobody sings."""

    def __init__(self, pool: Path) -> None:
        """Open the index, if there is one."""
        index = pool / "index.json"
        entries = json.loads(index.read_text()) if index.exists() else []
        self.entries = [e for e in entries if e["kind"] == "vocals" and e["song"].startswith(STRONG)]
        self.pool = pool

    def sing(self, sound: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, str]:
        """Lay a stretch of a voice over a piece; give the mix and the voice's name."""
        entry = self.entries[int(rng.integers(len(self.entries)))]
        voice = np.load(self.pool / entry["file"], mmap_mode="r")
        start = int(rng.integers(max(1, len(voice) - sound.shape[1])))
        part = voice[start : start + sound.shape[1]].T.astype(np.float32) / 32767
        part = np.pad(part, ((0, 0), (0, sound.shape[1] - part.shape[1])))
        level = np.sqrt(np.mean(sound**2)) / (np.sqrt(np.mean(part**2)) + 1e-6)
        return sound + part * level * 10 ** (rng.uniform(-6, 2) / 20), entry["song"]


def hear_piece(sound: np.ndarray) -> np.ndarray:
    """Take what the network hears of (2, frames) at 44100 Hz.

    Shape: (frames at 25 Hz, 81), float16.
    """
    mono = soxr.resample(sound.mean(axis=0), 44100, RATE)
    return hear(mono, FEEL).astype(np.float16)


def make_song(number: int, seed: int, singers: Singers) -> Iterator[tuple[np.ndarray, Facts]]:
    """Give every piece of one song."""
    song, facts = write_song(number, seed)
    rng = np.random.default_rng([seed, number, 1])
    own = {**facts, "style": "", "kind": "own", "voice": facts["singer"], "played": {}, "seed": 0}
    yield hear_piece(song.master.samples), own
    for style in styles.ids():
        plan, asked = write_piece(song, facts, style, rng)
        sound, known = perform_piece(song, plan, asked)
        if known["voice"] == "nobody" and singers.entries and rng.random() < 0.3:
            sound, known["pool_voice"] = singers.sing(sound, rng)
            known["voice"] = "high" if "ljspeech" in known["pool_voice"] else "sung"
        yield hear_piece(sound), known


def is_kept_out(number: int) -> bool:
    """Whether no network may train on this song."""
    return number % 6 == 5


def make_pieces(out: Path, pool: Path, *, songs: int = 28, only: Sequence[int] = (), seed: int = 23) -> Iterator[Facts]:
    """Render the songs that are not there yet, each in every style; say what each gave and cost."""
    out.mkdir(parents=True, exist_ok=True)
    singers = Singers(pool)
    for number in only or range(songs):
        path = out / f"{number:03d}.npz"
        if path.exists():
            continue
        began = time.process_time()
        mels, facts = zip(*make_song(number, seed, singers), strict=True)
        lengths = np.array([len(mel) for mel in mels])
        with path.with_suffix(".new").open("wb") as file:
            np.savez_compressed(file, mel=np.concatenate(mels), lengths=lengths, facts=np.array(json.dumps(facts)))
        path.with_suffix(".new").replace(path)
        yield {"song": number, "pieces": len(mels), "cpu_s": round(time.process_time() - began, 1)}


def main() -> None:
    """Render from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/work/pieces"))
    parser.add_argument("--pool", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--songs", type=int, default=28)
    parser.add_argument(
        "--only", type=int, nargs="*", default=[], help="numbers of single songs, such as more of the test"
    )
    parser.add_argument("--seed", type=int, default=23)
    for row in make_pieces(**vars(parser.parse_args())):
        print(json.dumps(row), flush=True)


if __name__ == "__main__":
    main()
