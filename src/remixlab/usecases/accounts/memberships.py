"""Memberships: who acts for which party. Nothing else says it; above all no name."""

from __future__ import annotations

from collections.abc import Iterable

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.accounts import Account, Membership
from remixlab.domain.actor import SUSPENSE, Actor, Mandate, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import AccountNotFound, InvalidAccount, MembershipNotFound
from remixlab.domain.page import Page
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


@observed("accounts.grant_membership")
def grant_membership(
    account: str, mandate: Mandate, actor: Actor, context: Records, *, membership_id: str
) -> Membership:
    """Let an account act for a party: whoever runs the workspace may, and who holds a mandate that may be handed on.

    Raises: AccountNotFound, PartyNotFound, NotAllowed, InvalidAccount where it goes further than that of who gives it.
    """
    with context.write() as records:
        granted = known_mandate(mandate, records)
        must_hand_on(actor, Action.GRANT_MEMBERSHIP, [granted])
        member = _account(account, records)
        made = Membership(
            membership_id=membership_id,
            account_id=member.account_id,
            mandate=granted,
            granted_by=actor.account,
            granted_at=actor.at,
        )
        records.people.add_membership(made)
        records.accounts.append_audit(
            entry_of(actor, Action.GRANT_MEMBERSHIP.value, f"membership:{membership_id}", after=made)
        )
    return made


@observed("accounts.end_membership")
def end_membership(membership_id: str, actor: Actor, context: Records) -> Membership:
    """Stop an account from acting for a party: its own wish, the party's, or that of who runs the workspace.

    Raises: MembershipNotFound, InvalidAccount where the actor's own mandate for the party does not reach as far.
    """
    missing = MembershipNotFound(f"There is no membership '{membership_id[:80]}'.")
    with context.write() as records:
        found = records.people.find_membership(membership_id)
        if found is None:
            raise missing
        subject = Subject(
            f"membership:{membership_id}", owner=found.account_id, parties=frozenset({found.mandate.party_id})
        )
        must(actor, Action.END_MEMBERSHIP, subject, missing=missing)
        if found.account_id != actor.account:
            must_hand_on(actor, Action.GRANT_MEMBERSHIP, [found.mandate])
        records.people.end_membership(membership_id, actor.at)
        records.accounts.append_audit(
            entry_of(actor, Action.END_MEMBERSHIP.value, f"membership:{membership_id}", before=found)
        )
    return found


@observed("accounts.list_memberships")
def list_memberships(
    actor: Actor,
    context: Records,
    *,
    after: str | None = None,
    limit: int = 100,
    account: str | None = None,
    party: str | None = None,
) -> Page[Membership]:
    """Memberships: one's own; those of a party one acts for; all of them for who runs the workspace.

    Raises: NotAllowed.
    """
    if account is None and party is None and not may(actor, Action.READ_MEMBERSHIPS, Subject("memberships")).allowed:
        account = actor.account
    subject = Subject("memberships", owner=account, parties=frozenset({party} if party else ()))
    must(actor, Action.READ_MEMBERSHIPS, subject)
    with context.read() as records:
        return records.people.memberships(after, limit, account_id=account, party_id=party)


def known_mandate(mandate: Mandate, records: ReadTransaction) -> Mandate:
    """The mandate by the party's id. Raises: PartyNotFound; InvalidAccount for a party that nobody is."""
    party = records.catalogue.party(mandate.party_id)
    if party.party_id.startswith(SUSPENSE):
        raise InvalidAccount("Nobody is this party.", code="mandate.invalid")
    return mandate.model_copy(update={"party_id": party.party_id})


def must_hand_on(actor: Actor, action: Action, mandates: Iterable[Mandate]) -> None:
    """Who does not run the workspace gives no more than they hold, and only where their mandate says that they may.

    Raises: NotAllowed, InvalidAccount.
    """
    for mandate in mandates:
        must(actor, action, Subject(f"party:{mandate.party_id}", parties=frozenset({mandate.party_id})))
        if actor.has(Role.OPERATOR):
            continue
        held = [own for own in actor.mandates if own.delegates and own.in_force(actor.at)]
        if not any(own.contains(mandate) for own in held):
            raise InvalidAccount(
                "Nobody hands on more than they hold.",
                code="mandate.invalid",
                hint="Ask whoever runs the workspace, or somebody of the party whose mandate reaches as far.",
            )


def _account(reference: str, records: ReadTransaction) -> Account:
    found = records.people.find_account(reference) or records.people.account_called(reference)
    if found is None:
        raise AccountNotFound(f"There is no account '{reference[:80]}'.", hint="`remixlab account list` shows them.")
    return found
