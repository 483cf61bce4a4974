"""/recordings: what there is to remix."""

from __future__ import annotations

import json
from typing import Annotated

from fastapi import APIRouter, File, Form, Header, Query, Request, Response, UploadFile

from remixlab.domain.audio import SAMPLE_RATE
from remixlab.domain.errors import SignInNeeded
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Scope
from remixlab.doors.answers.catalogue import (
    PeaksAnswer,
    RecordingDetail,
    RecordingList,
    StemLevelsAnswer,
    TagList,
    recording_answer,
    recording_detail,
    tag_list,
)
from remixlab.doors.answers.decisions import AskAnswer, ask_answer
from remixlab.doors.answers.making import JobStarted, job_started
from remixlab.doors.api.audio import (
    CACHING,
    MEDIA_TYPES,
    SOUND,
    Kept,
    RangeHeader,
    StretchLength,
    StretchStart,
    peaks_answer,
    serve_kept,
)
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.doors.api.uploads import digest_of, laid_down
from remixlab.usecases.catalogue import (
    Delivery,
    find_alike,
    find_by_words,
    receive,
    recording_sound,
    recording_stretch,
    remembered_analysis,
    shown_recording,
    shown_recordings,
    stem_levels,
    suggestions_for,
    tags_of,
    usable_recording,
    what_is_open,
    what_is_open_on,
)
from remixlab.usecases.hearing import analyse, sound_blocks
from remixlab.usecases.making import ask_scope

router = APIRouter(tags=["recordings"], responses=PROBLEMS)
SNIFFED = 1 << 16
"""Bytes at the beginning of a file that say what is in it."""


@router.get("/recordings")
def list_recordings(
    workspace: TheWorkspace,
    actor: AnyActor,
    after: After = None,
    limit: Limit = 50,
    feel: Annotated[
        str | None, Query(max_length=2000, description="Words such as `sunny bossa with a female voice`.")
    ] = None,
    like: Annotated[str | None, Query(max_length=128, description="A recording that they should feel like.")] = None,
) -> RecordingList:
    """The catalogue in pages. With `feel` or `like`, what fits best, in one page."""
    context = workspace.context
    if feel is not None or like is not None:
        if actor.is_anonymous:  # to search is work; to look at the list is none
            raise SignInNeeded("To search by sound needs an account.", hint="Sign in, or send an API key.")
        search = find_by_words if feel is not None else find_alike
        best = search(feel or like or "", actor, context, limit=limit).found
        states = what_is_open_on([one.recording for one in best], actor, context)
        return RecordingList(
            items=[recording_answer(one.recording, state, one.fit) for one, state in zip(best, states, strict=True)]
        )
    page = shown_recordings(actor, context, after=after, limit=limit)
    states = what_is_open_on(page.items, actor, context)
    return RecordingList(items=list(map(recording_answer, page.items, states)), next=page.next)


@router.get("/recordings/{recording_id}")
def read_recording(
    recording_id: str, workspace: TheWorkspace, actor: AnyActor, surprise: Annotated[int, Query(ge=0, lt=2**32)] = 0
) -> RecordingDetail:
    """One recording, with what was heard in it and presets that suit it."""
    recording = shown_recording(recording_id, actor, workspace.context)
    available = what_is_open(recording, actor, workspace.context)
    suggested = suggestions_for(recording, actor, workspace.context, seed=surprise)
    item = recording_answer(recording, available)
    return recording_detail(item, remembered_analysis(recording, workspace.context), available, suggested)


@router.get("/recordings/{recording_id}/analysis", dependencies=[costs("hear")])
def read_analysis(recording_id: str, workspace: TheWorkspace, actor: TheActor) -> Analysis:
    """What `remixlab listen` prints; heard now if it was not yet."""
    return analyse(usable_recording(recording_id, actor, workspace.context), workspace.context)


