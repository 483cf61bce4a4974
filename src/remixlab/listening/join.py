"""A recording of hours, heard in overlapping windows: what the windows heard, laid end to end as one Analysis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.errors import InvalidAudio
from remixlab.domain.music import Analysis, Chord, Note, PulseRegion, Section, SectionLabel, TempoAlternative
from remixlab.signal.measure.loudness import integrate_loudness_lufs

_T = TypeVar("_T")

ALTERNATIVES_MAX = 6
"""Tempi that are told of hours: as many as of a song."""
_SAME_TEMPO = 0.04
"""Two windows play at one tempo within 4 %, as `listen` tells alternatives apart."""
_HOPS_PER_S = 10
"""Momentary loudness comes every 100 ms (EBU Tech 3341)."""
_FLOOR_LUFS = -70.0
"""What silence is said to be: the absolute gate of BS.1770-4."""
_HAIR_S = 0.02
"""Two windows hear one stroke a little apart; most strokes where windows meet fall on the bar line."""


class Heard(NamedTuple):
    """What one window heard, and where it begins. Shape: momentary_lufs (every 100 ms of the window,)."""

    start_s: float
    analysis: Analysis
    momentary_lufs: NDArray[np.float64]

    @property
    def end_s(self) -> float:
        return self.start_s + self.analysis.duration_s

    @property
    def beat_s(self) -> float:
        return 60.0 / self.analysis.tempo_bpm


class _Span(NamedTuple):
    """The stretch of the recording that a window answers for."""

    heard: Heard
    begin_s: float
    end_s: float
    is_last: bool

    @property
    def length_s(self) -> float:
        return self.end_s - self.begin_s

    def owns(self, time_s: float) -> bool:
        """Whether what begins then is this window's; on the bar line where windows meet, and a hair before it, the
        later one's.
        """
        return self.begin_s - _HAIR_S <= time_s and (self.is_last or time_s < self.end_s - _HAIR_S)


def join_analyses(windows: Sequence[Heard], duration_s: float) -> Analysis:
    """One analysis of the whole: each window answers for its own stretch, and neighbours meet on a bar line in what
    both heard.

    Tempo, meter and key are those of most of the time; the tempi of other stretches are kept as alternatives.
    Raises: InvalidAudio where no window is given.
    """
    if not windows:
        raise InvalidAudio("there is no sound in it: no window was heard")
    spans = _spans(windows, duration_s)
    beats = _join_beats(spans)
    kept = set(beats)
    tempi = _join_tempi(spans)
    key = _most([(s.heard.analysis.key, s.length_s * s.heard.analysis.key_confidence) for s in spans])
    agree = sum(s.length_s * s.heard.analysis.key_confidence for s in spans if s.heard.analysis.key == key)
    momentary = np.concatenate([_momentary(s) for s in spans])
    return Analysis(
        duration_s=duration_s,
        tempo_bpm=tempi[0].tempo_bpm,
        tempo_alternatives=tempi,
        meter=_most([(s.heard.analysis.meter, s.length_s) for s in spans]),
        beats=beats,
        downbeats=tuple(t for t in _times(spans, "downbeats") if t in kept) or beats[:1],
        pulse=_join_pulse(spans),
        tuning_cents=_most([(s.heard.analysis.tuning_cents, s.length_s) for s in spans]),
        key=key,
        key_confidence=round(min(1.0, agree / max(duration_s, 1e-9)), 4),
        chords=_join_chords(spans),
        sections=_join_sections(spans),
        melody=_join_notes(spans, "melody"),
        bass=_join_notes(spans, "bass"),
        drums=tuple(
            hit.model_copy(update={"time_s": round(hit.time_s + s.heard.start_s, 3)})
            for s in spans
            for hit in s.heard.analysis.drums
            if s.owns(hit.time_s + s.heard.start_s)
        ),
        loudness_lufs=round(max(integrate_loudness_lufs(momentary), _FLOOR_LUFS), 2),
        peak_dbtp=max(s.heard.analysis.peak_dbtp for s in spans),
        listener=windows[0].analysis.listener,
    )


def _spans(windows: Sequence[Heard], duration_s: float) -> list[_Span]:
    cuts = [0.0, *(_meeting_s(before, after) for before, after in pairwise(windows)), duration_s]
    return [
        _Span(heard, begin, end, heard is windows[-1])
        for heard, (begin, end) in zip(windows, pairwise(cuts), strict=True)
    ]


def _meeting_s(before: Heard, after: Heard) -> float:
    """The bar line nearest to the middle of what both heard; the middle where there is none."""
    middle = (after.start_s + before.end_s) / 2
    lines = [t + before.start_s for t in before.analysis.downbeats]
    shared = [t for t in lines if after.start_s <= t <= before.end_s]
    return min(shared, key=lambda t: abs(t - middle), default=middle)


def _times(spans: Sequence[_Span], name: str) -> Iterator[float]:
    """Beats or downbeats, each window's own; half a beat before the meeting the next one takes over."""
    for number, span in enumerate(spans):
        begin = span.begin_s - spans[number - 1].heard.beat_s / 2 if number else -1.0
        end = span.end_s - span.heard.beat_s / 2 if number + 1 < len(spans) else np.inf
        for time in getattr(span.heard.analysis, name):
            if begin <= time + span.heard.start_s < end:
                yield round(time + span.heard.start_s, 5)


