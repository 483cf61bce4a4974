"""/soundfonts: an SF2 or SF3 of one's own, to play new parts on."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, File, UploadFile

from remixlab.domain.errors import InvalidSoundFont
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.plan import SoundFontRef
from remixlab.usecases.making import keep_soundfont

router = APIRouter(tags=["soundfonts"], responses=PROBLEMS)
SIZE_MAX: Final = 2**30


@router.post("/soundfonts", status_code=201, dependencies=[costs("upload")])
async def add_soundfont(workspace: TheWorkspace, actor: TheActor, file: Annotated[UploadFile, File()]) -> SoundFontRef:
    """Bring a SoundFont; its licence is yours to know. What comes back goes into an order as `soundfont`."""
    if (file.size or 0) > SIZE_MAX:
        raise InvalidSoundFont(f"{file.filename or 'the upload'} is larger than {SIZE_MAX // 2**30} GiB")
    data = await file.read()
    return await workspace.in_thread(lambda: keep_soundfont(data, actor, workspace.context))
