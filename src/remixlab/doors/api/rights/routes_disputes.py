"""/disputes and /shares: claims that do not fit, how they end, and who owned what since when."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from remixlab.domain.rights import WHOLE_PPM, Right, Territory
from remixlab.doors.answers.disputes import (
    DisputeAnswer,
    DisputeList,
    HistoryAnswer,
    dispute_answer,
    dispute_list,
    history_answer,
)
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.request import Sent
from remixlab.usecases import rights

router = APIRouter(tags=["shares"], responses=PROBLEMS)
Shares = Annotated[
    dict[Annotated[str, Field(max_length=200)], Annotated[int, Field(strict=True, ge=1, le=WHOLE_PPM)]],
    Field(max_length=200, description="Party (id or name) to parts per million; what is left is unclaimed."),
]
Why = Annotated[str, Field(min_length=1, max_length=2_000)]


class EndRequest(Sent):
    """How a dispute ends. `shares` are what was agreed on."""

    outcome: Literal["upheld", "dismissed", "agreed"]
    why: Why
    shares: Shares = {}


class CorrectionRequest(Sent):
    """How a right is divided from a date on."""

    asset: Annotated[str, Field(max_length=128, description="A recording (id or ISRC), or a work's id.")]
    right: Right
    shares: Shares
    territories: Annotated[tuple[Territory, ...], Field(max_length=300)] = ()
    since: AwareDatetime | None = None
    why: Why


@router.get("/disputes")
def list_disputes(
    workspace: TheWorkspace,
    actor: TheActor,
    all: Annotated[bool, Query(description="Also those that have ended.")] = False,
    after: After = None,
    limit: Limit = 50,
) -> DisputeList:
    """Claims that do not fit what is on record; the money for what is disputed waits."""
    page = rights.list_disputes(actor, workspace.context, after=after, limit=limit, only_open=not all)
    return dispute_list(page)


@router.post("/disputes/{dispute_id}/resolution")
def resolve_dispute(dispute_id: str, request: EndRequest, workspace: TheWorkspace, actor: TheActor) -> DisputeAnswer:
    """End a dispute; money follows from now on."""
    ended = rights.resolve_dispute(
        dispute_id, actor, workspace.context, outcome=request.outcome, why=request.why, shares=dict(request.shares)
    )
    return dispute_answer(ended)


@router.get("/shares")
def read_shares(
    asset: Annotated[str, Query(max_length=128)], workspace: TheWorkspace, actor: TheActor
) -> HistoryAnswer:
    """Who owned what since when, by whose word; for its owners and who oversees the registry."""
    return history_answer(rights.share_history(asset, actor, workspace.context))


@router.post("/shares", status_code=201)
def correct_shares(request: CorrectionRequest, workspace: TheWorkspace, actor: TheActor) -> HistoryAnswer:
    """Let another division supersede what is on record, from a date on."""
    correction = rights.ShareCorrection.parse(request.model_dump())
    return history_answer(rights.correct_shares(correction, actor, workspace.context))
