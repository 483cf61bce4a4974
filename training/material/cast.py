"""Widen the cast of a pool: `python -m training.material.cast` adds singers, the songs' own voices by other mouths, and
synthesizers that carry a tune.

Real singing that consented is scarce. So speakers sing lines a syllable to a note, alone and in harmony (experiment
98); every published voice
is sung again at other pitches by mouths of another size; and what is most easily taken for a voice, a synthesizer that
glides and trembles as a
singer does but has no mouth, plays the same kind of line for `other`.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import numpy as np

from remixlab.signal.voice.singing import analyse_singing, sing
from synthesis.singer import sing_notes
from synthesis.smf import Note
from synthesis.sound_files import RATE
from synthesis.speech import load_speaker
from training.material.pool import STEM_SONGS, Entry, Pool
from training.songs.lead_sheet import MAJOR, MINOR
from training.songs.lines import compose_line

SINGERS, LEADS = "sung_lines", "synth_lines"
LINE_S = 30.0
AGAIN_MOST_S = 150.0
"""How much of a published voice is sung again."""
_HARMONY = 0.4
_LEVEL = 0.1


def harmonise(notes: list[Note], key: int, steps: int) -> list[Note]:
    """The same line some steps of its key above or below; `key` as `compose_line` tells it."""
    tonic, scale = key % 12, MINOR if key >= 12 else MAJOR
    ladder = [pitch for pitch in range(24, 108) if (pitch - tonic) % 12 in scale]
    return [note._replace(pitch=ladder[int(np.searchsorted(ladder, note.pitch)) + steps]) for note in notes]


def sing_line(audio: Path, rng: np.random.Generator) -> np.ndarray:
    """One singer in the middle; often a second one in harmony, or the first again, to one side. Shape: (frames, 2)."""
    notes, key = compose_line(rng, LINE_S)
    speech = load_speaker(audio, rng, kept_out=False)
    lead = _levelled(sing_notes(notes, speech, LINE_S, rng)[0])
    out = np.repeat(lead[:, None], 2, axis=1)
    if rng.random() < _HARMONY:
        for side in rng.permutation(2)[: int(rng.integers(1, 3))]:
            other = harmonise(notes, key, int(rng.choice([-5, -2, 0, 0, 2, 2, 4])))
            mouth = load_speaker(audio, rng, kept_out=False) if rng.random() < 0.5 else speech
            place = np.full(2, rng.uniform(0.0, 0.7), np.float32)
            place[side] = 1.0
            out += (
                _levelled(sing_notes(other, mouth, LINE_S, rng)[0])[:, None]
                * place
                * np.float32(rng.uniform(0.25, 0.8))
            )
    return out


def sing_again(voice: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A recorded voice a few semitones away, by a mouth of another size. Shape: (frames, 2) stays."""
    sound = np.ascontiguousarray(voice.T, np.float32)
    away = float(rng.choice([-1, 1]) * rng.uniform(1.5, 5.0))
    mouth = float(2 ** (rng.uniform(0.0, 0.35) * np.sign(away) + rng.normal(0, 0.06)))
    return sing(sound, analyse_singing(sound, RATE), semitones=away, formant_ratio=float(np.clip(mouth, 0.75, 1.35))).T


def play_lead(rng: np.random.Generator) -> np.ndarray:
    """A synthesizer that plays a line: it glides, trembles, opens and closes its filter, and stands still in its
    colour. Shape: (frames, 2).
    """
    notes, key = compose_line(rng, LINE_S)
    octave = int(rng.choice([-12, 0, 0, 0, 12]))
    out = _play(notes, octave, rng)
    for _ in range(int(rng.choice([0, 0, 1, 2]))):
        out += _play(harmonise(notes, key, int(rng.choice([-3, 2, 4, 7]))), octave, rng) * np.float32(
            rng.uniform(0.3, 0.9)
        )
    return out * np.float32(_LEVEL / (np.sqrt(np.mean(out**2)) + 1e-6))


