"""/quarantine and /recordings/{id}/attestation: what waits for a person, and whose word was confirmed."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from remixlab.domain.quarantine import Quarantine
from remixlab.doors.answers.claims import AttestationAnswer, QuarantineList, attestation_answer
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.request import Sent
from remixlab.usecases import claims
from remixlab.usecases.catalogue import confirm_attestation

router = APIRouter(tags=["quarantine"], responses=PROBLEMS)
Note = Annotated[str, Field(max_length=1000)]
Named = Annotated[str, Field(min_length=1, max_length=200)]


class VerdictRequest(Sent):
    """What a person says after listening; `hold` stops a recording (again) on a report."""

    verdict: Literal["released", "rejected", "hold"]
    note: Note = ""


class AttestationRequest(Sent):
    """Whether a recording is whose who brought it says; title and artist may be put right before others see them."""

    state: Literal["confirmed", "rejected"]
    title: Named | None = None
    artist: Named | None = None


@router.get("/quarantine")
def list_quarantine(
    workspace: TheWorkspace,
    actor: TheActor,
    waiting: Annotated[bool, Query(description="Only what still waits.")] = True,
    after: After = None,
    limit: Limit = 50,
) -> QuarantineList:
    """What is like something that was here before, and waits until a person has listened to it."""
    page = claims.list_quarantine(actor, workspace.context, after=after, limit=limit, waiting=waiting)
    return QuarantineList(items=list(page.items), next=page.next)


@router.post("/quarantine/{recording_id}")
def judge_quarantine(
    recording_id: str, request: VerdictRequest, workspace: TheWorkspace, actor: TheActor
) -> Quarantine:
    """Release or reject a recording after listening to it, or hold it."""
    if request.verdict == "hold":
        return claims.hold_recording(recording_id, actor, workspace.context, note=request.note)
    return claims.judge_quarantine(recording_id, request.verdict, actor, workspace.context, note=request.note)


@router.post("/recordings/{recording_id}/attestation")
def confirm(
    recording_id: str, request: AttestationRequest, workspace: TheWorkspace, actor: TheActor
) -> AttestationAnswer:
    """Confirm or reject the word of whoever brought a recording as their own."""
    done = confirm_attestation(
        recording_id, request.state, actor, workspace.context, title=request.title, artist=request.artist
    )
    return attestation_answer(done)
