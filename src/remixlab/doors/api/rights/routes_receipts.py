"""/rights/meaning, receipts, and decisions taken apart: what a party or a fan holds in hand."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from remixlab.domain.value import canonical
from remixlab.doors.answers.receipts import (
    ReceiptAnswer,
    ReceiptKey,
    ReceiptVerified,
    ReplayAnswer,
    receipt_key_answer,
    replay_answer,
    verified_answer,
)
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.rates import costs_unknown
from remixlab.doors.api.rights.requests import ReceiptRequest
from remixlab.rights import Examination, Meaning, meaning
from remixlab.usecases import rights
from remixlab.usecases.rights import Wanted

router = APIRouter(tags=["consents"], responses=PROBLEMS)


@router.get("/rights/meaning")
def read_meaning() -> Meaning:
    """What opting out means here: whose yes each use needs, and what each way of taking back stops. Asks for no key."""
    return meaning()


@router.get(
    "/consents/{consent_id}/receipt",
    responses={200: {"model": ReceiptAnswer, "description": "The document, in canonical JSON."}},
    response_class=Response,
)
def read_receipt(consent_id: str, workspace: TheWorkspace, actor: TheActor) -> Response:
    """What you said, signed and dated, with everything that became of it until now."""
    document = rights.consent_receipt(consent_id, actor, workspace.context)
    name = f'attachment; filename="{document["receipt_id"]}.json"'
    return Response(canonical(document), media_type="application/json", headers={"Content-Disposition": name})


@router.post("/receipts/verify", dependencies=[costs_unknown("verify")])
def verify_receipt(request: ReceiptRequest, workspace: TheWorkspace) -> ReceiptVerified:
    """Whether a receipt or a passport is as it was signed, and by this workspace. Asks for no key."""
    return verified_answer(rights.check_receipt(rights.read_receipt(request.receipt), workspace.context))


@router.get("/receipts/key")
def read_key(workspace: TheWorkspace) -> ReceiptKey:
    """The public key to verify receipts with, without asking here. Asks for no key."""
    return receipt_key_answer(rights.receipt_key(workspace.context))


@router.get("/recordings/{recording_id}/demand")
def read_demand(recording_id: str, workspace: TheWorkspace, actor: TheActor) -> Wanted:
    """What fans asked for of a recording of yours and were not allowed: counts by use, never who."""
    return rights.read_demand(recording_id, actor, workspace.context)


@router.get("/decisions/{decision_id}/examination", tags=["decisions"])
def examine_decision(decision_id: str, workspace: TheWorkspace, actor: TheActor) -> Examination:
    """A decision taken apart: every word that could have decided, and why it won or lost."""
    return rights.examine_decision(decision_id, actor, workspace.context)


@router.get("/decisions/{decision_id}/replay", tags=["decisions"])
def replay_decision(decision_id: str, workspace: TheWorkspace, actor: TheActor) -> ReplayAnswer:
    """The decision made again from the terms that were stored with it."""
    return replay_answer(decision_id, rights.replay_decision(decision_id, actor, workspace.context))
