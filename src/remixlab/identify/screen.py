"""Screen: does a render sound like a recording that it is not licensed from?"""

from __future__ import annotations

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.identify.fingerprint import Fingerprint, fingerprint_views
from remixlab.identify.library import Library
from remixlab.identify.match import Effort, Match, find_recordings

_THOROUGH = Effort(votes_min=6, per_window=4, goes_on=True)
"""In every view, at every tempo, also where something was found: more triplets must agree than for `identify`, for what
refuses a remix must stand out, and fewer lines are followed, while the take is sealed (decision 78).
"""
_LENGTH_MIN_S = 2.5
"""Nobody is refused for less: half of a bar (decision 40)."""
_SHORT_S, _SHORT_MARGIN = 5.0, 0.75
"""What is shorter than two bars must pass the bar by three quarters: where songs end on one chord over one loop, they
are the same for as long as it rings.
"""


class Screening(Value):
    """`clean` is false when a passage comes from a recording outside the licence; `matches` holds licensed ones too."""

    clean: bool
    matches: tuple[Match, ...] = ()

    def foreign(self, licensed: frozenset[str]) -> tuple[Match, ...]:
        """The matches outside the licence."""
        return tuple(m for m in self.matches if m.recording_id not in licensed)


def screen(mix: Audio | Fingerprint, library: Library, licensed: frozenset[str]) -> Screening:
    """Look for passages of known recordings in a mix; what is licensed is reported, and refuses nothing.

    A passage that the recording holds several times (a loop, a stock drum pattern) is no evidence of a copy,
    so outside the licence only passages that fit one place of the recording count.
    """
    matches = _find(mix, library)
    told = tuple(m for m in matches if m.recording_id in licensed or is_copy(m))
    return Screening(clean=all(m.recording_id in licensed for m in told), matches=told)


def altered_copies(sound: Audio | Fingerprint, library: Library) -> tuple[Match, ...]:
    """The known recordings that a sound is a copy of, or holds a copy of, however it was altered, surest first.

    Faster, slower, higher, lower, backwards, one side, the sides against each other, a part, under other music. Nobody
    is accused for a loop, a chord sequence or a style.
    """
    return tuple(sorted((m for m in _find(sound, library) if is_copy(m)), key=lambda m: -m.margin))


def is_copy(match: Match) -> bool:
    """Whether a match is evidence of a copy, and no shared loop."""
    least = 0.0 if match.length_s >= _SHORT_S else _SHORT_MARGIN
    return match.margin >= least and match.length_s >= _LENGTH_MIN_S


def _find(sound: Audio | Fingerprint, library: Library) -> list[Match]:
    views = sound.heard_as() if isinstance(sound, Fingerprint) else fingerprint_views(sound)
    return find_recordings(views, sound.duration_s, library, _THOROUGH)