def _play(notes: list[Note], octave: int, rng: np.random.Generator) -> np.ndarray:
    length = int(LINE_S * RATE)
    pitch, level = _draw_gestures(notes, octave, rng, length)
    slope, odd, cutoff = rng.uniform(0.6, 2.2), rng.random() < 0.35, 2 ** rng.uniform(0.5, 4.5)
    sway = 1 + rng.uniform(0, 0.8) * np.sin(2 * np.pi * rng.uniform(0.05, 4) * np.arange(length) / RATE)
    opened = np.clip(cutoff * (0.4 + 0.6 * level) * sway, 1, None).astype(np.float32)
    detune, unison = rng.uniform(0, 12), int(rng.choice([1, 1, 2, 3]))
    out = np.zeros((length, 2), np.float32)
    for voice in range(unison):
        cents = detune * (voice - (unison - 1) / 2) + rng.normal(0, 1)
        hertz = 440 * 2 ** ((pitch + cents / 100 - 69) / 12)
        turn = (np.cumsum(hertz / RATE) + rng.random()) % 1.0
        angle = (2 * np.pi * turn).astype(np.float32)
        sound = np.zeros(length, np.float32)
        for harmonic in range(1, int(min(28, 14000 / hertz.max())) + 1, 2 if odd else 1):
            gain = np.float32(harmonic**-slope) / np.sqrt(1 + (harmonic / opened) ** 4)
            sound += gain * np.sin(harmonic * angle)
        spread = np.float32(0.5 + (0.4 * (voice / (unison - 1)) - 0.2 if unison > 1 else 0))
        out += (sound * level)[:, None] * np.array([1 - spread, spread], np.float32)
    return out


def _draw_gestures(
    notes: list[Note], octave: int, rng: np.random.Generator, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Pitch in MIDI numbers and level, a value a frame of sound."""
    glide_s, hertz, depth = rng.choice([0.002, 0.03, 0.08]), rng.uniform(4, 7), rng.uniform(0, 0.4)
    attack_s, decay_s, held, release_s = (
        rng.uniform(0.002, 0.12),
        rng.uniform(0.1, 1.0),
        rng.uniform(0.2, 1.0),
        rng.uniform(0.02, 0.4),
    )
    pitch, level = np.full(length, float(notes[0].pitch + octave)), np.zeros(length, np.float32)
    previous = notes[0].pitch
    for note in notes:
        begin = round(note.start_s * RATE)
        time_s = np.arange(length - begin) / RATE
        time_s = time_s[: int((note.end_s - note.start_s + 4 * release_s) * RATE)]
        pitch[begin:] = note.pitch + octave
        gliding = note.pitch + octave + (previous - note.pitch) * np.exp(-time_s / glide_s)
        pitch[begin : begin + len(time_s)] = gliding + depth * np.clip((time_s - 0.15) / 0.3, 0, 1) * np.sin(
            2 * np.pi * hertz * time_s
        )
        shape = np.minimum(time_s / attack_s, 1) * (held + (1 - held) * np.exp(-time_s / decay_s))
        over = np.maximum(0, time_s - (note.end_s - note.start_s))
        level[begin : begin + len(time_s)] = shape * np.exp(-over / release_s)
        previous = note.pitch
    return pitch, level


def _levelled(sound: np.ndarray) -> np.ndarray:
    return np.asarray(sound * (_LEVEL / (np.sqrt(np.mean(sound**2)) + 1e-6)), np.float32)


def add_cast(pool: Pool, audio: Path, rng: np.random.Generator, *, lines: int, leads: int, takes: int) -> None:
    """Add `lines` sung lines, `leads` synthesizer lines and `takes` of every published voice."""
    for number in range(lines):
        pool.add("vocals", f"{SINGERS}_{number:03d}", SINGERS, "CC-BY-4.0", sing_line(audio, rng))
    for number in range(leads):
        pool.add("other", f"{LEADS}_{number:03d}", LEADS, "Apache-2.0", play_lead(rng))
    for song in STEM_SONGS:
        path = pool.folder / f"vocals_evr_{song}.npy"
        if not path.exists():
            continue
        voice = np.load(path)[: int(AGAIN_MOST_S * RATE)].astype(np.float32) / 32768
        for take in range(takes):
            pool.add("vocals", f"evr_{song}_again{take}", f"evr_{song}", "CC0-1.0", sing_again(voice, rng))


def widen_cast(
    audio: Path, out: Path, *, seed: int = 7, lines: int = 72, leads: int = 48, takes: int = 3
) -> list[Entry]:
    """Add the cast to a pool that is there already, in place of that of an earlier run; give what was added."""
    pool = Pool(out)
    pool.reopen(lambda entry: entry["source"] not in (SINGERS, LEADS) and "_again" not in entry["song"])
    kept = len(pool.entries)
    add_cast(pool, audio, np.random.default_rng([seed, 103]), lines=lines, leads=leads, takes=takes)
    pool.close()
    return pool.entries[kept:]


def main() -> None:
    """Widen the cast from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--out", type=Path, default=Path("training/work/pool"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--lines", type=int, default=72)
    parser.add_argument("--leads", type=int, default=48)
    parser.add_argument("--takes", type=int, default=3)
    began = time.process_time()
    added = widen_cast(**vars(parser.parse_args()))
    minutes = sum(entry["seconds"] for entry in added) / 60
    print(
        json.dumps({"sounds": len(added), "minutes": round(minutes, 1), "cpu_s": round(time.process_time() - began, 1)})
    )


if __name__ == "__main__":
    main()
