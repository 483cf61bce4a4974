"""Parties and works of the catalogue, in pages."""

from __future__ import annotations

from remixlab.accounts import Action, must
from remixlab.domain.actor import Actor
from remixlab.domain.page import Page
from remixlab.domain.rights import Party, Work
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("catalogue.list_parties")
def list_parties(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Party]:
    """Everybody who owns, sings, writes or is paid here, in order of their ids."""
    must(actor, Action.READ_PARTIES)
    with context.read() as records:
        return records.catalogue.parties(after, limit)


@observed("catalogue.read_party")
def read_party(reference: str, actor: Actor, context: Records) -> Party:
    """One party, by id or name. Raises: PartyNotFound."""
    must(actor, Action.READ_PARTIES)
    with context.read() as records:
        return records.catalogue.party(reference)


@observed("catalogue.list_works")
def list_works(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Work]:
    """The compositions behind the recordings, in order of their ids."""
    must(actor, Action.READ_PARTIES)
    with context.read() as records:
        return records.catalogue.works(after, limit)
