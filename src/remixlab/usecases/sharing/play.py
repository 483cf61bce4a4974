"""A listen: counted once, of a remix that may be heard, and only where it can have been.

A player gets a token with the sound: one stream, of one remix, to one listener. Its report is believed as far as what
was sent within that stream and the time that has passed since.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import ImplausiblePlay, InvalidStreamToken, NotAllowed
from remixlab.domain.ledger import Play, Served
from remixlab.domain.ports.records.ledger import LedgerReader
from remixlab.domain.remix import PayLine, Remix
from remixlab.domain.value import Value
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records
from remixlab.usecases.sharing.remixes import audible_remix

STREAM_LASTS: Final = timedelta(hours=24)
"""How long after the sound was asked for a listen to it may be reported."""

SLACK: Final = timedelta(seconds=2)
"""What clocks and players may differ by."""

UNEVEN: Final = 1.25
"""How much more of the sound a part of a compressed file may hold than its part of the bytes."""


class Stream(NamedTuple):
    """One listening: the sound that was sent under one token, once to be reported as a play."""

    stream: str
    opened_at: datetime


class Played(Value):
    """A listen that was reported, and whom it pays; `counted` is false where it was counted before."""

    play_id: str
    remix_id: str
    counted: bool
    pays: tuple[PayLine, ...]


@observed("sharing.play")
def play(play: Play, actor: Actor, context: Records, *, stream: Stream | None = None) -> Played:
    """Count one listen; the same `play_id` twice is one play. `stream` is what a player listened to.

    Without a stream (who runs the workspace reports a listen by hand) only time is asked.
    Raises: RemixNotFound, ConsentWithdrawn, NotAllowed, ImplausiblePlay, InvalidStreamToken.
    """
    if play.listener != actor.account:
        raise NotAllowed("A listen is reported by who listened.", action=Action.PLAY.value)
    remix = audible_remix(play.remix_id, actor, context, Action.PLAY)
    _must_lie_in_time(play, remix, context.clock.now())
    with context.write() as records:
        if records.ledger.play(play.play_id) is None:
            _must_stand_alone(play, records.ledger)
            if stream is not None:
                _must_have_been_sent(play, remix, stream, records.ledger)
        counted = records.ledger.record_play(play)
        pays = records.ledger.pays_of(remix, play.at, play.territory)
        records.accounts.append_audit(entry_of(actor, Action.PLAY.value, f"play:{play.play_id}", after=play))
    context.telemetry.count("plays", counted="yes" if counted else "no")
    return Played(play_id=play.play_id, remix_id=remix.remix_id, counted=counted, pays=pays)


def stream_token(remix_id: str, account: str, context: Making, *, stream: str, at: datetime) -> str:
    """What travels with the audio and must come back with the play: only this workspace can make it.

    `stream` names the listening, and nobody can guess it; `at` is when the sound was asked for.
    """
    opened = f"{stream}.{int(at.timestamp() * 1000)}"
    mac = hmac.digest(context.keys.stream, _bytes(f"{opened} {remix_id} {account}"), "sha256").hex()[:40]
    return f"{opened}.{mac}"


def open_stream(token: str, remix_id: str, account: str, at: datetime, context: Making) -> Stream:
    """The stream that a token belongs to. Raises: InvalidStreamToken when it is another's, made up, or too old."""
    stream, _, rest = token.partition(".")
    written, _, _ = rest.partition(".")
    if not written.isascii() or not written.isdigit() or len(written) > 13:
        raise InvalidStreamToken("This listen was not reported by the player it was streamed to.")
    opened_at = datetime.fromtimestamp(int(written) / 1000, at.tzinfo)
    expected = stream_token(remix_id, account, context, stream=stream, at=opened_at)
    if not hmac.compare_digest(_bytes(token), _bytes(expected)):
        raise InvalidStreamToken("This listen was not reported by the player it was streamed to.")
    if not opened_at - SLACK <= at <= opened_at + STREAM_LASTS:
        raise InvalidStreamToken(
            "The sound was asked for too long ago.", code="play.expired", hint="Ask for the audio again."
        )
    return Stream(stream, opened_at)


def note_served(served: Served, context: Records) -> None:
    """Keep which bytes were sent within a stream."""
    with context.write() as records:
        records.ledger.keep_served(served)


def _must_lie_in_time(play: Play, remix: Remix, now: datetime) -> None:
    if play.at < remix.created_at:
        raise ImplausiblePlay("The remix did not exist then.", code="play.before_remix")
    if play.at > now + SLACK:
        raise ImplausiblePlay("This listen has not happened yet.", code="play.in_future")


def _must_stand_alone(play: Play, ledger: LedgerReader) -> None:
    """Nobody listens to two things at once. A play is reported at its end."""
    began = play.at - timedelta(milliseconds=play.length_ms)
    for other in ledger.plays_of(play.listener, began, play.at + timedelta(days=1)):
        other_began = other.at - timedelta(milliseconds=other.length_ms)
        if min(play.at, other.at) - max(began, other_began) > SLACK:
            raise ImplausiblePlay(
                "The listener was listening to something else at the same time.", code="play.overlaps"
            )


def _must_have_been_sent(play: Play, remix: Remix, stream: Stream, ledger: LedgerReader) -> None:
    if ledger.is_stream_used(stream.stream):
        hint = "Ask for the audio again: each stream is one play."
        raise InvalidStreamToken("A play was reported of this stream before.", code="play.token_used", hint=hint)
    length = timedelta(milliseconds=play.length_ms)
    if length > play.at - stream.opened_at + SLACK:
        raise ImplausiblePlay("Less time has passed since the sound was sent.", code="play.too_fast")
    sent = sent_part(ledger.served(stream.stream))
    heard_s = remix.duration_s * min(1.0, sent * UNEVEN)
    if length > timedelta(seconds=heard_s) + SLACK:
        raise ImplausiblePlay("Less was sent than is said to have been heard.", code="play.not_served")


def sent_part(served: Iterable[Served]) -> float:
    """The part of a file that was sent, each byte counted once (0-1).

    A stream of several formats counts as its best one.
    """
    by_size: dict[int, list[tuple[int, int]]] = {}
    for one in served:
        by_size.setdefault(one.size, []).append((one.first, one.last))
    return max((_covered(spans) / size for size, spans in by_size.items() if size), default=0.0)


def _covered(spans: Iterable[tuple[int, int]]) -> int:
    covered, reached = 0, -1
    for first, last in sorted(spans):
        covered += max(0, last - max(first - 1, reached))
        reached = max(reached, last)
    return covered


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
