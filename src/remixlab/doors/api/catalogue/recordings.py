"""/recordings: what there is to remix."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Header, Query, UploadFile

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.doors.api.audio import RangeHeader, peaks_of, serve_bytes
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import JobStarted, RecordingDetail, RecordingItem, RecordingList, TagItem, TagList
from remixlab.doors.api.uploads import laid_down
from remixlab.usecases.catalogue import (
    Delivery,
    find_alike,
    find_by_words,
    receive,
    remembered_analysis,
    shown_recording,
    shown_recordings,
    suggestions_for,
    tags_of,
    what_is_open,
)
from remixlab.usecases.hearing import analyse, sound_blocks

router = APIRouter(tags=["recordings"], responses=PROBLEMS)


@router.get("/recordings")
def list_recordings(
    workspace: TheWorkspace,
    caller: TheCaller,
    after: Annotated[str | None, Query(max_length=128)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    feel: Annotated[str | None, Query(max_length=2000, description="Words such as `sunny bossa with a female voice`.")] = None,
    like: Annotated[str | None, Query(max_length=128, description="A recording that they should feel like.")] = None,
) -> RecordingList:
    """The catalogue in pages; `next` is the cursor of the following one. With `feel` or `like`, what fits best, in one page."""
    if feel is not None or like is not None:
        search = find_by_words if feel is not None else find_alike
        best = search(feel or like or "", workspace.context, user=caller.user, limit=limit).found
        return RecordingList(items=[_item(workspace, caller, one.recording, fit=one.fit) for one in best], next=None)
    found, following = shown_recordings(workspace.context, user=caller.user, after=after, limit=limit)
    return RecordingList(items=[_item(workspace, caller, r) for r in found], next=following)


@router.get("/recordings/{recording_id}")
def read_recording(
    recording_id: str, workspace: TheWorkspace, caller: TheCaller, surprise: Annotated[int, Query(ge=0, lt=2**32)] = 0
) -> RecordingDetail:
    """One recording, with what was heard in it and presets that suit it."""
    recording = shown_recording(recording_id, workspace.context, user=caller.user)
    analysis = remembered_analysis(recording, workspace.context)
    return RecordingDetail(
        **_item(workspace, caller, recording).model_dump(),
        analysis=analysis.to_dict() if analysis else None,
        **suggestions_for(recording, workspace.context, user=caller.user, territory=caller.territory, seed=surprise),
    )


@router.get("/recordings/{recording_id}/analysis")
def read_analysis(recording_id: str, workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """What `remixlab listen` prints; heard now if it was not yet."""
    recording = shown_recording(recording_id, workspace.context, user=caller.user)
    return analyse(recording, workspace.context).to_dict()


@router.get("/recordings/{recording_id}/tags")
def read_tags(recording_id: str, workspace: TheWorkspace, caller: TheCaller) -> TagList:
    """The words that fit the sound of a recording best; heard now if it was not yet."""
    recording = shown_recording(recording_id, workspace.context, user=caller.user)
    tags = [TagItem(kind=t.kind, value=t.value, fit=t.fit) for t in tags_of(recording, workspace.context)]
    return TagList(recording_id=recording.recording_id, tags=tags)


@router.get(
    "/recordings/{recording_id}/audio",
    response_model=None,
    responses={206: {"description": "A part"}, 416: {"description": "No such part"}},
)
def read_audio(recording_id: str, workspace: TheWorkspace, caller: TheCaller, range_header: RangeHeader = None) -> Any:
    """The original, for listening inside the service."""
    recording = shown_recording(recording_id, workspace.context, user=caller.user)
    data = workspace.context.blobs.get(recording.sha256)
    return serve_bytes(data, workspace.context.audio_files.media_type(data), range_header)


@router.get("/recordings/{recording_id}/peaks")
def read_peaks(recording_id: str, workspace: TheWorkspace, caller: TheCaller) -> dict[str, list[list[int]]]:
    """A thousand pairs of lowest and highest sample, for drawing."""
    recording = shown_recording(recording_id, workspace.context, user=caller.user)
    length_frames = round(recording.duration_s * SAMPLE_RATE)
    return {"peaks": peaks_of(sound_blocks(recording, workspace.context), length_frames)}


@router.post("/recordings", status_code=202)
async def add_recording(
    workspace: TheWorkspace,
    caller: TheCaller,
    file: Annotated[UploadFile, File()],
    mine: Annotated[bool, Form()] = False,
    title: Annotated[str | None, Form(max_length=200)] = None,
    artist: Annotated[str | None, Form(max_length=200)] = None,
    isrc: Annotated[str | None, Form(max_length=32)] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> JobStarted:
    """Bring a file; `mine` attests that it is yours. The job reads, recognises and hears it."""
    async with laid_down(file, workspace) as path:
        delivery = Delivery(path, file.filename or "upload", title=title, artist=artist, isrc=isrc, mine=mine, user=caller.user)
        job_id = await workspace.in_thread(lambda: workspace.jobs.ingest(receive(delivery, workspace.context)))
    return JobStarted.of(job_id)


def _item(workspace: Any, caller: Any, recording: Any, fit: float | None = None) -> Any:
    standing = what_is_open(recording, workspace.context, user=caller.user, territory=caller.territory)
    return RecordingItem(
        recording_id=recording.recording_id, isrc=recording.isrc, title=recording.title, artist=recording.artist,
        duration_s=round(recording.duration_s, 3), open=standing.open, state=standing.sentence,
        audio_url=f"/v1/recordings/{recording.recording_id}/audio", fit=None if fit is None else round(fit, 3),
    )  # fmt: skip
