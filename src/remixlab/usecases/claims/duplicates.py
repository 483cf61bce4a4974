"""Duplicate detection: the same performance in another file is the same recording."""

from __future__ import annotations

from collections.abc import Iterable

from remixlab.domain.rights import Recording
from remixlab.identify import Fingerprint, Match, identify
from remixlab.usecases.claims.index import catalogue_index
from remixlab.usecases.context.sounds import Sounds

DUPLICATE_COVERAGE = 0.8
"""Share of the longer recording that must match before two files are called one recording."""
_TEMPO_TOLERANCE, _PITCH_TOLERANCE_SEMITONES = 0.01, 0.05
"""What is played faster or higher by more than this is another version, not another file."""


def is_kept_apart(delivered: Recording, known: Recording) -> bool:
    """Whether what sounds like a known recording is one of its own by the word of whoever answers for it.

    An instrumental shares all but the voice with its song, and has an ISRC of its own. Somebody's word that it is
    theirs is no such word: a copy stays a copy.
    """
    return bool(delivered.isrc and known.isrc and delivered.isrc != known.isrc and delivered.attested_by is None)


def say_kept_apart(known: Recording) -> str:
    """A word on the likeness of what was kept apart."""
    return (
        f"it sounds like '{known.title}' ({known.isrc}), and is entered as a recording of its own for the ISRC "
        "that it has: another version, such as an instrumental"
    )


def say_left_out(delivered: Recording, known: Recording) -> str:
    """A word on what was said of another file of a known recording, and is not taken; empty where nothing was."""
    said = [
        f"{name} '{mine}'"
        for name, mine, theirs in (
            ("the ISRC", delivered.isrc, known.isrc),
            ("the title", delivered.title, known.title),
            ("the artist", delivered.artist, known.artist),
        )
        if mine and mine != theirs
    ]
    isrc = f" ({known.isrc})" if known.isrc else ""
    return f"it is here already as '{known.title}'{isrc}: {' and '.join(said)} is not taken" if said else ""


def find_duplicate(heard: Fingerprint, context: Sounds, matches: Iterable[Match] | None = None) -> Recording | None:
    """The catalogue's recording that this one is another file of: the same performance, from end to end.

    `matches` is what was heard in it, where that is known.
    """
    found = identify(heard, catalogue_index(context), works=False) if matches is None else matches
    for match in found:
        if match.kind != "same_recording":
            continue
        with context.read() as records:
            known = records.catalogue.recording(match.recording_id)
        if is_duplicate(match, known.duration_s, heard.duration_s):
            return known
    return None


def is_duplicate(match: Match, known_s: float, heard_s: float) -> bool:
    """Whether a match is the same performance at the same speed and pitch, from end to end, and nothing less: neither
    backwards nor a side of it. Unit: seconds.
    """
    at_speed = abs(match.tempo_ratio - 1) < _TEMPO_TOLERANCE and abs(match.pitch_semitones) < _PITCH_TOLERANCE_SEMITONES
    long_enough = match.query_end_s - match.query_start_s >= DUPLICATE_COVERAGE * max(known_s, heard_s)
    as_it_is = match.kind == "same_recording" and match.view == match.reference_view and not match.backwards
    return as_it_is and at_speed and long_enough
