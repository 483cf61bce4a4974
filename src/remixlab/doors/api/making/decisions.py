"""/decisions: what was decided, kept for ever, in a chain."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from remixlab.doors.api.caller import TheCaller, TheWorkspace, must_be
from remixlab.doors.api.problems import PROBLEMS

router = APIRouter(tags=["decisions"], responses=PROBLEMS)


@router.get("/decisions/{decision_id}")
def read_decision(decision_id: str, workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """The decision as it was given to you, with everything it rested on."""
    with workspace.context.read() as records:
        decision = records.decision(decision_id)
    must_be(decision.request.listener, caller, workspace)
    return decision.to_dict()
