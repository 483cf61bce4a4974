"""People in memory: accounts, memberships, sessions, one-time links."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from remixlab.domain.accounts import Account, LinkKind, Membership, OneTimeLink, Session
from remixlab.domain.actor import Mandate
from remixlab.domain.audit import Acts
from remixlab.domain.errors import AccountExists, AccountNotFound
from remixlab.domain.naming import fold_name
from remixlab.domain.page import Page
from remixlab.domain.ports.records.people import Attempts
from remixlab.testing.records.kept import Kept, KeptAccount, KeptLink, KeptSession, page_by_id
from remixlab.testing.records.own_data import MemoryChoices


class MemoryPeople(MemoryChoices):
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    # ------------------------------------------------------------ accounts

    def find_account(self, account_id: str) -> Account | None:
        found = self.kept.people.get(account_id)
        return found.account if found else None

    def account_called(self, name: str) -> Account | None:
        every = (found.account for found in self.kept.people.values())
        return next((one for one in every if fold_name(one.name) == fold_name(name)), None)

    def account_with_email(self, email: str) -> Account | None:
        every = (found.account for found in self.kept.people.values())
        return next((one for one in every if one.email and one.email.casefold() == email.casefold()), None)

    def accounts(self, after: str | None = None, limit: int = 100) -> Page[Account]:
        return page_by_id({name: found.account for name, found in self.kept.people.items()}, after, limit)

    def can_anybody_sign_in(self) -> bool:
        with_passkey = {one.account_id for one in self.kept.passkeys.values()}
        every = ((name, found) for name, found in self.kept.people.items() if not found.account.disabled)
        return any(found.password or name in with_passkey for name, found in every)

    def add_account(self, account: Account) -> None:
        if account.account_id in self.kept.people:
            raise AccountExists("Another account has this id.")
        self._must_be_free(account)
        self.kept.people[account.account_id] = KeptAccount(account)
        self._acts.did("an account")

    def change_account(self, account: Account) -> None:
        found = self._found(account.account_id)
        self._must_be_free(account)
        self.kept.people[account.account_id] = replace(found, account=account)
        self._acts.did("a change of an account")

    def password_of(self, account_id: str) -> str | None:
        return self.kept.people[account_id].password if account_id in self.kept.people else None

    def set_password(self, account_id: str, kept: str | None) -> None:
        self.kept.people[account_id] = replace(self._found(account_id), password=kept)
        self._acts.did("a password")

    def attempts(self, account_id: str) -> Attempts:
        return self.kept.people[account_id].attempts if account_id in self.kept.people else Attempts(0, None)

    def count_attempt(self, account_id: str, at: datetime) -> None:
        found = self._found(account_id)
        self.kept.people[account_id] = replace(found, attempts=Attempts(found.attempts.made + 1, at))

    def forget_attempts(self, account_id: str) -> None:
        self.kept.people[account_id] = replace(self._found(account_id), attempts=Attempts(0, None))

    # ------------------------------------------------------------ memberships

    def memberships(
        self, after: str | None = None, limit: int = 100, *, account_id: str | None = None, party_id: str | None = None
    ) -> Page[Membership]:
        found = {
            name: one
            for name, one in self.kept.memberships.items()
            if account_id in (None, one.account_id) and party_id in (None, one.mandate.party_id)
        }
        return page_by_id(found, after, limit)

    def find_membership(self, membership_id: str) -> Membership | None:
        return self.kept.memberships.get(membership_id)

    def mandates_of(self, account_id: str, at: datetime) -> tuple[Mandate, ...]:
        held = (one for _, one in sorted(self.kept.memberships.items()) if one.account_id == account_id)
        return tuple(one.mandate for one in held if one.mandate.in_force(at))

    def add_membership(self, membership: Membership) -> None:
        self.kept.memberships[membership.membership_id] = membership
        self._acts.did("a membership")

    def end_membership(self, membership_id: str, at: datetime) -> bool:
        return self._ended(self.kept.memberships.pop(membership_id, None) is not None, "the end of a membership")

    # ------------------------------------------------------------ sessions

    def session_of(self, token: str, at: datetime) -> Session | None:
        found = (one for one in self.kept.sessions.values() if one.token_hash == _digest(token))
        return next((one.session for one in found if one.session.expires_at > at), None)

    def find_session(self, session_id: str) -> Session | None:
        return self.kept.sessions[session_id].session if session_id in self.kept.sessions else None

    def sessions(self, at: datetime, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Session]:
        every = {name: one.session for name, one in self.kept.sessions.items()}
        found = {name: one for name, one in every.items() if one.account_id == account_id and one.expires_at > at}
        return page_by_id(found, after, limit)

    def add_session(self, session: Session, token: str) -> None:
        self.kept.sessions[session.session_id] = KeptSession(session, _digest(token))
        self._acts.did("a session")

    def see_session(self, session_id: str, at: datetime) -> None:
        found = self.kept.sessions.get(session_id)
        if found is not None:
            seen = found.session.model_copy(update={"seen_at": at})
            self.kept.sessions[session_id] = KeptSession(seen, found.token_hash)

    def end_session(self, session_id: str, at: datetime) -> bool:
        return self._ended(self.kept.sessions.pop(session_id, None) is not None, "the end of a session")

    def end_sessions(self, account_id: str, at: datetime, *, but: str | None = None) -> int:
        every = self.kept.sessions.items()
        gone = [name for name, one in every if one.session.account_id == account_id and name != but]
        return sum(self.end_session(name, at) for name in gone)

    # ------------------------------------------------------------ one-time links

    def links(self, kind: LinkKind, at: datetime, after: str | None = None, limit: int = 100) -> Page[OneTimeLink]:
        every = {name: one.link for name, one in self.kept.links.items()}
        found = {name: one for name, one in every.items() if one.kind is kind and one.expires_at > at}
        return page_by_id(found, after, limit)

    def find_link(self, link_id: str, at: datetime) -> OneTimeLink | None:
        found = self.kept.links.get(link_id)
        return found.link if found and found.link.expires_at > at else None

    def newest_link(self, account_id: str, kind: LinkKind, at: datetime) -> OneTimeLink | None:
        every = (one.link for one in self.kept.links.values() if one.link.expires_at > at)
        found = [one for one in every if (one.account_id, one.kind) == (account_id, kind)]
        return max(found, key=lambda one: one.created_at, default=None)

    def link_of(self, token: str, at: datetime) -> OneTimeLink | None:
        found = (one.link for one in self.kept.links.values() if one.token_hash == _digest(token))
        return next((link for link in found if link.expires_at > at), None)

    def add_link(self, link: OneTimeLink, token: str) -> None:
        self.kept.links[link.link_id] = KeptLink(link, _digest(token))
        self._acts.did("a one-time link")

    def use_link(self, token: str, at: datetime) -> OneTimeLink | None:
        link = self.link_of(token, at)
        return link if link is not None and self.end_link(link.link_id, at) else None

    def end_link(self, link_id: str, at: datetime) -> bool:
        still = self.find_link(link_id, at) is not None
        return self._ended(still and self.kept.links.pop(link_id, None) is not None, "the end of a one-time link")

    def end_links(self, account_id: str, at: datetime) -> None:
        for name in [name for name, one in self.kept.links.items() if one.link.account_id == account_id]:
            self.end_link(name, at)

    def _found(self, account_id: str) -> KeptAccount:
        if account_id not in self.kept.people:
            raise AccountNotFound(f"there is no account '{account_id[:80]}'")
        return self.kept.people[account_id]

    def _must_be_free(self, account: Account) -> None:
        same = (self.account_called(account.name), account.email and self.account_with_email(account.email))
        if any(isinstance(one, Account) and one.account_id != account.account_id for one in same):
            raise AccountExists("Another account has this name or this address.")

    def _ended(self, ended: bool, what: str) -> bool:
        if ended:
            self._acts.did(what)
        return ended


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
