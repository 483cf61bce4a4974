"""Examine a sound from outside: the mark that is in it, the recordings that are heard in it. Nothing of it is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from remixlab.domain.audio import SAMPLE_RATE, Audio, Samples
from remixlab.domain.errors import InvalidAudio
from remixlab.domain.ports.blobs import Content
from remixlab.identify import Match, fingerprint, identify, join_fingerprints
from remixlab.seal import Detection, detect
from remixlab.signal.reel import Reel
from remixlab.usecases.claims import catalogue_index
from remixlab.usecases.context.making import Making
from remixlab.usecases.context.sounds import Sounds
from remixlab.usecases.hearing.hear import MATERIAL_MAX_S, engine_blocks
from remixlab.usecases.hearing.windows import windows

SUSPECTS_MAX = 32
"""Remixes whose marks are looked for one by one when a mark cannot be read; the newest."""
SOURCES_MAX = 3
"""Recordings heard in it whose remixes are suspected."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A sound that is too long to be held whole: its windows, each time read anew. Unit: seconds."""

    windows: Callable[[], Iterator[tuple[float, Audio]]]
    duration_s: float


class Examined(NamedTuple):
    """The mark that was found, whether it was read or only expected, and what was heard where none could be read."""

    mark: Detection
    is_read: bool
    matches: tuple[Match, ...]


def read_sound(content: Content, name: str, context: Sounds, *, longest_s: float | None = None) -> Audio | Hours:
    """The sound of a file, whole where it is no longer than a song may be.

    Raises: InvalidAudio, and for what is longer than `longest_s` as soon as that is known.
    """

    def blocks() -> Iterator[Samples]:
        return engine_blocks(context.audio_files.stream(content, name))

    reading = blocks()
    reel = Reel(reading)
    if not reel.reach(MATERIAL_MAX_S * SAMPLE_RATE + 1):
        return Audio(reel.read(0, reel.end), SAMPLE_RATE)
    frames = reel.end
    _must_be_within(longest_s, frames)
    reel.forget(frames)
    for block in reading:
        frames += block.shape[1]
        _must_be_within(longest_s, frames)
    return Hours(lambda: windows(blocks(), frames / SAMPLE_RATE), frames / SAMPLE_RATE)


def _must_be_within(longest_s: float | None, frames: int) -> None:
    if longest_s is not None and frames > longest_s * SAMPLE_RATE:
        raise InvalidAudio(
            f"more than {longest_s / 3600:g} hours of sound are not examined",
            code="audio.too_long",
            hint="Send the part that matters: ten seconds are mostly enough.",
        )


def find_mark(sound: Audio | Hours, context: Making) -> Examined:
    """Read a mark; where none can be read, hear what the sound is made from, and look for the marks of the remixes of
    that one by one: that takes less sound.
    """
    mark = _read_mark(sound, context)
    if mark.found:
        return Examined(mark, True, ())
    matches = heard_in(sound, context)
    return Examined(_expected(sound, matches, context), False, tuple(matches))


def heard_in(sound: Audio | Hours, context: Sounds) -> list[Match]:
    """The recordings of the catalogue that are heard in a sound of any length, the strongest first."""
    heard = (
        sound if isinstance(sound, Audio) else join_fingerprints([(at, fingerprint(w)) for at, w in sound.windows()])
    )
    return identify(heard, catalogue_index(context))


def _read_mark(sound: Audio | Hours, context: Making, expect: Sequence[int] = ()) -> Detection:
    """The first mark that is found; hours are not searched at other tempi and pitches: that takes ten times as long."""
    if isinstance(sound, Audio):
        return detect(sound, context.keys.marks, expect=expect)
    found = (detect(window, context.keys.marks, expect=expect, search=False) for _, window in sound.windows())
    return next((mark for mark in found if mark.found), Detection(found=False))


def _expected(sound: Audio | Hours, matches: Sequence[Match], context: Making) -> Detection:
    """The mark of a remix of what was heard, when it is in the sound though too weak to be read."""
    sources = list(dict.fromkeys(match.recording_id for match in matches))[:SOURCES_MAX]
    with context.read() as records:
        newest = [records.remixes.remixes(limit=SUSPECTS_MAX, source_id=source).items for source in sources]
    remixes = sorted((remix for page in newest for remix in page), key=lambda r: r.created_at, reverse=True)
    suspects = list(dict.fromkeys(remix.seal.mark_id for remix in remixes))[:SUSPECTS_MAX]
    return _read_mark(sound, context, suspects) if suspects else Detection(found=False)
