"""/verify: is a file ours, and what is it made from? Free for everybody."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from remixlab.doors.api.caller import TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.uploads import laid_down
from remixlab.usecases.provenance import verify

router = APIRouter(tags=["verify"], responses=PROBLEMS)


@router.post("/verify")
async def verify_file(workspace: TheWorkspace, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
    """Looks for our mark and our manifest; a file without them is said to be not ours, nothing more."""
    async with laid_down(file, workspace) as path:
        return await workspace.in_thread(lambda: verify(path, file.filename or "file", workspace.context))
