"""POST /remixes: start the making of a plan or a prompt."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header

from remixlab.domain.errors import Invalid
from remixlab.doors.answers.making import JobStarted, job_started
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.making.requests import RemixRequest
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.usecases.making import read_order

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.post("/remixes", status_code=202, dependencies=[costs("remix")])
def make_remix(
    request: RemixRequest,
    workspace: TheWorkspace,
    actor: TheActor,
    idempotency_key: Annotated[str | None, Header(max_length=200)] = None,
) -> JobStarted:
    """Start the making. The same Idempotency-Key with the same order is the same job; with another order it clashes."""
    if request.plan_id is not None and request.recording_id is None:
        order = read_order(request.plan_id, actor, workspace.context).model_copy(update={"share": request.share})
    elif request.recording_id is not None and request.plan_id is None:
        order = request.of(request.recording_id)
    else:
        raise Invalid("give exactly one of plan_id and recording_id", code="request.invalid")

    def start() -> str:
        return workspace.jobs.remix(order, actor, key=idempotency_key)

    if idempotency_key is None:
        return job_started(start())
    return job_started(workspace.run_once(idempotency_key, request.model_dump_json(), start, actor))
