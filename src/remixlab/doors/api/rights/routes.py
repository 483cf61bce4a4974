"""/consents and /approvals: what owners say about their music, and what waits for their yes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from remixlab.doors.answers.rights import (
    ApprovalList,
    ApprovalsAnswer,
    ConsentAnswer,
    ConsentsAnswer,
    WithdrawnAnswer,
    approvals_answer,
    consent_answer,
    consents_answer,
    withdrawn_answer,
)
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rights.requests import ConsentRequest
from remixlab.usecases import rights

router = APIRouter(tags=["consents"], responses=PROBLEMS)
AboutRecording = Annotated[str, Query(max_length=128)]
AsParty = Annotated[
    str | None, Query(min_length=1, max_length=200, description="For which of several parties you speak.")
]


@router.get("/consents")
def read_consents(recording_id: AboutRecording, workspace: TheWorkspace, actor: AnyActor) -> ConsentsAnswer:
    """Everything that bears on a recording: consents, holds, shares, the epoch."""
    return consents_answer(rights.show_consents(recording_id, actor, workspace.context))


@router.post("/consents", status_code=201)
def say_consent(request: ConsentRequest, workspace: TheWorkspace, actor: TheActor) -> ConsentAnswer:
    """Open or close uses, in the name of a party that you act for."""
    return consent_answer(rights.set_consent(request.form(), actor, workspace.context))


@router.delete("/consents")
def withdraw_consent(
    recording_id: AboutRecording, workspace: TheWorkspace, actor: TheActor, party: AsParty = None
) -> WithdrawnAnswer:
    """Stop every use of a recording now; its remixes are taken down with it."""
    return withdrawn_answer(rights.withdraw(recording_id, actor, workspace.context, party=party))


@router.post("/consents/requests/{request_id}")
def answer_request(
    request_id: str, approved: Annotated[bool, Query()], workspace: TheWorkspace, actor: TheActor
) -> ApprovalsAnswer:
    """Answer what waits for your yes."""
    return approvals_answer(rights.answer_request(request_id, actor, workspace.context, approved=approved))


@router.get("/approvals", tags=["approvals"])
def list_approvals(
    workspace: TheWorkspace,
    actor: TheActor,
    status: Annotated[Literal["pending", "approved", "refused"] | None, Query()] = None,
    party: AsParty = None,
    after: After = None,
    limit: Limit = 50,
) -> ApprovalList:
    """The inbox: what waits, or waited, for the yes of a party that you act for."""
    page = rights.list_approvals(actor, workspace.context, after=after, limit=limit, status=status, party=party)
    return ApprovalList(items=list(page.items), next=page.next)
