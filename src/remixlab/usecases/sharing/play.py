"""A listen: counted once, of a remix that may be heard."""

from __future__ import annotations

import hmac

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import InvalidStreamToken, NotAllowed
from remixlab.domain.ledger import Play
from remixlab.domain.remix import PayLine
from remixlab.domain.value import Value
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.sharing.remixes import audible_remix


class Played(Value):
    """A listen that was reported, and whom it pays; `counted` is false where it was counted before."""

    play_id: str
    remix_id: str
    counted: bool
    pays: tuple[PayLine, ...]


@observed("sharing.play")
def play(play: Play, actor: Actor, context: Records) -> Played:
    """Count one listen; the same `play_id` twice is one play. Raises: RemixNotFound, ConsentWithdrawn, NotAllowed."""
    if play.listener != actor.account:
        raise NotAllowed("A listen is reported by who listened.", action=Action.PLAY.value)
    remix = audible_remix(play.remix_id, actor, context, Action.PLAY)
    with context.write() as records:
        counted = records.ledger.record_play(play)
        records.accounts.append_audit(entry_of(actor, Action.PLAY.value, f"play:{play.play_id}", after=play))
    context.telemetry.count("plays", counted="yes" if counted else "no")
    return Played(play_id=play.play_id, remix_id=remix.remix_id, counted=counted, pays=remix.pays)


def stream_token(remix_id: str, account: str, context: Making) -> str:
    """What travels with the audio and must come back with the play: only this workspace can make it."""
    return hmac.digest(context.keys.stream, _bytes(f"{remix_id} {account}"), "sha256").hex()[:40]


def check_token(token: str, remix_id: str, account: str, context: Making) -> None:
    """Raises: InvalidStreamToken."""
    if not hmac.compare_digest(_bytes(token), _bytes(stream_token(remix_id, account, context))):
        raise InvalidStreamToken("This listen was not reported by the player it was streamed to.")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
