"""A listen: counted once, of a remix that may be heard."""

from __future__ import annotations

import hmac
from typing import Any

from remixlab.domain.errors import Refused
from remixlab.domain.ledger import Play
from remixlab.usecases.context.making import Making
from remixlab.usecases.sharing.publish import audible_remix


class InvalidStreamToken(Refused):
    """A play was reported with a token that did not come with the audio."""

    code = "play.token"


def play(wish: Play, context: Making) -> dict[str, Any]:
    """Count one listen; the same `play_id` twice is one play. Raises: RemixNotFound, ConsentWithdrawn."""
    remix = audible_remix(wish.remix_id, context, user=wish.listener)
    with context.write() as records:
        counted = records.record_play(wish)
    return {"play_id": wish.play_id, "remix_id": remix.remix_id, "counted": counted, "pays": [line.to_dict() for line in remix.pays]}


def stream_token(remix_id: str, listener: str, context: Making) -> str:
    """What travels with the audio and must come back with the play: only this house can make it."""
    return hmac.digest(context.keys.stream, _bytes(f"{remix_id} {listener}"), "sha256").hex()[:40]


def check_token(token: str, remix_id: str, listener: str, context: Making) -> None:
    """Raises: InvalidStreamToken."""
    if not hmac.compare_digest(_bytes(token), _bytes(stream_token(remix_id, listener, context))):
        raise InvalidStreamToken("This listen was not reported by the player it was streamed to.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
