"""The house's index of recordings in a folder: segments that never change, mapped into memory by every process, and a
manifest that says which of them count.

All of it can be made again from the fingerprints on record. A segment is written whole and then named by the next
manifest, which replaces the one before in one step: whoever is killed leaves a file that nobody names.
"""

from __future__ import annotations

import contextlib
import json
import mmap
from collections.abc import Collection, Generator, Iterable, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Final, NamedTuple

from remixlab.domain.errors import Invalid, StoreUnavailable
from remixlab.identify import Cursor, Fingerprint, Index, Library, Segment, choose_due, merge_segments
from remixlab.stores.files.blobs import write_durably

try:
    import fcntl
except ImportError:  # Windows has no locks of this kind: there one process works in a home
    fcntl = None

_MANIFEST: Final = "manifest.json"
_VERSION: Final = 1
"""Of the manifest; another one is made anew."""
_AT_ONCE: Final = 1 << 21
"""Bytes of segments that are merged before `extend` returns: a tenth of a second. More is merged in the background."""
_TRIES: Final = 5
"""Times that a manifest is read again whose segments were merged away meanwhile."""


class _File(NamedTuple):
    """A segment in the folder, by its file's name, its size, and the recordings in it that are gone."""

    name: str
    size: int
    gone: frozenset[int] = frozenset()


class _Manifest(NamedTuple):
    """What counts: every write is one generation more."""

    generation: int = 0
    cursor: Cursor = Cursor()
    files: tuple[_File, ...] = ()


