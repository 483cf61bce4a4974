"""Sing lines alone, in the short and repeated notes of pop, to be laid over the songs of `training.songs.truth` in
which nobody sings.

`python -m training.songs.lines --lines 40` writes one compressed file a line under training/work/lines: features and
exact truth.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soxr

from synthesis.singer import sing_notes
from synthesis.smf import Note
from synthesis.speech import load_speaker
from training.features import NOTES, RATE, hear
from training.songs.lead_sheet import MAJOR, MINOR
from training.songs.truth import FRAME_S

LENGTHS_BEATS = (0.25, 0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 2.0)
AGAIN, PARTED = 0.3, 0.3
"""How often a pitch is sung again, and how often a note is let go before the next; else the singer holds it until its
next consonant.
"""


def compose_line(rng: np.random.Generator, length_s: float) -> tuple[list[Note], int]:
    """Draw a line of phrases, and its key as the songs count it: tonic, plus 12 in minor."""
    minor, tonic = bool(rng.random() < 0.45), int(rng.integers(12))
    scale = MINOR if minor else MAJOR
    beat_s = 60 / float(rng.uniform(66, 140))
    home = int(rng.integers(52, 68))
    ladder = [home + k for k in range(-5, 17) if (home + k - tonic) % 12 in scale]
    step, at = len(ladder) // 2, float(rng.uniform(0.2, 1.5))
    notes: list[Note] = []
    while at < length_s - 1:
        for _ in range(int(rng.integers(4, 13))):
            again = bool(notes) and rng.random() < AGAIN
            step = step if again else int(np.clip(step + rng.choice([-3, -2, -1, -1, 1, 1, 2, 3]), 0, len(ladder) - 1))
            seconds = beat_s * float(rng.choice(LENGTHS_BEATS))
            parted = rng.uniform(0.02, 0.4) * seconds if rng.random() < PARTED else 0.0
            notes.append(Note(at, at + max(0.07, seconds - parted), ladder[step], 100, 0, 0))
            at += seconds
        at += beat_s * float(rng.choice([1, 1, 2, 4]))
    return [note for note in notes if note.end_s < length_s], tonic + 12 * minor


def draw_line(notes: list[Note], length_s: float) -> tuple[np.ndarray, np.ndarray]:
    """Lay the truth out on the network's frames.

    Shape: frame and onset (frames, 88).
    """
    frame, onset = np.zeros((2, int(length_s / FRAME_S) + 1, 88), np.uint8)
    for note in notes:
        a, b = round(note.start_s / FRAME_S), round(note.end_s / FRAME_S)
        frame[a : max(b, a + 2), note.pitch - 21] = 1
        onset[a, note.pitch - 21] = 1
    return frame, onset


def make_lines(audio: Path, out: Path, *, lines: int = 80, seconds: float = 45.0, seed: int = 12) -> Iterator[str]:
    """Sing the lines that are not there yet; give the name of each file."""
    out.mkdir(parents=True, exist_ok=True)
    for number in range(lines):
        path = out / f"{number:04d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([seed, number])
        notes, key = compose_line(rng, seconds)
        speech = load_speaker(audio, rng, kept_out=number % 10 == 9)
        sung, told = sing_notes(notes, speech, seconds, rng)
        heard = hear(soxr.resample(sung, 44100, RATE), NOTES)
        frame, onset = draw_line(told, seconds)
        np.savez_compressed(
            path, pitch=heard[: len(frame)].astype(np.float16), frame=frame, onset=onset, facts=np.array([4, key])
        )
        yield path.name


def main() -> None:
    """Sing from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--out", type=Path, default=Path("training/work/lines"))
    parser.add_argument("--lines", type=int, default=80)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--seed", type=int, default=12)
    for name in make_lines(**vars(parser.parse_args())):
        print(name, flush=True)


if __name__ == "__main__":
    main()
