"""Bytes named by their content: masters, stems, sealed files, evidence. In a folder, or in any object storage.

A blob is written beside its place, flushed to the disk and renamed: it is there whole or not at all. Reading
checks the content against its name, so that damage shows as an error and never as sound.
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.ports.blobs import Content

if TYPE_CHECKING:
    from obstore.store import ObjectStore

PART_BYTES: Final = 1 << 18
"""What is read and checked at once of a blob that is served in pieces."""
SUM_BYTES: Final = 16

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


class FolderBlobs:
    """Blobs in a folder of this machine, durable when `put` returns."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, data: Content) -> str:
        """The SHA-256 of the data; putting the same twice keeps one. Raises: StoreUnavailable."""
        try:
            name, sums = measure(data)
            place = self.root / blob_key(name)
            if self._is_whole(place, name):
                os.utime(place)  # wanted again: what is kept for a while is kept from now
            else:  # what is damaged is healed by whoever brings it again
                write_durably(place, data)
            self._keep_sums(name, sums)
        except OSError as wrong:
            raise StoreUnavailable(
                f"the file cannot be kept: {wrong.strerror or wrong}", hint="Is the disk full or read-only?"
            ) from wrong
        return name

    def size(self, sha256: str) -> int:
        """Raises: StoreUnavailable when it is not there."""
        with _reading(sha256):
            return (self.root / blob_key(sha256)).stat().st_size

    def piece(self, sha256: str, first: int, last: int) -> bytes:
        """The bytes from first to last. Only the parts that they lie in are read, each checked by its sum.

        Raises: StoreUnavailable when it is not there or damaged.
        """
        if self.size(sha256) <= PART_BYTES:
            return self.get(sha256)[first : last + 1]
        with _reading(sha256), (self.root / blob_key(sha256)).open("rb") as file:
            sums = self._sums(sha256)
            start = first // PART_BYTES
            file.seek(start * PART_BYTES)
            parts = [file.read(PART_BYTES) for _ in range(start, last // PART_BYTES + 1)]
            for number, part in enumerate(parts, start):
                kept = sums[number * SUM_BYTES : (number + 1) * SUM_BYTES]
                if part and sum_of(part) != kept and sum_of(part) != self._renewed(sha256, number):
                    raise _damaged()
        skipped = first - start * PART_BYTES
        return b"".join(parts)[skipped : skipped + last - first + 1]

    def _sums(self, sha256: str) -> bytes:
        """The sums that were written with a blob; nothing for one that is older than sums."""
        try:
            return self._sums_of(sha256).read_bytes()
        except FileNotFoundError:
            return b""

    def _renewed(self, sha256: str, number: int) -> bytes:
        """A part's sum where the blob, read once from end to end, has its own name: then the sums were damaged or
        missing, and are written anew.
        """
        name, sums = measure(self.root / blob_key(sha256))
        if name != sha256:
            raise _damaged()
        self._keep_sums(sha256, sums)
        return sums[number * SUM_BYTES : (number + 1) * SUM_BYTES]

    def _keep_sums(self, sha256: str, sums: bytes) -> None:
        """Lay sums beside a blob of several parts. They can be made anew: nothing waits for the disk or needs it."""
        place = self._sums_of(sha256)
        if len(sums) > SUM_BYTES and self._sums(sha256) != sums:
            draft = place.with_name(f".{place.name}.{uuid4().hex}.part")
            with suppress(OSError):
                place.parent.mkdir(parents=True, exist_ok=True)
                draft.write_bytes(sums)
                draft.replace(place)

    def _sums_of(self, sha256: str) -> Path:
        return self.root / blob_key(sha256).replace("sha256/", "sums/", 1)

    @staticmethod
    def _is_whole(place: Path, name: str) -> bool:
        return place.exists() and digest_of(place) == name

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

    def listed(self) -> Iterator[tuple[str, int, float]]:
        """Every blob with its size in bytes, and when it was last put, in seconds since 1970."""
        for name in self.names():
            with suppress(FileNotFoundError):
                state = (self.root / blob_key(name)).stat()
                yield name, state.st_size, state.st_mtime

    def delete(self, sha256: str) -> None:
        """Forget a blob; one that is not there is forgotten already."""
        (self.root / blob_key(sha256)).unlink(missing_ok=True)
        self._sums_of(sha256).unlink(missing_ok=True)


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

    def size(self, sha256: str) -> int:
        """Raises: StoreUnavailable."""
        from obstore import exceptions, head  # lazy

        try:
            return int(head(self.store, blob_key(sha256))["size"])
        except FileNotFoundError as missing:
            raise _gone(sha256) from missing
        except exceptions.BaseError as wrong:
            raise _unreachable(wrong) from wrong

    def piece(self, sha256: str, first: int, last: int) -> bytes:
        """A ranged get; the storage checks what it keeps itself. Raises: StoreUnavailable."""
        from obstore import exceptions, get_range  # lazy

        try:
            return bytes(get_range(self.store, blob_key(sha256), start=first, end=last + 1))
        except FileNotFoundError as missing:
            raise _gone(sha256) from missing
        except exceptions.BaseError as wrong:
            raise _unreachable(wrong) from wrong

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


def measure(data: Content) -> tuple[str, bytes]:
    """The SHA-256 in hex, and the sums of the parts of `PART_BYTES`, one after the other."""
    whole, sums = hashlib.sha256(), bytearray()
    with io.BytesIO(data) if isinstance(data, bytes) else data.open("rb") as file:
        while part := file.read(PART_BYTES):
            whole.update(part)
            sums += sum_of(part)
    return whole.hexdigest(), bytes(sums)


def sum_of(part: bytes) -> bytes:
    """What tells damage of a part; that nobody changed it on purpose only the whole digest can tell."""
    return hashlib.blake2b(part, digest_size=SUM_BYTES).digest()


@contextmanager
def _reading(sha256: str) -> Generator[None]:
    try:
        yield
    except FileNotFoundError as missing:
        raise _gone(sha256) from missing
    except OSError as wrong:
        raise StoreUnavailable(f"a stored file cannot be read: {wrong.strerror or wrong}") from wrong


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
    """Without the words of the client: they name the place, the bucket and the key."""
    told = type(wrong).__name__.removesuffix("Error").lower()
    return StoreUnavailable(f"the object storage does not answer ({told})", hint="Look at REMIXLAB_BLOBS_URL.")
