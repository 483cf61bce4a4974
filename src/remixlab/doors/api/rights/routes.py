"""/consents and /approvals: what owners say about their music, and what waits for their yes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from remixlab.domain.rights import Hold
from remixlab.doors.answers.rights import (
    ApprovalList,
    ApprovalsAnswer,
    ConsentAnswer,
    ConsentsAnswer,
    RequestAnswer,
    WithdrawnAnswer,
    approvals_answer,
    consent_answer,
    consents_answer,
    request_answer,
    withdrawn_answer,
)
from remixlab.doors.api.audio import SOUND, serve_sound
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rights.requests import ConsentRequest
from remixlab.usecases import rights
from remixlab.usecases.making import preview_request

router = APIRouter(tags=["consents"], responses=PROBLEMS)
AboutRecording = Annotated[str, Query(max_length=128)]
AsParty = Annotated[
    str | None, Query(min_length=1, max_length=200, description="For which of several parties you speak.")
]


@router.get("/consents")
def read_consents(recording_id: AboutRecording, workspace: TheWorkspace, actor: TheActor) -> ConsentsAnswer:
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


@router.post("/consents/disputes/{hold_id}/settle")
def settle_dispute(hold_id: str, workspace: TheWorkspace, actor: TheActor) -> Hold:
    """End a dispute between co-owners."""
    return rights.settle_dispute(hold_id, actor, workspace.context)


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
    status: Annotated[Literal["pending", "approved", "refused", "revoked"] | None, Query()] = None,
    party: AsParty = None,
    after: After = None,
    limit: Limit = 50,
) -> ApprovalList:
    """The inbox: what waits, or waited, for the yes of a party that you act for."""
    page = rights.list_approvals(actor, workspace.context, after=after, limit=limit, status=status, party=party)
    return ApprovalList(items=list(page.items), next=page.next)


@router.get("/approvals/{request_id}", tags=["approvals"])
def read_request(request_id: str, workspace: TheWorkspace, actor: TheActor) -> RequestAnswer:
    """What a request asks: the plan in words, who would be paid, who asks and from where."""
    return request_answer(rights.read_request(request_id, actor, workspace.context))


@router.get(
    "/approvals/{request_id}/preview", tags=["approvals"], response_class=Response, response_model=None,
    responses={200: SOUND[200]},
)  # fmt: skip
def hear_request(
    request_id: str,
    workspace: TheWorkspace,
    actor: TheActor,
    start_s: Annotated[float, Query(ge=0, le=36_000)] = 0.0,
    length_s: Annotated[float, Query(gt=0, le=15)] = 5.0,
) -> Response:
    """A stretch of what is asked as WAV, for whoever answers."""
    sound = preview_request(request_id, actor, workspace.context, start_s=start_s, length_s=length_s)
    answer = serve_sound(sound, "audio/wav", None)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/approvals/{request_id}/revoke", tags=["approvals"])
def revoke_request(request_id: str, workspace: TheWorkspace, actor: TheActor) -> ApprovalsAnswer:
    """Take your yes back: nothing more is made or shared by it."""
    return approvals_answer(rights.revoke_request(request_id, actor, workspace.context))
