"""Blobs in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

from remixlab.domain.errors import StoreUnavailable
from remixlab.domain.ports.blobs import Content


class MemoryBlobs:
    """Bytes by their digest, for as long as the test lasts."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, data: Content) -> str:
        data = data if isinstance(data, bytes) else data.read_bytes()
        name = hashlib.sha256(data).hexdigest()
        self.kept[name] = data
        return name

    def get(self, sha256: str) -> bytes:
        if sha256 not in self.kept:
            raise StoreUnavailable(f"the stored file {sha256[:12]}… is not there", code="store.missing")
        if hashlib.sha256(self.kept[sha256]).hexdigest() != sha256:
            raise StoreUnavailable("a stored file is damaged", code="store.damaged")
        return self.kept[sha256]

    def open(self, sha256: str) -> bytes:
        return self.get(sha256)

    def size(self, sha256: str) -> int:
        return len(self.get(sha256))

    def piece(self, sha256: str, first: int, last: int) -> bytes:
        return self.get(sha256)[first : last + 1]

    def has(self, sha256: str) -> bool:
        return sha256 in self.kept

    def path(self, sha256: str) -> Path | None:
        return None

    def delete(self, sha256: str) -> None:
        self.kept.pop(sha256, None)
