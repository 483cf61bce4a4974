"""/remixes/{id}/stems: the parts of a remix, where every owner allows the export."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

from fastapi import APIRouter
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases.making import RemixOrder
from remixlab.usecases.sharing import export_stems, exported_parts

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.get("/remixes/{remix_id}/stems", response_model=None, responses={200: {"content": {"application/zip": {}}}})
def read_stems(remix_id: str, workspace: TheWorkspace, caller: TheCaller) -> Any:
    """A ZIP of the parts before mastering (32-bit float WAV) and `parts.json`; summed, they are the premaster."""
    order = RemixOrder(source=remix_id, listener=caller.user, territory=caller.territory, at=caller.at)
    mix = export_stems(remix_id, workspace.context, order)
    folder = Path(mkdtemp(prefix="remixlab-"))
    path, parts = folder / "stems.zip", exported_parts(mix)
    told = {"remix_id": remix_id, "premaster_gain_db": round(mix.premaster_gain_db, 3), "stems": [part.facts for part in parts]}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr(part.file, workspace.context.audio_files.encode(part.sound, "wav32"))
        archive.writestr("parts.json", json.dumps(told, indent=1))
    sweep = BackgroundTask(rmtree, folder, ignore_errors=True)
    name, headers = f"{remix_id}-stems.zip", {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", filename=name, headers=headers, background=sweep)
