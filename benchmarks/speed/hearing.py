"""Taking apart, hearing and remixing recordings of any length: processor seconds, and the memory at its peak.

Each figure is of a process of its own, as a person would start it: Python, the house and the networks are in it. The
first compiles and warms.
`python -m benchmarks hearing` goes to ten minutes of listening; REMIXLAB_BENCH_HOURS=3 adds half an hour and hours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.songs import LENGTH_S, three_minutes

RATE = 44_100
_CHILD = """
import json, resource, sys
from remixlab.doors.cli.main import main
code = 0
try:
    main()
except SystemExit as end:
    code = end.code or 0
used = resource.getrusage(resource.RUSAGE_SELF)
peak_kib = used.ru_maxrss  # on Linux that of the parent too, which a new program inherits
if sys.platform == "linux":
    peak_kib = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM"))
told = {"cpu_s": round(used.ru_utime + used.ru_stime, 1), "peak_mib": round(peak_kib / 1024), "code": code}
print(json.dumps(told), file=sys.stderr)
"""


def run() -> Iterator[dict[str, Any]]:
    hours = float(os.environ.get("REMIXLAB_BENCH_HOURS", "0"))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        short = _write(place / "short.flac", 20)
        _call(place, "listen", short)
        three, ten = _write(place / "three.flac", LENGTH_S), _write(place / "ten.flac", 600)
        more = [_write(place / "half.flac", 1800), _write(place / "hours.flac", hours * 3600 - 10)] if hours else []
        for file in (three, ten, *more):
            yield _row("separate", place, file, "separate", file, "-o", place / "stems")
        yield _row("listen: separate and hear", place, three, "listen", three)
        yield _row("listen: separate and hear", place, ten, "listen", ten)
        for file in more:
            yield _row("listen: separate and hear, in windows", place, file, "listen", file)
        for file in (three, ten):
            words = "bossa nova, keep the vocals"
            yield {
                **_row(
                    "remix of what was heard", place, file, "remix", file, words, "--mine", "-o", place / "out.flac"
                ),
                "words": words,
            }
        words = "reggae, keep the vocals"
        command = ("remix", _write(place / "new.flac", 599), words, "--mine", "-o", place / "out.flac")
        yield {**_row("remix, heard first", place, place / "new.flac", *command), "words": words}


def _write(path: Path, length_s: float) -> Path:
    """Our own three minutes, over and over, block by block."""
    mix, _ = three_minutes()
    sound = (mix.samples / max(1.0, float(np.abs(mix.samples).max()))).T
    missing = round(length_s * RATE)
    with sf.SoundFile(path, "w", RATE, 2, "PCM_16", format="FLAC") as file:
        while missing > 0:
            file.write(sound[:missing])
            missing -= len(sound)
    return path


def _row(what: str, place: Path, file: Path, *words: object) -> dict[str, Any]:
    with sf.SoundFile(file) as sound:
        audio_s = round(sound.frames / sound.samplerate)
    return {"what": what, "audio_s": audio_s, **_call(place, *words), **surroundings()}


def _call(place: Path, *words: object) -> dict[str, Any]:
    """A command in a process of its own. Unit: processor seconds; MiB of resident memory, mapped files included."""
    command = [sys.executable, "-c", _CHILD, *map(str, words), "--home", str(place / "home"), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    told = json.loads(done.stderr.strip().splitlines()[-1])
    if told.pop("code"):
        raise RuntimeError(done.stdout)
    return told
