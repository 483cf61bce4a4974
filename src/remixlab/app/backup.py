"""Backup and restore: database, jobs, blobs and keys of a workspace as one file that proves that it is whole.

What is appended to may be copied while it is used: the jobs first, then the registry, then the blobs. A blob is there
before a record names it, so whatever the copy of the registry names is in the copy of the blobs. A job that is not
finished in the copy is done again, which changes nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import sqlite3
import tarfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from shutil import copyfileobj, rmtree
from tempfile import TemporaryDirectory
from typing import IO, Any, Final

from remixlab.app.settings import Settings
from remixlab.domain.errors import StoreUnavailable, of_system
from remixlab.stores.files import FolderBlobs, open_blobs

FORMAT: Final = "remixlab.backup/1"
INDEX: Final = "index.json"
DATABASES: Final = ("jobs.sqlite", "remixlab.sqlite")
_PIECE: Final = 1 << 20


def write_backup(settings: Settings, file: Path, now: datetime) -> dict[str, Any]:
    """Write everything that a workspace cannot make again into one file, and read it back. What it is made of.

    Raises: StoreUnavailable, where a part lies elsewhere, is damaged, or cannot be written.
    """
    blobs = _local(settings)
    draft = file.with_name(f".{file.name}.part")
    try:
        with _system_errors(), TemporaryDirectory(prefix="remixlab-backup-", dir=file.parent) as folder:
            index: dict[str, str] = {}
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as raw:
                with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as archive:
                    for name, path in _parts(settings, blobs, Path(folder)):
                        index[name] = _add(archive, name, path)
                    about = {"format": FORMAT, "made_at": now.isoformat(), "files": index}
                    body = json.dumps(about, sort_keys=True).encode()
                    entry = tarfile.TarInfo(INDEX)
                    entry.size = len(body)
                    archive.addfile(entry, io.BytesIO(body))
                raw.flush()
                os.fsync(raw.fileno())
            told = check_backup(draft)
            draft.replace(file)
            return told
    finally:
        draft.unlink(missing_ok=True)


def check_backup(file: Path) -> dict[str, Any]:
    """Read a backup from end to end; what is in it. Raises: StoreUnavailable where it is not whole."""
    with TemporaryDirectory(prefix="remixlab-check-", dir=file.parent) as folder:
        return _unpack(file, Path(folder), only=DATABASES)


def restore_backup(settings: Settings, file: Path) -> dict[str, Any]:
    """Make a workspace of a backup, whole or not at all, where there is none yet. Raises: StoreUnavailable."""
    home = settings.home
    _local(settings)
    if any((home / name).exists() for name in (*DATABASES, "keys", "blobs")):
        raise _wrong(f"there is a workspace at {home} already", "Restore into an empty --home.")
    beside = home.with_name(f".{home.name}.restoring")
    try:
        with _system_errors():
            home.parent.mkdir(parents=True, exist_ok=True)
            beside.mkdir(mode=0o700)
            told = _unpack(file, beside)
            home.mkdir(mode=0o700, exist_ok=True)
            for part in sorted(beside.iterdir()):
                part.replace(home / part.name)
            return told
    finally:
        rmtree(beside, ignore_errors=True)


def _parts(settings: Settings, blobs: FolderBlobs, folder: Path) -> Iterator[tuple[str, Path]]:
    """The name of each file in the backup and where it lies, in the order in which they have to be copied."""
    for name in DATABASES:
        if (settings.home / name).exists():
            yield name, _snapshot(settings.home / name, folder / name)
    for name in blobs.names():
        yield f"blobs/sha256/{name[:2]}/{name[2:4]}/{name}", blobs.open(name)
    for path in sorted((settings.home / "keys").glob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield f"keys/{path.name}", path


def _snapshot(database: Path, copy: Path) -> Path:
    """A consistent copy of a database that others write to meanwhile."""
    try:
        with closing(sqlite3.connect(database)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    except sqlite3.DatabaseError as wrong:
        raise _wrong(f"{database.name} cannot be read: {wrong}", "`remixlab doctor` says more.") from wrong
    _check_database(copy)
    return copy


def _check_database(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path)) as connection:
            told = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
    except sqlite3.DatabaseError as wrong:
        raise _wrong(f"{path.name} is damaged: {wrong}", "Take an earlier backup.") from wrong
    if told != ["ok"]:
        raise _wrong(f"{path.name} is damaged: {told[0]}", "Take an earlier backup.")


def _add(archive: tarfile.TarFile, name: str, path: Path) -> str:
    """Copy a file into the archive; its SHA-256 as it was copied."""
    with path.open("rb") as source:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = os.fstat(source.fileno()).st_size, 0o600
        read = _Digested(source)
        archive.addfile(entry, read)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    return read.digest.hexdigest()


def _unpack(file: Path, into: Path, only: tuple[str, ...] | None = None) -> dict[str, Any]:
    """Lay the files of a backup down, all of them or some, and check every one. Raises: StoreUnavailable."""
    found: dict[str, str] = {}
    about: dict[str, Any] = {}
    try:
        with tarfile.open(file, "r:") as archive:
            for entry in archive:
                source = archive.extractfile(entry)
                if source is None or not entry.isreg():
                    raise _wrong("the backup holds something that is no file", "It was not written by this product.")
                if entry.name == INDEX:
                    about = json.loads(source.read())
                    continue
                found[entry.name] = _lay_down(
                    source, None if only and entry.name not in only else into / entry.name, into
                )
    except (tarfile.TarError, ValueError, EOFError) as wrong:
        raise _wrong("the backup cannot be read to its end", "Take another one.") from wrong
    if about.get("format") != FORMAT or about.get("files") != found:
        raise _wrong("the backup is not whole: its files are not those of its index", "Take another one.")
    for name, digest in found.items():
        if name.startswith("blobs/") and not name.endswith(digest):
            raise _wrong("the backup holds a damaged blob", "Take another one.")
    for name in DATABASES:
        if name in found:
            _check_database(into / name)
    counts = {
        "blobs": sum(name.startswith("blobs/") for name in found),
        "keys": sum(n.startswith("keys/") for n in found),
    }
    return {"made_at": about["made_at"], "files": len(found), **counts}


def _lay_down(source: IO[bytes], place: Path | None, root: Path) -> str:
    """Write what is read to its place, if it has one within the root; its SHA-256."""
    read = _Digested(source)
    if place is None:
        while read.read(_PIECE):
            pass
        return read.digest.hexdigest()
    if not place.resolve().is_relative_to(root.resolve()):
        raise _wrong("the backup names a place outside of a workspace", "It was not written by this product.")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        copyfileobj(read, target, _PIECE)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
        target.flush()
        os.fsync(target.fileno())
    return read.digest.hexdigest()


class _Digested:
    """A file that is digested while it is read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


def _local(settings: Settings) -> FolderBlobs:
    blobs = open_blobs(settings.blobs_url)
    if not settings.database_url.startswith("sqlite") or not isinstance(blobs, FolderBlobs):
        raise _wrong(
            "this workspace keeps its records or its blobs elsewhere",
            "Back up PostgreSQL with pg_dump, the bucket with its own tools, and keys/ by hand, in this order.",
        )
    return blobs


@contextmanager
def _system_errors() -> Generator[None]:
    try:
        yield
    except OSError as wrong:
        raise of_system(wrong) from wrong


def _wrong(message: str, hint: str) -> StoreUnavailable:
    return StoreUnavailable(message, code="store.backup", hint=hint)
