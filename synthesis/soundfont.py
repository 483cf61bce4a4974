"""Render notes through FluidSynth and the MIT-licensed FluidR3 SoundFont (training only)."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import soundfile

from synthesis.smf import Note, write_notes

SOUNDFONT = Path("/usr/share/sounds/sf2/FluidR3_GM.sf2")


def has_soundfont() -> bool:
    """Tell whether FluidSynth and FluidR3 are installed."""
    return SOUNDFONT.exists() and shutil.which("fluidsynth") is not None


def render_notes(notes: list[Note], length_s: float, rate: int = 44100, *, reverb: bool = True) -> np.ndarray:
    """Render notes to int16 (frames, 2), cut or filled to the length."""
    frames = int(length_s * rate)
    if not notes:
        return np.zeros((frames, 2), np.int16)
    with tempfile.TemporaryDirectory() as folder:
        midi, wave = Path(folder) / "a.mid", Path(folder) / "a.wav"
        write_notes(midi, notes)
        flags = [] if reverb else ["-R", "0", "-C", "0"]
        call = ["fluidsynth", "-ni", "-q", *flags, "-g", "0.25", "-r", str(rate), "-F", str(wave)]
        subprocess.run([*call, str(SOUNDFONT), str(midi)], check=True, capture_output=True)
        sound, _ = soundfile.read(wave, dtype="int16", frames=frames)
    out = np.zeros((frames, 2), np.int16)
    out[: len(sound)] = sound
    return out
