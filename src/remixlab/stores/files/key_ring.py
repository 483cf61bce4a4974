"""Secrets of the house in a folder that only its owner reads; each is made once and never logged."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from remixlab.domain.errors import StoreUnavailable


class FolderKeyRing:
    """Law: the same name gives the same bytes for ever, also when two processes ask for it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_or_make(self, name: str, make: Callable[[], bytes]) -> bytes:
        """The secret of this name; `make` is called when there is none yet. Raises: StoreUnavailable."""
        path = self._folder / name
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if path.exists():
                return path.read_bytes()
            beside = self._folder / f".{name}.{os.getpid()}.part"
            descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            try:
                os.link(beside, path)  # fails when another process was first: then its secret is ours
            except FileExistsError:
                pass
            finally:
                beside.unlink()
            return path.read_bytes()
        except OSError as error:
            raise StoreUnavailable(f"the key '{name}' cannot be read: {error.strerror}") from error

    def __repr__(self) -> str:
        return f"FolderKeyRing({str(self._folder)!r})"
