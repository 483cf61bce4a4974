"""Content-addressed bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

Content = bytes | Path
"""What is in a file: its bytes, or where it lies, so that a large one is never read whole."""


class Blobs(Protocol):
    """Content-addressed bytes. Law: `get(put(data)) == data`; putting twice keeps one."""

    def put(self, data: Content) -> str:
        """The SHA-256 of the data, in hex; durable when this returns."""
        ...

    def open(self, sha256: str) -> Content:
        """As `get`, for what may be large: where the checked content lies, if it lies here. Raises:

        StoreUnavailable.
        """
        ...

    def get(self, sha256: str) -> bytes:
        """Raises: StoreUnavailable when it is not there or damaged."""
        ...

    def size(self, sha256: str) -> int:
        """How many bytes there are, without reading any. Raises: StoreUnavailable."""
        ...

    def piece(self, sha256: str, first: int, last: int) -> bytes:
        """The bytes from the first to the last, both included, and little more than those is read.

        Where the content lies here it is checked against what was put. Raises: StoreUnavailable.
        """
        ...

    def has(self, sha256: str) -> bool: ...

    def path(self, sha256: str) -> Path | None:
        """A local file with this content, or None when it lives elsewhere."""
        ...

    def delete(self, sha256: str) -> None:
        """Forget a blob; one that is not there is forgotten already."""
        ...
