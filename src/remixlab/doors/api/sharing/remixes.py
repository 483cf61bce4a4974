"""/remixes: list, read, hear, publish."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from remixlab.doors.api.audio import RangeHeader, media_type_of, peaks_of, serve_bytes
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.making.answers import answer_of
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import RemixAnswer, RemixList
from remixlab.signal.reel import blocks_of
from remixlab.usecases.making import deliver
from remixlab.usecases.sharing import audible_remix, publish, stream_token

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.get("/remixes")
def list_remixes(workspace: TheWorkspace, caller: TheCaller, source_id: Annotated[str | None, Query(max_length=128)] = None) -> RemixList:
    """Your own remixes, and everybody's published ones."""
    with workspace.context.read() as records:
        found = records.remixes(source_id=source_id)
        seen = [r for r in found if r.listener == caller.user or (r.share == "public" and r.state == "published")]
        return RemixList(items=[answer_of(r, records.recording(r.source_id)) for r in seen])


@router.get("/remixes/{remix_id}")
def read_remix(remix_id: str, workspace: TheWorkspace, caller: TheCaller) -> RemixAnswer:
    remix = audible_remix(remix_id, workspace.context, user=caller.user)
    with workspace.context.read() as records:
        return answer_of(remix, records.recording(remix.source_id))


@router.get(
    "/remixes/{remix_id}/audio", response_model=None, responses={206: {"description": "A part"}, 416: {"description": "No such part"}}
)
def read_audio(
    remix_id: str,
    workspace: TheWorkspace,
    caller: TheCaller,
    format: str = "flac",
    download: bool = False,
    range_header: RangeHeader = None,
) -> Any:
    """The sealed file: marked, tagged, signed."""
    media_type = media_type_of(format)
    remix = audible_remix(remix_id, workspace.context, user=caller.user)
    data = deliver(remix, format, workspace.context)
    name = f"{remix.remix_id}.{format}" if download else ""
    answer = serve_bytes(data, media_type, range_header, name=name, private=remix.share == "private")
    answer.headers["RemixLab-Stream-Token"] = stream_token(remix.remix_id, caller.user, workspace.context)
    return answer


@router.get("/remixes/{remix_id}/peaks")
def read_peaks(remix_id: str, workspace: TheWorkspace, caller: TheCaller) -> dict[str, list[list[int]]]:
    remix = audible_remix(remix_id, workspace.context, user=caller.user)
    audio = workspace.context.audio_files.decode(workspace.context.blobs.get(remix.audio_sha256), "remix.flac")
    return {"peaks": peaks_of(blocks_of(audio), audio.length_frames)}


@router.post("/remixes/{remix_id}/publish")
def publish_remix(remix_id: str, workspace: TheWorkspace, caller: TheCaller) -> RemixAnswer:
    """Share a private remix; the permission to share is decided now."""
    remix = publish(remix_id, workspace.context, user=caller.user, territory=caller.territory, at=caller.at)
    with workspace.context.read() as records:
        return answer_of(remix, records.recording(remix.source_id))
