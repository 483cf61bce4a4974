"""Identify: which known recordings, and which known works, are heard in a sound."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Audio
from remixlab.domain.value import Value
from remixlab.identify.alignment import (
    ANY_TEMPO,
    OWN_TEMPO,
    WINDOW_S,
    Candidate,
    Evidence,
    Line,
    meet,
    refine,
    vote,
    weigh,
)
from remixlab.identify.fingerprint import Fingerprint, fingerprint
from remixlab.identify.library import Library
from remixlab.identify.peaks import FRAMES_PER_SECOND, Peaks, turn_back
from remixlab.identify.views import View
from remixlab.identify.works import WorkMatch, find_works

MatchKind = Literal["same_recording", "contains", "same_work"]

_STRENGTH_MIN = 6.0
"""Deviations above chance from which a passage is told: none of 270 unseen strangers, from 18 songs, reached it."""
_VOTES_MIN = 5
"""Triplets that must agree before a line is looked at: fewer agree by chance in a large catalogue."""
_CANDIDATES_PER_WINDOW = 12
"""Lines of a window that are verified peak by peak: verifying costs more than voting."""
_PEAKS_MIN = 12
"""Half a second of peaks: fewer meet anything."""
_SAME_SHARE = 0.7
"""A sound is the same recording where so much of it follows one, and so many peaks meet; else it contains it."""
_SAME_COVERAGE = 0.3
"""Three in ten peaks met: a copy keeps half and more, a passage under other music less."""
_GAP_S = 2
"""A passage goes on over so many seconds in which nothing meets, as under a shout."""
_LENGTH_MIN_S = 2.5
"""Shorter passages are told by nobody: half of a bar."""

_GROWS_WITH, _GROWN_TIMES, _LOOSELY_APART = 0.55, 6, 2.5
"""A passage grows while it meets half of what its core does above chance, in six doublings, by peaks 40 ms apart at
most.
"""
_TOTAL_MIN = 8
"""Three seconds with fewer peaks are counted as if they had eight: in near silence nothing meets."""
_OVERLAP = 0.3
"""Passages of one recording that share more of the shorter one are one."""
_COPY_UNIQUENESS = 4.0
"""Where a passage is a copy, and no shared loop (decision 40)."""
_COPY_LOCAL_UNIQUENESS, _COPY_COVERAGE = 3.5, 0.4
"""The same for a chorus that comes again: unlike its own five seconds, with 40 % of the peaks (decision 40)."""
_COPY_WHOLE_COVERAGE = 0.8
"""The same for music that is one loop: four in five of all peaks are no shared drummer, but the sound itself."""


class Match(Value):
    """A known recording heard in a sound; `tempo_ratio` and `pitch_semitones` are the sound's, against the recording.

    `coverage` is the share of the passage's spectral peaks that the recording explains; `uniqueness` is low when the
    passage fits the recording at other places too, `local_uniqueness` when it does so within seconds, as a loop does.
    `score` is 0-1; for `same_work` it is the share of unrelated songs for which nothing known fits so well, at least
    0.95. `view` is how the sound had to be listened to, `reference_view` what of the recording it is; `backwards` says
    that it plays from `reference_end_s` to `reference_start_s`. A `margin` of 0 or more says that it is a copy and no
    shared loop: 0.5 passes the bar by half of it.
    """

    recording_id: str
    kind: MatchKind
    score: float
    query_start_s: float
    query_end_s: float
    reference_start_s: float
    tempo_ratio: float
    pitch_semitones: float
    coverage: float = 0.0
    uniqueness: float = 0.0
    local_uniqueness: float = 0.0
    reference_end_s: float = 0.0
    view: View = "mix"
    reference_view: View = "mix"
    backwards: bool = False
    margin: float = -1.0

    @property
    def length_s(self) -> float:
        return self.query_end_s - self.query_start_s


class Passage(NamedTuple):
    """A stretch of the query that follows a line through one recording. Unit: query frames."""

    line: Line
    start: float
    end: float
    evidence: Evidence


def identify(sound: Audio | Fingerprint, library: Library, *, works: bool = True) -> list[Match]:
    """Every known recording heard in a sound, strongest first, then works that it may be a cover of.

    A `same_work` match is a candidate for a person to hear, never a verdict.
    """
    heard = sound if isinstance(sound, Fingerprint) else fingerprint(sound)
    matches = find_recordings(heard.heard_as(), heard.duration_s, library, QUICK)
    if not works:
        return matches
    known = {m.recording_id for m in matches}
    return matches + [cover for cover in match_works(heard, library) if cover.recording_id not in known]


def match_works(heard: Fingerprint, library: Library) -> list[Match]:
    """The recordings that a sound may be another performance of, surest first."""
    return [describe_work(work, trust, library) for work, trust in find_works(heard.harmony, library)]


_FAINT = 0.05
"""Beside a line that explains all, whoever waits is told of another from a twentieth of its votes on: a second song."""


class Effort(NamedTuple):
    """How hard recordings are looked for: how many triplets must agree, how many lines of a window are verified, and
    whether the search goes on when it has an answer.
    """

    votes_min: int
    per_window: int
    goes_on: bool


QUICK = Effort(_VOTES_MIN, _CANDIDATES_PER_WINDOW, goes_on=False)
"""For whoever waits: from the likely to the unlikely, until something explains what is heard."""


def find_recordings(views: Mapping[View, Peaks], duration_s: float, library: Library, effort: Effort) -> list[Match]:
    """Every known recording heard in any view of a sound, forwards or backwards, strongest first.

    Of one recording and one stretch the view is told in which it is heard best. What was turned or taken apart must be
    a copy to be told: each way of listening is one more chance to be wrong.
    """
    found: list[Match] = []
    for is_backwards in (False, True):
        for view, peaks in views.items():
            heard = peaks.reversed(duration_s) if is_backwards else peaks
            told = [
                describe_passage(passage, duration_s, library, view, is_backwards=is_backwards)
                for passage in find_passages(heard, library, effort)
            ]
            is_plain = view == "mix" and not is_backwards
            found += [match for match in told if is_plain or match.margin >= 0]
            if not effort.goes_on and any(match.kind == "same_recording" and match.margin >= 0 for match in told):
                return _each_stretch_once(found)
    return _each_stretch_once(found)


def _each_stretch_once(found: list[Match]) -> list[Match]:
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (-m.score, m.view != "mix", m.backwards)):
        if not any(_same_stretch(match, other) for other in kept):
            kept.append(match)
    return kept


def _same_stretch(one: Match, other: Match) -> bool:
    shared = min(one.query_end_s, other.query_end_s) - max(one.query_start_s, other.query_start_s)
    return one.recording_id == other.recording_id and shared > _OVERLAP * min(one.length_s, other.length_s)


def find_passages(query: Peaks, library: Library, effort: Effort) -> list[Passage]:
    """Passages of the query that come from a recording of the library; those of one recording do not overlap.

    First at the recordings' own tempo, where there are few triplets to compare, then at all.
    """
    found: list[Passage] = []
    for search in (OWN_TEMPO, ANY_TEMPO):
        least = 0.0
        for line in vote(query, library, votes_min=effort.votes_min, per_window=effort.per_window, search=search):
            if line.votes < least:
                break
            if any(_explains(p, line) for p in found):
                continue
            passage = _verify(query, library, line)
            if passage is None:
                continue
            found.append(passage)
            if not effort.goes_on and _is_explained(query, found):
                least = max(least, _FAINT * line.votes)
        if not effort.goes_on and _is_explained(query, found):
            break
    found.sort(key=lambda p: -p.evidence.strength)
    kept: list[Passage] = []
    for passage in found:
        if not any(_overlap(passage, k) for k in kept):
            kept.append(passage)
    return kept


def _is_explained(query: Peaks, passages: list[Passage]) -> bool:
    """Whether one copy goes through most of what is heard."""
    length = float(query.frames[-1] - query.frames[0]) if len(query) else 0.0
    return any(p.end - p.start >= _SAME_SHARE * length and measure_margin(p.evidence) >= 0 for p in passages)


def _verify(query: Peaks, library: Library, candidate: Candidate) -> Passage | None:
    window = query.between(candidate.window_start, candidate.window_start + WINDOW_S * FRAMES_PER_SECOND)
    reference = library.peaks_of(candidate.line.take)
    if len(window) < _PEAKS_MIN or len(reference) < _PEAKS_MIN:
        return None
    line = refine(window, reference, candidate.line)
    if line is None:
        return None
    evidence = weigh(window, reference, line)
    if evidence.deviations < _STRENGTH_MIN:
        return None
    passage = _grow(query, reference, Passage(line, float(window.frames[0]), float(window.frames[-1]) + 1, evidence))
    long_enough = passage.end - passage.start >= _LENGTH_MIN_S * FRAMES_PER_SECOND
    return passage if long_enough and passage.evidence.strength >= _STRENGTH_MIN else None


def _grow(query: Peaks, reference: Peaks, passage: Passage) -> Passage:
    """Follow the line outwards as long as peaks keep meeting, straightening it on the way."""
    line, start, end = passage.line, passage.start, passage.end
    enough = passage.evidence.chance + _GROWS_WITH * (passage.evidence.coverage - passage.evidence.chance)
    for _ in range(_GROWN_TIMES):
        reach = max(end - start, WINDOW_S * FRAMES_PER_SECOND)
        around = query.between(start - reach, end + reach)
        partner = meet(around, reference, line, frames_apart=_LOOSELY_APART)
        stretch = _find_stretch(around.frames, partner >= 0, enough, (start + end) / 2)
        if stretch is None:
            break
        inside = (partner >= 0) & (around.frames >= stretch[0]) & (around.frames < stretch[1])
        line = _straighten(line, around, reference, partner, inside)
        unchanged = abs(stretch[0] - start) < FRAMES_PER_SECOND and abs(stretch[1] - end) < FRAMES_PER_SECOND
        start, end = stretch
        if unchanged:
            break
    inside_query = query.between(start, end)
    if len(inside_query) < _PEAKS_MIN:
        return passage
    grown = Passage(line, start, end, weigh(inside_query, reference, line))
    better = grown.evidence.met > passage.evidence.met and grown.evidence.strength >= _STRENGTH_MIN
    return grown if better else passage


def _find_stretch(
    frames: NDArray[np.int32], met: NDArray[np.bool_], enough: float, middle: float
) -> tuple[float, float] | None:
    """The run of seconds round the middle in which enough peaks meet; gaps of up to two seconds are bridged."""
    first = frames[0] / FRAMES_PER_SECOND
    second = (frames / FRAMES_PER_SECOND - first).astype(np.intp)
    total = np.convolve(np.bincount(second), np.ones(3), "same")
    good = np.convolve(np.bincount(second, met), np.ones(3), "same") >= enough * np.maximum(total, _TOTAL_MIN)
    at = min(max(int(middle / FRAMES_PER_SECOND - first), 0), good.size - 1)
    seconds = np.flatnonzero(good)
    if not seconds.size:
        return None
    runs = np.split(seconds, np.flatnonzero(np.diff(seconds) > _GAP_S) + 1)
    run = min(runs, key=lambda r: max(r[0] - at, at - r[-1], 0))
    return float((run[0] + first) * FRAMES_PER_SECOND), float((run[-1] + 1 + first) * FRAMES_PER_SECOND)


def _straighten(
    line: Line, query: Peaks, reference: Peaks, partner: NDArray[np.int32], inside: NDArray[np.bool_]
) -> Line:
    """The least-squares line through the peaks that met."""
    if inside.sum() < _PEAKS_MIN:
        return line
    from_frames, to_frames = (
        query.frames[inside].astype(np.float64),
        reference.frames[partner[inside]].astype(np.float64),
    )
    ratio, start = np.polyfit(from_frames, to_frames, 1)
    shift = float(np.median(reference.bins[partner[inside]] - query.bins[inside]))
    return Line(line.take, float(ratio), float(start), shift)


def _explains(passage: Passage, candidate: Candidate) -> bool:
    """The candidate lies on the passage's line, or on the same recording where the passage already is."""
    middle = candidate.window_start + WINDOW_S * FRAMES_PER_SECOND / 2
    return passage.line.take == candidate.line.take and passage.start <= middle <= passage.end


