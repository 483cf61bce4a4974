"""Duplicate detection: the same performance in another file is the same recording."""

from __future__ import annotations

from remixlab.domain.rights import Recording
from remixlab.identify import Fingerprint, identify
from remixlab.usecases.claims.index import catalogue_index
from remixlab.usecases.context.sounds import Sounds

DUPLICATE_COVERAGE = 0.8
"""Share of the longer recording that must match before two files are called one recording."""
_TEMPO_TOLERANCE, _PITCH_TOLERANCE_SEMITONES = 0.01, 0.05
"""What is played faster or higher by more than this is another version, not another file."""


def find_duplicate(heard: Fingerprint, context: Sounds) -> Recording | None:
    """The catalogue's recording that this one is another file of: the same performance, from end to end."""
    for match in identify(heard, catalogue_index(context), works=False):
        at_speed = (
            abs(match.tempo_ratio - 1) < _TEMPO_TOLERANCE and abs(match.pitch_semitones) < _PITCH_TOLERANCE_SEMITONES
        )
        if match.kind != "same_recording" or not at_speed:
            continue
        with context.read() as records:
            known = records.catalogue.recording(match.recording_id)
        if match.query_end_s - match.query_start_s >= DUPLICATE_COVERAGE * max(known.duration_s, heard.duration_s):
            return known
    return None
