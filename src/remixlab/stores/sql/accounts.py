"""Account records in SQL: API keys, idempotency keys, and the audit log. Secrets are kept as digests only."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from remixlab.domain.audit import AuditEntry
from remixlab.domain.errors import IdempotencyClash
from remixlab.domain.page import Page, read_number
from remixlab.domain.ports.records.accounts import ApiKey, Reply
from remixlab.domain.value import canonical
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import Opened, TablePart


class SqlAccounts(TablePart):
    """Law: an audit entry, once written, never changes."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._waiting: list[AuditEntry] = []

    # ------------------------------------------------------------ API keys

    def api_key(self, key_id: str, secret: str, at: datetime) -> ApiKey | None:
        row = self.connection.execute(sa.select(t.api_keys).where(t.api_keys.c.id == key_id)).first()
        if row is None or not hmac.compare_digest(row.secret_hash, _digest(secret)):
            return None
        if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at):
            return None
        return _key(row)

    def find_api_key(self, key_id: str) -> ApiKey | None:
        row = self.connection.execute(sa.select(t.api_keys).where(t.api_keys.c.id == key_id)).first()
        return None if row is None else _key(row)

    def api_keys(self, after: str | None = None, limit: int = 100, *, principal: str | None = None) -> Page[ApiKey]:
        query = sa.select(t.api_keys).where(t.api_keys.c.revoked_at.is_(None)).order_by(t.api_keys.c.id)
        if principal is not None:
            query = query.where(t.api_keys.c.principal == principal)
        return self._page(query if after is None else query.where(t.api_keys.c.id > after), limit, _key)

    def add_api_key(self, key: ApiKey, secret: str, at: datetime) -> None:
        self.connection.execute(
            t.api_keys.insert().values(
                id=key.key_id,
                secret_hash=_digest(secret),
                principal=key.principal,
                scopes=" ".join(sorted(key.scopes)),
                created_at=at,
                expires_at=key.expires_at,
            )
        )
        self._acts.did("an API key")

    def revoke_api_key(self, key_id: str, at: datetime) -> bool:
        found = self._change(t.api_keys, {"id": key_id}, {"revoked_at": at})
        if found:
            self._acts.did("the end of an API key")
        return found

    # ------------------------------------------------------------ the audit log

    def audit(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[AuditEntry]:
        self.write_audit()
        query = sa.select(t.audit).where(t.audit.c.seq > read_number(after)).order_by(t.audit.c.seq)
        if account is not None:
            query = query.where(t.audit.c.account == account)
        return self._page(query, limit, lambda row: AuditEntry.model_validate_json(row.body), lambda row: str(row.seq))

    def broken_audit(self) -> int | None:
        self.write_audit()
        return self._broken_link(t.audit)

    def append_audit(self, entry: AuditEntry) -> None:
        self._acts.entered = True
        self._waiting.append(entry)

    def write_audit(self) -> None:
        """Write the entries that wait: last in their transaction, so that writers hardly wait for each other."""
        entries, self._waiting = self._waiting, []
        if not entries:
            return
        bodies = [canonical(entry.to_dict()) for entry in entries]
        rows = [
            {
                "account": entry.account, "action": entry.action, "subject": entry.subject, "at": entry.at,
                "body": new.body.decode(), "previous": new.previous, "hash": new.hash,
            }
            for entry, new in zip(entries, self._next_links(t.audit, bodies), strict=True)
        ]  # fmt: skip
        self.connection.execute(t.audit.insert(), rows)

    # ------------------------------------------------------------ idempotency keys

    def begin_request(
        self, principal: str, key: str, request_hash: str, *, at: datetime, expires_at: datetime
    ) -> Reply | None:
        self._take_turns("idempotency_keys")
        self.connection.execute(t.idempotency_keys.delete().where(t.idempotency_keys.c.expires_at <= at))
        where = (t.idempotency_keys.c.principal == principal) & (t.idempotency_keys.c.key == key)
        row = self.connection.execute(sa.select(t.idempotency_keys).where(where)).first()
        if row is None:
            values = {"principal": principal, "key": key, "request_hash": request_hash, "expires_at": expires_at}
            self.connection.execute(t.idempotency_keys.insert().values(values))
            return None
        if row.request_hash != request_hash:
            hint = "Use a new key for a new request."
            raise IdempotencyClash(
                "this idempotency key was used for another request", code="idempotency.reused", hint=hint
            )
        if row.status is None:
            raise IdempotencyClash(
                "this request is still under way", code="idempotency.in_flight", hint="Ask again in a moment."
            )
        return Reply(row.status, row.response)

    def end_request(self, principal: str, key: str, status: int, response: str, *, expires_at: datetime) -> None:
        answered = {"status": status, "response": response, "expires_at": expires_at}
        self._change(t.idempotency_keys, {"principal": principal, "key": key}, answered)

    def forget_request(self, principal: str, key: str) -> None:
        where = (t.idempotency_keys.c.principal == principal) & (t.idempotency_keys.c.key == key)
        self.connection.execute(t.idempotency_keys.delete().where(where))


def _key(row: sa.Row[Any]) -> ApiKey:
    return ApiKey(row.id, row.principal, frozenset(row.scopes.split()), row.expires_at)


def _digest(secret: str) -> str:
    # A secret of 32 random bytes cannot be guessed: a slow hash would only slow its owner down.
    return hashlib.sha256(secret.encode()).hexdigest()
