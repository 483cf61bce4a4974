"""Uploads: laid down in a file of their own, so that none of them is held in memory."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from fastapi import Request, UploadFile

from remixlab.domain.errors import InvalidAudio

if TYPE_CHECKING:
    from remixlab.app import Workspace

SIZE_MAX = 4 * 2**30


@asynccontextmanager
async def laid_down(file: UploadFile, workspace: Workspace) -> AsyncGenerator[Path]:
    """Where the upload lies while the block runs. Raises: InvalidAudio where it is larger than any that is read."""
    if (file.size or 0) > SIZE_MAX:
        raise InvalidAudio(
            f"{file.filename or 'the upload'} is larger than {SIZE_MAX // 2**30} GiB", code="audio.too_large"
        )
    with TemporaryDirectory(prefix="remixlab-") as folder:
        path = Path(folder) / "upload"

        def lay_down() -> None:
            with path.open("wb") as place:
                shutil.copyfileobj(file.file, place, 1 << 20)

        await workspace.in_thread(lay_down)
        yield path


@asynccontextmanager
async def streamed_down(request: Request, workspace: Workspace) -> AsyncGenerator[Path]:
    """Where a body that is a file lies while the block runs; the guard has bounded how long it may be."""
    with TemporaryDirectory(prefix="remixlab-") as folder:
        path = Path(folder) / "upload"
        with path.open("wb") as place:
            async for piece in request.stream():
                await workspace.in_thread(partial(place.write, piece))
        yield path


def digest_of(path: Path) -> str:
    """SHA-256 of an upload: with an idempotency key, the same file is the same request."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
