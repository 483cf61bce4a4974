"""Stems played by the product's own composer and instruments, in every style: `python -m training.material.own_styles`
adds them to the pool.

The other accompaniment of the pool is General MIDI and a handful of recordings, and a synthesizer that plays a tune is
easily taken for a voice.
So every style plays once, the electronic ones twice, and in these a tune is often given to a synthesizer. Nobody sings:
instruments that imitate voices are recast.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from remixlab.compose import Performance, band_names, sketch
from remixlab.domain.audio import Stem
from remixlab.domain.material import Material
from remixlab.plan import RemixPlan, cover, styles
from remixlab.rendering import timeline
from remixlab.rendering.mixer import BLOCK_SEGMENTS, SEGMENT_FRAMES, Console, Session, console_of
from remixlab.rendering.parts import Line
from training.material.pool import Entry, Pool

SOURCE, LICENCE = "own_styles", "Apache-2.0"
LENGTH_S = 32.0
PARTS = {"drums": Stem.DRUMS, "percussion": Stem.DRUMS, "landmarks": Stem.DRUMS, "bass": Stem.BASS}
"""Who plays what; every other part belongs to `other`."""
ELECTRONIC = frozenset({"dance", "bass-music", "electronic"})
ALSO_ELECTRONIC = frozenset({"trap", "ambient", "amapiano", "trip-hop"})
SYNTH_LEADS = ("lead-synth", "lead-synth", "supersaw", "pluck-synth", "arp-synth", "chip-square")
STAND_INS = ("lead-synth", "supersaw", "strings", "flute", "saxophone", "organ")
"""Who plays what an instrument that imitates a voice would have played."""


def is_electronic(style: str) -> bool:
    """Whether a style lives of synthesizers and drum machines."""
    return styles.load(style).family in ELECTRONIC or style in ALSO_ELECTRONIC


def deal_styles(rng: np.random.Generator) -> list[str]:
    """Every style once and the electronic ones twice, in an order from the dice."""
    deck = [*styles.ids(), *(style for style in styles.ids() if is_electronic(style))]
    return [deck[int(i)] for i in rng.permutation(len(deck))]


def write_song(style: str, rng: np.random.Generator) -> Performance:
    """Compose a song without a singer at a tempo of a style."""
    bands = band_names()
    low, high = styles.load(style).tempo_bpm
    tempo = float(np.round(rng.uniform(low, high)))
    bars = int(np.clip(np.round(LENGTH_S * tempo / 240), 6, 24))
    first = int(rng.integers(2, bars - 1))
    form = " ".join(
        f"{label}{count}"
        for label, count in zip(rng.permutation(["verse", "chorus"]), (first, bars - first), strict=True)
    )
    band, seed = bands[int(rng.integers(len(bands)))], int(rng.integers(1, 2**31))
    return sketch(band, seed=seed, form=form, tempo_bpm=tempo, singer="nobody")


def plan_style(song: Material, style: str, rng: np.random.Generator) -> RemixPlan:
    """Have a style play a song anew, at a tempo of its own."""
    plan = cover(song.recording_id).restyle(style=style).seeded(int(rng.integers(64)))
    low, high = styles.load(style).tempo_bpm
    ratio = min(
        (rng.uniform(low, high) * fold / song.analysis.tempo_bpm for fold in (0.5, 1, 2)), key=lambda r: abs(np.log(r))
    )
    return plan.tempo(ratio=round(float(np.clip(ratio, 0.7, 1.4)), 3)) if abs(np.log(ratio)) > 0.02 else plan


def recast(lines: tuple[Line, ...], style: str, rng: np.random.Generator) -> Iterator[Line]:
    """Let nobody imitate a voice, give synthesizers the tune of many an electronic piece, and keep rising noise apart
    from the drums.
    """
    for line in lines:
        if line.part == "landmarks":
            rising = tuple(stroke for stroke in line.strokes if stroke.piece == "riser")
            struck = tuple(stroke for stroke in line.strokes if stroke.piece != "riser")
            yield from (
                replace(line, name=name, strokes=strokes)
                for name, strokes in (("risers", rising), (line.name, struck))
                if strokes
            )
        elif line.instrument.endswith("voice") or line.instrument.startswith("sung"):
            yield replace(line, instrument=str(rng.choice(STAND_INS)))
        elif line.part == "lead" and is_electronic(style) and rng.random() < 0.7:
            yield replace(line, instrument=str(rng.choice(SYNTH_LEADS)))
        else:
            yield line


def stem_of(part: str, name: str) -> Stem:
    """Sort a part of a style into its stem."""
    return Stem.OTHER if name.startswith("risers") else PARTS.get(part, Stem.OTHER)


def play_console(console: Console, length: int) -> np.ndarray:
    """Play a console from its beginning. Shape: (2, length)."""
    running, step = console.start(), SEGMENT_FRAMES * BLOCK_SEGMENTS
    return np.concatenate([running.render(at, min(length, at + step)) for at in range(0, length, step)], axis=1)


def play_stems(song: Material, style: str, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Play a style stem by stem: each with its own share of room and echo, pumped as in the mix, through the tone of
    the bus.

    Shape: (2, frames) each, at 44100 Hz.
    """
    plan = plan_style(song, style, rng)
    line = timeline(plan, song)
    arrangement = line.arrangement._replace(lines=tuple(recast(line.arrangement.lines, style, rng)))
    console = console_of(Session(plan, song, line.layout, arrangement))
    out: dict[str, np.ndarray] = {}
    for stem in (Stem.DRUMS, Stem.BASS, Stem.OTHER):
        strips = tuple(strip for strip in console.strips if stem_of(strip.role, strip.name) is stem)
        if strips:
            out[stem.value] = play_console(replace(console, strips=strips), line.length_frames)
    return out


