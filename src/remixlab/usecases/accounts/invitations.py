"""Invitations: a link with which somebody makes their account, with what was decided for them beforehand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.accounts import OWNER, Account, Invitation, LinkKind, Membership, OneTimeLink
from remixlab.domain.actor import Actor, Mandate, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidAccount, InvitationNotFound, NotAllowed, RemixLabError
from remixlab.domain.naming import PRODUCT
from remixlab.domain.page import Page
from remixlab.domain.ports.mail import Letter
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Tier
from remixlab.usecases.accounts.actors import actor_of_account
from remixlab.usecases.accounts.memberships import known_mandate, must_hand_on
from remixlab.usecases.accounts.password_rules import checked_password
from remixlab.usecases.accounts.register import AccountForm, checked_email, enrol, name_of, self_of
from remixlab.usecases.accounts.sessions import NewSession, begin_session, no_link
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

INVITATION_LIFE: Final = timedelta(days=7)
ROLES_OF_PARTIES: Final = frozenset({Role.FAN, Role.ARTIST, Role.LABEL_ADMIN, Role.PUBLISHER_ADMIN})
"""Roles that a party gives its own people; those of the house are given by who runs it."""
ACCEPT: Final = "accounts.invitation.accept"


@observed("accounts.invite")
def invite(
    actor: Actor,
    context: Records,
    *,
    ids: tuple[str, str],
    email: str | None = None,
    roles: frozenset[Role] = frozenset({Role.FAN}),
    tier: Tier = Tier.FREE,
    mandates: tuple[Mandate, ...] = (),
) -> OneTimeLink:
    """Invite somebody; `ids` are the link's id and its token, thrown by whoever has dice.

    Raises: NotAllowed, PartyNotFound, InvalidAccount.
    """
    with context.write() as records:
        offered = Invitation(
            invited_by=actor.account,
            email=None if email is None else checked_email(email),
            roles=roles,
            tier=tier,
            mandates=tuple(known_mandate(mandate, records) for mandate in mandates),
        )
        _must_offer(actor, offered)
        link = OneTimeLink(
            link_id=ids[0],
            kind=LinkKind.INVITATION,
            invitation=offered,
            created_at=actor.at,
            expires_at=actor.at + INVITATION_LIFE,
        )
        records.people.add_link(link, ids[1])
        records.accounts.append_audit(entry_of(actor, Action.INVITE.value, f"invitation:{ids[0]}", after=link))
    return link


def letter_of(link: OneTimeLink, token: str, address: Callable[[str], str]) -> Letter | None:
    """The letter that brings an invitation to an address; None where it names none."""
    if link.invitation is None or link.invitation.email is None:
        return None
    text = f"Hello,\n\nyou are invited to {PRODUCT}. This link works once, until {link.expires_at:%d %B %Y}:\n\n"
    return Letter(link.invitation.email, f"{PRODUCT}: an invitation", f"{text}{address(token)}\n")


@observed("accounts.accept_invitation")
def accept_invitation(
    token: str,
    name: str,
    password: str,
    new: NewSession,
    context: Records,
    *,
    passwords: Passwords,
    new_id: Callable[[str], str],
    at: datetime,
) -> Account:
    """Make the account that an invitation offers, and sign it in; `new_id` throws an id with a prefix.

    What was offered must still be the inviter's to give. Raises: InvalidLink, InvalidAccount, InvalidPassword,
    AccountExists.
    """
    with context.read() as records:
        offered = _offered(token, records, at)
    kept = passwords.hashed(checked_password(password, name, offered.email))
    account_id = new_id("acc")
    with context.write() as records:
        if records.people.use_link(token, at) is None:
            raise no_link()
        form = AccountForm(name=name, email=offered.email, roles=offered.roles, tier=offered.tier)
        account = enrol(form, records, account_id=account_id, at=at)
        records.people.set_password(account_id, kept)
        for mandate in offered.mandates:
            records.people.add_membership(
                Membership(
                    membership_id=new_id("mem"),
                    account_id=account_id,
                    mandate=mandate,
                    granted_by=offered.invited_by,
                    granted_at=at,
                )
            )
        records.accounts.append_audit(entry_of(self_of(account, at), ACCEPT, name_of(account_id), after=account))
        begin_session(account, new, records, at)
    return account


@observed("accounts.list_invitations")
def list_invitations(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100
) -> Page[OneTimeLink]:
    """Invitations that nobody has used: one's own, or all of them for who runs the workspace."""
    everybody = may(actor, Action.READ_INVITATIONS, Subject("invitations")).allowed
    must(actor, Action.READ_INVITATIONS, Subject("invitations", owner=actor.account))
    with context.read() as records:
        page = records.people.links(LinkKind.INVITATION, actor.at, after, limit)
    seen = [one for one in page.items if everybody or (one.invitation and one.invitation.invited_by == actor.account)]
    return Page(tuple(seen), page.next)


@observed("accounts.end_invitation")
def end_invitation(link_id: str, actor: Actor, context: Records) -> OneTimeLink:
    """Take an invitation back. Raises: InvitationNotFound."""
    missing = InvitationNotFound(f"There is no invitation '{link_id[:80]}'.")
    with context.write() as records:
        found = records.people.find_link(link_id, actor.at)
        if found is None or found.invitation is None:
            raise missing
        subject = Subject(f"invitation:{link_id}", owner=found.invitation.invited_by)
        must(actor, Action.END_INVITATION, subject, missing=missing)
        records.people.end_link(link_id, actor.at)
        records.accounts.append_audit(
            entry_of(actor, Action.END_INVITATION.value, f"invitation:{link_id}", before=found)
        )
    return found


def _offered(token: str, records: ReadTransaction, at: datetime) -> Invitation:
    """Raises: InvalidLink, also where whoever invited could not do so any more."""
    link = records.people.link_of(token, at)
    if link is None or link.invitation is None:
        raise no_link()
    offered = link.invitation
    if offered.invited_by != OWNER:
        inviter = records.people.find_account(offered.invited_by)
        if inviter is None or inviter.disabled:
            raise no_link()
        try:
            _must_offer(actor_of_account(inviter, records, territory="ZZ", at=at), offered)
        except RemixLabError as gone:
            raise no_link() from gone
    return offered


def _must_offer(actor: Actor, offered: Invitation) -> None:
    """Raises: NotAllowed, InvalidAccount."""
    parties = frozenset(mandate.party_id for mandate in offered.mandates)
    must(actor, Action.INVITE, Subject("invitation", parties=parties))
    if actor.has(Role.OPERATOR):
        return
    if not offered.roles <= ROLES_OF_PARTIES:
        raise NotAllowed("Roles of the house are given by who runs it.", action=Action.INVITE.value)
    if offered.tier is not Tier.FREE:
        raise InvalidAccount("A tier is not a party's to give.")
    must_hand_on(actor, Action.INVITE, offered.mandates)
