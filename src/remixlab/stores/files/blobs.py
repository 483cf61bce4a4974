"""Bytes named by their content: masters, stems, sealed files, evidence. In a folder, or in any object storage.

A blob is written beside its place, flushed to the disk and renamed: it is there whole or not at all. Reading
checks the content against its name, so that damage shows as an error and never as sound.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.ports.blobs import Content

if TYPE_CHECKING:
    from obstore.store import ObjectStore

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class FolderBlobs:
    """Blobs in a folder of this machine, durable when `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: Content) -> str:
        """The SHA-256 of the data; putting the same twice keeps one. Raises: StoreUnavailable."""
        try:
            name = digest_of(data)
            place = self.root / blob_key(name)
            size = len(data) if isinstance(data, bytes) else data.stat().st_size
            if place.exists() and place.stat().st_size == size:
                return name
            write_durably(place, data)
        except OSError as wrong:
            raise StoreUnavailable(
                f"the file cannot be kept: {wrong.strerror or wrong}", hint="Is the disk full or read-only?"
            ) from wrong
        return name

    def open(self, sha256: str) -> Path:
        """Where the checked content lies. Raises: StoreUnavailable when it is not there or damaged."""
        place = self.root / blob_key(sha256)
        try:
            if digest_of(place) != sha256:
                raise _damaged()
        except FileNotFoundError as missing:
            raise _gone(sha256) from missing
        except OSError as wrong:
            raise StoreUnavailable(f"a stored file cannot be read: {wrong.strerror or wrong}") from wrong
        return place

    def get(self, sha256: str) -> bytes:
        """Raises: StoreUnavailable when it is not there or damaged."""
        try:
            data = (self.root / blob_key(sha256)).read_bytes()
        except FileNotFoundError as missing:
            raise _gone(sha256) from missing
        except OSError as wrong:
            raise StoreUnavailable(f"a stored file cannot be read: {wrong.strerror or wrong}") from wrong
        return _checked(data, sha256)

    def has(self, sha256: str) -> bool:
        return (self.root / blob_key(sha256)).exists()

    def path(self, sha256: str) -> Path | None:
        """The local file with this content. Raises: StoreUnavailable when it is not there."""
        place = self.root / blob_key(sha256)
        if not place.exists():
            raise _gone(sha256)
        return place

    def names(self) -> Iterator[str]:
        """Every blob that is kept."""
        return (place.name for place in sorted(self.root.glob("sha256/*/*/*")) if _DIGEST.fullmatch(place.name))

    def delete(self, sha256: str) -> None:
        """Forget a blob; one that is not there is forgotten already."""
        (self.root / blob_key(sha256)).unlink(missing_ok=True)


class ObjectBlobs:
    """Blobs in object storage (S3, Google, Azure, or memory for tests), through one interface."""

    def __init__(self, store: ObjectStore) -> None:
        self.store = store

    def put(self, data: Content) -> str:
        """The SHA-256 of the data; of writers at once, one writes and all succeed. Raises: StoreUnavailable."""
        from obstore import exceptions, put  # lazy: a folder needs none of it

        name = digest_of(data)
        try:
            put(self.store, blob_key(name), data, mode="create", use_multipart=False)
        except exceptions.AlreadyExistsError:
            pass  # somebody kept the same content before: there is nothing left to do
        except exceptions.BaseError as wrong:
            raise _unreachable(wrong) from wrong
        return name

    def open(self, sha256: str) -> bytes:
        return self.get(sha256)

    def get(self, sha256: str) -> bytes:
        """Raises: StoreUnavailable when it is not there or damaged."""
        from obstore import exceptions, get  # lazy

        try:
            data = bytes(get(self.store, blob_key(sha256)).bytes())
        except FileNotFoundError as missing:
            raise _gone(sha256) from missing
        except exceptions.BaseError as wrong:
            raise _unreachable(wrong) from wrong
        return _checked(data, sha256)

    def has(self, sha256: str) -> bool:
        from obstore import exceptions, head  # lazy

        try:
            head(self.store, blob_key(sha256))
        except FileNotFoundError:
            return False
        except exceptions.BaseError as wrong:
            raise _unreachable(wrong) from wrong
        return True

    def path(self, sha256: str) -> Path | None:
        """None: it lives elsewhere."""
        return None

    def names(self) -> Iterator[str]:
        """Every blob that is kept."""
        from obstore import list as list_objects  # lazy

        for page in list_objects(self.store, "sha256"):
            for found in page:
                name = str(found["path"]).rsplit("/", 1)[-1]
                if _DIGEST.fullmatch(name):
                    yield name

    def delete(self, sha256: str) -> None:
        """Forget a blob; one that is not there is forgotten already."""
        from obstore import delete  # lazy

        try:
            delete(self.store, blob_key(sha256))
        except FileNotFoundError:
            return


def open_blobs(url: str) -> FolderBlobs | ObjectBlobs:
    """`file:///folder`, `s3://bucket/prefix`, `gs://...`, `az://...` or `memory://`. Raises: StoreUnavailable."""
    parts = urlsplit(url)
    if parts.scheme in ("", "file"):
        return FolderBlobs(Path(unquote(parts.path if parts.scheme else url)))
    from obstore.exceptions import BaseError  # lazy
    from obstore.store import MemoryStore, from_url

    if parts.scheme == "memory":
        return ObjectBlobs(MemoryStore())
    try:
        return ObjectBlobs(from_url(url))
    except (BaseError, ValueError) as wrong:
        raise StoreUnavailable(
            f"blobs cannot be kept at '{url}'", hint="Use a folder, s3://bucket/prefix, gs:// or az://."
        ) from wrong


def blob_key(sha256: str) -> str:
    """`sha256/ab/cd/abcd...`.

    Raises: StoreUnavailable for anything that is not a digest, so that no name leaves the store.
    """
    if not _DIGEST.fullmatch(sha256):
        raise StoreUnavailable(f"'{sha256[:80]}' is not the name of a stored file")
    return f"sha256/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def digest_of(data: Content) -> str:
    """The SHA-256 in hex; a file is read bit by bit."""
    if isinstance(data, bytes):
        return hashlib.sha256(data).hexdigest()
    with data.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_durably(place: Path, data: Content) -> None:
    """Write a file whole or not at all: beside its place, flushed, renamed, and the folder flushed."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{uuid4().hex}.part")
    try:
        with draft.open("wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                with data.open("rb") as source:
                    shutil.copyfileobj(source, file, 1 << 20)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _checked(data: bytes, sha256: str) -> bytes:
    if hashlib.sha256(data).hexdigest() != sha256:
        raise _damaged()
    return data


def _damaged() -> StoreUnavailable:
    return StoreUnavailable(
        "a stored file is damaged: its content does not fit its name",
        code="store.damaged",
        hint="Restore it from a backup.",
    )


def _gone(sha256: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"the stored file {sha256[:12]}… is not there", code="store.missing", hint="Restore it from a backup."
    )


def _unreachable(wrong: Exception) -> StoreUnavailable:
    return StoreUnavailable(
        f"the object storage does not answer: {str(wrong).splitlines()[0]}", hint="Look at REMIXLAB_BLOBS_URL."
    )
