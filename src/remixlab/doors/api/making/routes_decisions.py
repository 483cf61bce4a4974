"""/decisions: what was decided, kept for ever, in a chain."""

from __future__ import annotations

from fastapi import APIRouter

from remixlab.doors.answers.decisions import DecisionRecord, decision_record
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases import making

router = APIRouter(tags=["decisions"], responses=PROBLEMS)


@router.get("/decisions/{decision_id}")
def read_decision(decision_id: str, workspace: TheWorkspace, actor: TheActor) -> DecisionRecord:
    """The decision as it was given to you, with everything it rested on."""
    return decision_record(making.read_decision(decision_id, actor, workspace.context))
