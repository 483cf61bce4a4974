"""Demonstration accounts: one for each role, for the owner of a workspace that holds the demo catalogue alone."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from remixlab.accounts import Action
from remixlab.domain.accounts import DEMO_PREFIX, OWNER, Account, Membership
from remixlab.domain.actor import SUSPENSE, Actor, Mandate, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import NotAllowed
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Recording, Right, Tier
from remixlab.usecases.accounts.actors import actor_of_account
from remixlab.usecases.accounts.register import name_of
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


def shows_demo(isrcs: AbstractSet[str], context: Records) -> bool:
    """Whether the public catalogue is the demonstration's, and nothing but that."""
    with context.read() as records:
        return bool(_demo_recordings(isrcs, records))


@observed("accounts.act_in_demo")
def act_in_demo(role: Role, isrcs: AbstractSet[str], actor: Actor, context: Records) -> Actor:
    """The demonstration's account of a role, made on first use, with memberships of parties of its catalogue.

    Raises: NotAllowed for everybody but the owner, and where anything else than the demonstration is in the catalogue.
    """
    account_id = f"{DEMO_PREFIX}{role.value}"
    with context.read() as records:
        recordings = _demo_recordings(isrcs, records)
        if actor.account != OWNER or not actor.has(Role.OPERATOR) or not recordings:
            raise NotAllowed(
                "Demonstration accounts are for the owner of a workspace with the demo catalogue alone.",
                code="account.demo",
                action=Action.RUN_WORKSPACE.value,
            )
        known = records.people.find_account(account_id)
        if known is not None:
            return actor_of_account(known, records, territory=actor.territory, at=actor.at)
        party = next((found for one in recordings if (found := _party_of(role, one, records))), None)
    account = Account(
        account_id=account_id,
        name=f"Demo {role.value.replace('_', ' ')}",
        roles=frozenset({role, Role.FAN}),
        tier=Tier.CREATOR,
        created_at=actor.at,
    )
    with context.write() as records:
        records.people.add_account(account)
        if party is not None:
            member = Membership(
                membership_id=f"mem_{account_id}",
                account_id=account_id,
                mandate=Mandate(party_id=party, delegates=True),
                granted_by=OWNER,
                granted_at=actor.at,
            )
            records.people.add_membership(member)
        records.accounts.append_audit(entry_of(actor, Action.CREATE_ACCOUNT.value, name_of(account_id), after=account))
    with context.read() as records:
        return actor_of_account(account, records, territory=actor.territory, at=actor.at)


def _demo_recordings(isrcs: AbstractSet[str], records: ReadTransaction) -> tuple[Recording, ...]:
    page = records.catalogue.recordings(None, len(isrcs) + 1)
    alone = page.next is None and all(recording.isrc in isrcs for recording in page.items)
    return page.items if alone else ()


def _party_of(role: Role, recording: Recording, records: ReadTransaction) -> str | None:
    """The party of a recording that somebody of this role works for."""
    match role:
        case Role.ARTIST:
            return recording.artist_id
        case Role.LABEL_ADMIN:
            return recording.label_id
        case Role.PUBLISHER_ADMIN:
            shares = (share for work in recording.work_ids for share in records.catalogue.work_shares(work))
            writers = (share.party_id for share in shares if share.right is Right.PUBLISHING)
            return next((party for party in writers if not party.startswith(SUSPENSE)), None)
        case _:
            return None
