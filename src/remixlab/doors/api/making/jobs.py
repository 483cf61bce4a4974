"""/jobs: what is being made, by polling and as server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header
from fastapi.responses import StreamingResponse

from remixlab.domain.errors import NotFound, Unavailable
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.making.answers import answer_of
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import JobAnswer

router = APIRouter(tags=["jobs"], responses=PROBLEMS)
PATIENCE_S = 2.0


@router.get("/jobs/{job_id}")
def read_job(job_id: str, workspace: TheWorkspace, caller: TheCaller) -> JobAnswer:
    """Running, done with its result, or failed with its error."""
    status = workspace.jobs.status(job_id)
    if status is None:
        raise NotFound(f"There is no job {job_id}.", code="job.not_found")
    result = status.result
    if result and "remix_id" in result:
        with workspace.context.read() as records:
            remix = records.remix(result["remix_id"])
            result = answer_of(remix, records.recording(remix.source_id)).model_dump(mode="json")
    return JobAnswer(job_id=job_id, state=status.state, result=result, error=status.error)


@router.get("/jobs/{job_id}/events", response_class=StreamingResponse)
async def follow_job(job_id: str, workspace: TheWorkspace, last_event_id: Annotated[int, Header()] = 0) -> StreamingResponse:
    """Progress as it happens; a dropped stream resumes after its `Last-Event-ID`. Ends with `end`, also when the job engine has failed."""
    if await workspace.in_thread(lambda: workspace.jobs.status(job_id)) is None:
        raise NotFound(f"There is no job {job_id}.", code="job.not_found")

    async def stream() -> AsyncIterator[str]:
        number = last_event_id
        while True:
            try:
                status = await workspace.in_thread(lambda: workspace.jobs.status(job_id))
            except Unavailable:  # the job's page says what is wrong, to everybody who asks there
                status = None
            waiting = status is not None and status.state == "running"
            events = await workspace.in_thread(lambda n=number, w=waiting: workspace.jobs.board.after(job_id, n, PATIENCE_S if w else 0.0))
            for event in events:
                number = event.number
                yield f"id: {event.number}\nevent: progress\ndata: {json.dumps({'stage': event.stage, 'share': event.share})}\n\n"
            if not waiting:
                yield "event: end\ndata: {}\n\n"
                return
            if not events:
                yield ": still here\n\n"

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})
