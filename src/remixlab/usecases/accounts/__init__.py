"""Who somebody is, which keys open for them, and what they did: actors, API keys, the audit log, idempotency."""

from remixlab.usecases.accounts.actors import actor_named, actor_of_key
from remixlab.usecases.accounts.audit import read_audit
from remixlab.usecases.accounts.idempotency import run_once
from remixlab.usecases.accounts.keys import NewKey, RevokedKey, create_key, list_keys, revoke_key

__all__ = [
    "NewKey",
    "RevokedKey",
    "actor_named",
    "actor_of_key",
    "create_key",
    "list_keys",
    "read_audit",
    "revoke_key",
    "run_once",
]
