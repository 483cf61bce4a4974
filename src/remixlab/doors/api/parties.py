"""/parties and /works: who and what the recordings belong to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from remixlab.domain.rights import Party, Work
from remixlab.doors.api.context import TheCaller, TheHouse
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.shapes import Shape
from remixlab.studio import set_artist_veto

router = APIRouter(tags=["parties"], responses=PROBLEMS)


class PartyList(Shape):
    items: list[Party]
    next: str | None = None


class WorkList(Shape):
    items: list[Work]
    next: str | None = None


@router.get("/parties")
def list_parties(house: TheHouse, caller: TheCaller) -> PartyList:
    """Everybody who owns, sings, writes or is paid here."""
    with house.desk.read() as shelf:
        return PartyList(items=list(shelf.parties()))


@router.get("/parties/{party_id}")
def read_party(party_id: str, house: TheHouse, caller: TheCaller) -> Party:
    with house.desk.read() as shelf:
        return shelf.party(party_id)


@router.put("/parties/{party_id}/artist-veto")
def set_veto(party_id: str, veto: Annotated[bool, Query()], house: TheHouse, caller: TheCaller) -> dict[str, Any]:
    """Whether, for this label's recordings, an artist's own no outweighs the label's yes; the label itself says it."""
    return set_artist_veto(party_id, house.desk, veto=veto, party=caller.user)


@router.get("/works")
def list_works(house: TheHouse, caller: TheCaller) -> WorkList:
    """The compositions behind the recordings."""
    with house.desk.read() as shelf:
        return WorkList(items=list(shelf.works()))
