"""One-time links for accounts that exist: to sign in without a password, and to choose another one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from remixlab.accounts import Action, must
from remixlab.domain.accounts import Account, LinkKind, OneTimeLink
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import WrongCredentials
from remixlab.domain.naming import PRODUCT
from remixlab.domain.ports.mail import Letter
from remixlab.domain.ports.passwords import Passwords
from remixlab.usecases.accounts.password_rules import checked_password
from remixlab.usecases.accounts.register import account_meant, knows, name_of, self_of
from remixlab.usecases.accounts.sessions import no_link
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

SIGN_IN_LIFE: Final = timedelta(minutes=15)
RECOVERY_LIFE: Final = timedelta(minutes=30)
RECOVERY_PAUSE: Final = timedelta(minutes=2)
"""Between two letters to one account, so that nobody's inbox is filled by somebody else."""
RECOVER: Final = "accounts.recover"
SET_PASSWORD: Final = "accounts.password.set"


@observed("accounts.make_sign_in_link")
def make_sign_in_link(account: str, actor: Actor, context: Records, *, ids: tuple[str, str]) -> OneTimeLink:
    """A link that signs in as an account, once; `ids` are its id and its token, thrown by whoever has dice.

    Whoever has it is that account, so it is made by hand, on the machine of the workspace. Raises: AccountNotFound,
    NotAllowed.
    """
    must(actor, Action.MAKE_LINK)
    with context.write() as records:
        found = account_meant(account, actor, Action.READ_ACCOUNT, records)
        link = _link(ids[0], LinkKind.SIGN_IN, found, actor.at, SIGN_IN_LIFE)
        records.people.add_link(link, ids[1])
        records.accounts.append_audit(entry_of(actor, Action.MAKE_LINK.value, name_of(found.account_id), after=link))
    return link


@observed("accounts.start_recovery")
def start_recovery(
    who: str, context: Records, *, ids: tuple[str, str], at: datetime, address: Callable[[str], str]
) -> Letter | None:
    """The letter that lets an account choose another password; None where there is nobody to write to.

    To whoever asked, both are told the same. `address` makes the address of a token.
    """
    with context.write() as records:
        account = records.people.account_with_email(who) if "@" in who else records.people.account_called(who)
        if account is None or account.disabled or account.email is None:
            return None
        sent = records.people.newest_link(account.account_id, LinkKind.RECOVERY, at)
        if sent is not None and at - sent.created_at < RECOVERY_PAUSE:
            return None
        link = _link(ids[0], LinkKind.RECOVERY, account, at, RECOVERY_LIFE)
        records.people.add_link(link, ids[1])
        records.accounts.append_audit(entry_of(self_of(account, at), RECOVER, name_of(account.account_id), after=link))
    minutes = int(RECOVERY_LIFE.total_seconds() // 60)
    text = (
        f"Hello {account.name},\n\n"
        f"with this link you choose another password. It works once, for {minutes} minutes:\n\n{address(ids[1])}\n\n"
        "If you did not ask for it, do nothing: your password stays as it is.\n"
    )
    return Letter(account.email, f"{PRODUCT}: choose another password", text)


@observed("accounts.recover")
def recover(
    token: str, password: str, context: Records, *, passwords: Passwords, at: datetime, forget_passkeys: bool = False
) -> Account:
    """Choose another password with a link; the account is signed out everywhere.

    Who thinks that somebody else was in the account lets all passkeys go with it. Raises: InvalidLink, InvalidPassword.
    """
    with context.read() as records:
        seen = records.people.link_of(token, at)
        account = records.people.find_account(seen.account_id) if seen and seen.account_id else None
    if seen is None or seen.kind is not LinkKind.RECOVERY or account is None or account.disabled:
        raise no_link()
    kept = passwords.hashed(checked_password(password, account.name, account.email))
    with context.write() as records:
        if records.people.use_link(token, at) is None:
            raise no_link()
        records.people.set_password(account.account_id, kept)
        records.people.forget_attempts(account.account_id)
        records.people.end_sessions(account.account_id, at)
        records.people.end_links(account.account_id, at)
        if forget_passkeys:
            records.sign_ins.remove_passkeys(account.account_id)
        records.accounts.append_audit(entry_of(self_of(account, at), SET_PASSWORD, name_of(account.account_id)))
    return account


@observed("accounts.set_password")
def set_password(
    password: str,
    actor: Actor,
    context: Records,
    *,
    passwords: Passwords,
    account: str | None = None,
    old: str | None = None,
    fresh: bool = True,
    but: str | None = None,
) -> Account:
    """Another password: one's own, for who knows the old one; anybody's, for who runs the workspace.

    Where there is no old one, who asks must be `fresh`: signed in a moment ago. Every session but one ends.
    Raises: AccountNotFound, WrongCredentials, InvalidPassword.
    """
    with context.read() as records:
        whose = account_meant(account or actor.account, actor, Action.CHANGE_ACCOUNT, records)
        before = records.people.password_of(whose.account_id)
    if account is None and not knows(old, before, passwords, fresh=fresh):
        raise WrongCredentials("The old password is another one.", hint="Without one, sign in again first.")
    kept = passwords.hashed(checked_password(password, whose.name, whose.email))
    with context.write() as records:
        records.people.set_password(whose.account_id, kept)
        records.people.end_sessions(whose.account_id, actor.at, but=but)
        records.people.end_links(whose.account_id, actor.at)
        records.accounts.append_audit(entry_of(actor, SET_PASSWORD, name_of(whose.account_id)))
    return whose


def _link(link_id: str, kind: LinkKind, account: Account, at: datetime, life: timedelta) -> OneTimeLink:
    return OneTimeLink(link_id=link_id, kind=kind, account_id=account.account_id, created_at=at, expires_at=at + life)