class IndexSegments:
    """Law: what `open` gives is whole, whenever any process was stopped; it is what one of the last `extend` left."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mapped: dict[str, Index] = {}
        self._opened: tuple[_Manifest, Library] | None = None
        self._lock = Lock()
        self._merging = Lock()

    def open(self) -> tuple[Cursor, Library]:
        """What is indexed now; the same library while nothing changed. Raises: StoreUnavailable."""
        manifest = self._read_manifest()
        for _ in range(_TRIES):
            try:
                return manifest.cursor, self._library_of(manifest)
            except FileNotFoundError:
                manifest = self._read_manifest()  # merged between the two readings
            except Invalid:
                break
        self.reset(manifest.cursor)
        return Cursor(), Library()

    def extend(
        self, begun: Cursor, reached: Cursor, fingerprints: Mapping[str, Fingerprint], gone: Collection[str]
    ) -> bool:
        """Add a segment of these, and take out what is gone. Raises: StoreUnavailable."""
        leaving = frozenset((*fingerprints, *gone))
        with self._writing() as manifest:
            if manifest.cursor != begun:
                return False
            generation = manifest.generation + 1
            files = tuple(self._without(file, leaving) for file in manifest.files)
            if fingerprints:
                files = self._added(files, Index.build(fingerprints), generation)
            self._publish(_Manifest(generation, reached, files))
        self._merge_aside(files)
        return True

    def reset(self, begun: Cursor) -> None:
        """Begin anew, unless somebody did. Raises: StoreUnavailable."""
        with self._writing() as manifest:
            if manifest.cursor == begun:
                self._publish(_Manifest(manifest.generation + 1))

    def merge(self) -> None:
        """Merge the segments that are due, beside whoever reads and writes. Raises: StoreUnavailable."""
        if not self._merging.acquire(blocking=False):
            return
        try:
            due = _due_of(self._read_manifest().files)
            if len(due) < 2:
                return
            merged = merge_segments(Segment(self._map(file.name), file.gone) for file in due)
            with self._writing() as manifest:
                self._replace(due, merged, manifest)
        except FileNotFoundError:
            return  # another process was first
        finally:
            self._merging.release()

    # ------------------------------------------------------------ reading

    def _read_manifest(self) -> _Manifest:
        try:
            read = json.loads((self._folder / _MANIFEST).read_bytes())
        except FileNotFoundError:
            return _Manifest()
        except (OSError, ValueError) as wrong:
            raise _unreadable(wrong) from wrong
        return _parse(read)

    def _library_of(self, manifest: _Manifest) -> Library:
        with self._lock:
            if self._opened is None or self._opened[0] != manifest:
                library = Library(tuple(Segment(self._map(file.name), file.gone) for file in manifest.files))
                self._opened = (manifest, library)
                named = {file.name for file in manifest.files}
                self._mapped = {name: index for name, index in self._mapped.items() if name in named}
            return self._opened[1]

    def _map(self, name: str) -> Index:
        """A segment as a view of its file. Raises: FileNotFoundError, Invalid."""
        if name not in self._mapped:
            with (self._folder / name).open("rb") as file:
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            self._mapped[name] = Index.from_bytes(memoryview(mapped))
        return self._mapped[name]

    # ------------------------------------------------------------ writing

    @contextmanager
    def _writing(self) -> Generator[_Manifest]:
        """One writer at a time in all processes; what nobody names any more is swept away. Raises: StoreUnavailable."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "lock").open("ab") as lock:
                if fcntl is not None:
                    fcntl.flock(lock, fcntl.LOCK_EX)
                yield self._read_manifest()
                self._sweep()
        except OSError as wrong:
            if isinstance(wrong, FileNotFoundError):
                raise
            raise _unreadable(wrong) from wrong

    def _publish(self, manifest: _Manifest) -> None:
        write_durably(self._folder / _MANIFEST, json.dumps(_told(manifest)).encode())

    def _added(self, files: tuple[_File, ...], index: Index, generation: int) -> tuple[_File, ...]:
        """The files with a new one, into which the last ones are merged where that is quickly done."""
        packed = index.to_bytes()
        due = choose_due([*(file.size for file in files), len(packed)]) - 1
        last = files[len(files) - due :]
        if last and sum(file.size for file in last) <= _AT_ONCE:
            before = [Segment(self._map(file.name), file.gone) for file in last]
            packed, files = merge_segments([*before, Segment(index)]).index.to_bytes(), files[: len(files) - due]
        return (*files, self._write_segment(packed, generation))

    def _write_segment(self, packed: bytes, generation: int) -> _File:
        name = f"{generation:010d}.segment"
        write_durably(self._folder / name, packed)
        return _File(name, len(packed))

    def _without(self, file: _File, leaving: frozenset[str]) -> _File:
        return file._replace(gone=Segment(self._map(file.name), file.gone).without(leaving).gone)

    def _merge_aside(self, files: tuple[_File, ...]) -> None:
        if len(_due_of(files)) > 1:
            Thread(target=self._merge_quietly, name="index-merge", daemon=True).start()

    def _merge_quietly(self) -> None:
        with contextlib.suppress(StoreUnavailable):  # what is not merged now is merged next time
            self.merge()

    def _replace(self, due: tuple[_File, ...], merged: Segment, manifest: _Manifest) -> None:
        """Name the merged segment in place of those that it was made of; what went meanwhile is gone from it too."""
        names = [file.name for file in due]
        now = {file.name: file for file in manifest.files}
        if not all(name in now for name in names):
            return
        since = frozenset(
            self._map(file.name).ids[number] for file in due for number in now[file.name].gone - file.gone
        )
        generation = manifest.generation + 1
        written = self._write_segment(merged.index.to_bytes(), generation)
        written = written._replace(gone=merged.without(since).gone)
        at = [file.name for file in manifest.files].index(names[0])
        rest = [file for file in manifest.files if file.name not in names]
        self._publish(_Manifest(generation, manifest.cursor, (*rest[:at], written, *rest[at:])))

    def _sweep(self) -> None:
        named = {file.name for file in self._read_manifest().files}
        for file in (*self._folder.glob("*.segment"), *self._folder.glob(".*.part")):
            if file.name not in named:
                file.unlink(missing_ok=True)


def _due_of(files: tuple[_File, ...]) -> tuple[_File, ...]:
    return files[-choose_due([file.size for file in files]) :]


def _told(manifest: _Manifest) -> dict[str, Any]:
    files = [{"name": file.name, "size": file.size, "gone": sorted(file.gone)} for file in manifest.files]
    return {
        "version": _VERSION,
        "generation": manifest.generation,
        "cursor": manifest.cursor._asdict(),
        "segments": files,
    }


def _parse(read: Any) -> _Manifest:
    """What a manifest says; one of another version, or of somebody else, says nothing."""
    try:
        if read["version"] != _VERSION:
            return _Manifest(int(read["generation"]))
        files = _files_of(read["segments"])
        return _Manifest(int(read["generation"]), Cursor(**read["cursor"]), tuple(files))
    except (KeyError, TypeError, ValueError):
        return _Manifest()


def _files_of(segments: Iterable[Any]) -> Iterable[_File]:
    return [_File(str(one["name"]), int(one["size"]), frozenset(one["gone"])) for one in segments]


def _unreadable(wrong: Exception) -> StoreUnavailable:
    said = wrong.strerror if isinstance(wrong, OSError) else wrong
    return StoreUnavailable(
        f"the index of recordings cannot be kept: {said}", hint="Its folder may be deleted: it is made again."
    )
