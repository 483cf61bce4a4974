"""Sing lines alone, in the short and repeated notes of pop, to be laid over the songs of `training.truth` in which nobody sings.

`python -m training.lines --lines 40` writes one compressed file a line under training/work/lines: features and exact truth.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import soxr

from training.features import RATE, hear_notes, set_loudness
from training.score import MAJOR, MINOR
from training.smf import Note
from training.truth import FRAME_S, load_speech, sing_line

LENGTHS_BEATS = (0.25, 0.25, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0, 1.0, 2.0)
AGAIN = 0.25
"""How often a pitch is sung again: in lead sheets a repeated note often has no seam that anybody could hear."""


def compose_line(rng: np.random.Generator, length_s: float) -> tuple[list[Note], int]:
    """Draw a line of phrases, and its key as the songs count it: tonic, plus 12 in minor.

    A pitch that comes again is parted from the one before by a breath; others may be bound.
    """
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
            parted = rng.uniform(0.02, 0.09) if rng.random() < 0.5 else 0.0
            notes.append(Note(at, at + max(0.07, seconds - parted), ladder[step], 100, 0, 0))
            if again and notes[-2].end_s > at - 0.02:
                notes[-2] = notes[-2]._replace(end_s=max(notes[-2].start_s + 0.05, at - rng.uniform(0.02, 0.09)))
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


def main() -> None:
    """Render from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--audio", type=Path, default=Path("../shared/audio"))
    parser.add_argument("--out", type=Path, default=Path("training/work/lines"))
    parser.add_argument("--lines", type=int, default=40)
    parser.add_argument("--seconds", type=float, default=45.0)
    parser.add_argument("--seed", type=int, default=12)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    speech = load_speech(options.audio)
    for number in range(options.lines):
        path = options.out / f"{number:04d}.npz"
        if path.exists():
            continue
        rng = np.random.default_rng([options.seed, number])
        notes, key = compose_line(rng, options.seconds)
        mouths = speech[::7] if number % 10 == 9 else [s for i, s in enumerate(speech) if i % 7]
        sung = sing_line(notes, mouths, options.seconds, rng)
        heard = hear_notes(set_loudness(soxr.resample(sung, 44100, RATE).astype(np.float32)))
        frame, onset = draw_line(notes, options.seconds)
        np.savez_compressed(path, pitch=heard[: len(frame)].astype(np.float16), frame=frame, onset=onset, facts=np.array([4, key]))
        print(path.name, flush=True)


if __name__ == "__main__":
    main()
