"""The register of accounts: who can sign in here, under which name, with which roles and tier."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from pydantic import TypeAdapter, ValidationError

from remixlab.accounts import Action, Subject, checked_name, must
from remixlab.domain.accounts import OWNER, Account, Email
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import AccountNotFound, InvalidAccount, WrongCredentials
from remixlab.domain.naming import fold_name
from remixlab.domain.page import Page
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.rights import Tier
from remixlab.domain.value import Value
from remixlab.usecases.accounts.password_rules import checked_password
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

_EMAIL: Final[TypeAdapter[str]] = TypeAdapter(Email)


class AccountForm(Value):
    """What is said of an account when it is made."""

    name: str
    email: str | None = None
    roles: frozenset[Role] = frozenset({Role.FAN})
    tier: Tier = Tier.FREE


@observed("accounts.create_account")
def create_account(form: AccountForm, actor: Actor, context: Records, *, account_id: str) -> Account:
    """An account for somebody else, who signs in by a link or a recovery. Raises: InvalidAccount, AccountExists."""
    must(actor, Action.CREATE_ACCOUNT)
    with context.write() as records:
        account = enrol(form, records, account_id=account_id, at=actor.at)
        records.accounts.append_audit(entry_of(actor, Action.CREATE_ACCOUNT.value, name_of(account_id), after=account))
    return account


@observed("accounts.sign_up")
def sign_up(
    name: str,
    email: str | None,
    password: str,
    context: Records,
    *,
    passwords: Passwords,
    account_id: str,
    at: datetime,
) -> Account:
    """A fan's account, made by themselves, where the workspace lets everybody.

    Raises: InvalidAccount, InvalidPassword, AccountExists.
    """
    kept = passwords.hashed(checked_password(password, name, email))
    with context.write() as records:
        account = enrol(AccountForm(name=name, email=email), records, account_id=account_id, at=at)
        records.people.set_password(account_id, kept)
        records.accounts.append_audit(entry_of(self_of(account, at), "accounts.sign_up", name_of(account_id)))
    return account


@observed("accounts.ensure_owner")
def ensure_owner(context: Records, *, at: datetime) -> Account:
    """The account of whoever owns the workspace's files, made on first use."""
    with context.read() as records:
        found = records.people.find_account(OWNER)
    if found is not None:
        return found
    with context.write() as records:
        # Its id is not to be had by anybody else: `checked_name` refuses it, and ids of others are drawn.
        owner = Account(account_id=OWNER, name=OWNER, roles=frozenset(Role), created_at=at)
        records.people.add_account(owner)
        records.accounts.append_audit(entry_of(self_of(owner, at), Action.CREATE_ACCOUNT.value, name_of(OWNER)))
    return owner


@observed("accounts.read_account")
def read_account(reference: str, actor: Actor, context: Records) -> Account:
    """An account by its id, or by its name for who may see it. Raises: AccountNotFound."""
    with context.read() as records:
        return account_meant(reference, actor, Action.READ_ACCOUNT, records)


@observed("accounts.list_accounts")
def list_accounts(actor: Actor, context: Records, *, after: str | None = None, limit: int = 100) -> Page[Account]:
    """Everybody who can sign in here, for who runs the workspace."""
    must(actor, Action.READ_ACCOUNT, Subject("accounts"))
    with context.read() as records:
        return records.people.accounts(after, limit)


