"""What can be permitted: scopes, the sides that must agree, account tiers, and what a plan uses of a recording."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple


class Scope(StrEnum):
    """One thing that a permission can be given for."""

    REMIX = "remix"
    COVER = "cover"
    REARRANGE = "rearrange"
    GENRE_SHIFT = "genre_shift"
    TEMPO_PITCH = "tempo_pitch"
    REHARMONIZE = "reharmonize"
    EFFECTS = "effects"
    VOCAL_ISOLATION = "vocal_isolation"
    VOCAL_TRANSFORM = "vocal_transform"
    STEM_STREAM = "stem_stream"
    STREAM = "stream"
    VOICE_LIKENESS = "voice_likeness"
    NAME_IMAGE_LIKENESS = "name_image_likeness"
    SAMPLING = "sampling"
    MASHUP = "mashup"
    STEM_EXPORT = "stem_export"
    DOWNLOAD = "download"
    PUBLIC_SHARE = "public_share"
    EXTERNAL_SHARE = "external_share"
    COMMERCIAL_USE = "commercial_use"
    TRAINING = "training"
    STYLE_REFERENCE = "style_reference"
    INTEGRITY = "integrity"


TOPICS: Final = frozenset({"advertising", "drugs", "politics", "religion", "sex", "violence", "war"})
"""What a prompt can be about, and an owner forbid (`topics_forbidden`); `community.topics` recognises each."""


class Side(StrEnum):
    """Whose permission it is: every side that a use touches must agree."""

    MASTER = "master"
    ARTIST = "artist"
    WORK = "work"
    LIKENESS = "likeness"


class Tier(StrEnum):
    """What a listener's account is, from least to most."""

    FREE = "free"
    MEMBER = "member"
    CREATOR = "creator"

    @property
    def rank(self) -> int:
        return tuple(Tier).index(self)


class Use(NamedTuple):
    """One thing a plan needs permission for, on one recording, with a detail (the genre of a genre shift)."""

    scope: Scope
    recording: str
    detail: str = ""


class Reach(NamedTuple):
    """How far a plan goes, as the constraints of a consent measure it.

    Unit: tempo ratios are result over source; semitones signed; length in seconds of the result.
    """

    tempo_ratio_min: float = 1.0
    tempo_ratio_max: float = 1.0
    semitones_min: float = 0.0
    semitones_max: float = 0.0
    length_s: float = 0.0
