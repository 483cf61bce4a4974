"""/jobs: what is being made, by polling and as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Final

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from remixlab.domain.errors import Unavailable
from remixlab.doors.answers.catalogue import IngestedAnswer, brought_answer
from remixlab.doors.answers.making import JobAnswer, RemixAnswer, remix_answer
from remixlab.doors.answers.problems import ErrorAnswer
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.errors import told
from remixlab.usecases.catalogue import seen_by

if TYPE_CHECKING:
    from remixlab.domain.actor import Actor
    from remixlab.usecases.context.records import Records

router = APIRouter(tags=["jobs"], responses=PROBLEMS)
PATIENCE_S: Final = 2.0
EVENTS: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Events `progress`, then `end`",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}


@router.get("/jobs/{job_id}", response_model_exclude_unset=True)
def read_job(job_id: str, workspace: TheWorkspace, actor: TheActor) -> JobAnswer:
    """Running, done with its result, or failed with its error; for whoever ordered it."""
    status = workspace.read_job(job_id, actor)
    result = _result_of(status.result, actor, workspace.context) if status.result else None
    error = ErrorAnswer.model_validate(told(status.error)) if status.error else None
    return JobAnswer(job_id=job_id, state=status.state, result=result, error=error)


@router.get("/jobs/{job_id}/events", response_class=StreamingResponse, responses=EVENTS)
async def follow_job(
    job_id: str, workspace: TheWorkspace, actor: TheActor, last_event_id: Annotated[int, Header(ge=0)] = 0
) -> StreamingResponse:
    """Progress as it happens; a dropped stream resumes after its `Last-Event-ID`.

    Ends with `end`, also when the job engine has failed.
    """
    await workspace.in_thread(lambda: workspace.read_job(job_id, actor))

    async def stream() -> AsyncIterator[str]:
        number = last_event_id
        while True:
            try:
                status = await workspace.in_thread(lambda: workspace.jobs.status(job_id))
            except Unavailable:  # the job's page says what is wrong, to everybody who asks there
                status = None
            waiting = status is not None and status.state == "running"
            events = await workspace.in_thread(
                lambda n=number, w=waiting: workspace.jobs.board.after(job_id, n, PATIENCE_S if w else 0.0)
            )
            for event in events:
                number = event.number
                told_so_far = json.dumps({"stage": event.stage, "share": event.share})
                yield f"id: {event.number}\nevent: progress\ndata: {told_so_far}\n\n"
            if not waiting:
                yield "event: end\ndata: {}\n\n"
                return
            if not events:
                yield ": still here\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})


def _result_of(kept: Mapping[str, Any], actor: Actor, context: Records) -> RemixAnswer | IngestedAnswer:
    """What a job has kept of its result, as it is on record now and as this actor sees it."""
    with context.read() as records:
        if "remix_id" in kept:
            remix = records.remixes.remix(kept["remix_id"])
            return remix_answer(remix, records.catalogue.recording(remix.source_id))
        recording = seen_by(records.catalogue.recording(kept["recording_id"]), actor, records.catalogue)
        return brought_answer(recording, kept.get("duplicate_of"), kept.get("notes", ()))
