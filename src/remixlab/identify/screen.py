"""Screen: does a render sound like a recording that it is not licensed from?"""

from __future__ import annotations

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.identify.fingerprint import Fingerprint, fingerprint_peaks
from remixlab.identify.index import Index
from remixlab.identify.match import Match, describe_passage, find_passages

_VOTES_MIN = 6
"""Screening looks closer than `match`: what refuses a remix must stand out."""
_CANDIDATES_PER_WINDOW = 4
"""And at fewer lines: a third of the work, while the take is sealed (decision 78)."""
_UNIQUENESS_MIN = 4.0
"""Where a passage is a copy, and no shared loop (decision 40)."""
_LOCAL_UNIQUENESS_MIN, _COVERAGE_MIN = 3.5, 0.4
"""The same for a chorus that comes again: unlike its own five seconds, with 40 % of the peaks (decision 40)."""
_LENGTH_MIN_S = 2.5
"""Nobody is refused for less: half of a bar (decision 40)."""


class Screening(Value):
    """`clean` is false when a passage comes from a recording outside the licence; `matches` holds licensed ones too."""

    clean: bool
    matches: tuple[Match, ...] = ()

    def foreign(self, licensed: frozenset[str]) -> tuple[Match, ...]:
        """The matches outside the licence."""
        return tuple(m for m in self.matches if m.recording_id not in licensed)


def screen(mix: Audio | Fingerprint, index: Index, licensed: frozenset[str]) -> Screening:
    """Look for passages of known recordings in a mix; what is licensed is reported, and refuses nothing.

    A passage that the recording holds several times (a loop, a stock drum pattern) is no evidence of a copy,
    so outside the licence only passages that fit one place of the recording count.
    """
    peaks = mix.peaks if isinstance(mix, Fingerprint) else fingerprint_peaks(mix)
    passages = find_passages(peaks, index, votes_min=_VOTES_MIN, per_window=_CANDIDATES_PER_WINDOW)
    matches = [describe_passage(p, mix.duration_s, index) for p in passages]
    told = tuple(m for m in matches if m.recording_id in licensed or _refuses(m))
    return Screening(clean=all(m.recording_id in licensed for m in told), matches=told)


def _refuses(match: Match) -> bool:
    copied = match.uniqueness >= _UNIQUENESS_MIN or (
        match.local_uniqueness >= _LOCAL_UNIQUENESS_MIN and match.coverage >= _COVERAGE_MIN
    )
    return copied and match.query_end_s - match.query_start_s >= _LENGTH_MIN_S
