"""What a take sounds like besides what it is licensed from: nothing that does leaves the house, not as a preview
either.
"""

from __future__ import annotations

from remixlab.domain.errors import RecordingNotFound, ScreenRefused
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.identify import Screening
from remixlab.usecases.context.records import Records


def refuse_foreign(screening: Screening, licensed: frozenset[str], context: Records) -> Screening:
    """The screening of what counts. Raises: ScreenRefused when anything outside the licence is left."""
    found = standing(screening, licensed, context)
    if not found.clean:
        raise refuse(found, licensed)
    return found


def standing(screening: Screening, licensed: frozenset[str], context: Records) -> Screening:
    """The screening without what waits in quarantine: else whoever brings a copy of a song, which is stopped, would
    stop every remix of the song as well. What was taken down counts, unless it is a copy of what is licensed.
    """
    with context.read() as records:
        told = tuple(
            match
            for match in screening.matches
            if match.recording_id in licensed or _stands(match.recording_id, licensed, records)
        )
    return Screening(clean=all(match.recording_id in licensed for match in told), matches=told)


def refuse(screening: Screening, licensed: frozenset[str]) -> ScreenRefused:
    """The refusal, with every passage and what it is like."""
    foreign = screening.foreign(licensed)
    first = foreign[0]
    return ScreenRefused(
        "Part of this take sounds like another recording we know "
        f"({first.query_start_s:.0f}-{first.query_end_s:.0f} s).",
        hint="Change that section, or ask a person to listen.",
        matches=[m.to_dict() for m in foreign],
    )


def _stands(recording_id: str, licensed: frozenset[str], records: ReadTransaction) -> bool:
    try:
        if not records.catalogue.recording(recording_id).quarantined:
            return True
    except RecordingNotFound:  # the index may be a moment ahead of what is read
        return True
    held = records.quarantine.find(recording_id)
    return held is not None and held.stays_down and not held.is_like(licensed)