def add_piece(pool: Pool, name: str, stems: dict[str, np.ndarray]) -> None:
    """Store the stems of one piece that can be heard, at the level of a finished mix."""
    level = np.sqrt(np.mean(np.asarray(sum(stems.values())) ** 2)) + 1e-6
    peak = max(float(np.abs(sound).max()) for sound in stems.values())
    gain = min(0.14 / level, 0.98 / (peak + 1e-6))
    for stem, sound in stems.items():
        if np.sqrt(np.mean(sound**2)) * gain > 2e-3:
            pool.add(stem, name, SOURCE, LICENCE, np.ascontiguousarray(sound.T) * np.float32(gain))


def add_own_styles(pool: Pool, rng: np.random.Generator, most: int | None = None) -> None:
    """Compose songs; keep each as its own band plays it, and as two styles do. `most` limits the styles."""
    deck = deal_styles(rng)[:most]
    for number in range(0, len(deck), 2):
        made = write_song(deck[number], rng)
        song = Material(f"song{number}", made.recording, made.stems, made.truth)
        own = {stem.value: made.stems[stem].samples for stem in (Stem.DRUMS, Stem.BASS, Stem.OTHER)}
        add_piece(pool, f"own_band_{number // 2:02d}_{made.score.style}", own)
        for place, style in enumerate(deck[number : number + 2]):
            add_piece(pool, f"own_style_{number + place:02d}_{style}", play_stems(song, style, rng))


def play_styles(out: Path, *, seed: int = 7, styles: int | None = None) -> list[Entry]:
    """Add the styles to a pool that is there already, in place of those of an earlier run; give what was added."""
    pool = Pool(out)
    pool.reopen(lambda entry: entry["source"] != SOURCE)
    kept = len(pool.entries)
    add_own_styles(pool, np.random.default_rng([seed, 40]), styles)
    pool.close()
    return pool.entries[kept:]


def main() -> None:
    """Play the styles from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--styles", type=int, help="stop after so many styles")
    began = time.process_time()
    added = play_styles(**vars(parser.parse_args()))
    minutes = sum(entry["seconds"] for entry in added) / 60
    print(
        json.dumps({"sounds": len(added), "minutes": round(minutes, 1), "cpu_s": round(time.process_time() - began, 1)})
    )


if __name__ == "__main__":
    main()
