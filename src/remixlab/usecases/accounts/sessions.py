"""Sessions: signing in by password or by a one-time link, the devices one is signed in on, signing out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from remixlab.accounts import Action, Subject, must
from remixlab.domain.accounts import DEMO_PREFIX, Account, LinkKind, Session
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidLink, NotAllowed, SessionNotFound, TooManyAttempts, WrongCredentials
from remixlab.domain.page import Page
from remixlab.domain.ports.passwords import Passwords
from remixlab.domain.ports.records.people import Attempts
from remixlab.domain.ports.records.transaction import ReadTransaction, WriteTransaction
from remixlab.domain.value import Value
from remixlab.usecases.accounts.register import name_of, self_of
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

SESSION_LIFE: Final = timedelta(days=30)
FREE_ATTEMPTS: Final = 5
"""Wrong passwords in a row before each further one has to wait, twice as long each time."""
WAIT_MAX_S: Final = 900
SIGN_IN: Final = "accounts.session.begin"
"""What the audit log calls it; whoever signs in is no actor yet, so there is no rule for it."""


class NewSession(Value):
    """A new session of one device: its id and token, thrown by whoever has dice, and what the device calls itself."""

    session_id: str
    token: str
    device: str = ""

    def __repr__(self) -> str:
        return f"NewSession({self.session_id!r}, <secret>)"


@observed("accounts.sign_in")
def sign_in(
    who: str, password: str, new: NewSession, context: Records, *, passwords: Passwords, at: datetime
) -> Session:
    """A session for whoever knows the password of an account, by its name or address.

    The attempt is counted before the password is looked at, so that many at once are counted too.
    Raises: WrongCredentials, TooManyAttempts.
    """
    with context.write() as records:
        account = _account(who, records)
        kept = records.people.password_of(account.account_id) if account else None
        if account is not None and kept is not None:
            _must_wait(records.people.attempts(account.account_id), at)
            records.people.count_attempt(account.account_id, at)
    if not passwords.fits(password, kept) or account is None or kept is None or account.disabled:
        raise WrongCredentials("Name and password do not belong together.", hint="Forgotten? A recovery link helps.")
    with context.write() as records:
        records.people.forget_attempts(account.account_id)
        if passwords.is_outdated(kept):
            records.people.set_password(account.account_id, passwords.hashed(password))
        return begin_session(account, new, records, at)


@observed("accounts.sign_in_by_link")
def sign_in_by_link(token: str, new: NewSession, context: Records, *, at: datetime) -> Session:
    """A session for whoever holds a one-time link that was made to sign in. Raises: InvalidLink."""
    with context.write() as records:
        link = records.people.link_of(token, at)
        account = records.people.find_account(link.account_id) if link and link.account_id else None
        if link is None or link.kind is not LinkKind.SIGN_IN or account is None or account.disabled:
            raise no_link()
        if records.people.use_link(token, at) is None:
            raise no_link()
        return begin_session(account, new, records, at)


@observed("accounts.list_sessions")
def list_sessions(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, account: str | None = None
) -> Page[Session]:
    """The devices that an account is signed in on; one's own without a name. Raises: NotAllowed."""
    whose = account or actor.account
    must(actor, Action.READ_SESSIONS, Subject("sessions", owner=whose))
    with context.read() as records:
        return records.people.sessions(actor.at, after, limit, account_id=whose)


@observed("accounts.end_session")
def end_session(session_id: str, actor: Actor, context: Records) -> Session:
    """Sign a device out. Raises: SessionNotFound."""
    missing = SessionNotFound(f"There is no session '{session_id[:80]}'.")
    with context.write() as records:
        found = records.people.find_session(session_id)
        if found is None:
            raise missing
        must(actor, Action.END_SESSION, Subject(f"session:{session_id}", owner=found.account_id), missing=missing)
        records.people.end_session(session_id, actor.at)
        records.accounts.append_audit(entry_of(actor, Action.END_SESSION.value, f"session:{session_id}", before=found))
    return found


@observed("accounts.end_sessions")
def end_sessions(actor: Actor, context: Records, *, account: str | None = None, but: str | None = None) -> int:
    """Sign an account out everywhere, but from one session; how many there were. Raises: SessionNotFound."""
    whose = account or actor.account
    missing = SessionNotFound("There are no sessions.")
    must(actor, Action.END_SESSION, Subject("sessions", owner=whose), missing=missing)
    with context.write() as records:
        ended = records.people.end_sessions(whose, actor.at, but=but)
        records.accounts.append_audit(entry_of(actor, Action.END_SESSION.value, name_of(whose)))
    return ended


# ------------------------------------------------------------ what other files of this area stand on


def begin_session(account: Account, new: NewSession, records: WriteTransaction, at: datetime) -> Session:
    """Write a new session down. Raises: NotAllowed for an account of the demonstration."""
    if account.account_id.startswith(DEMO_PREFIX):
        raise NotAllowed("Nobody signs in as a demonstration account; the owner tries them.", code="account.demo")
    session = Session(
        session_id=new.session_id,
        account_id=account.account_id,
        device=new.device[:200],
        created_at=at,
        seen_at=at,
        expires_at=at + SESSION_LIFE,
    )
    records.people.add_session(session, new.token)
    records.accounts.append_audit(entry_of(self_of(account, at), SIGN_IN, f"session:{session.session_id}"))
    return session


def no_link() -> InvalidLink:
    return InvalidLink("This link was used, or has expired.", hint="Ask for another one.")


def _account(who: str, records: ReadTransaction) -> Account | None:
    return records.people.account_with_email(who) if "@" in who else records.people.account_called(who)


def _must_wait(attempts: Attempts, at: datetime) -> None:
    """Raises: TooManyAttempts."""
    if attempts.made < FREE_ATTEMPTS or attempts.last_at is None:
        return
    wait_s = min(2 ** min(attempts.made - FREE_ATTEMPTS, 20), WAIT_MAX_S)
    left = attempts.last_at + timedelta(seconds=wait_s) - at
    if left > timedelta(0):
        seconds = int(left.total_seconds()) + 1
        raise TooManyAttempts(
            f"Too many wrong passwords. Try again in {seconds} s.",
            hint="A recovery link needs no waiting.",
            retry_after_s=seconds,
        )