def _overlap(one: Passage, other: Passage) -> bool:
    shared = min(one.end, other.end) - max(one.start, other.start)
    return one.line.take == other.line.take and shared > _OVERLAP * min(one.end - one.start, other.end - other.start)


def describe_work(work: WorkMatch, trust: float, library: Library) -> Match:
    return Match(
        recording_id=library.ids[work.recording],
        kind="same_work",
        score=round(trust, 4),
        query_start_s=round(work.query_start_s, 2),
        query_end_s=round(work.query_end_s, 2),
        reference_start_s=round(work.reference_start_s, 2),
        tempo_ratio=work.tempo_ratio,
        pitch_semitones=work.pitch_semitones,
    )


def describe_passage(
    passage: Passage, duration_s: float, library: Library, view: View = "mix", *, is_backwards: bool = False
) -> Match:
    line, evidence = passage.line, passage.evidence
    start, end = passage.start, passage.end
    if is_backwards:
        start, end = turn_back(end, duration_s), turn_back(start, duration_s)
    start_s, end_s = max(0.0, start / FRAMES_PER_SECOND), min(end / FRAMES_PER_SECOND, duration_s)
    whole = end_s - start_s >= _SAME_SHARE * duration_s - 1 and evidence.coverage >= _SAME_COVERAGE
    recording_id, reference_view = library.name_of(line.take)
    return Match(
        recording_id=recording_id,
        kind="same_recording" if whole else "contains",
        score=round(evidence.strength / (evidence.strength + _STRENGTH_MIN), 4),
        query_start_s=round(start_s, 2),
        query_end_s=round(end_s, 2),
        reference_start_s=round(max(0.0, line.at(passage.start) / FRAMES_PER_SECOND), 2),
        reference_end_s=round(max(0.0, line.at(passage.end) / FRAMES_PER_SECOND), 2),
        tempo_ratio=round(line.ratio, 4),
        pitch_semitones=round(line.pitch_semitones, 2) + 0.0,
        coverage=round(evidence.coverage, 3),
        uniqueness=round(evidence.uniqueness, 2),
        local_uniqueness=round(evidence.local_uniqueness, 2),
        view=view,
        reference_view=reference_view,
        backwards=is_backwards,
        margin=round(measure_margin(evidence), 3),
    )


def measure_margin(evidence: Evidence) -> float:
    """How far a passage passes the bar of a copy, in parts of the bar; below 0 where it may be no more than a loop."""
    one_place = evidence.uniqueness / _COPY_UNIQUENESS
    no_loop = min(evidence.local_uniqueness / _COPY_LOCAL_UNIQUENESS, evidence.coverage / _COPY_COVERAGE)
    all_of_it = evidence.coverage / _COPY_WHOLE_COVERAGE
    return min(max(one_place, no_loop, all_of_it), evidence.strength / _STRENGTH_MIN) - 1
