"""Passkeys: kept by who shows once more who they are, signed in with, called otherwise, given up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final, Literal, NamedTuple

from remixlab.accounts import Action, Subject, must
from remixlab.domain.accounts import DEMO_PREFIX, Account, Passkey, PasskeyCeremony, Session
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import (
    CeremonyOver,
    InvalidAccount,
    InvalidPasskey,
    NotAllowed,
    PasskeyNotFound,
    WrongCredentials,
)
from remixlab.domain.naming import PRODUCT
from remixlab.domain.page import Page
from remixlab.domain.ports.mail import Letter
from remixlab.domain.ports.passkeys import Answer, Passkeys, no_passkey
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.usecases.accounts.register import knows, self_of
from remixlab.usecases.accounts.sessions import NewSession, begin_session
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

CEREMONY_LIFE: Final = timedelta(minutes=5)
PASSKEYS_MAX: Final = 20
COPIED: Final = "accounts.passkey.copied"
"""What the audit log calls a passkey whose count has not gone on: somebody has a copy of it."""


class RelyingParty(NamedTuple):
    """The page that asks, as the browser names it: its origin, and its host name."""

    origin: str
    host: str


class CeremonyDice(NamedTuple):
    """What is thrown for a ceremony: the token that its browser keeps, the challenge, and a handle. Base64url."""

    token: str
    challenge: str
    handle: str = ""


@observed("accounts.begin_passkey")
def begin_passkey(
    actor: Actor,
    context: Records,
    *,
    page: RelyingParty,
    session_id: str,
    dice: CeremonyDice,
    passkeys: Passkeys,
    passwords: Passwords,
    password: str = "",
    fresh: bool = True,
) -> dict[str, Any]:
    """What the browser is told to make a passkey.

    A passkey opens the account for good, so a session alone does not do: it takes the password, or, where there is
    none, to be `fresh`: signed in a moment ago. Raises: NotAllowed, WrongCredentials, InvalidPasskey, InvalidAccount.
    """
    must(actor, Action.KEEP_PASSKEY, Subject("passkeys", owner=actor.account))
    with context.read() as records:
        account = records.people.find_account(actor.account)
        kept = records.people.password_of(actor.account)
        known = records.sign_ins.passkeys(limit=PASSKEYS_MAX, account_id=actor.account).items
    if account is None:
        raise InvalidAccount("Who keeps a passkey has an account.")
    if account.account_id.startswith(DEMO_PREFIX):
        raise NotAllowed("Nobody signs in as a demonstration account.", code="account.demo")
    if not knows(password, kept, passwords, fresh=fresh):
        raise WrongCredentials("A passkey needs your password.", hint="Without one, sign in again first.")
    if len(known) >= PASSKEYS_MAX:
        raise InvalidAccount(f"An account has at most {PASSKEYS_MAX} passkeys.", hint="Give up one that is not used.")
    begun = _begun("passkey.new", page, dice, context.clock.now()).model_copy(
        update={
            "handle": known[0].handle if known else dice.handle,
            "account_id": account.account_id,
            "session_id": session_id,
        }
    )
    with context.write() as records:
        records.sign_ins.begin_ceremony(begun, dice.token)
    return passkeys.creation_options(begun, account.name, known)


@observed("accounts.finish_passkey")
def finish_passkey(
    answer: Answer,
    name: str,
    actor: Actor,
    context: Records,
    *,
    page: RelyingParty,
    session_id: str,
    token: str,
    passkeys: Passkeys,
    passkey_id: str,
) -> Passkey:
    """Keep the passkey that a device has made, for the session that asked for it.

    Raises: CeremonyOver, InvalidPasskey, PasskeyExists.
    """
    subject = Subject(f"passkey:{passkey_id}", owner=actor.account)
    must(actor, Action.KEEP_PASSKEY, subject)
    called = checked_label(name)
    begun = _taken(token, "passkey.new", page, context)
    if (begun.account_id, begun.session_id) != (actor.account, session_id):
        raise CeremonyOver("This was begun in another session.", hint="Begin again.")
    made = passkeys.made(answer, begun)
    kept = Passkey(
        passkey_id=passkey_id,
        account_id=actor.account,
        name=called,
        credential_id=made.credential_id,
        public_key=made.public_key,
        handle=begun.handle,
        relying_party=begun.relying_party,
        sign_count=made.sign_count,
        backed_up=made.backed_up,
        created_at=actor.at,
    )
    with context.write() as records:
        records.sign_ins.add_passkey(kept)
        records.accounts.append_audit(entry_of(actor, Action.KEEP_PASSKEY.value, subject.name, after=kept))
    return kept


@observed("accounts.begin_passkey_sign_in")
def begin_passkey_sign_in(
    context: Records, *, page: RelyingParty, dice: CeremonyDice, passkeys: Passkeys, at: datetime
) -> dict[str, Any]:
    """What the browser is told to sign in with a passkey; the same whoever asks. Raises: InvalidPasskey."""
    begun = _begun("passkey.sign_in", page, dice, at)
    with context.write() as records:
        records.sign_ins.begin_ceremony(begun, dice.token)
    return passkeys.request_options(begun)


@observed("accounts.sign_in_by_passkey")
def sign_in_by_passkey(
    answer: Answer,
    new: NewSession,
    context: Records,
    *,
    page: RelyingParty,
    token: str,
    passkeys: Passkeys,
    at: datetime,
) -> Session:
    """A session for whoever holds the device of a passkey. Whatever does not fit is told the same.

    A count that has not gone on says that there is a copy: nobody comes in by it, and the audit log tells.
    Raises: CeremonyOver, WrongCredentials.
    """
    begun = _taken(token, "passkey.sign_in", page, context)
    claimed = passkeys.credential_of(answer)
    with context.read() as records:
        passkey = records.sign_ins.passkey_of(claimed)
        account = records.people.find_account(passkey.account_id) if passkey else None
    if passkey is None or account is None or account.disabled or passkey.relying_party != begun.relying_party:
        raise no_passkey()
    proven = passkeys.proven(answer, begun, passkey)
    with context.write() as records:
        counts = proven.sign_count > passkey.sign_count or proven.sign_count == passkey.sign_count == 0
        used = counts and records.sign_ins.use_passkey(
            passkey.passkey_id, before=passkey.sign_count, sign_count=proven.sign_count, at=at,
            backed_up=proven.backed_up,
        )  # fmt: skip
        if used:
            records.people.forget_attempts(account.account_id)
            return begin_session(account, new, records, at)
        records.accounts.append_audit(entry_of(self_of(account, at), COPIED, f"passkey:{passkey.passkey_id}"))
    raise no_passkey()


@observed("accounts.list_passkeys")
def list_passkeys(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, account: str | None = None
) -> Page[Passkey]:
    """The passkeys of an account, by its id or its name; one's own without one. Raises: NotAllowed."""
    with context.read() as records:
        meant = records.people.account_called(account) if account else None
        whose = meant.account_id if meant else account or actor.account
        must(actor, Action.READ_PASSKEYS, Subject("passkeys", owner=whose))
        return records.sign_ins.passkeys(after, limit, account_id=whose)