@observed("accounts.change_account")
def change_account(
    reference: str,
    actor: Actor,
    context: Records,
    *,
    name: str | None = None,
    email: str | None = None,
    passwords: Passwords,
    password: str = "",
    fresh: bool = True,
) -> Account:
    """Another name or address; what is left out stays.

    To where letters are sent, a session alone does not say: whoever has found one would have the account. It takes the
    password, or, where there is none, to be `fresh`: signed in a moment ago.
    Raises: AccountNotFound, WrongCredentials, InvalidAccount, AccountExists.
    """
    with context.read() as records:
        found = account_meant(reference, actor, Action.CHANGE_ACCOUNT, records)
        kept = records.people.password_of(found.account_id)
    own = found.account_id == actor.account
    if own and email is not None and not knows(password, kept, passwords, fresh=fresh):
        raise WrongCredentials("Another address needs your password.", hint="Without one, sign in again first.")
    with context.write() as records:
        before = account_meant(found.account_id, actor, Action.CHANGE_ACCOUNT, records)
        changed: dict[str, str] = {}
        if name is not None:
            changed["name"] = _free_name(name, records)
        if email is not None:
            changed["email"] = checked_email(email)
        after = before.model_copy(update=changed)
        records.people.change_account(after)
        records.accounts.append_audit(
            entry_of(actor, Action.CHANGE_ACCOUNT.value, name_of(before.account_id), before=before, after=after)
        )
    return after


@observed("accounts.set_standing")
def set_standing(
    reference: str,
    actor: Actor,
    context: Records,
    *,
    roles: frozenset[Role] | None = None,
    tier: Tier | None = None,
    disabled: bool | None = None,
) -> Account:
    """What an account may here. A disabled one is signed out everywhere, and its links and keys open nothing.

    Raises: AccountNotFound, InvalidAccount.
    """
    must(actor, Action.SET_STANDING)
    with context.write() as records:
        before = account_meant(reference, actor, Action.READ_ACCOUNT, records)
        if before.account_id == OWNER:
            raise InvalidAccount("The owner of the workspace's files may everything, whatever is written here.")
        said = {"roles": roles, "tier": tier, "disabled": disabled}
        after = before.model_copy(update={key: value for key, value in said.items() if value is not None})
        records.people.change_account(after)
        if after.disabled:
            records.people.end_sessions(after.account_id, actor.at)
            records.people.end_links(after.account_id, actor.at)
        records.accounts.append_audit(
            entry_of(actor, Action.SET_STANDING.value, name_of(before.account_id), before=before, after=after)
        )
    return after


# ------------------------------------------------------------ what other files of this area stand on


def enrol(form: AccountForm, records: WriteTransaction, *, account_id: str, at: datetime) -> Account:
    """Write a new account down. Raises: InvalidAccount, AccountExists."""
    account = Account(
        account_id=account_id,
        name=_free_name(form.name, records),
        email=None if form.email is None else checked_email(form.email),
        roles=form.roles,
        tier=form.tier,
        created_at=at,
    )
    records.people.add_account(account)
    return account


def account_meant(reference: str, actor: Actor, action: Action, records: ReadTransaction) -> Account:
    """The account that is named, when the actor may do this to it. Raises: AccountNotFound, NotAllowed."""
    missing = AccountNotFound(f"There is no account '{reference[:80]}'.", hint="`remixlab account list` shows them.")
    found = records.people.find_account(reference) or records.people.account_called(reference)
    must(
        actor, action, Subject(f"account:{reference[:80]}", owner=found.account_id if found else None), missing=missing
    )
    if found is None:
        raise missing
    return found


def knows(password: str | None, kept: str | None, passwords: Passwords, *, fresh: bool) -> bool:
    """Whether somebody who is signed in has shown once more who they are."""
    return fresh if kept is None else passwords.fits(password or "", kept)


def self_of(account: Account, at: datetime) -> Actor:
    """An account as it stands in the audit log for what it does before it is signed in."""
    return Actor(account=account.account_id, roles=account.roles, territory="ZZ", at=at)


def name_of(account_id: str) -> str:
    return f"account:{account_id}"


def checked_email(email: str) -> str:
    """Raises: InvalidAccount."""
    try:
        return _EMAIL.validate_python(email.strip())
    except ValidationError as wrong:
        raise InvalidAccount("This is not an e-mail address.") from wrong


def _free_name(name: str, records: ReadTransaction) -> str:
    """Raises: InvalidAccount for the name of a party, or for one that reads like it."""
    looked_up = (records.catalogue.find_party(way) for way in (name.strip(), fold_name(name)))
    return checked_name(name, is_party=any(looked_up))
