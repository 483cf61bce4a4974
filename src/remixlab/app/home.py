"""The workspace's folder: its owner's alone."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

_FOLDERS: Final = ("keys", "blobs", "cache")
_SECRETS: Final = ("*.sqlite*", "*.lock", "keys/*")


def tighten(home: Path) -> None:
    """Let nobody but the owner read the workspace, whatever made it; a folder that is another's stays as it is.

    Nobody else enters the folder, so what is made in it later needs no care; what lay open before is closed too.
    """
    with suppress(OSError):
        _close(home, 0o700)
        for name in _FOLDERS:
            if (home / name).is_dir():
                _close(home / name, 0o700)
        for pattern in _SECRETS:
            for path in home.glob(pattern):
                if path.is_file() and not path.is_symlink():
                    _close(path, 0o600)


def is_open_to_others(home: Path) -> bool:
    """Whether anybody but the owner may look into the workspace."""
    return bool(home.stat().st_mode & 0o077)


def _close(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o077:
        path.chmod(mode)
