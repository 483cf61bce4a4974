"""Identities at providers: signing in with one, connecting one to one's account, and what its claims give.

Nobody comes into an account that exists by an address alone: who has it signs in, and connects the identity.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

from remixlab.accounts import Action, Subject, must
from remixlab.domain.accounts import DEMO_PREFIX, OWNER, Account, Identity, Membership, OidcCeremony, Session
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import (
    AccountExists,
    CeremonyOver,
    IdentityRefused,
    IdentityTaken,
    InvalidAccount,
    NotAllowed,
    NotFound,
    WrongCredentials,
)
from remixlab.domain.page import Page, cut, follow, page_size
from remixlab.domain.ports.identities import Identities
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.providers import Claims, Provider, holds, verified_email
from remixlab.usecases.accounts.register import AccountForm, enrol, knows, name_of, self_of
from remixlab.usecases.accounts.sessions import NewSession, begin_session
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

VISIT_LIFE: Final = timedelta(minutes=10)
CONNECTED: Final = "accounts.identity.connect"
MAPPED: Final = "accounts.identity.standing"
"""What the audit log calls roles and memberships that a provider's claims have given or taken."""


class VisitDice(NamedTuple):
    """What is thrown for a visit: the token that its browser keeps, and three texts that the provider sends back."""

    token: str
    state: str
    nonce: str
    verifier: str


@observed("accounts.begin_visit")
def begin_visit(identities: Identities, context: Records, *, dice: VisitDice, redirect_uri: str, at: datetime) -> str:
    """Where a browser goes to sign in with a provider. Raises: ProviderUnavailable."""
    return _begin(identities, context, _visit(identities.provider, dice, redirect_uri, at), dice.token)


@observed("accounts.begin_connecting")
def begin_connecting(
    identities: Identities,
    actor: Actor,
    context: Records,
    *,
    dice: VisitDice,
    redirect_uri: str,
    session_id: str,
    passwords: Passwords,
    password: str = "",
    fresh: bool = True,
) -> str:
    """Where a browser goes to connect an identity to the account that is signed in.

    It opens the account from then on, so it takes what another passkey takes: the password, or to be `fresh`.
    Raises: ProviderUnavailable, WrongCredentials, NotAllowed.
    """
    must(actor, Action.CONNECT_IDENTITY, Subject("identities", owner=actor.account))
    if actor.account.startswith(DEMO_PREFIX):
        raise NotAllowed("Nobody signs in as a demonstration account.", code="account.demo")
    with context.read() as records:
        kept = records.people.password_of(actor.account)
    if not knows(password, kept, passwords, fresh=fresh):
        raise WrongCredentials("This needs your password.", hint="Without one, sign in again first.")
    begun = _visit(identities.provider, dice, redirect_uri, actor.at)
    begun = begun.model_copy(update={"account_id": actor.account, "session_id": session_id})
    return _begin(identities, context, begun, dice.token)


@observed("accounts.finish_visit")
def finish_visit(
    identities: Identities,
    sent: Mapping[str, str],
    new: NewSession,
    context: Records,
    *,
    token: str,
    new_id: Callable[[str], str],
    at: datetime,
) -> Session | None:
    """Whoever comes back from a provider: a session, or None where an identity was connected to one's account.

    `sent` is what stands in the address that they come back to. Raises: CeremonyOver, IdentityRefused, AccountExists,
    IdentityTaken, ProviderUnavailable.
    """
    begun = _taken(token, sent.get("state", ""), identities.provider, context, at)
    if "code" not in sent:
        raise IdentityRefused("The provider has let nobody in.", hint="Begin again, or sign in another way.")
    claims = identities.claims(begun, sent["code"], sent.get("iss"), at)
    if begun.account_id is not None:
        _connect(begun, identities.provider, claims, context, at)
        return None
    with context.write() as records:
        account = _account(identities.provider, claims, records, new_id("acc"), at)
        account = _stand(account, identities.provider, claims, records, new_id, at)
        return begin_session(account, new, records, at)


