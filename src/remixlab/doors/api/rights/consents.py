"""/consents: what was said about a recording, and saying it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases.rights import ConsentWish, answer_request, set_consent, show_consents, withdraw

router = APIRouter(tags=["consents"], responses=PROBLEMS)


@router.get("/consents")
def read_consents(recording_id: Annotated[str, Query(max_length=128)], workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Everything that bears on a recording: consents, holds, shares, the epoch."""
    return show_consents(recording_id, workspace.context)


@router.post("/consents", status_code=201)
def say_consent(wish: ConsentWish, workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Open or close uses, in the name of the caller's party."""
    return set_consent(wish, workspace.context, party=caller.user, at=caller.at).to_dict()


@router.delete("/consents")
def withdraw_consent(recording_id: Annotated[str, Query(max_length=128)], workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Stop every use of a recording now; its remixes are taken down with it."""
    return withdraw(recording_id, workspace.context, party=caller.user, at=caller.at)


@router.post("/consents/requests/{request_id}")
def answer(request_id: str, approved: Annotated[bool, Query()], workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Answer what waits for the caller's yes."""
    return answer_request(request_id, workspace.context, party=caller.user, approved=approved, at=caller.at)
