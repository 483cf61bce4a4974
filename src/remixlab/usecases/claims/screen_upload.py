"""What an upload is like: every copy and every cover of what is here, before anything may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from remixlab.domain.audio import Audio
from remixlab.domain.rights import Recording
from remixlab.identify import Fingerprint, Match, identify
from remixlab.usecases.claims.index import catalogue_index
from remixlab.usecases.context.sounds import Sounds


class Upload(NamedTuple):
    """A file that came in, as an engine may want it: what it is, its fingerprint, and its sound when that is needed."""

    recording: Recording
    heard: Fingerprint
    sound: Callable[[], Audio] | None = None
    """Reads the sound; None where it is too long to be held whole."""


def screen_upload(upload: Upload, context: Sounds) -> tuple[Match, ...]:
    """Every recording that an upload is a copy of, contains, or is a version of, the strongest first.

    The one place where engines that recognise altered copies are asked. Law: an upload is never like itself.
    """
    found = identify(upload.heard, catalogue_index(context))
    return tuple(match for match in found if match.recording_id != upload.recording.recording_id)
