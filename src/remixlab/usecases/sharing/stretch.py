"""A stretch of a finished remix, so that a player begins anywhere without taking the whole file."""

from __future__ import annotations

from remixlab.accounts import Action
from remixlab.domain.actor import Actor
from remixlab.domain.audio import Audio
from remixlab.domain.errors import Invalid
from remixlab.domain.remix import Remix
from remixlab.signal.reel import Reel
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.observed import observed
from remixlab.usecases.sharing.remixes import audible_remix


@observed("sharing.remix_stretch")
def remix_stretch(
    remix_id: str, actor: Actor, context: Making, *, start_s: float, length_s: float
) -> tuple[Remix, bytes]:
    """The remix, and a stretch of the sealed sound as FLAC.

    Raises: RemixNotFound, ConsentWithdrawn, Invalid where it begins after the end.
    """
    remix = audible_remix(remix_id, actor, context, Action.HEAR_REMIX)
    stream = context.audio_files.stream(context.blobs.open(remix.audio_sha256), "remix.flac")
    first = round(start_s * stream.sample_rate)
    last = first + max(1, round(length_s * stream.sample_rate))
    reel = Reel(stream.blocks)
    while reel.end <= first and reel.reach(reel.end + 1):
        reel.forget(first)
    if reel.end <= first:
        raise Invalid("the sound ends before that", code="request.invalid")
    reel.reach(last)
    sound = Audio(reel.read(first, min(last, reel.end)), stream.sample_rate)
    return remix, context.audio_files.encode(sound, "flac")