@observed("accounts.disconnect_identity")
def disconnect_identity(identity: Identity, actor: Actor, context: Records) -> Identity:
    """Let an identity open its account no more. Raises: NotFound, InvalidAccount for the last way in."""
    missing = NotFound("There is no such identity.", code="identity.not_found")
    subject = Subject(name_of(identity.account_id), owner=identity.account_id)
    must(actor, Action.END_IDENTITY, subject, missing=missing)
    with context.write() as records:
        others = [one for one in records.sign_ins.identities(identity.account_id) if one != identity]
        account = records.people.find_account(identity.account_id)
        ways = (
            records.people.password_of(identity.account_id),
            records.sign_ins.passkeys(limit=1, account_id=identity.account_id).items,
            account.email if account else None,
        )
        if identity.account_id == actor.account and not others and not any(ways):
            raise InvalidAccount("Without it nobody could sign in to this account any more.", code="passkey.last")
        if not records.sign_ins.remove_identity(identity.issuer, identity.subject):
            raise missing
        records.accounts.append_audit(entry_of(actor, Action.END_IDENTITY.value, subject.name, before=identity))
    return identity


@observed("accounts.list_identities")
def list_identities(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Identity]:
    """One's own, in order of their issuers; a cursor is an issuer with a subject, and no account has many."""
    must(actor, Action.CONNECT_IDENTITY, Subject("identities", owner=actor.account))
    with context.read() as records:
        held = records.sign_ins.identities(actor.account)
    return cut([one for one in held if after is None or _place(one) > after], page_size(limit), _place)


def _place(identity: Identity) -> str:
    return f"{identity.issuer} {identity.subject}"


def _visit(provider: Provider, dice: VisitDice, redirect_uri: str, at: datetime) -> OidcCeremony:
    return OidcCeremony(
        provider=provider.provider_id, state=dice.state, nonce=dice.nonce, verifier=dice.verifier,
        redirect_uri=redirect_uri, expires_at=at + VISIT_LIFE,
    )  # fmt: skip


def _begin(identities: Identities, context: Records, begun: OidcCeremony, token: str) -> str:
    address = identities.address(begun)
    with context.write() as records:
        records.sign_ins.begin_ceremony(begun, token)
    return address


def _taken(token: str, state: str, provider: Provider, context: Records, at: datetime) -> OidcCeremony:
    """What this browser has begun with this provider, taken before anything is asked. Raises: CeremonyOver."""
    with context.write() as records:
        begun = records.sign_ins.take_ceremony(token, at)
    over = CeremonyOver("This was begun in another browser, or too long ago.", hint="Begin again.")
    if not isinstance(begun, OidcCeremony) or begun.provider != provider.provider_id:
        raise over
    if not hmac.compare_digest(begun.state.encode(), state.encode()):
        raise over
    return begun


def _connect(begun: OidcCeremony, provider: Provider, claims: Claims, context: Records, at: datetime) -> None:
    """Raises: CeremonyOver, IdentityRefused, IdentityTaken."""
    if verified_email(claims) is None:
        raise IdentityRefused(
            "The provider does not say that the e-mail address is theirs.", code="identity.unverified"
        )
    with context.write() as records:
        session = records.people.find_session(begun.session_id or "")
        account = records.people.find_account(begun.account_id or "")
        lives = session is not None and session.account_id == begun.account_id and session.expires_at > at
        if account is None or account.disabled or not lives:
            raise CeremonyOver("The session that began this has ended.", hint="Sign in, and begin again.")
        known = records.sign_ins.identity_of(provider.issuer, claims["sub"])
        if known is not None and known.account_id != account.account_id:
            raise IdentityTaken("This identity belongs to another account.", hint="Sign in with it.")
        if known is None:
            _write_identity(account, provider, claims, records, at)