@router.get("/recordings/{recording_id}/tags", dependencies=[costs("hear")])
def read_tags(recording_id: str, workspace: TheWorkspace, actor: TheActor) -> TagList:
    """The words that fit the sound of a recording best; heard now if it was not yet."""
    recording = usable_recording(recording_id, actor, workspace.context)
    return tag_list(recording, tags_of(recording, workspace.context))


@router.get("/recordings/{recording_id}/ask")
def ask_recording(
    recording_id: str, scope: Annotated[Scope, Query()], workspace: TheWorkspace, actor: TheActor
) -> AskAnswer:
    """Whether you may use this recording for one thing, with the reasons. Nobody is asked for a yes by it."""
    return ask_answer(ask_scope(recording_id, scope, actor, workspace.context, asks=False))


@router.post("/recordings/{recording_id}/ask")
def request_recording(
    recording_id: str, scope: Annotated[Scope, Query()], workspace: TheWorkspace, actor: TheActor
) -> AskAnswer:
    """The same, and where it waits for a yes, the parties are asked for theirs."""
    return ask_answer(ask_scope(recording_id, scope, actor, workspace.context))


@router.get("/recordings/{recording_id}/audio", response_class=Response, response_model=None, responses=SOUND)
def read_audio(
    recording_id: str,
    request: Request,
    workspace: TheWorkspace,
    actor: AnyActor,
    range_header: RangeHeader = None,
    start_s: StretchStart = None,
    length_s: StretchLength = None,
) -> Response:
    """The original, or a stretch of it, for listening inside the service, where its owners allow that (`stream`) now
    and here.
    """
    context = workspace.context
    if start_s is not None and length_s is not None:
        stretch = recording_stretch(recording_id, actor, context, start_s=start_s, length_s=length_s)
        return Response(stretch, media_type=MEDIA_TYPES["flac"], headers=CACHING)
    kept = Kept(context.blobs, recording_sound(recording_id, actor, context))
    return serve_kept(kept, context.audio_files.media_type(kept.beginning(SNIFFED)), request)


@router.get("/recordings/{recording_id}/peaks", dependencies=[costs("hear")])
def read_peaks(recording_id: str, workspace: TheWorkspace, actor: AnyActor) -> PeaksAnswer:
    """A thousand pairs of lowest and highest sample, for drawing: a picture, for whoever sees the recording."""
    recording = usable_recording(recording_id, actor, workspace.context)
    length_frames = round(recording.duration_s * SAMPLE_RATE)
    return peaks_answer(sound_blocks(recording, workspace.context), length_frames)


@router.get("/recordings/{recording_id}/stems/levels", dependencies=[costs("hear")])
def read_stem_levels(
    recording_id: str, workspace: TheWorkspace, actor: TheActor, response: Response
) -> StemLevelsAnswer:
    """How loud each stem is where, for drawing; heard now if it was not yet."""
    levels = stem_levels(recording_id, actor, workspace.context)
    response.headers["Cache-Control"] = "private, max-age=3600"
    return StemLevelsAnswer.model_validate(levels)


@router.post("/recordings", status_code=202, dependencies=[costs("upload")])
async def add_recording(
    workspace: TheWorkspace,
    actor: TheActor,
    file: Annotated[UploadFile, File()],
    mine: Annotated[bool, Form()] = False,
    title: Annotated[str | None, Form(max_length=200)] = None,
    artist: Annotated[str | None, Form(max_length=200)] = None,
    isrc: Annotated[str | None, Form(max_length=32)] = None,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> JobStarted:
    """Bring a file; `mine` attests that it is yours. The job reads, recognises and hears it."""
    async with laid_down(file, workspace) as path:
        delivery = Delivery(path, file.filename or "upload", title=title, artist=artist, isrc=isrc, mine=mine)

        def start() -> str:
            return workspace.jobs.ingest(receive(delivery, actor, workspace.context), actor)

        def once() -> str:
            if idempotency_key is None:
                return start()
            sent = json.dumps([digest_of(path), title, artist, isrc, mine])
            return workspace.run_once(idempotency_key, sent, start, actor)

        return job_started(await workspace.in_thread(once))
