"""What other people's untrained methods take out of a mix; run by a Python of its own that has librosa.

python rival_separators.py FOLDER      reads mix.npy (2, frames) and its rate, writes librosa.npy (4, 2, frames)

The voice: librosa's own recipe for taking vocals apart (REPET-SIM: what recurs in similar frames is accompaniment). The
rest: its percussive and
harmonic halves as drums and other; it has nothing for the bass.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np

STRETCH_S = 60


def take_apart(mono: np.ndarray, rate: int) -> np.ndarray:
    """Shape: (frames,) to (4, frames)."""
    import librosa  # lazy: only in that Python

    sizes, phase = librosa.magphase(librosa.stft(mono))
    width = int(librosa.time_to_frames(2, sr=rate))
    recurring = np.minimum(sizes, librosa.decompose.nn_filter(sizes, aggregate=np.median, metric="cosine", width=width))
    voice = librosa.util.softmask(sizes - recurring, 10 * recurring, power=2) * sizes
    harmonic, percussive = librosa.decompose.hpss(sizes - voice)
    stems = [librosa.istft(part * phase, length=len(mono)) for part in (voice, percussive, harmonic)]
    return np.stack([stems[0], stems[1], np.zeros_like(mono), stems[2]])


def main(folder: Path) -> None:
    """Take a mix apart channel by channel, a minute at a time."""
    mix, rate = np.load(folder / "mix.npy"), int((folder / "rate.txt").read_text())
    out = np.zeros((4, *mix.shape), np.float32)
    starts = [*range(0, max(1, mix.shape[1] - STRETCH_S * rate // 2), STRETCH_S * rate), mix.shape[1]]
    for channel in range(2):
        for a, b in itertools.pairwise(starts):
            out[:, channel, a:b] = take_apart(mix[channel, a:b], rate)
    np.save(folder / "librosa.npy", out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