@observed("accounts.rename_passkey")
def rename_passkey(passkey_id: str, name: str, actor: Actor, context: Records) -> Passkey:
    """Call a passkey otherwise. Raises: PasskeyNotFound, InvalidPasskey."""
    called = checked_label(name)
    with context.write() as records:
        found = _found(passkey_id, Action.KEEP_PASSKEY, actor, records)
        after = found.model_copy(update={"name": called})
        records.sign_ins.rename_passkey(passkey_id, called)
        records.accounts.append_audit(
            entry_of(actor, Action.KEEP_PASSKEY.value, f"passkey:{passkey_id}", before=found, after=after)
        )
    return after


@observed("accounts.remove_passkey")
def remove_passkey(passkey_id: str, actor: Actor, context: Records) -> Passkey:
    """Give a passkey up: it opens nothing any more. The last way into an account stays.

    Raises: PasskeyNotFound, InvalidAccount.
    """
    with context.write() as records:
        found = _found(passkey_id, Action.END_PASSKEY, actor, records)
        account = records.people.find_account(found.account_id)
        if account is not None and account.account_id == actor.account and _is_last_way(account, records):
            raise InvalidAccount(
                "Without it nobody could sign in to this account any more.",
                code="passkey.last",
                hint="Choose a password, or give an e-mail address for recovery, first.",
            )
        records.sign_ins.remove_passkey(passkey_id)
        records.accounts.append_audit(entry_of(actor, Action.END_PASSKEY.value, f"passkey:{passkey_id}", before=found))
    return found


def passkey_letter(passkey: Passkey, account: Account) -> Letter | None:
    """The letter that tells an account of another passkey, so that one that somebody else has made is noticed."""
    if account.email is None:
        return None
    text = (
        f"Hello {account.name},\n\n"
        f"on {passkey.created_at:%d %B %Y} at {passkey.created_at:%H:%M} UTC a passkey called “{passkey.name}” was "
        "added to your account. It opens the account without a password.\n\n"
        "If it was not you: choose another password by “Password forgotten?” on the page where one signs in, and let "
        "all passkeys go there.\n"
    )
    return Letter(account.email, f"{PRODUCT}: another passkey", text)


def checked_label(name: str) -> str:
    """What a passkey is called by who keeps it. Raises: InvalidPasskey."""
    called = " ".join("".join(letter for letter in name if letter.isprintable()).split())
    if not 1 <= len(called) <= 80:
        raise InvalidPasskey("A passkey is called something, in at most 80 characters.")
    return called


def _begun(
    kind: Literal["passkey.new", "passkey.sign_in"], page: RelyingParty, dice: CeremonyDice, at: datetime
) -> PasskeyCeremony:
    return PasskeyCeremony(
        kind=kind,
        challenge=dice.challenge,
        origin=page.origin,
        relying_party=page.host,
        expires_at=at + CEREMONY_LIFE,
    )


def _taken(token: str, kind: str, page: RelyingParty, context: Records) -> PasskeyCeremony:
    """What this browser has begun, taken before anything is looked at: no answer is tried twice.

    Raises: CeremonyOver.
    """
    with context.write() as records:
        begun = records.sign_ins.take_ceremony(token, context.clock.now())
    if not isinstance(begun, PasskeyCeremony) or begun.kind != kind or begun.origin != page.origin:
        raise CeremonyOver("This was begun too long ago, or by another page.", hint="Begin again.")
    return begun


def _found(passkey_id: str, action: Action, actor: Actor, records: ReadTransaction) -> Passkey:
    """Raises: PasskeyNotFound."""
    missing = PasskeyNotFound(f"There is no passkey '{passkey_id[:80]}'.")
    found = records.sign_ins.find_passkey(passkey_id)
    owner = found.account_id if found else None
    must(actor, action, Subject(f"passkey:{passkey_id[:80]}", owner=owner), missing=missing)
    if found is None:
        raise missing
    return found


def _is_last_way(account: Account, records: ReadTransaction) -> bool:
    """Whether an account has one passkey, and nothing else to sign in with or to be written to."""
    held = records.sign_ins.passkeys(limit=2, account_id=account.account_id).items
    others = (
        records.people.password_of(account.account_id),
        account.email,
        records.sign_ins.identities(account.account_id),
    )
    return len(held) < 2 and not any(others)
