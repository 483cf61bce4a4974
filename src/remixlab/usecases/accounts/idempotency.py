"""Idempotency keys: a request that is sent twice is done once, and answered the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from remixlab.domain.actor import Actor
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records

REPLIES_KEPT: Final = timedelta(days=1)
"""How long a request may be sent again under its key."""

UNDER_WAY: Final = timedelta(minutes=2)
"""A request that has no answer after this has lost its process, and its key is free again; to answer takes seconds."""


@observed("accounts.run_once")
def run_once(
    key: str, body: str, start: Callable[[], str], actor: Actor, context: Records, *, status: int = 202
) -> str:
    """Do `start` once for an actor's idempotency key and give its answer again.

    Raises: IdempotencyClash, and what `start` raised.
    """
    digest = hashlib.sha256(body.encode()).hexdigest()
    with context.write() as records:
        reply = records.accounts.begin_request(actor.account, key, digest, at=actor.at, expires_at=actor.at + UNDER_WAY)
    if reply:
        return reply.response
    try:
        answer = start()
    except Exception:
        with context.write() as records:
            records.accounts.forget_request(actor.account, key)
        raise
    with context.write() as records:
        records.accounts.end_request(actor.account, key, status, answer, expires_at=actor.at + REPLIES_KEPT)
    return answer
