"""What other people's listeners hear in one render, as JSON; run by a Python of its own that has librosa and
basic-pitch.

python rival_listeners.py FOLDER      (their own defaults; basic-pitch by its ONNX weights, which its package carries)
"""

from __future__ import annotations

import importlib.metadata
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import soundfile


def main(folder: Path) -> None:
    import basic_pitch  # lazy: only in that Python
    import librosa
    from basic_pitch.inference import predict

    parts = [
        soundfile.read(folder / f"{stem}.flac", dtype="float32", always_2d=True)
        for stem in ("vocals", "drums", "bass", "other")
    ]
    mix, rate = np.sum([sound for sound, _ in parts], axis=0), parts[0][1]
    mono = librosa.resample(mix.mean(axis=1), orig_sr=rate, target_sr=22050)
    tempo, beats = librosa.beat.beat_track(y=mono, sr=22050, units="time")
    with tempfile.TemporaryDirectory() as place:
        sound = Path(place) / "mix.wav"
        begin = max(0.0, len(mono) / 22050 / 2 - 30)
        soundfile.write(sound, mono[int(begin * 22050) : int((begin + 60) * 22050)], 22050)
        model = Path(str(basic_pitch.__file__)).parent / "saved_models" / "icassp_2022" / "nmp.onnx"
        _, _, events = predict(str(sound), model)
    print(
        json.dumps(
            {
                "librosa": librosa.__version__,
                "basic_pitch": importlib.metadata.version("basic-pitch"),
                "tempo_bpm": float(np.atleast_1d(tempo)[0]),
                "beats": [float(b) for b in beats],
                "notes": [[float(e[0]) + begin, float(e[1]) + begin, int(e[2])] for e in events],
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
