"""/identify: which recordings of the catalogue are in a file?"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.uploads import laid_down
from remixlab.usecases.provenance import identify_file

router = APIRouter(tags=["identify"], responses=PROBLEMS)


@router.post("/identify")
async def identify_sound(workspace: TheWorkspace, caller: TheCaller, file: Annotated[UploadFile, File()]) -> dict[str, Any]:
    """Matches with where in the file and where in the recording, tempo and pitch."""
    async with laid_down(file, workspace) as path:
        return await workspace.in_thread(lambda: identify_file(path, file.filename or "file", workspace.context))