def _account(provider: Provider, claims: Claims, records: WriteTransaction, account_id: str, at: datetime) -> Account:
    """Whose identity it is; where it is nobody's, a new account. Raises: IdentityRefused, AccountExists."""
    known = records.sign_ins.identity_of(provider.issuer, claims["sub"])
    if known is not None:
        account = records.people.find_account(known.account_id)
        if account is None or account.disabled:
            raise IdentityRefused("The account of this identity is closed.", hint="Ask whoever runs this service.")
        return account
    email = verified_email(claims)
    if email is not None and records.people.account_with_email(email) is not None:
        raise AccountExists(
            "An account has the address of this identity.",
            code="identity.account",
            hint="Sign in to it another way, then connect the identity.",
        )
    if not provider.sign_up:
        raise IdentityRefused(
            "No account here belongs to this identity.", hint="Ask for an invitation, then connect it."
        )
    account = _enrolled(claims, email, records, account_id, at)
    _write_identity(account, provider, claims, records, at)
    return account


def _enrolled(claims: Claims, email: str | None, records: WriteTransaction, account_id: str, at: datetime) -> Account:
    """A new account, called as the provider says where that is free and nobody else's: a party's name, with a number
    or without, is never given.
    """
    said = [str(claims[key])[:80] for key in ("name", "preferred_username", "nickname") if claims.get(key)]
    for name in (*said, f"Guest {account_id[-8:]}"):
        for called in (name, *(f"{name} {number}" for number in range(2, 6))):
            try:
                return enrol(AccountForm(name=called, email=email), records, account_id=account_id, at=at)
            except AccountExists:
                continue
            except InvalidAccount:
                break
    raise IdentityRefused("No account can be made of what the provider says.")


def _write_identity(
    account: Account, provider: Provider, claims: Claims, records: WriteTransaction, at: datetime
) -> None:
    made = Identity(issuer=provider.issuer, subject=claims["sub"], account_id=account.account_id, linked_at=at)
    records.sign_ins.add_identity(made)
    actor = self_of(account, at)
    records.accounts.append_audit(entry_of(actor, CONNECTED, name_of(account.account_id), after=made))


def _stand(
    account: Account,
    provider: Provider,
    claims: Claims,
    records: WriteTransaction,
    new_id: Callable[[str], str],
    at: datetime,
) -> Account:
    """Bring roles and memberships to what the claims give: of those that the provider decides about, and no others."""
    if account.account_id == OWNER:
        return account
    decided = {rule.role for rule in provider.roles}
    given = {rule.role for rule in provider.roles if holds(claims, rule.claim, rule.value)}
    after = account.model_copy(update={"roles": frozenset((account.roles - decided) | given | {Role.FAN})})
    actor, subject = self_of(account, at), name_of(account.account_id)
    if after.roles != account.roles:
        records.people.change_account(after)
        records.accounts.append_audit(entry_of(actor, MAPPED, subject, before=account, after=after))
    giver = f"provider:{provider.provider_id}"
    rules = (rule for rule in provider.parties if holds(claims, rule.claim, rule.value))
    wanted = [rule.mandate for rule in rules if _is_party(rule.party, records)]
    held = [one for one in follow(_memberships(account.account_id, records)) if one.granted_by == giver]
    for one in held:
        if one.mandate not in wanted:
            records.people.end_membership(one.membership_id, at)
            records.accounts.append_audit(entry_of(actor, MAPPED, f"membership:{one.membership_id}", before=one))
    has = [one.mandate for one in held]
    for mandate in wanted:
        if mandate in has:
            continue
        has.append(mandate)
        made = Membership(
            membership_id=new_id("mem"), account_id=account.account_id, mandate=mandate, granted_by=giver, granted_at=at
        )
        records.people.add_membership(made)
        records.accounts.append_audit(entry_of(actor, MAPPED, f"membership:{made.membership_id}", after=made))
    return after


def _is_party(party_id: str, records: ReadTransaction) -> bool:
    """By its id alone: a name may be taken by whoever delivers first."""
    found = records.catalogue.find_party(party_id)
    return found is not None and found.party_id == party_id


def _memberships(account_id: str, records: ReadTransaction) -> Callable[..., Page[Membership]]:
    return partial(records.people.memberships, account_id=account_id)
