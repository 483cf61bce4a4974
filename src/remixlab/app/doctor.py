"""The doctor: tries what the workspace needs, and says what it found."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from random import shuffle
from time import monotonic
from typing import Any, TypeVar

import numpy as np
from cryptography import x509

from remixlab.app.anchors import lost_anchors, write_anchors
from remixlab.app.home import is_open_to_others
from remixlab.app.jobs.queue import Jobs
from remixlab.app.settings import Settings
from remixlab.domain.audio import SAMPLE_RATE, Audio
from remixlab.domain.errors import RemixLabError, StoreUnavailable
from remixlab.domain.page import Page
from remixlab.plan import cover
from remixlab.signal.instruments import INSTRUMENTS
from remixlab.signal.soundfont import sounds_on
from remixlab.stores.files import FolderBlobs, FolderSounds
from remixlab.usecases.context.making import Making
from remixlab.usecases.making import default_soundfont, open_soundfont

T = TypeVar("T")

ROOM_MIN_GIB = 1.0
READING_S = 20.0
"""How long stored files are read, unless all of them are."""
RENEWED_BEFORE = timedelta(days=30)


def examine(settings: Settings, context: Making, jobs: Jobs, *, everything: bool = False) -> list[dict[str, Any]]:
    """One line for each thing that was tried; stored files are read for a while, or `everything`, to the last."""
    return [
        _try("Python", lambda: f"{platform.python_version()} on {os.cpu_count()} cores"),
        _try("workspace", lambda: _room(settings)),
        _try("privacy", lambda: _privacy(settings)),
        _try("registry", lambda: _registry(context)),
        _try("database pages", lambda: _pages(settings)),
        _try("decisions", lambda: _chains(context)),
        _try("anchors", lambda: _anchors(settings, context)),
        _try("blobs", lambda: _blobs(context)),
        _try("stored files", lambda: _stored(context, everything)),
        _try("cache", lambda: _cache(context, everything)),
        _try("audio formats", lambda: _formats(context)),
        _try(
            "separator", lambda: f"{context.separator.name} ({'trained' if context.separator.trained else 'untrained'})"
        ),
        _try("listener", lambda: context.listener.name),
        _try("instruments", lambda: _instruments(context)),
        _try("words", lambda: _words(settings, context)),
        _try("certificate", lambda: _certificate(context)),
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
        pack = context.instruments()
        if pack is None:
            return "our own, synthesised: the sampled ones (remixlab-sounds) are not installed or switched off"
        return f"our own: {len(pack.ids)} sampled ones of {pack.name} ({pack.sha256[:12]}), synthesis for the rest"
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


def _privacy(settings: Settings) -> str:
    if is_open_to_others(settings.home):
        raise OSError(f"others can look into {settings.home}, and it is not ours to close")
    return "the workspace is its owner's alone"


def _pages(settings: Settings) -> str:
    """Whether every page of our databases is whole; a server looks after its own."""
    files = [settings.home / name for name in ("remixlab.sqlite", "jobs.sqlite") if (settings.home / name).exists()]
    for file in files:
        try:
            with closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as connection:
                told = [str(row[0]) for row in connection.execute("PRAGMA integrity_check(3)")]
        except sqlite3.DatabaseError as wrong:
            told = [str(wrong)]
        if told != ["ok"]:
            raise ValueError(f"{file.name} is damaged ({told[0]}): restore it from a backup")
    return f"{', '.join(file.name for file in files)}: whole" if files else "kept by the database server"


def _stored(context: Making, everything: bool) -> str:
    """Whether the files that records name are there, and are what they were."""
    names = sorted(set(_named(context)))
    missing = [name for name in names if not context.blobs.has(name)]
    if missing:
        raise ValueError(f"{len(missing)} of {len(names)} stored files are not there, {missing[0][:12]}… among them")
    kept = list(context.blobs.names()) if isinstance(context.blobs, FolderBlobs) else names
    shuffle(kept)  # what is not read today is read another day
    began, damaged, read = monotonic(), list[str](), 0
    for name in kept:
        if not everything and monotonic() - began > READING_S:
            break
        try:
            context.blobs.open(name)
        except StoreUnavailable:
            damaged.append(name)
        read += 1
    if damaged:
        raise ValueError(f"{len(damaged)} stored files are damaged, {damaged[0][:12]}… among them: restore them")
    rest = "" if read == len(kept) else " (`remixlab doctor --all` reads the rest)"
    return f"{read} of {len(kept)} read and whole{rest}"


def _named(context: Making) -> Iterator[str]:
    """The files that recordings, remixes and fingerprints rest on."""
    with context.read() as records:
        yield from (one.sha256 for one in every(records.catalogue.recordings))
        yield from (one.audio_sha256 for one in every(records.remixes.remixes))
        yield from (one.blob_sha256 for one in every(records.hearing.fingerprints))


def every(pages: Callable[..., Page[T]]) -> Iterator[T]:
    """All items of a list that is read in pages."""
    page = pages()
    yield from page.items
    while page.next is not None:
        page = pages(page.next)
        yield from page.items


def _cache(context: Making, everything: bool) -> str:
    """Decoded sound: a damaged entry is dropped here, and made anew when it is wanted."""
    if not isinstance(context.sounds, FolderSounds):
        return "in memory"
    whole, dropped = context.sounds.check(None if everything else READING_S)
    return f"{whole} entries whole" + (f", {dropped} damaged ones dropped" if dropped else "")


def _certificate(context: Making) -> str:
    """The certificate that manifests are signed with, and whether it still is one."""
    now = context.clock.now()
    chain = x509.load_pem_x509_certificates(context.keys.credentials.chain_pem)
    ends = min(one.not_valid_after_utc for one in chain)
    if ends <= now or any(one.not_valid_before_utc > now for one in chain):
        raise ValueError(f"the certificate is not valid now (until {ends:%Y-%m-%d}): look at the clock, or renew it")
    if ends - now < RENEWED_BEFORE:
        raise ValueError(f"the certificate ends on {ends:%Y-%m-%d}: renew it")
    return f"{context.keys.credentials!r}, until {ends:%Y-%m-%d}"


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
