"""Sampled instruments and drum kits for RemixLab: one file of sounds, and a card for each instrument.

The file is a SoundFont whose samples are FLAC; `cards()` says for each instrument whose it is, under which licence it
came, and the SHA-256 of its samples."""

from __future__ import annotations

import json
import mmap
from importlib.resources import as_file, files
from typing import Any

_HERE = files(__name__)


def cards() -> dict[str, Any]:
    """Name, version and SHA-256 of the pack, its sources, and a card for each instrument."""
    return json.loads((_HERE / "cards.json").read_text("utf-8"))


def version() -> str:
    return str(cards()["version"])


def open_sounds() -> memoryview:
    """The bytes of the pack, mapped into memory and not copied into it."""
    with as_file(_HERE / "sounds.sf3") as path, path.open("rb") as file:
        return memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
