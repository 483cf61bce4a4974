"""Tempo and pitch of four stems beside Signalsmith Stretch and Rubber Band, which run as programs outside of the
product.

The rivals only stretch, channel pair by channel pair; ours renders the whole remix with it: stretched, mixed and
mastered. Processor seconds
are compared, those of the rivals without their start and their files where they can tell. `apt-get install
rubberband-cli` brings the one;
for the other, `REMIXLAB_BENCH_SIGNALSMITH` names a Python that has `python-stretch` (`python -m venv rival &&
rival/bin/pip install python-stretch`);
without it the Python that runs this is asked.
"""

from __future__ import annotations

import importlib.util
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf

from benchmarks.measuring.measure import surroundings
from benchmarks.measuring.songs import LENGTH_S
from remixlab.domain.audio import Stem
from remixlab.domain.material import Material
from remixlab.plan import remix as plan_of
from remixlab.rendering import render

RATIO, SEMITONES = 1.08, 2
GATE = 4.0
SIGNALSMITH = """
import sys, time, numpy, python_stretch
ratio, semitones = float(sys.argv[1]), float(sys.argv[2])
sounds = [numpy.ascontiguousarray(numpy.load(name)) for name in sys.argv[3:]]
began = time.process_time()
for number, sound in enumerate(sounds):
    stretch = python_stretch.Signalsmith.Stretch()
    stretch.preset(2, 44100)
    stretch.setTimeFactor(ratio)
    stretch.setTransposeSemitones(0.0 if number == 0 else semitones)
    made = stretch.process(sound)
    assert abs(made.shape[1] - sound.shape[1] / ratio) < 44100
print(time.process_time() - began)
"""


def beside_rivals(song: Material, runs: int = 3) -> Iterator[dict[str, Any]]:
    """One row for each stretcher, and one for each that is not there."""
    plan = plan_of(song.recording_id).tempo(ratio=RATIO).transpose(SEMITONES)
    with tempfile.TemporaryDirectory() as folder:
        files = _written(song, Path(folder))
        for name, (rival, missing) in _rivals(files).items():
            what = f"{LENGTH_S} s, four stems, tempo x{RATIO} and {SEMITONES} semitones"
            if rival is None:
                yield {"what": what, "rival": name, "skipped": missing}
                continue
            render(plan, song)
            try:
                # The finest engine takes minutes of processor time: once is enough to tell.
                pairs = [
                    (_cpu_s(lambda: render(plan, song)), rival())
                    for _ in range(1 if name == "Rubber Band R3" else runs)
                ]
            except subprocess.CalledProcessError as failed:
                yield {
                    "what": what,
                    "rival": name,
                    "skipped": f"it ended with {failed.returncode}: {str(failed.stderr)[-300:]}",
                }
                continue
            ratio = statistics.median(theirs / ours for ours, theirs in pairs)
            yield {
                "what": what,
                "rival": f"{name} (stretching only)",
                "ours": "stretched, mixed and mastered",
                "runs": len(pairs),
                "cpu_s": round(statistics.median(p[0] for p in pairs), 3),
                "rival_cpu_s": round(statistics.median(p[1] for p in pairs), 3),
                "ratio": round(ratio, 2),
                "gate": GATE,
                "passed": ratio >= GATE,
                **surroundings(),
            }


def _written(song: Material, folder: Path) -> dict[str, list[Path]]:
    """The stems as files for programs, drums first, which are stretched and not moved."""
    assert song.stems is not None
    files: dict[str, list[Path]] = {"wav": [], "npy": []}
    for stem in (Stem.DRUMS, Stem.BASS, Stem.OTHER, Stem.VOCALS):
        samples = dict(song.stems)[stem].samples
        files["wav"].append(folder / f"{stem.value}.wav")
        files["npy"].append(folder / f"{stem.value}.npy")
        sf.write(files["wav"][-1], samples.T, 44_100, subtype="FLOAT")
        np.save(files["npy"][-1], samples)
    return files


def _rivals(files: dict[str, list[Path]]) -> dict[str, tuple[Callable[[], float] | None, str]]:
    """Each rival as a piece of work that says its processor seconds; or why it is not there."""
    here = sys.executable if importlib.util.find_spec("python_stretch") else None
    python, program = os.environ.get("REMIXLAB_BENCH_SIGNALSMITH", here), shutil.which("rubberband")
    signalsmith = partial(_signalsmith, python, files["npy"]) if python else None
    rubberband = partial(_rubberband, program, "--fast", files["wav"]) if program else None
    finest = partial(_rubberband, program, "--fine", files["wav"]) if program else None
    absent = "the program 'rubberband' is not installed (apt-get install rubberband-cli)"
    return {
        "Signalsmith Stretch": (signalsmith, "no Python with python-stretch: name one in REMIXLAB_BENCH_SIGNALSMITH"),
        "Rubber Band R2": (rubberband, absent),
        "Rubber Band R3": (finest, absent),
    }


def _signalsmith(python: str, sounds: list[Path]) -> float:
    command = [python, "-c", SIGNALSMITH, str(RATIO), str(SEMITONES), *map(str, sounds)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _rubberband(program: str, engine: str, sounds: list[Path]) -> float:
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    for number, name in enumerate(sounds):
        semitones = 0 if number == 0 else SEMITONES
        command = [
            program,
            engine,
            "--quiet",
            "--tempo",
            str(RATIO),
            "--pitch",
            str(semitones),
            str(name),
            f"{name}.out.wav",
        ]
        subprocess.run(command, check=True, capture_output=True)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime


def _cpu_s(work: Callable[[], Any]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
