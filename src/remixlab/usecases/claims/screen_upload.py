"""What an upload is like: every copy and every cover of what is here, before anything may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from remixlab.domain.audio import Audio
from remixlab.domain.rights import Recording
from remixlab.identify import Fingerprint, Match, altered_copies, match_works
from remixlab.usecases.claims.index import catalogue_index
from remixlab.usecases.context.sounds import Sounds


class Upload(NamedTuple):
    """A file that came in, as an engine may want it: what it is, its fingerprint, and its sound when that is needed."""

    recording: Recording
    heard: Fingerprint
    sound: Callable[[], Audio] | None = None
    """Reads the sound; None where it is too long to be held whole."""


_WORK_TRUST = 0.9999
"""A work for which one stranger in ten thousand has as much speaking for it: what is less sure makes nobody wait."""


def screen_upload(upload: Upload, context: Sounds) -> tuple[Match, ...]:
    """Every recording that an upload is a copy of, contains, or is a version of, the surest first.

    The one place where engines that recognise altered copies are asked. Law: an upload is never like itself.
    """
    library = catalogue_index(context)
    copies = altered_copies(upload.heard, library)
    known = {match.recording_id for match in copies} | {upload.recording.recording_id}
    covers = [m for m in match_works(upload.heard, library) if m.score >= _WORK_TRUST and m.recording_id not in known]
    return tuple(match for match in (*copies, *covers) if match.recording_id != upload.recording.recording_id)
