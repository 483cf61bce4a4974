"""The doctor: tries what the workspace needs, and says what it found."""

from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Callable
from typing import Any

import numpy as np

from remixlab.app.anchors import lost_anchors, write_anchors
from remixlab.app.jobs.queue import Jobs
from remixlab.app.settings import Settings
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import RemixLabError
from remixlab.plan import cover
from remixlab.signal.instruments import INSTRUMENTS
from remixlab.signal.soundfont import sounds_on
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import default_soundfont, open_soundfont

ROOM_MIN_GIB = 1.0


def examine(settings: Settings, context: Making, jobs: Jobs) -> list[dict[str, Any]]:
    """One line for each thing that was tried."""
    return [
        _try("Python", lambda: f"{platform.python_version()} on {os.cpu_count()} cores"),
        _try("workspace", lambda: _room(settings)),
        _try("registry", lambda: _registry(context)),
        _try("decisions", lambda: _chains(context)),
        _try("anchors", lambda: _anchors(settings, context)),
        _try("blobs", lambda: _blobs(context)),
        _try("audio formats", lambda: _formats(context)),
        _try(
            "separator", lambda: f"{context.separator.name} ({'trained' if context.separator.trained else 'untrained'})"
        ),
        _try("listener", lambda: context.listener.name),
        _try("instruments", lambda: _instruments(context)),
        _try("words", lambda: _words(settings, context)),
        _try("certificate", lambda: repr(context.keys.credentials)),
        _try("jobs", lambda: _jobs(jobs)),
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


def _instruments(context: Making) -> str:
    """What new parts are played on: our own, or the SoundFont that the workspace was set to, read to its end."""
    chosen = default_soundfont(context)
    if chosen is None:
        return "our own"
    font = open_soundfont(cover("doctor").played_on(chosen), context)
    played = sum(1 for name in INSTRUMENTS if font is not None and sounds_on(font, name))
    return f"the SoundFont “{chosen.name}” for {played} of {len(INSTRUMENTS)} instruments, our own for the rest"


def _words(settings: Settings, context: Making) -> str:
    """How wishes are read: by our lists always, by likeness and by a language model where there is one."""
    likeness = f"likeness by {context.meaning.vectors.name}" if context.meaning else _no_likeness(settings)
    return f"lists of six languages, {likeness}, {'a language model' if context.model else 'no language model'}"


def _no_likeness(settings: Settings) -> str:
    return (
        "likeness not installed (pip install 'remixlab[words]')" if settings.word_likeness else "likeness switched off"
    )


def _registry(context: Making) -> str:
    with context.read() as records:
        return f"{records.catalogue.count_recordings()} recordings, consent epoch {records.rights.epoch()}"


def _chains(context: Making) -> str:
    with context.read() as records:
        broken = {
            "decision": records.rights.broken_decision(),
            "booking": records.ledger.broken_booking(),
            "audit entry": records.accounts.broken_audit(),
        }
    found = [f"{name} {place}" for name, place in broken.items() if place is not None]
    if found:
        raise ValueError(f"a hash chain is broken at {', '.join(found)}")
    return "all three hash chains hold"


def _anchors(settings: Settings, context: Making) -> str:
    """What was written down of the chains before must still be in them; then what they are now is written down."""
    with context.read() as records:
        lost = lost_anchors(settings.home, records.ledger)
        if lost:
            raise ValueError(f"a chain was cut or rewritten before its link {lost[0].length}: {lost[0]}")
        return f"the chains reach all {write_anchors(settings.home, records.ledger)} anchors"


def _jobs(jobs: Jobs) -> str:
    jobs.launch()
    return (
        "the job engine answers" if jobs.status("job_doctor") is None else "the job engine knows a job it cannot know"
    )


def _blobs(context: Making) -> str:
    name = context.blobs.put(b"remixlab doctor")
    if context.blobs.get(name) != b"remixlab doctor":
        raise OSError("what was stored came back changed")
    return "written and read back"


def _formats(context: Making) -> str:
    tone = Audio(np.sin(np.arange(22_050, dtype=np.float32) / 20)[None] * np.float32(0.1), SAMPLE_RATE).stereo()
    suffixes = ("wav", "flac", "mp3", "ogg", "opus")
    for suffix in suffixes:
        context.audio_files.decode(context.audio_files.encode(tone, suffix), f"tone.{suffix}")
    return ", ".join(suffixes)
