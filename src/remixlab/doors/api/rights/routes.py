"""/consents and /approvals: what owners say about their music, and what waits for their yes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response

from remixlab.domain.rights import Hold, Withdrawal
from remixlab.domain.value import Moment
from remixlab.doors.answers.rights import (
    ApprovalList,
    ApprovalsAnswer,
    ConsentAnswer,
    ConsentHistory,
    ConsentsAnswer,
    LiftedAnswer,
    RequestAnswer,
    TakenBackAnswer,
    WithdrawnAnswer,
    approvals_answer,
    consent_answer,
    consents_answer,
    history_answer,
    lifted_answer,
    request_answer,
    taken_back_answer,
    withdrawn_answer,
)
from remixlab.doors.api.audio import CACHING, SOUND
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rights.requests import ConsentRequest, LiftRequest, NarrowRequest, TakeBackRequest
from remixlab.usecases import rights
from remixlab.usecases.making import preview_request

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
    recording_id: AboutRecording,
    workspace: TheWorkspace,
    actor: TheActor,
    party: AsParty = None,
    kind: Annotated[Withdrawal, Query(description="How far it reaches into what was made.")] = Withdrawal.STOP_PLAYS,
    since: Annotated[Moment | None, Query(description="From when on; without it, at once.")] = None,
) -> WithdrawnAnswer:
    """Stop every use of a recording; its remixes are taken down with it, unless `kind` says that they stay."""
    done = rights.withdraw(recording_id, actor, workspace.context, party=party, kind=kind, since=since)
    return withdrawn_answer(done)


@router.get("/consents/{consent_id}/history")
def read_history(consent_id: str, workspace: TheWorkspace, actor: TheActor) -> ConsentHistory:
    """Every word of its party about the same subject and side, oldest first, with what became of each."""
    return history_answer(rights.consent_history(consent_id, actor, workspace.context))


@router.post("/consents/{consent_id}/narrow", status_code=201)
def narrow_consent(consent_id: str, request: NarrowRequest, workspace: TheWorkspace, actor: TheActor) -> ConsentAnswer:
    """Replace a permission of yours by a narrower one; what was made before stays as it is."""
    return consent_answer(
        rights.narrow_consent(
            consent_id,
            request.constraints,
            actor,
            workspace.context,
            scopes=request.scopes,
            valid_to=request.valid_to,
        )
    )


@router.post("/consents/{word_id}/lift")
def lift(word_id: str, request: LiftRequest, workspace: TheWorkspace, actor: TheActor) -> LiftedAnswer:
    """Take back a no of yours: a prohibition, or (by its hold) the withdrawal of a recording."""
    return lifted_answer(rights.lift(word_id, actor, workspace.context, since=request.since))


@router.post("/consents/{consent_id}/withdraw")
def take_back(consent_id: str, request: TakeBackRequest, workspace: TheWorkspace, actor: TheActor) -> TakenBackAnswer:
    """Take one permission of yours back, with all that it had replaced."""
    taken = rights.withdraw_consent(
        consent_id, actor, workspace.context, kind=request.kind, since=request.since, reason=request.reason
    )
    return taken_back_answer(taken)


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
    answer = Response(sound, media_type="audio/wav", headers=CACHING)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@router.post("/approvals/{request_id}/revoke", tags=["approvals"])
def revoke_request(request_id: str, workspace: TheWorkspace, actor: TheActor) -> ApprovalsAnswer:
    """Take your yes back: nothing more is made or shared by it."""
    return approvals_answer(rights.revoke_request(request_id, actor, workspace.context))
