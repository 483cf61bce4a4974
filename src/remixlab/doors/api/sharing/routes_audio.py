"""/remixes/{id}/audio, /peaks and /stems: the sound of a remix, and its parts where every owner allows the export."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from pathlib import Path
from secrets import token_hex
from shutil import rmtree
from tempfile import mkdtemp
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import FileResponse
from starlette.background import BackgroundTask

from remixlab.accounts import Action
from remixlab.app.workspace import Workspace
from remixlab.domain.actor import Actor
from remixlab.domain.ledger import Served
from remixlab.doors.answers.catalogue import PeaksAnswer
from remixlab.doors.answers.sharing import parts_answer
from remixlab.doors.api.audio import (
    CACHING,
    MEDIA_TYPES,
    SOUND,
    Kept,
    RangeHeader,
    StretchLength,
    StretchStart,
    media_type_of,
    peaks_answer,
    serve_kept,
    served_span,
)
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.signal.reel import blocks_of
from remixlab.usecases.making import delivered_as
from remixlab.usecases.sharing import (
    audible_remix,
    download_remix,
    export_stems,
    exported_parts,
    note_served,
    open_stream,
    remix_stretch,
    score_files,
    stream_token,
)

STREAM_HEADER: Final = "RemixLab-Stream-Token"

Span = tuple[int, int, int]
"""First, last, and the size of the whole."""

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.get("/remixes/{remix_id}/audio", response_class=Response, response_model=None, responses=SOUND)
def read_audio(
    remix_id: str,
    request: Request,
    workspace: TheWorkspace,
    actor: AnyActor,
    format: str = "flac",
    download: bool = False,
    range_header: RangeHeader = None,
    stream: Annotated[
        str | None, Header(alias=STREAM_HEADER, description="The token of the stream that this part belongs to.")
    ] = None,
    start_s: StretchStart = None,
    length_s: StretchLength = None,
) -> Response:
    """The sealed file: marked, tagged, signed; or a stretch of its sound.

    To take it away (`download`) is a right of its own, and is asked for. The answer's `RemixLab-Stream-Token` names one
    listening; sent with further parts, they belong to the same one.
    """
    media_type = media_type_of(format)
    if start_s is not None and length_s is not None and not download:
        heard, sound = remix_stretch(remix_id, actor, workspace.context, start_s=start_s, length_s=length_s)
        part = Response(sound, media_type=MEDIA_TYPES["flac"], headers=CACHING)
        span = _span_heard(start_s, length_s, heard.duration_s)
        part.headers[STREAM_HEADER] = _note(span, heard.remix_id, stream, actor, workspace)
        return part
    remix = audible_remix(remix_id, actor, workspace.context, Action.HEAR_REMIX)
    more = dict[str, str]()
    if download:
        download_remix(remix_id, format, actor, workspace.context)
        more["Content-Disposition"] = _named(remix.title, format)
    kept = Kept(workspace.context.blobs, delivered_as(remix, format, workspace.context))
    answer = serve_kept(kept, media_type, request, more=more)
    answer.headers[STREAM_HEADER] = _note(served_span(answer), remix.remix_id, stream, actor, workspace)
    return answer


def _named(title: str, suffix: str) -> str:
    """A file that is taken away has the name of the music. Source: RFC 6266, with a name in ASCII for old readers."""
    plain = re.sub(r"[^\w ().,-]+", "", unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()).strip()
    whole = quote(f"{title}.{suffix}", safe="")
    return f"attachment; filename=\"{plain or 'remix'}.{suffix}\"; filename*=UTF-8''{whole}"


def _span_heard(start_s: float, length_s: float, duration_s: float) -> Span:
    """A stretch as a part of the whole, in milliseconds: what counts is how much of the remix was sent."""
    whole = max(1, round(duration_s * 1000))
    first = min(whole - 1, round(start_s * 1000))
    return first, max(first, min(whole - 1, round((start_s + length_s) * 1000) - 1)), whole


def _note(span: Span | None, remix_id: str, token: str | None, actor: Actor, workspace: Workspace) -> str:
    """Keep what is sent within the stream that it belongs to, or within a new one; the stream's token."""
    context = workspace.context
    if token is None:
        token = stream_token(remix_id, actor.account, context, stream=token_hex(12), at=actor.at)
    opened = open_stream(token, remix_id, actor.account, actor.at, context)
    if span is not None:
        note_served(Served(opened.stream, *span, actor.at), context)
    return token


@router.get("/remixes/{remix_id}/peaks", dependencies=[costs("hear")])
def read_peaks(remix_id: str, workspace: TheWorkspace, actor: AnyActor) -> PeaksAnswer:
    """A thousand pairs of lowest and highest sample, for drawing."""
    remix = audible_remix(remix_id, actor, workspace.context, Action.HEAR_REMIX)
    audio = workspace.context.audio_files.decode(workspace.context.blobs.open(remix.audio_sha256), "remix.flac")
    return peaks_answer(blocks_of(audio), audio.length_frames)


@router.get(
    "/remixes/{remix_id}/stems",
    dependencies=[costs("stems")],
    response_class=Response,
    response_model=None,
    responses={200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}},
)
def read_stems(remix_id: str, workspace: TheWorkspace, actor: TheActor) -> Response:
    """A ZIP of the parts before mastering (32-bit float WAV) and `parts.json`; summed, they are the premaster.

    Where something was played anew or heard, also `score.mid` (every new part, the tune and the chords) and
    `project.dawproject`, which opens all of it in a DAW.
    """
    mix = export_stems(remix_id, actor, workspace.context)
    folder = Path(mkdtemp(prefix="remixlab-"))
    path, parts = folder / "stems.zip", exported_parts(mix)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for part in parts:
            archive.writestr(part.file, workspace.context.audio_files.encode(part.sound, "wav32"))
        for file, content in score_files(mix, remix_id).items():
            archive.writestr(file, content)
        archive.writestr("parts.json", parts_answer(remix_id, mix, parts).model_dump_json(indent=1))
    sweep = BackgroundTask(rmtree, folder, ignore_errors=True)
    name, headers = f"{remix_id}-stems.zip", {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", filename=name, headers=headers, background=sweep)
