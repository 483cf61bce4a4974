"""Our SoundFont player beside FluidSynth: pitch, level, envelope and tail of single notes, and the time for a part.

FluidSynth (an external program, never linked) plays the same notes from a MIDI file without its reverb and chorus. It
starts and reads the
collection anew in every run, so its time for a part stands beside ours with the reading inside. `REMIXLAB_SOUNDFONT`
names another collection.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile as sf
from numpy.typing import NDArray

from benchmarks.measuring.measure import Missing, side_by_side, surroundings
from remixlab.signal.instruments import NoteEvent
from remixlab.signal.soundfont import SoundFont, perform_notes, read_soundfont
from remixlab.signal.soundfont.take import SoundFontTake

RATE = 44_100
HOLD_S = 0.8
HOP = 441
NOTES = [
    (0, 60, 100),
    (0, 60, 127),
    (0, 96, 100),
    (4, 60, 64),
    (11, 65, 80),
    (16, 60, 100),
    (24, 52, 90),
    (33, 33, 100),
    (40, 76, 100),
    (48, 64, 80),
    (52, 60, 90),
    (56, 70, 100),
    (61, 62, 110),
    (73, 79, 90),
    (81, 67, 100),
    (89, 55, 90),
]
"""Program, key, velocity."""


def run() -> Iterator[dict[str, Any]]:
    file = Path(os.environ.get("REMIXLAB_SOUNDFONT", "/usr/share/sounds/sf2/FluidR3_GM.sf2"))
    if not file.exists() or not shutil.which("fluidsynth"):
        raise Missing(f"needs fluidsynth and {file.name}")
    font = read_soundfont(file.read_bytes())
    facts = [_compare(font, file, *note) for note in NOTES]
    columns = np.array(facts)
    yield {
        "what": "SoundFont notes beside FluidSynth",
        "soundfont": font.name,
        "notes": len(NOTES),
        "pitch_cents_max": round(float(np.abs(columns[:, 0]).max()), 2),
        "level_spread_db": round(float(np.ptp(columns[:, 1])), 2),
        "envelope_db_median": round(float(np.median(columns[:, 2])), 2),
        "envelope_db_p95": round(float(np.percentile(columns[:, 2], 95)), 2),
        "tail_s_max": round(float(np.abs(columns[:, 3]).max()), 3),
        **surroundings(),
    }
    part = [(0, 48 + 5 * k % 36, 40 + 7 * k % 80, 0.25 * k) for k in range(240)]
    yield side_by_side(
        "one minute of piano",
        lambda: _ours(read_soundfont(file.read_bytes()), part),
        lambda: _theirs(file, part),
        rival_name="FluidSynth",
    )


def _compare(font: SoundFont, file: Path, program: int, key: int, velocity: int) -> tuple[float, float, float, float]:
    """Cents apart; decibels apart; how far the envelope strays from that; seconds apart at the end."""
    notes = [(program, key, velocity, 0.0)]
    theirs, ours = _theirs(file, notes), _ours(font, notes)
    length = max(theirs.shape[1], ours.shape[1])
    theirs, ours = (np.pad(x, ((0, 0), (0, length - x.shape[1]))) for x in (theirs, ours))
    held = slice(int(0.05 * RATE), int(HOLD_S * RATE))
    levels = [_envelope_db(x) for x in (ours, theirs)]
    heard = levels[1] > levels[1].max() - 50
    apart = (levels[0] - levels[1])[heard]
    ends = [np.flatnonzero(np.abs(x).max(axis=0) > 1e-4)[-1] / RATE for x in (ours, theirs)]
    return (
        _cents(ours[0, held], theirs[0, held]),
        float(np.median(apart)),
        float(np.median(np.abs(apart - np.median(apart)))),
        ends[0] - ends[1],
    )


def _ours(font: SoundFont, notes: Sequence[tuple[int, int, int, float]]) -> NDArray[np.float32]:
    preset = font.preset(0, notes[0][0])
    assert preset is not None
    events = [
        NoteEvent(int(at * RATE), int(HOLD_S * RATE), float(key), velocity / 127) for _, key, velocity, at in notes
    ]
    take = SoundFontTake(font, perform_notes(font, preset, events))
    return take.render(0, take.length_frames)


def _theirs(file: Path, notes: Sequence[tuple[int, int, int, float]]) -> NDArray[np.float32]:
    with tempfile.TemporaryDirectory() as folder:
        score, sound = Path(folder, "notes.mid"), Path(folder, "notes.wav")
        score.write_bytes(_midi(notes))
        subprocess.run(
            [
                "fluidsynth",
                "-niq",
                "-R",
                "0",
                "-C",
                "0",
                "-g",
                "1",
                "-r",
                str(RATE),
                "-O",
                "float",
                "-T",
                "wav",
                "-F",
                sound,
                file,
                score,
            ],
            check=True,
            capture_output=True,
        )
        return np.asarray(
            sf.read(sound, dtype="float32", always_2d=True)[0].T[:, 64:], np.float32
        )  # it begins one block late


def _midi(notes: Sequence[tuple[int, int, int, float]]) -> bytes:
    """A file of one tick a millisecond."""
    events = sorted(
        [(int(at * 1000), 1, k, v) for _, k, v, at in notes]
        + [(int((at + HOLD_S) * 1000), 0, k, 0) for _, k, _, at in notes]
    )
    body = b"\x00\xff\x51\x03\x0f\x42\x40\x00" + bytes([0xC0, notes[0][0]])
    clock = 0
    for time, on, key, velocity in events:
        body += _length(time - clock) + bytes([0x90 if on else 0x80, key, velocity])
        clock = time
    body += _length(3000) + b"\xff\x2f\x00"
    return b"MThd" + struct.pack(">IHHH", 6, 0, 1, 1000) + b"MTrk" + struct.pack(">I", len(body)) + body


def _length(ticks: int) -> bytes:
    digits = [ticks & 127]
    while ticks := ticks >> 7:
        digits.insert(0, ticks & 127 | 128)
    return bytes(digits)


def _envelope_db(sound: NDArray[np.float32]) -> NDArray[np.float64]:
    power = (sound.astype(np.float64) ** 2).sum(axis=0)
    blocks = power.size // HOP
    return 10 * np.log10(power[: blocks * HOP].reshape(blocks, HOP).mean(axis=1) + 1e-12)


def _cents(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """By how much the whole spectrum is moved, whatever its fundamental."""
    scale = np.geomspace(40, 8000, 60_000)
    lines = np.fft.rfftfreq(1 << 19, 1 / RATE)
    logs: list[NDArray[np.float64]] = []
    for sound in (one, other):
        spectrum = np.abs(np.fft.rfft(sound * np.hanning(sound.size), 1 << 19))
        log = np.log(np.interp(scale, lines, spectrum) + 1e-3 * spectrum.max())
        logs.append(log - log.mean())
    likeness = np.fft.irfft(np.fft.rfft(logs[0], 1 << 17) * np.conj(np.fft.rfft(logs[1], 1 << 17)))
    shift = int(np.argmax(likeness))
    return (shift - (1 << 17) if shift > 1 << 16 else shift) * 1200 * float(np.log2(scale[1] / scale[0]))
