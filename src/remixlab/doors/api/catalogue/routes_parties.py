"""/parties and /works: who and what the recordings belong to."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from remixlab.domain.rights import Party
from remixlab.doors.answers.catalogue import PartyList, WorkList
from remixlab.doors.answers.rights import VetoAnswer, veto_answer
from remixlab.doors.api.caller import AnyActor, TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases import catalogue, rights

router = APIRouter(tags=["parties"], responses=PROBLEMS)


@router.get("/parties")
def list_parties(workspace: TheWorkspace, actor: AnyActor, after: After = None, limit: Limit = 50) -> PartyList:
    """Everybody who owns, sings, writes or is paid here."""
    page = catalogue.list_parties(actor, workspace.context, after=after, limit=limit)
    return PartyList(items=list(page.items), next=page.next)


@router.get("/parties/{party_id}")
def read_party(party_id: str, workspace: TheWorkspace, actor: AnyActor) -> Party:
    return catalogue.read_party(party_id, actor, workspace.context)


@router.put("/parties/{party_id}/artist-veto")
def set_veto(party_id: str, veto: Annotated[bool, Query()], workspace: TheWorkspace, actor: TheActor) -> VetoAnswer:
    """Whether, for this label's recordings, an artist's own no outweighs the label's yes; the label itself says it."""
    return veto_answer(rights.set_artist_veto(party_id, actor, workspace.context, veto=veto))


@router.get("/works")
def list_works(workspace: TheWorkspace, actor: AnyActor, after: After = None, limit: Limit = 50) -> WorkList:
    """The compositions behind the recordings."""
    page = catalogue.list_works(actor, workspace.context, after=after, limit=limit)
    return WorkList(items=list(page.items), next=page.next)
