"""/plans: a wish becomes a judged plan. Free, and nothing is made."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from remixlab.doors.api.audio import serve_bytes
from remixlab.doors.api.caller import Caller, TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import PlanAnswer, PlanLine, PlanWish
from remixlab.usecases.making import Judged, RemixOrder, consider, keep_order, preview, read_order

router = APIRouter(tags=["plans"], responses=PROBLEMS)


@router.post("/plans")
def write_plan(wish: PlanWish, workspace: TheWorkspace, caller: TheCaller) -> PlanAnswer:
    """The plan as it was understood, the decision on it, and who would be paid. A denied plan is an answer."""
    order = order_of(wish, caller)
    judged = consider(order, workspace.context)
    return answer_of(judged, keep_order(order, judged.plan, workspace.context))


@router.get("/plans/{plan_id}")
def read_plan(plan_id: str, workspace: TheWorkspace, caller: TheCaller) -> PlanAnswer:
    """The plan, judged anew: permissions may have changed."""
    order = read_order(plan_id, workspace.context).model_copy(update={"at": caller.at})
    return answer_of(consider(order, workspace.context), plan_id)


@router.get("/plans/{plan_id}/preview", response_model=None)
def read_preview(
    plan_id: str,
    workspace: TheWorkspace,
    caller: TheCaller,
    start_s: Annotated[float, Query(ge=0, le=36_000)] = 0.0,
    length_s: Annotated[float, Query(gt=0, le=15)] = 0.5,
) -> Any:
    """A stretch of the result as WAV, played at once; it needs the consent to stream unmarked sound inside the service."""
    order = read_order(plan_id, workspace.context).model_copy(update={"at": caller.at})
    data = preview(order, workspace.context, start_s=start_s, length_s=length_s)
    answer = serve_bytes(data, "audio/wav", None)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def order_of(wish: Any, caller: Caller) -> RemixOrder:
    return RemixOrder(
        source=wish.recording_id, prompt=wish.prompt, plan=wish.plan, kind=wish.kind, seed=wish.seed, share=wish.share,
        mine=wish.mine, soundfont=wish.soundfont, listener=caller.user, territory=caller.territory, at=caller.at,
    )  # fmt: skip


def answer_of(judged: Judged, plan_id: str) -> PlanAnswer:
    tree = judged.answer()
    header = len(tree["description"]) - len(judged.plan.ops)
    words = [None] * header + [op.because for op in judged.plan.ops]
    lines = [PlanLine(text=text, because=because) for text, because in zip(tree["description"], words, strict=True)]
    url = f"/v1/plans/{plan_id}/preview" if judged.decision.allowed else None
    return PlanAnswer.model_validate({**tree, "plan_id": plan_id, "description": lines, "preview_url": url})
