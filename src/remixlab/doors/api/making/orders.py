"""POST /remixes: start the making of a plan or a wish."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header

from remixlab.domain.errors import Invalid
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.making.plans import order_of
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import JobStarted, RemixWish
from remixlab.usecases.making import read_order

router = APIRouter(tags=["remixes"], responses=PROBLEMS)


@router.post("/remixes", status_code=202)
def make_remix(
    wish: RemixWish, workspace: TheWorkspace, caller: TheCaller, idempotency_key: Annotated[str | None, Header(max_length=200)] = None
) -> JobStarted:
    """Start the making. The same Idempotency-Key with the same wish is the same job; with another wish it clashes."""
    if (wish.plan_id is None) == (wish.recording_id is None):
        raise Invalid("give exactly one of plan_id and recording_id", code="request.invalid")
    if wish.plan_id:
        order = read_order(wish.plan_id, workspace.context).model_copy(
            update={"at": caller.at, "share": wish.share, "listener": caller.user}
        )
    else:
        order = order_of(wish, caller)
    start = lambda: workspace.jobs.remix(order, key=idempotency_key)  # noqa: E731
    if idempotency_key is None:
        return JobStarted.of(start())
    return JobStarted.of(workspace.once(idempotency_key, caller.user, wish.model_dump_json(), start, caller.at))
