"""What the doors need on the shelf: idempotency keys and API keys. Secrets are kept as digests only."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from remixlab.domain.errors import IdempotencyClash
from remixlab.stores.sql import tables as t
from remixlab.stores.sql.part import TablePart


class Reply(NamedTuple):
    """What was answered to a request before."""

    status: int
    response: str


class ApiKey(NamedTuple):
    """A key as it is listed: never its secret."""

    key_id: str
    principal: str
    scopes: frozenset[str]
    expires_at: datetime | None


class KeyShelf(TablePart):
    def begin_request(self, principal: str, key: str, request_hash: str, *, at: datetime, expires_at: datetime) -> Reply | None:
        """Claim an idempotency key: None when the work is to be done, else what was answered before.

        Raises: IdempotencyClash when the key was used for something else, or the first request is still under way.
        """
        self._take_turns("idempotency_keys")
        self.connection.execute(t.idempotency_keys.delete().where(t.idempotency_keys.c.expires_at <= at))
        where = (t.idempotency_keys.c.principal == principal) & (t.idempotency_keys.c.key == key)
        row = self.connection.execute(sa.select(t.idempotency_keys).where(where)).first()
        if row is None:
            values = {"principal": principal, "key": key, "request_hash": request_hash, "expires_at": expires_at}
            self.connection.execute(t.idempotency_keys.insert().values(values))
            return None
        if row.request_hash != request_hash:
            raise IdempotencyClash(
                "this idempotency key was used for another request", code="idempotency.reused", hint="Use a new key for a new request."
            )
        if row.status is None:
            raise IdempotencyClash("this request is still under way", code="idempotency.in_flight", hint="Ask again in a moment.")
        return Reply(row.status, row.response)

    def end_request(self, principal: str, key: str, status: int, response: str, *, expires_at: datetime) -> None:
        """Keep what was answered, to give it again until then."""
        answered = {"status": status, "response": response, "expires_at": expires_at}
        self._change(t.idempotency_keys, {"principal": principal, "key": key}, answered)

    def forget_request(self, principal: str, key: str) -> None:
        """Let a request that failed be tried again under its key."""
        where = (t.idempotency_keys.c.principal == principal) & (t.idempotency_keys.c.key == key)
        self.connection.execute(t.idempotency_keys.delete().where(where))

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

    def api_key(self, key_id: str, secret: str, at: datetime) -> ApiKey | None:
        """The key, when the secret fits and it is in force."""
        row = self.connection.execute(sa.select(t.api_keys).where(t.api_keys.c.id == key_id)).first()
        if row is None or not hmac.compare_digest(row.secret_hash, _digest(secret)):
            return None
        if row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= at):
            return None
        return ApiKey(row.id, row.principal, frozenset(row.scopes.split()), row.expires_at)

    def revoke_api_key(self, key_id: str, at: datetime) -> bool:
        return self._change(t.api_keys, {"id": key_id}, {"revoked_at": at})


def _digest(secret: str) -> str:
    # A secret of 32 random bytes cannot be guessed: a slow hash would only slow its owner down.
    return hashlib.sha256(secret.encode()).hexdigest()
