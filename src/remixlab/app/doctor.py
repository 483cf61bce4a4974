"""The doctor: tries what the house needs, and says what it found."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from remixlab.domain.audio import Audio
from remixlab.domain.errors import RemixLabError

if TYPE_CHECKING:
    from remixlab.app.house import House

ROOM_MIN_GIB = 1.0


def examine(house: House) -> list[dict[str, Any]]:
    """One line for each thing that was tried."""
    return [
        _try("Python", lambda: f"{platform.python_version()} on {os.cpu_count()} cores"),
        _try("workspace", lambda: _room(house)),
        _try("registry", lambda: _registry(house)),
        _try("decisions", lambda: _chains(house)),
        _try("blobs", lambda: _blobs(house)),
        _try("audio formats", lambda: _formats(house)),
        _try("separator", lambda: f"{house.desk.separator.name} ({'trained' if house.desk.separator.trained else 'untrained'})"),
        _try("listener", lambda: house.desk.listener.name),
        _try("certificate", lambda: repr(house.desk.keys.credentials)),
    ]


def _try(name: str, check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "found": check()}
    except RemixLabError as error:
        return {"name": name, "ok": False, "found": error.message}
    except (OSError, ValueError) as error:
        return {"name": name, "ok": False, "found": str(error)}


def _room(house: House) -> str:
    free = shutil.disk_usage(house.settings.home).free / 2**30
    if free < ROOM_MIN_GIB:
        raise OSError(f"only {free:.1f} GiB are free at {house.settings.home}")
    return f"{house.settings.home}, {free:.0f} GiB free"


def _registry(house: House) -> str:
    with house.desk.read() as shelf:
        return f"{len(shelf.recordings(limit=10_000))} recordings, consent epoch {shelf.epoch()}"


def _chains(house: House) -> str:
    with house.registry.read() as shelf:
        decision, booking = shelf.broken_decision(), shelf.broken_booking()
    if decision is not None or booking is not None:
        raise ValueError(f"a chain is broken: decision {decision}, booking {booking}")
    return "both hash chains hold"


def _blobs(house: House) -> str:
    name = house.desk.blobs.put(b"remixlab doctor")
    if house.desk.blobs.get(name) != b"remixlab doctor":
        raise OSError("what was stored came back changed")
    return "written and read back"


def _formats(house: House) -> str:
    tone = Audio(np.sin(np.arange(22_050, dtype=np.float32) / 20)[None] * np.float32(0.1), 44_100).stereo()
    suffixes = ("wav", "flac", "mp3", "ogg", "opus")
    for suffix in suffixes:
        house.desk.audio_files.decode(house.desk.audio_files.encode(tone, suffix), f"tone.{suffix}")
    return ", ".join(suffixes)
