"""/parties and /works: who and what the recordings belong to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from remixlab.domain.rights import Party, Work
from remixlab.doors.api.caller import TheCaller, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import Shape
from remixlab.usecases.rights import set_artist_veto

router = APIRouter(tags=["parties"], responses=PROBLEMS)


class PartyList(Shape):
    items: list[Party]
    next: str | None = None


class WorkList(Shape):
    items: list[Work]
    next: str | None = None


@router.get("/parties")
def list_parties(workspace: TheWorkspace, caller: TheCaller) -> PartyList:
    """Everybody who owns, sings, writes or is paid here."""
    with workspace.context.read() as records:
        return PartyList(items=list(records.parties()))


@router.get("/parties/{party_id}")
def read_party(party_id: str, workspace: TheWorkspace, caller: TheCaller) -> Party:
    with workspace.context.read() as records:
        return records.party(party_id)


@router.put("/parties/{party_id}/artist-veto")
def set_veto(party_id: str, veto: Annotated[bool, Query()], workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """Whether, for this label's recordings, an artist's own no outweighs the label's yes; the label itself says it."""
    return set_artist_veto(party_id, workspace.context, veto=veto, party=caller.user)


@router.get("/works")
def list_works(workspace: TheWorkspace, caller: TheCaller) -> WorkList:
    """The compositions behind the recordings."""
    with workspace.context.read() as records:
        return WorkList(items=list(records.works()))
