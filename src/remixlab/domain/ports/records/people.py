"""People: accounts, memberships, sessions and one-time links. Passwords and tokens are kept as digests only."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from remixlab.domain.accounts import Account, LinkKind, Membership, OneTimeLink, Session
from remixlab.domain.actor import Mandate
from remixlab.domain.choices import Chosen
from remixlab.domain.page import Page


class Attempts(NamedTuple):
    """Wrong passwords of an account since the last right one."""

    made: int
    last_at: datetime | None


class PeopleReader(Protocol):
    def find_account(self, account_id: str) -> Account | None: ...

    def account_called(self, name: str) -> Account | None:
        """By its name, however it is written (`domain.naming.fold_name`)."""
        ...

    def account_with_email(self, email: str) -> Account | None:
        """By its address, without regard to case."""
        ...

    def accounts(self, after: str | None = None, limit: int = 100) -> Page[Account]:
        """In order of their ids, disabled ones too."""
        ...

    def can_anybody_sign_in(self) -> bool:
        """Whether an account in force has a password or a passkey."""
        ...

    def password_of(self, account_id: str) -> str | None:
        """What is kept of an account's password."""
        ...

    def attempts(self, account_id: str) -> Attempts: ...

    def memberships(
        self,
        after: str | None = None,
        limit: int = 100,
        *,
        account_id: str | None = None,
        party_id: str | None = None,
    ) -> Page[Membership]:
        """Those that were not ended, in order of their ids; of an account, of a party."""
        ...

    def find_membership(self, membership_id: str) -> Membership | None:
        """When it was not ended."""
        ...

    def choices(self, account_id: str) -> tuple[Chosen, ...]:
        """The newest answer of an account to everything that it has answered."""
        ...

    def mandates_of(self, account_id: str, at: datetime) -> tuple[Mandate, ...]:
        """Those in force at a moment."""
        ...

    def session_of(self, token: str, at: datetime) -> Session | None:
        """The session that a token proves, when it is in force."""
        ...

    def find_session(self, session_id: str) -> Session | None:
        """When it was not ended."""
        ...

    def sessions(self, at: datetime, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Session]:
        """Those in force, in order of their ids."""
        ...

    def links(self, kind: LinkKind, at: datetime, after: str | None = None, limit: int = 100) -> Page[OneTimeLink]:
        """Those that still open, in order of their ids."""
        ...

    def find_link(self, link_id: str, at: datetime) -> OneTimeLink | None:
        """When it still opens."""
        ...

    def newest_link(self, account_id: str, kind: LinkKind, at: datetime) -> OneTimeLink | None:
        """The last one of its kind that was made for an account and still opens."""
        ...

    def link_of(self, token: str, at: datetime) -> OneTimeLink | None:
        """The link that a token proves, when it still opens; looking does not use it."""
        ...


class PeopleWriter(PeopleReader, Protocol):
    def add_account(self, account: Account) -> None:
        """Raises: AccountExists where the id, the name or the address is taken."""
        ...

    def change_account(self, account: Account) -> None:
        """Put in place of the account with this id. Raises: AccountNotFound, AccountExists."""
        ...

    def set_password(self, account_id: str, kept: str | None) -> None: ...

    def count_attempt(self, account_id: str, at: datetime) -> None:
        """One more wrong password."""
        ...

    def forget_attempts(self, account_id: str) -> None: ...

    def add_membership(self, membership: Membership) -> None: ...

    def end_membership(self, membership_id: str, at: datetime) -> bool:
        """Whether there was one to end."""
        ...

    def add_session(self, session: Session, token: str) -> None: ...

    def see_session(self, session_id: str, at: datetime) -> None:
        """Note that it was used."""
        ...

    def end_session(self, session_id: str, at: datetime) -> bool:
        """Whether there was one to end."""
        ...

    def end_sessions(self, account_id: str, at: datetime, *, but: str | None = None) -> int:
        """End every session of an account, but one; how many."""
        ...

    def add_link(self, link: OneTimeLink, token: str) -> None: ...

    def use_link(self, token: str, at: datetime) -> OneTimeLink | None:
        """The link that a token proves, once: to whoever comes second it is None, also when both come at once."""
        ...

    def end_link(self, link_id: str, at: datetime) -> bool:
        """Whether there was one that still opened."""
        ...

    def keep_choice(self, chosen: Chosen) -> None:
        """Append an answer; of two at the same moment the first stands."""
        ...

    def erase_traces(self, account_id: str) -> None:
        """Forget what the devices of an account are called."""
        ...

    def end_links(self, account_id: str, at: datetime) -> None:
        """End every link of an account."""
        ...
