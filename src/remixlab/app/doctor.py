"""The doctor: tries what the house needs, and says what it found."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np

from remixlab.app.config import Settings
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import RemixLabError
from remixlab.plan import cover
from remixlab.signal.instruments import INSTRUMENTS
from remixlab.signal.soundfont import sounds_on
from remixlab.stores import SqlDesk
from remixlab.studio import Desk, house_soundfont, open_soundfont

ROOM_MIN_GIB = 1.0


def examine(settings: Settings, desk: Desk, registry: SqlDesk) -> list[dict[str, Any]]:
    """One line for each thing that was tried."""
    return [
        _try("Python", lambda: f"{platform.python_version()} on {os.cpu_count()} cores"),
        _try("workspace", lambda: _room(settings)),
        _try("registry", lambda: _registry(desk)),
        _try("decisions", lambda: _chains(registry)),
        _try("blobs", lambda: _blobs(desk)),
        _try("audio formats", lambda: _formats(desk)),
        _try("separator", lambda: f"{desk.separator.name} ({'trained' if desk.separator.trained else 'untrained'})"),
        _try("listener", lambda: desk.listener.name),
        _try("instruments", lambda: _instruments(desk)),
        _try("words", lambda: _words(settings, desk)),
        _try("certificate", lambda: repr(desk.keys.credentials)),
    ]


def _try(name: str, check: Callable[[], str]) -> dict[str, Any]:
    try:
        return {"name": name, "ok": True, "found": check()}
    except RemixLabError as error:
        return {"name": name, "ok": False, "found": error.message}
    except (OSError, ValueError) as error:
        return {"name": name, "ok": False, "found": str(error)}


def _room(settings: Settings) -> str:
    free = shutil.disk_usage(settings.home).free / 2**30
    if free < ROOM_MIN_GIB:
        raise OSError(f"only {free:.1f} GiB are free at {settings.home}")
    return f"{settings.home}, {free:.0f} GiB free"


def _instruments(desk: Desk) -> str:
    """What new parts are played on: our own, or the SoundFont that the house was set to, read to its end."""
    chosen = house_soundfont(desk)
    if chosen is None:
        return "our own"
    font = open_soundfont(cover("doctor").played_on(chosen), desk)
    played = sum(1 for name in INSTRUMENTS if font is not None and sounds_on(font, name))
    return f"the SoundFont “{chosen.name}” for {played} of {len(INSTRUMENTS)} instruments, our own for the rest"


def _words(settings: Settings, desk: Desk) -> str:
    """How wishes are read: by our lists always, by likeness and by a language model where there is one."""
    likeness = f"likeness by {desk.meaning.vectors.name}" if desk.meaning else _no_likeness(settings)
    return f"lists of six languages, {likeness}, {'a language model' if desk.model else 'no language model'}"


def _no_likeness(settings: Settings) -> str:
    return "likeness not installed (pip install 'remixlab[words]')" if settings.word_likeness else "likeness switched off"


def _registry(desk: Desk) -> str:
    with desk.read() as shelf:
        return f"{len(shelf.recordings(limit=10_000))} recordings, consent epoch {shelf.epoch()}"


def _chains(registry: SqlDesk) -> str:
    with registry.read() as shelf:
        decision, booking = shelf.broken_decision(), shelf.broken_booking()
    if decision is not None or booking is not None:
        raise ValueError(f"a chain is broken: decision {decision}, booking {booking}")
    return "both hash chains hold"


def _blobs(desk: Desk) -> str:
    name = desk.blobs.put(b"remixlab doctor")
    if desk.blobs.get(name) != b"remixlab doctor":
        raise OSError("what was stored came back changed")
    return "written and read back"


def _formats(desk: Desk) -> str:
    tone = Audio(np.sin(np.arange(22_050, dtype=np.float32) / 20)[None] * np.float32(0.1), SAMPLE_RATE).stereo()
    suffixes = ("wav", "flac", "mp3", "ogg", "opus")
    for suffix in suffixes:
        desk.audio_files.decode(desk.audio_files.encode(tone, suffix), f"tone.{suffix}")
    return ", ".join(suffixes)
