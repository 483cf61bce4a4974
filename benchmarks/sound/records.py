"""What openly licensed records of a kind of music look like: balance of six bands, width, crest; the mixer's targets.

Sixty seconds from the middle of each record beside this checkout, brought to one level. The figures of
`rendering/mixer/references.toml` are the medians of these rows; a kind with fewer than two records is marked there.

    python -m benchmarks records
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy.fft
import soundfile as sf

from benchmarks.measuring.measure import Missing, surroundings
from benchmarks.measuring.places import AUDIO
from remixlab.domain.audio import Samples

KINDS = {
    "electronic": (
        "stems/francium",
        "stems/lithium",
        "stems/hydrogen",
        "stems/sodium",
        "maddirtmonkey_electronic_happy_song.mp3",
    ),
    "rock": ("mdn_viper.ogg", "stems/mdn_multitrack"),
    "folk": (
        "hobbs_lets_go_fishin.ogg",
        "trow_acoustic_guitar_arrangement_for_song.mp3",
        "macleod_outfoxing_the_fox.mp3",
    ),
    "country": ("emegeme_country.mp3",),
    "jazz": ("macleod_vibe_ace.ogg",),
    "orchestral": ("bluewhales_uplifting_orchestra.mp3", "brahms_hungarian_dance_5.ogg", "macleod_sugar_plum.ogg"),
}
BANDS_HZ = (25.0, 80.0, 200.0, 630.0, 2000.0, 5000.0, 15000.0)
WIDTH_HZ = ((25.0, 120.0), (250.0, 2000.0), (2000.0, 12000.0))
LENGTH_S = 60
_SIZE = 16_384


def run() -> Iterator[dict[str, Any]]:
    if not AUDIO.exists():
        raise Missing("no recordings beside this checkout")
    for kind, names in KINDS.items():
        rows = [figures(*read(AUDIO / name)) for name in names]
        for name, row in zip(names, rows, strict=True):
            yield {"what": "a record", "kind": kind, "record": name, **row}
        middle = {key: np.median([row[key] for row in rows], axis=0).round(1).tolist() for key in rows[0]}
        yield {"what": "records of a kind", "kind": kind, "records": len(rows), **middle, **surroundings()}


def read(path: Path) -> tuple[Samples, int]:
    """A file, or the sum of the stems of a folder; its middle minute. Shape: (2, frames)."""
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    rate, parts = 44_100, list[Samples]()
    for file in files:
        with sf.SoundFile(file) as sound:
            rate = sound.samplerate
            sound.seek(max(0, (len(sound) - LENGTH_S * rate) // 2) if path.is_file() else 0)
            frames = LENGTH_S * rate if path.is_file() else 2 * LENGTH_S * rate
            heard = np.asarray(sound.read(frames, dtype="float32", always_2d=True), np.float32).T
        parts.append(heard if heard.shape[0] == 2 else np.repeat(heard[:1], 2, axis=0))
    length = min(part.shape[1] for part in parts)
    whole = np.stack([part[:, :length] for part in parts]).sum(axis=0, dtype=np.float32)
    return whole[:, max(0, whole.shape[1] - LENGTH_S * rate) :], rate


def figures(sound: Samples, rate: int) -> dict[str, Any]:
    """Share of each of six bands, side against mid in three, mean crest of one second. Unit: dB."""
    mid, side = (_power(one) for one in ((sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2))
    hertz = np.arange(mid.size) * rate / _SIZE

    def inside(power: np.ndarray, low: float, high: float) -> float:
        return float(power[(hertz >= low) & (hertz < high)].sum()) + 1e-15

    bands = np.array([inside(mid, a, b) for a, b in pairwise(BANDS_HZ)])
    seconds = sound[:, : sound.shape[1] // rate * rate].reshape(2, -1, rate)
    rms = np.sqrt(np.square(seconds).mean(axis=(0, 2)))
    loud = rms > 0.1 * rms.max()
    crest = 20 * np.log10(np.abs(seconds).max(axis=(0, 2))[loud] / rms[loud])
    return {
        "bands_db": (10 * np.log10(bands / bands.sum())).round(1).tolist(),
        "width_db": [round(10 * np.log10(inside(side, a, b) / inside(mid, a, b)), 1) for a, b in WIDTH_HZ],
        "crest_db": round(float(crest.mean()), 1),
    }


def _power(mono: np.ndarray) -> np.ndarray:
    window = np.hanning(_SIZE).astype(np.float32)
    total = np.zeros(_SIZE // 2 + 1)
    for start in range(0, mono.size - _SIZE, _SIZE // 2):
        total += np.abs(np.asarray(scipy.fft.rfft(mono[start : start + _SIZE] * window))) ** 2
    return total
