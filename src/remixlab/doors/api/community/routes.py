"""/refused-prompts: prompts that were refused, kept for appeal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from remixlab.doors.answers.community import RefusedList, refused_item
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases.community import list_refused_prompts

router = APIRouter(tags=["appeals"], responses=PROBLEMS)


@router.get("/refused-prompts")
def list_refused(
    workspace: TheWorkspace,
    actor: TheActor,
    listener: Annotated[str | None, Query(min_length=1, max_length=200, description="Only of this account.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> RefusedList:
    """Your own refused prompts, newest first; all of them for who looks at appeals. Words are forgotten in time."""
    page = list_refused_prompts(actor, workspace.context, after=after, limit=limit, listener=listener).map(refused_item)
    return RefusedList(items=list(page.items), next=page.next)
