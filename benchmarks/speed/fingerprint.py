"""Fingerprint of three minutes, and a query against a catalogue; beside chromaprint's own program where it is installed
(libchromaprint-tools).
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import soundfile as sf

from benchmarks.measuring.measure import measure, side_by_side
from benchmarks.measuring.songs import LENGTH_S, three_minutes
from remixlab.compose import sketch
from remixlab.domain.audio import Audio
from remixlab.identify import Library, fingerprint, identify, screen

CATALOGUE = 24


def run() -> Iterator[dict[str, Any]]:
    mix, _ = three_minutes()
    yield measure("fingerprint", lambda: fingerprint(mix), count=LENGTH_S, unit="seconds of music")
    known = {f"rec{n}": fingerprint(sketch(seed=n, form="verse8 chorus8").recording) for n in range(CATALOGUE)}
    index = Library.build({**known, "bench": fingerprint(mix)})
    clip = Audio(mix.samples[:, 30 * 44_100 : 40 * 44_100].copy(), 44_100)
    size = sum(len(part.index.to_bytes()) for part in index.segments)
    yield measure(
        "query, 10 s",
        lambda: identify(clip, index, works=False),
        unit="queries",
        catalogue=CATALOGUE + 1,
        index_bytes=size,
    )
    yield measure(
        "screening, 3 min", lambda: screen(mix, index, frozenset({"bench"})), count=LENGTH_S, unit="seconds of music"
    )
    program = shutil.which("fpcalc")
    if program:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "mix.wav"
            sf.write(path, mix.samples.T, 44_100)

            def chromaprint() -> None:
                # it may end with an error at the end of the file, its fingerprint printed
                done = subprocess.run([program, "-length", "0", str(path)], check=False, capture_output=True)
                assert b"FINGERPRINT=" in done.stdout

            yield side_by_side(
                "fingerprint",
                lambda: fingerprint(mix),
                chromaprint,
                rival_name="chromaprint (whole process, reads a WAV)",
            )
