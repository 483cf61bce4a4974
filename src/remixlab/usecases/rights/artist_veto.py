"""The artist veto of a label: whether an artist's own no outweighs the label's yes."""

from __future__ import annotations

from remixlab.accounts import Action, Subject, must
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import NotYours
from remixlab.domain.value import Value
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


class LabelVeto(Value):
    """What holds for a label's recordings from this consent epoch on."""

    label: str
    artist_veto: bool
    epoch: int


@observed("rights.set_artist_veto")
def set_artist_veto(label: str, actor: Actor, context: Records, *, veto: bool) -> LabelVeto:
    """Say whether, for a label's recordings, an artist's own no outweighs its yes; only the label itself can.

    Raises: PartyNotFound, NotYours.
    """
    with context.write() as records:
        meant = records.catalogue.party(label)
        subject = Subject(f"party:{meant.party_id}", parties=frozenset({meant.party_id}))
        refused = NotYours(f"{actor.account} does not speak for {meant.name}.", hint="Say it as the label itself.")
        must(actor, Action.SET_ARTIST_VETO, subject, refused=refused)
        epoch = records.catalogue.set_artist_veto(meant.party_id, veto)
        records.accounts.append_audit(
            entry_of(actor, Action.SET_ARTIST_VETO.value, subject.name, after={"artist_veto": veto})
        )
    return LabelVeto(label=meant.party_id, artist_veto=veto, epoch=epoch)
