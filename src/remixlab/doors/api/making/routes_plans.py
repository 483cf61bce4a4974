"""/plans: a prompt becomes a judged plan. Free, and nothing is made."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Response

from remixlab.doors.answers.making import JudgedPlan, judged_plan
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.making.requests import PlanRequest
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs
from remixlab.usecases.making import consider, keep_order, preview, read_order

router = APIRouter(tags=["plans"], responses=PROBLEMS)
WAV: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The sound", "content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.post("/plans", dependencies=[costs("plan")])
def write_plan(request: PlanRequest, workspace: TheWorkspace, actor: TheActor) -> JudgedPlan:
    """The plan as it was understood, the decision on it, and who would be paid. A denied plan is an answer."""
    order = request.of(request.recording_id)
    judged = consider(order, actor, workspace.context)
    return judged_plan(judged, keep_order(order, actor, judged.plan, workspace.context))


@router.get("/plans/{plan_id}", dependencies=[costs("plan")])
def read_plan(plan_id: str, workspace: TheWorkspace, actor: TheActor) -> JudgedPlan:
    """The plan, judged anew: permissions may have changed."""
    order = read_order(plan_id, actor, workspace.context)
    return judged_plan(consider(order, actor, workspace.context), plan_id)


@router.get(
    "/plans/{plan_id}/preview",
    response_class=Response,
    response_model=None,
    responses=WAV,
    dependencies=[costs("preview")],
)
def read_preview(
    plan_id: str,
    workspace: TheWorkspace,
    actor: TheActor,
    start_s: Annotated[float, Query(ge=0, le=36_000)] = 0.0,
    length_s: Annotated[float, Query(gt=0, le=15)] = 0.5,
) -> Response:
    """A stretch of the result as WAV, played at once; it needs the consent to stream unmarked sound."""
    order = read_order(plan_id, actor, workspace.context)
    sound = preview(order, actor, workspace.context, start_s=start_s, length_s=length_s)
    return Response(sound, media_type="audio/wav", headers={"Cache-Control": "no-store"})
