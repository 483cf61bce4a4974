"""Passkeys, identities and begun ceremonies in SQL. Of what proves a ceremony a digest is kept."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError

from remixlab.domain.accounts import Ceremony, Identity, Passkey
from remixlab.domain.errors import IdentityTaken, PasskeyExists
from remixlab.domain.page import Page
from remixlab.domain.ports.records.sign_ins import Collected
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart

P, D, C = t.passkeys, t.identities, t.ceremonies
_CEREMONY: Final[TypeAdapter[Ceremony]] = TypeAdapter(Ceremony)


class SqlSignIns(TablePart):
    """Law: a ceremony is taken once, whoever comes at the same moment."""

    # ------------------------------------------------------------ passkeys

    def passkeys(self, after: str | None = None, limit: int = 100, *, account_id: str) -> Page[Passkey]:
        query = sa.select(P).where(P.c.account_id == account_id).order_by(P.c.id)
        return self._page(query if after is None else query.where(P.c.id > after), limit, _passkey)

    def find_passkey(self, passkey_id: str) -> Passkey | None:
        return self._passkey(P.c.id == passkey_id)

    def passkey_of(self, credential_id: str) -> Passkey | None:
        return self._passkey(P.c.credential_id == credential_id)

    def add_passkey(self, passkey: Passkey) -> None:
        row = passkey.model_dump(exclude={"passkey_id"})
        try:
            with self.connection.begin_nested():
                self.connection.execute(P.insert().values(id=passkey.passkey_id, **row))
        except IntegrityError as error:
            raise PasskeyExists("This passkey is kept already.", hint="Sign in with it.") from error
        self._acts.did("a passkey")

    def rename_passkey(self, passkey_id: str, name: str) -> bool:
        found = self._change(P, {"id": passkey_id}, {"name": name})
        return self._did(found, "another name of a passkey")

    def use_passkey(self, passkey_id: str, *, before: int, sign_count: int, backed_up: bool, at: datetime) -> bool:
        noted = {"sign_count": sign_count, "backed_up": backed_up, "used_at": at}
        return self._change(P, {"id": passkey_id, "sign_count": before}, noted)

    def remove_passkey(self, passkey_id: str) -> bool:
        return self._did(self._delete(P, P.c.id == passkey_id) > 0, "the end of a passkey")

    def remove_passkeys(self, account_id: str) -> int:
        gone = self._delete(P, P.c.account_id == account_id)
        self._did(gone > 0, "the end of passkeys")
        return gone

    # ------------------------------------------------------------ identities

    def identity_of(self, issuer: str, subject: str) -> Identity | None:
        row = self.connection.execute(sa.select(D).where(D.c.issuer == issuer, D.c.subject == subject)).first()
        return None if row is None else _identity(row)

    def identities(self, account_id: str) -> tuple[Identity, ...]:
        query = sa.select(D).where(D.c.account_id == account_id).order_by(D.c.issuer, D.c.subject)
        return tuple(map(_identity, self.connection.execute(query)))

    def add_identity(self, identity: Identity) -> None:
        if not self._add_once(
            D,
            {"issuer": identity.issuer, "subject": identity.subject},
            {"account_id": identity.account_id, "linked_at": identity.linked_at},
        ):
            raise IdentityTaken("This identity belongs to an account already.", hint="Sign in with it.")
        self._acts.did("an identity")

    def remove_identity(self, issuer: str, subject: str) -> bool:
        gone = self._delete(D, sa.and_(D.c.issuer == issuer, D.c.subject == subject))
        return self._did(gone > 0, "the end of an identity")

    # ------------------------------------------------------------ ceremonies

    def begin_ceremony(self, ceremony: Ceremony, token: str) -> None:
        body = canonical(ceremony.to_dict()).decode()
        self.connection.execute(C.insert().values(token_hash=_digest(token), body=body, expires_at=ceremony.expires_at))

    def take_ceremony(self, token: str, at: datetime) -> Ceremony | None:
        ours = C.c.token_hash == _digest(token)
        body = self.connection.scalar(sa.select(C.c.body).where(ours, C.c.expires_at > at))
        # The deletion decides: of two that saw it, one finds a row to delete.
        return _CEREMONY.validate_json(body) if self._delete(C, ours) and body is not None else None

    def collect(self, before: datetime, at: datetime) -> Collected:
        return Collected(
            sessions=self._delete(t.sessions, _over(t.sessions, before)),
            links=self._delete(t.one_time_links, _over(t.one_time_links, before)),
            ceremonies=self._delete(C, C.c.expires_at <= at),
            replies=self._delete(t.idempotency_keys, t.idempotency_keys.c.expires_at <= at),
        )

    # ------------------------------------------------------------ statements they share

    def _passkey(self, where: sa.ColumnElement[bool]) -> Passkey | None:
        row = self.connection.execute(sa.select(P).where(where)).first()
        return None if row is None else _passkey(row)

    def _delete(self, table: sa.Table, where: sa.ColumnElement[bool]) -> int:
        return self.connection.execute(table.delete().where(where)).rowcount

    def _did(self, done: bool, what: str) -> bool:
        if done:
            self._acts.did(what)
        return done


def _over(table: sa.Table, before: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(table.c.ended_at < before, table.c.expires_at < before)


def _passkey(row: sa.Row[Any]) -> Passkey:
    return Passkey(
        passkey_id=row.id,
        account_id=row.account_id,
        name=row.name,
        credential_id=row.credential_id,
        public_key=row.public_key,
        handle=row.handle,
        relying_party=row.relying_party,
        sign_count=row.sign_count,
        backed_up=row.backed_up,
        created_at=row.created_at,
        used_at=row.used_at,
    )


def _identity(row: sa.Row[Any]) -> Identity:
    return Identity(issuer=row.issuer, subject=row.subject, account_id=row.account_id, linked_at=row.linked_at)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
