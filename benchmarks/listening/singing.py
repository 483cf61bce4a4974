"""How articulated a voice is: dips of its level while it sings, of real solo singers and of those of the rendered
songs. One line of JSON each.

python -m benchmarks.listening.singing [--audio DIR] [--renders DIR ...] [--out FILE]

A dip is a fall and rise of the level (130 Hz-8 kHz, 23 ms windows every 6 ms) by so many dB within what lies at most 25
dB under the loudest moment. Nothing here knows
notes: the recordings of real singers come without any.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from scipy.fft import rfft
from scipy.ndimage import gaussian_filter1d
from scipy.signal import find_peaks

from benchmarks.measuring.places import AUDIO

RATE, FFT, HOP = 44100, 1024, 256
SOLO = (
    "vocadito_10.wav",
    "vocadito_14.wav",
    "stems/hydrogen/vocals.ogg",
    "stems/francium/vocals.ogg",
    "stems/lithium/vocals.ogg",
)
DEPTHS_DB = (6, 12, 20)


def measure_dips(sound: np.ndarray) -> dict[str, float]:
    """Seconds that sound, and dips a second at least so deep. Shape: sound (frames,) at 44100 Hz."""
    views = np.lib.stride_tricks.sliding_window_view(np.asarray(sound, np.float32), FFT)[::HOP]
    bands = slice(int(130 * FFT / RATE), int(8000 * FFT / RATE))
    power = np.concatenate(
        [
            (np.abs(np.asarray(rfft(views[i : i + 4096] * np.hanning(FFT), axis=1)))[:, bands] ** 2).sum(1)
            for i in range(0, len(views), 4096)
        ]
    )
    level = gaussian_filter1d(10 * np.log10(power + 1e-9), 2)
    sounding = float((level > np.percentile(level, 99.5) - 25).mean() * len(sound) / RATE)
    depths = find_peaks(-level, prominence=2.5, distance=8)[1]["prominences"]
    return {
        "sounding_s": round(sounding, 1),
        **{f"dips_{d}_db_per_s": round(float((depths > d).sum() / sounding), 2) for d in DEPTHS_DB},
    }


def read_voice(path: Path) -> np.ndarray:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    if rate != RATE:
        raise SystemExit(f"{path}: {rate} Hz")
    return sound.mean(axis=1)


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("--audio", type=Path, default=AUDIO)
    words.add_argument("--renders", type=Path, nargs="*", default=[], help="folders of benchmarks.listening.pop909")
    words.add_argument("--out", type=Path)
    wanted = words.parse_args()
    voices = {name: wanted.audio / name for name in SOLO}
    rows: list[dict[str, Any]] = [
        {"singer": name, "real": True, **measure_dips(read_voice(path))} for name, path in voices.items()
    ]
    for folder in wanted.renders:
        found = [measure_dips(read_voice(path)) for path in sorted(folder.glob("*/vocals.flac"))]
        mean = {name: round(float(np.mean([f[name] for f in found])), 2) for name in found[0]}
        rows.append({"singer": folder.name, "real": False, "songs": len(found), **mean})
    told = "".join(json.dumps(row) + "\n" for row in rows)
    print(told, end="")
    if wanted.out:
        wanted.out.write_text(told, encoding="utf-8")


if __name__ == "__main__":
    main()
