"""Account records: API keys, idempotency keys, and the audit log. Secrets are kept as digests only."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple, Protocol

from remixlab.domain.audit import AuditEntry
from remixlab.domain.page import Page


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


class AccountReader(Protocol):
    def api_key(self, key_id: str, secret: str, at: datetime) -> ApiKey | None:
        """The key, when the secret fits and it is in force."""
        ...

    def find_api_key(self, key_id: str) -> ApiKey | None:
        """The key as it is listed, without its secret; also when it is revoked."""
        ...

    def api_keys(self, after: str | None = None, limit: int = 100, *, principal: str | None = None) -> Page[ApiKey]:
        """Keys in force, in order of their ids; of one account when it is named."""
        ...

    def audit(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[AuditEntry]:
        """The audit log in the order it was written."""
        ...

    def broken_audit(self) -> int | None:
        """The place of the first audit entry that was tampered with; None when the chain holds."""
        ...


class AccountWriter(AccountReader, Protocol):
    def append_audit(self, entry: AuditEntry) -> None:
        """Append to the audit chain. The database itself refuses to change or delete an entry."""
        ...

    def add_api_key(self, key: ApiKey, secret: str, at: datetime) -> None: ...

    def revoke_api_key(self, key_id: str, at: datetime) -> bool:
        """Whether there was such a key."""
        ...

    def begin_request(
        self, principal: str, key: str, request_hash: str, *, at: datetime, expires_at: datetime
    ) -> Reply | None:
        """Claim an idempotency key: None when the work is to be done, else what was answered before.

        Raises: IdempotencyClash when the key was used for something else, or the first request is still under way.
        """
        ...

    def end_request(self, principal: str, key: str, status: int, response: str, *, expires_at: datetime) -> None:
        """Keep what was answered, to give it again until then."""
        ...

    def forget_request(self, principal: str, key: str) -> None:
        """Let a request that failed be tried again under its key."""
        ...
