"""Account records in memory: API keys, idempotency keys, and the audit log."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import datetime

from remixlab.domain.audit import Acts, AuditEntry
from remixlab.domain.errors import IdempotencyClash
from remixlab.domain.page import Page
from remixlab.domain.ports.records.accounts import ApiKey, Reply
from remixlab.testing.records.kept import Kept, KeptKey, KeptRequest, page_by_id, page_by_number


class MemoryAccounts:
    def __init__(self, kept: Kept, acts: Acts) -> None:
        self.kept = kept
        self._acts = acts

    def api_key(self, key_id: str, secret: str, at: datetime) -> ApiKey | None:
        found = self.kept.keys.get(key_id)
        if found is None or found.revoked or found.secret_hash != _digest(secret):
            return None
        return None if found.key.expires_at is not None and found.key.expires_at <= at else found.key

    def find_api_key(self, key_id: str) -> ApiKey | None:
        return self.kept.keys[key_id].key if key_id in self.kept.keys else None

    def api_keys(self, after: str | None = None, limit: int = 100, *, principal: str | None = None) -> Page[ApiKey]:
        in_force = {key_id: found.key for key_id, found in self.kept.keys.items() if not found.revoked}
        return page_by_id({k: key for k, key in in_force.items() if principal in (None, key.principal)}, after, limit)

    def add_api_key(self, key: ApiKey, secret: str, at: datetime) -> None:
        self.kept.keys[key.key_id] = KeptKey(key, _digest(secret))
        self._acts.did("an API key")

    def revoke_api_key(self, key_id: str, at: datetime) -> bool:
        if key_id not in self.kept.keys:
            return False
        self.kept.keys[key_id] = replace(self.kept.keys[key_id], revoked=True)
        self._acts.did("the end of an API key")
        return True

    def audit(self, after: str | None = None, limit: int = 100, *, account: str | None = None) -> Page[AuditEntry]:
        numbered = enumerate(self.kept.audit, start=1)
        return page_by_number(
            ((number, entry) for number, entry in numbered if account in (None, entry.account)), after, limit
        )

    def broken_audit(self) -> int | None:
        """Nobody reaches into this memory from outside."""
        return None

    def append_audit(self, entry: AuditEntry) -> None:
        self.kept.audit.append(entry)
        self._acts.entered = True

    def begin_request(
        self, principal: str, key: str, request_hash: str, *, at: datetime, expires_at: datetime
    ) -> Reply | None:
        self.kept.requests = {name: request for name, request in self.kept.requests.items() if request.expires_at > at}
        found = self.kept.requests.get((principal, key))
        if found is None:
            self.kept.requests[principal, key] = KeptRequest(request_hash, expires_at)
            return None
        if found.request_hash != request_hash:
            raise IdempotencyClash("this idempotency key was used for another request", code="idempotency.reused")
        if found.status is None:
            raise IdempotencyClash("this request is still under way", code="idempotency.in_flight")
        return Reply(found.status, found.response)

    def end_request(self, principal: str, key: str, status: int, response: str, *, expires_at: datetime) -> None:
        found = self.kept.requests.get((principal, key))
        if found is not None:
            self.kept.requests[principal, key] = KeptRequest(found.request_hash, expires_at, status, response)

    def forget_request(self, principal: str, key: str) -> None:
        self.kept.requests.pop((principal, key), None)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
