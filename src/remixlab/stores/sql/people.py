"""People in SQL: accounts, memberships, sessions, one-time links. Passwords and tokens are kept as digests only."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from remixlab.domain.accounts import Account, Invitation, LinkKind, Membership, OneTimeLink, Session
from remixlab.domain.actor import Mandate, Role
from remixlab.domain.choices import Choice, Chosen
from remixlab.domain.errors import AccountExists, AccountNotFound
from remixlab.domain.naming import fold_name
from remixlab.domain.page import Page
from remixlab.domain.ports.records.people import Attempts
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

A, M, S, L = t.user_accounts, t.memberships, t.sessions, t.one_time_links


class SqlPeople(TablePart):
    """Law: a one-time link is used once, whoever comes at the same moment."""

    # ------------------------------------------------------------ choices

    def choices(self, account_id: str) -> tuple[Chosen, ...]:
        said = sa.select(t.choices).where(t.choices.c.account_id == account_id).order_by(t.choices.c.said_at)
        newest = {row.choice: row for row in self.connection.execute(said)}
        return tuple(
            Chosen(account_id=account_id, choice=Choice(name), given=row.given, said_at=row.said_at)
            for name, row in sorted(newest.items())
        )

    def keep_choice(self, chosen: Chosen) -> None:
        key = {"account_id": chosen.account_id, "choice": chosen.choice.value, "said_at": chosen.said_at}
        if self._add_once(t.choices, key, {"given": chosen.given}):
            self._acts.did("a choice")

    def erase_traces(self, account_id: str) -> None:
        self.connection.execute(S.update().where(S.c.account_id == account_id).values(device=""))

    # ------------------------------------------------------------ accounts

    def find_account(self, account_id: str) -> Account | None:
        return self._account(A.c.id == account_id)

    def account_called(self, name: str) -> Account | None:
        return self._account(A.c.name_key == fold_name(name))

    def account_with_email(self, email: str) -> Account | None:
        return self._account(A.c.email_key == email.casefold())

    def accounts(self, after: str | None = None, limit: int = 100) -> Page[Account]:
        query = sa.select(A).order_by(A.c.id)
        return self._page(query if after is None else query.where(A.c.id > after), limit, _account)

    def can_anybody_sign_in(self) -> bool:
        with_passkey = sa.select(t.passkeys.c.account_id)
        knows = sa.or_(A.c.password_hash.is_not(None), A.c.id.in_(with_passkey))
        return (
            self.connection.execute(sa.select(A.c.id).where(knows, A.c.disabled.is_(False)).limit(1)).first()
            is not None
        )

    def add_account(self, account: Account) -> None:
        self._keep(A.insert().values(id=account.account_id, created_at=account.created_at, **_columns(account)))
        self._acts.did("an account")

    def change_account(self, account: Account) -> None:
        if not self._keep(A.update().where(A.c.id == account.account_id).values(**_columns(account))):
            raise AccountNotFound(f"there is no account '{account.account_id[:80]}'")
        self._acts.did("a change of an account")

    def password_of(self, account_id: str) -> str | None:
        return self.connection.scalar(sa.select(A.c.password_hash).where(A.c.id == account_id))

    def set_password(self, account_id: str, kept: str | None) -> None:
        if not self._change(A, {"id": account_id}, {"password_hash": kept}):
            raise AccountNotFound(f"there is no account '{account_id[:80]}'")
        self._acts.did("a password")

    def attempts(self, account_id: str) -> Attempts:
        row = self.connection.execute(sa.select(A.c.attempts, A.c.attempt_at).where(A.c.id == account_id)).first()
        return Attempts(0, None) if row is None else Attempts(row.attempts, row.attempt_at)

    def count_attempt(self, account_id: str, at: datetime) -> None:
        self.connection.execute(A.update().where(A.c.id == account_id).values(attempts=A.c.attempts + 1, attempt_at=at))

    def forget_attempts(self, account_id: str) -> None:
        self._change(A, {"id": account_id}, {"attempts": 0, "attempt_at": None})

    # ------------------------------------------------------------ memberships

    def memberships(
        self, after: str | None = None, limit: int = 100, *, account_id: str | None = None, party_id: str | None = None
    ) -> Page[Membership]:
        query = sa.select(M).where(M.c.ended_at.is_(None)).order_by(M.c.id)
        for column, wanted in ((M.c.account_id, account_id), (M.c.party_id, party_id)):
            query = query if wanted is None else query.where(column == wanted)
        return self._page(query if after is None else query.where(M.c.id > after), limit, _membership)

    def find_membership(self, membership_id: str) -> Membership | None:
        row = self.connection.execute(sa.select(M).where(M.c.id == membership_id, M.c.ended_at.is_(None))).first()
        return None if row is None else _membership(row)

    def mandates_of(self, account_id: str, at: datetime) -> tuple[Mandate, ...]:
        query = sa.select(M.c.body).where(M.c.account_id == account_id, M.c.ended_at.is_(None)).order_by(M.c.id)
        held = (Membership.model_validate_json(body).mandate for body in self.connection.scalars(query))
        return tuple(mandate for mandate in held if mandate.in_force(at))

    def add_membership(self, membership: Membership) -> None:
        self.connection.execute(
            M.insert().values(
                id=membership.membership_id,
                account_id=membership.account_id,
                party_id=membership.mandate.party_id,
                body=canonical(membership.to_dict()).decode(),
                granted_at=membership.granted_at,
            )
        )
        self._acts.did("a membership")

    def end_membership(self, membership_id: str, at: datetime) -> bool:
        return self._end(M, at, M.c.id == membership_id, "the end of a membership")

    # ------------------------------------------------------------ sessions

    def session_of(self, token: str, at: datetime) -> Session | None:
        row = self.connection.execute(sa.select(S).where(S.c.token_hash == _digest(token), _open(S, at))).first()
        return None if row is None else _session(row)

    def find_session(self, session_id: str) -> Session | None:
        row = self.connection.execute(sa.select(S).where(S.c.id == session_id, S.c.ended_at.is_(None))).first()
        return None if row is None else _session(row)

    def sessions(self, at: datetime, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Session]:
        query = sa.select(S).where(S.c.account_id == account_id, _open(S, at)).order_by(S.c.id)
        return self._page(query if after is None else query.where(S.c.id > after), limit, _session)

    def add_session(self, session: Session, token: str) -> None:
        fields = session.model_dump(exclude={"session_id"})
        self.connection.execute(S.insert().values(id=session.session_id, token_hash=_digest(token), **fields))
        self._acts.did("a session")

    def see_session(self, session_id: str, at: datetime) -> None:
        self._change(S, {"id": session_id}, {"seen_at": at})

    def end_session(self, session_id: str, at: datetime) -> bool:
        return self._end(S, at, S.c.id == session_id, "the end of a session")

    def end_sessions(self, account_id: str, at: datetime, *, but: str | None = None) -> int:
        where = sa.and_(S.c.account_id == account_id, S.c.ended_at.is_(None), S.c.id != (but or ""))
        ended = self.connection.execute(S.update().where(where).values(ended_at=at)).rowcount
        if ended:
            self._acts.did("the end of sessions")
        return ended

    # ------------------------------------------------------------ one-time links

    def links(self, kind: LinkKind, at: datetime, after: str | None = None, limit: int = 100) -> Page[OneTimeLink]:
        query = sa.select(L).where(L.c.kind == kind.value, _open(L, at)).order_by(L.c.id)
        return self._page(query if after is None else query.where(L.c.id > after), limit, _link)

    def find_link(self, link_id: str, at: datetime) -> OneTimeLink | None:
        row = self.connection.execute(sa.select(L).where(L.c.id == link_id, _open(L, at))).first()
        return None if row is None else _link(row)

    def newest_link(self, account_id: str, kind: LinkKind, at: datetime) -> OneTimeLink | None:
        where = sa.and_(L.c.account_id == account_id, L.c.kind == kind.value, _open(L, at))
        row = self.connection.execute(sa.select(L).where(where).order_by(L.c.created_at.desc(), L.c.id)).first()
        return None if row is None else _link(row)

    def link_of(self, token: str, at: datetime) -> OneTimeLink | None:
        row = self.connection.execute(sa.select(L).where(L.c.token_hash == _digest(token), _open(L, at))).first()
        return None if row is None else _link(row)

    def add_link(self, link: OneTimeLink, token: str) -> None:
        self.connection.execute(
            L.insert().values(
                id=link.link_id,
                token_hash=_digest(token),
                kind=link.kind.value,
                account_id=link.account_id,
                invitation=canonical(link.invitation.to_dict()).decode() if link.invitation else None,
                created_at=link.created_at,
                expires_at=link.expires_at,
            )
        )
        self._acts.did("a one-time link")

    def use_link(self, token: str, at: datetime) -> OneTimeLink | None:
        link = self.link_of(token, at)
        # The update decides: of two that saw the link open, one finds a row to end.
        ended = link is not None and self._end(L, at, L.c.id == link.link_id, "the use of a one-time link")
        return link if ended else None

    def end_link(self, link_id: str, at: datetime) -> bool:
        return self._end(L, at, sa.and_(L.c.id == link_id, _open(L, at)), "the end of a one-time link")

    def end_links(self, account_id: str, at: datetime) -> None:
        self._end(L, at, L.c.account_id == account_id, "the end of one-time links")

    # ------------------------------------------------------------ statements they share

    def _account(self, where: sa.ColumnElement[bool]) -> Account | None:
        row = self.connection.execute(sa.select(A).where(where)).first()
        return None if row is None else _account(row)

    def _keep(self, statement: Any) -> bool:
        """Whether a row was written. Raises: AccountExists."""
        try:
            with self.connection.begin_nested():
                return self.connection.execute(statement).rowcount > 0
        except IntegrityError as error:
            raise AccountExists(
                "Another account has this name or this address.", hint="Choose another, or recover that account."
            ) from error

    def _end(self, table: sa.Table, at: datetime, where: sa.ColumnElement[bool], what: str) -> bool:
        ended = self.connection.execute(table.update().where(where, table.c.ended_at.is_(None)).values(ended_at=at))
        if ended.rowcount:
            self._acts.did(what)
        return ended.rowcount > 0


def _open(table: sa.Table, at: datetime) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.ended_at.is_(None), table.c.expires_at > at)


def _columns(account: Account) -> Mapping[str, Any]:
    return {
        "name": account.name,
        "name_key": fold_name(account.name),
        "email": account.email,
        "email_key": account.email.casefold() if account.email else None,
        "roles": " ".join(sorted(account.roles)),
        "tier": account.tier.value,
        "disabled": account.disabled,
    }


def _account(row: sa.Row[Any]) -> Account:
    return Account(
        account_id=row.id,
        name=row.name,
        email=row.email,
        roles=frozenset(map(Role, row.roles.split())),
        tier=Tier(row.tier),
        created_at=row.created_at,
        disabled=row.disabled,
    )


def _membership(row: sa.Row[Any]) -> Membership:
    return Membership.model_validate_json(row.body)


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        session_id=row.id,
        account_id=row.account_id,
        device=row.device,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def _link(row: sa.Row[Any]) -> OneTimeLink:
    return OneTimeLink(
        link_id=row.id,
        kind=LinkKind(row.kind),
        account_id=row.account_id,
        invitation=Invitation.model_validate_json(row.invitation) if row.invitation else None,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def _digest(token: str) -> str:
    # A token of 32 random bytes cannot be guessed: a slow hash would only slow its owner down.
    return hashlib.sha256(token.encode()).hexdigest()
