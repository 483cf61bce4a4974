"""/remixes/{id}/audio, /peaks and /stems: the sound of a remix, and its parts where every owner allows the export."""

from __future__ import annotations

import zipfile
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from remixlab.accounts import Action
from remixlab.doors.answers.catalogue import PeaksAnswer
from remixlab.doors.answers.sharing import parts_answer
from remixlab.doors.api.audio import (
    MEDIA_TYPES,
    SOUND,
    RangeHeader,
    StretchLength,
    StretchStart,
    media_type_of,
    peaks_answer,
    serve_sound,
)
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.signal.reel import blocks_of
from remixlab.usecases.making import deliver
from remixlab.usecases.sharing import (
    audible_remix,
    download_remix,
    export_stems,
    exported_parts,
    remix_stretch,
    stream_token,
)

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.get("/remixes/{remix_id}/audio", response_class=Response, response_model=None, responses=SOUND)
def read_audio(
    remix_id: str,
    workspace: TheWorkspace,
    actor: TheActor,
    format: str = "flac",
    download: bool = False,
    range_header: RangeHeader = None,
    start_s: StretchStart = None,
    length_s: StretchLength = None,
) -> Response:
    """The sealed file: marked, tagged, signed; or a stretch of its sound.

    To take it away (`download`) is a right of its own, and is asked for.
    """
    media_type = media_type_of(format)
    if start_s is not None and length_s is not None and not download:
        heard, stretch = remix_stretch(remix_id, actor, workspace.context, start_s=start_s, length_s=length_s)
        answer = serve_sound(stretch, MEDIA_TYPES["flac"], None, private=heard.share == "private")
        answer.headers["RemixLab-Stream-Token"] = stream_token(heard.remix_id, actor.account, workspace.context)
        return answer
    remix = audible_remix(remix_id, actor, workspace.context, Action.HEAR_REMIX)
    if download:
        data, name = download_remix(remix_id, format, actor, workspace.context), f"{remix.remix_id}.{format}"
    else:
        data, name = deliver(remix, format, workspace.context), ""
    answer = serve_sound(data, media_type, range_header, name=name, private=remix.share == "private")
    answer.headers["RemixLab-Stream-Token"] = stream_token(remix.remix_id, actor.account, workspace.context)
    return answer


@router.get("/remixes/{remix_id}/peaks")
def read_peaks(remix_id: str, workspace: TheWorkspace, actor: TheActor) -> PeaksAnswer:
    """A thousand pairs of lowest and highest sample, for drawing."""
    remix = audible_remix(remix_id, actor, workspace.context, Action.HEAR_REMIX)
    audio = workspace.context.audio_files.decode(workspace.context.blobs.open(remix.audio_sha256), "remix.flac")
    return peaks_answer(blocks_of(audio), audio.length_frames)


@router.get(
    "/remixes/{remix_id}/stems",
    response_class=Response,
    response_model=None,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_stems(remix_id: str, workspace: TheWorkspace, actor: TheActor) -> Response:
    """A ZIP of the parts before mastering (32-bit float WAV) and `parts.json`; summed, they are the premaster."""
    mix = export_stems(remix_id, actor, workspace.context)
    folder = Path(mkdtemp(prefix="remixlab-"))
    path, parts = folder / "stems.zip", exported_parts(mix)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr(part.file, workspace.context.audio_files.encode(part.sound, "wav32"))
        archive.writestr("parts.json", parts_answer(remix_id, mix, parts).model_dump_json(indent=1))
    sweep = BackgroundTask(rmtree, folder, ignore_errors=True)
    name, headers = f"{remix_id}-stems.zip", {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", filename=name, headers=headers, background=sweep)
