"""The recorded speech whose speakers consented, and who of them sings in training."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np

from synthesis.sound_files import read_sound

KEPT_OUT = ("1320", "3575", "p240", "p260")
"""Speakers, two men and two women, with whose mouths no training song is sung."""


def list_speech(audio: Path) -> list[Path]:
    """List the sentences whose mouths sing."""
    manifest = json.loads((audio / "voices" / "manifest.json").read_text())
    speech = [g for g in manifest["sets"] if g["kind"] == "speech" and g["id"] != "producer_space_spoken"]
    return [audio / "voices" / item["path"] for group in speech for item in group["files"]]


def load_speech(audio: Path) -> list[np.ndarray]:
    """Load every sentence."""
    return [read_sound(path)[:, 0] for path in list_speech(audio)]


def load_speaker(audio: Path, rng: np.random.Generator, *, kept_out: bool) -> list[np.ndarray]:
    """Load the sentences of one speaker, drawn among those whom training hears or among those whom it never hears."""
    speakers: dict[str, list[Path]] = {}
    for path in list_speech(audio):
        speakers.setdefault(re.split(r"[-_]", path.stem)[0], []).append(path)
    names = sorted(name for name in speakers if (name in KEPT_OUT) == kept_out)
    return [read_sound(path)[:, 0] for path in speakers[names[int(rng.integers(len(names)))]]]