def _join_beats(spans: Sequence[_Span]) -> tuple[float, ...]:
    """No two closer than half of the shortest beat: where the grids of two windows disagree, the earlier one wins."""
    least = min(span.heard.beat_s for span in spans) / 2
    beats: list[float] = []
    for time in _times(spans, "beats"):
        if not beats or time - beats[-1] >= least:
            beats.append(time)
    return tuple(beats)


def _join_chords(spans: Sequence[_Span]) -> tuple[Chord, ...]:
    chords: list[Chord] = []
    for span in spans:
        for chord in span.heard.analysis.chords:
            begin, end = _clipped(chord, span)
            if end <= begin:
                continue
            if chords and chords[-1].symbol == chord.symbol:
                begin = chords.pop().start_s
            chords.append(Chord(start_s=begin, end_s=end, symbol=chord.symbol))
    return tuple(chords)


def _join_sections(spans: Sequence[_Span]) -> tuple[Section, ...]:
    """A part that runs over a meeting goes on; a window's first and last part are no intro and no outro of the
    whole.
    """
    sections: list[Section] = []
    for span in spans:
        fresh = True
        for section in span.heard.analysis.sections:
            begin, end = _clipped(section, span)
            if end <= begin:
                continue
            label: SectionLabel = section.label
            if fresh and sections:
                before = sections[-1].label
                if before == "outro":
                    before = "verse" if label == "intro" else label
                    sections[-1] = sections[-1].model_copy(update={"label": before})
                label = before if label == "intro" else label
                if label == before:
                    begin = sections.pop().start_s
            fresh = False
            sections.append(Section(start_s=begin, end_s=end, label=label))
    return tuple(sections)


def _clipped(part: Chord | Section | PulseRegion, span: _Span) -> tuple[float, float]:
    begin, end = part.start_s + span.heard.start_s, part.end_s + span.heard.start_s
    return round(max(begin, span.begin_s), 5), round(min(end, span.end_s), 5)


def _join_pulse(spans: Sequence[_Span]) -> tuple[PulseRegion, ...]:
    regions: list[PulseRegion] = []
    for span in spans:
        for region in span.heard.analysis.pulse:
            begin, end = _clipped(region, span)
            if end > begin:
                regions.append(region.model_copy(update={"start_s": begin, "end_s": end}))
    return tuple(regions)


def _join_notes(spans: Sequence[_Span], name: str) -> tuple[Note, ...]:
    """One voice: a note that sounds over a meeting keeps its end, and the next window's begin after it."""
    notes: list[Note] = []
    for span in spans:
        shift = span.heard.start_s
        free_from = notes[-1].end_s - 1e-4 if notes else -1.0
        for note in getattr(span.heard.analysis, name):
            if free_from <= note.start_s + shift and span.owns(note.start_s + shift):
                notes.append(
                    note.model_copy(
                        update={"start_s": round(note.start_s + shift, 5), "end_s": round(note.end_s + shift, 5)}
                    )
                )
    return tuple(notes)


def _join_tempi(spans: Sequence[_Span]) -> tuple[TempoAlternative, ...]:
    """Every window's readings, weighed by the time that it answers for; first the tempo of most of the time, then by
    confidence.
    """
    total = sum(span.length_s for span in spans)
    main = _most([(_near(s.heard.analysis.tempo_bpm, spans), s.length_s) for s in spans])
    found: dict[float, float] = {main: 0.0}
    for span in spans:
        for reading in span.heard.analysis.tempo_alternatives:
            tempo = next((t for t in found if abs(t / reading.tempo_bpm - 1) < _SAME_TEMPO), reading.tempo_bpm)
            found[tempo] = found.get(tempo, 0.0) + reading.confidence * span.length_s / total
    ordered = sorted((t for t in found if t != main), key=lambda t: -found[t])[: ALTERNATIVES_MAX - 1]
    return tuple(TempoAlternative(tempo_bpm=t, confidence=round(min(1.0, found[t]), 4)) for t in (main, *ordered))


def _near(tempo_bpm: float, spans: Sequence[_Span]) -> float:
    """The tempo of the first window that plays at about this one, so that windows of one tempo count together."""
    return next(t for t in (s.heard.analysis.tempo_bpm for s in spans) if abs(t / tempo_bpm - 1) < _SAME_TEMPO)


def _most(votes: Sequence[tuple[_T, float]]) -> _T:
    """What has the most weight; the first of equals."""
    weight: dict[_T, float] = {}
    for value, share in votes:
        weight[value] = weight.get(value, 0.0) + share
    return max(weight, key=lambda value: weight[value])


def _momentary(span: _Span) -> NDArray[np.float64]:
    first, last = (round((t - span.heard.start_s) * _HOPS_PER_S) for t in (span.begin_s, span.end_s))
    return span.heard.momentary_lufs[first:last]
