"""From a plan and what was heard to a timeline in frames: which bar sounds when, from where, over which beats.

The grid of the result is the recording's own beats with the jitter of their measurement taken out (never moved by more
than 12 ms), each bar at the speed that the plan asks.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Stem
from remixlab.domain.errors import EngineUnavailable, InvalidPlan
from remixlab.domain.music import Analysis, Bar, Key, Section
from remixlab.domain.song import Song
from remixlab.plan import Passage, RemixPlan, feel_at, find, form_of, unfold
from remixlab.plan.ops import Swing

SAMPLE_RATE = 44_100
TAIL_S_MAX = 4.0
"""The result is its bars and at most this much ringing out, faded to silence."""
_STEADY_S = 0.012
_STEADY_BEATS = 8


class ResultBar(NamedTuple):
    """One bar of the result and where it stands in the form.

    Unit: `first` and `beats` count beats of the result; `source_s` holds the beats of the source bar and its end.
    `place` counts from 0 inside its section of `length` bars; `occurrence` counts sections of the same label from 1.
    """

    position: int
    source: int
    source_s: tuple[float, ...]
    first: int
    beats: int
    start_s: float
    end_s: float
    ratio: float
    semitones: int
    take: int
    section: int
    label: str
    occurrence: int
    place: int
    length: int
    next_label: str | None
    feel: str
    swing: float

    @property
    def is_last_of_section(self) -> bool:
        return self.place == self.length - 1

    @property
    def progress(self) -> float:
        """0 at the first bar of the section, towards 1 at its last."""
        return self.place / self.length


@dataclass(frozen=True, eq=False)
class Layout:
    """The timeline of a result. Unit: beats_s in seconds, one more than there are beats."""

    bars: tuple[ResultBar, ...]
    beats_s: NDArray[np.float64]
    meter: str
    key: Key
    source: Analysis
    tail_s: float

    @property
    def length_s(self) -> float:
        return float(self.beats_s[-1])

    @property
    def length_frames(self) -> int:
        """All frames of the result: its bars and its tail."""
        return round((self.length_s + self.tail_s) * SAMPLE_RATE)

    @cached_property
    def tempo_bpm(self) -> float:
        """Of the result, by the median length of a beat."""
        return 60.0 / float(np.median(np.diff(self.beats_s)))

    def seconds_at(self, beats: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Time of a musical moment; the last beat's pace goes on behind the end."""
        beats = np.asarray(beats, np.float64)
        inside = np.interp(beats, np.arange(self.beats_s.size), self.beats_s)
        beyond = np.maximum(0.0, beats - (self.beats_s.size - 1)) * 60.0 / self.tempo_bpm
        return inside + beyond

    def frames_at(self, beats: NDArray[np.float64] | float) -> NDArray[np.int64]:
        return np.round(self.seconds_at(beats) * SAMPLE_RATE).astype(np.int64)

    def mask_of(self, place: str) -> NDArray[np.bool_]:
        """Which bars of the result play a place of the source."""
        inside = {number for span in find(place, self.source) for number in span.bars}
        return np.array([bar.source in inside for bar in self.bars])

    def spans_of(self, mask: NDArray[np.bool_]) -> tuple[tuple[int, int], ...]:
        """Frames of each unbroken run of bars; a run that reaches the last bar takes the tail with it."""
        edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False])).astype(np.int8)))
        spans: list[tuple[int, int]] = []
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            begin = round(self.bars[start].start_s * SAMPLE_RATE)
            end = self.length_frames if stop == len(self.bars) else round(self.bars[stop].start_s * SAMPLE_RATE)
            spans.append((begin, end))
        return tuple(spans)

    def key_at(self, bar: ResultBar) -> Key:
        return self.key.transposed(bar.semitones)

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """The form of the result."""
        found: list[Section] = []
        for bar in self.bars:
            if bar.place == 0:
                found.append(Section(start_s=bar.start_s, end_s=bar.end_s, label=bar.label))  # pyright: ignore[reportArgumentType]
            else:
                found[-1] = found[-1].model_copy(update={"end_s": bar.end_s})
        return tuple(found)


def resolve(plan: RemixPlan, song: Song) -> Layout:
    """The timeline of the result. Raises: UnknownPlace (all at once), EngineUnavailable when stems are needed and missing."""
    passages = unfold(plan, song.analysis)
    if plan.kind == "remix" and song.stems is None and needs_stems(plan):
        raise EngineUnavailable(
            "this plan treats the stems one by one, and the recording has not been taken apart", hint="Separate it first."
        )
    analysis = song.analysis
    beats = _steady_bars(analysis)
    bars = _place_bars(plan, analysis, passages, beats)
    ends = [bars[0].start_s, *(s for bar in bars for s in _beats_in_result(bar)[1:])]
    last = bars[-1]
    after = max(0.0, analysis.duration_s - last.source_s[-1]) / last.ratio if last.source == len(analysis.bars) else 0.0
    tail_s = min(TAIL_S_MAX, max(after, 3.0 if _performs(plan) else 0.4))
    return Layout(bars, np.array(ends), analysis.meter, analysis.parsed_key, analysis, tail_s)


def needs_stems(plan: RemixPlan) -> bool:
    """Whether the four stems must be known one by one; where all are treated alike the recording itself is used."""
    if set(plan.stems) != set(Stem):
        return True
    for op in plan.ops:
        match op.op:
            case "restyle" | "revoice" | "duck" | "reharmonize" | "groove":
                return True
            case "mute" | "gain" | "treat":
                if set(op.on) != set(Stem):
                    return True
            case _:
                continue
    return False


def _performs(plan: RemixPlan) -> bool:
    return plan.kind == "cover" or any(op.op in ("restyle", "layer", "perform", "reharmonize") for op in plan.ops)


def _steady_bars(analysis: Analysis) -> tuple[tuple[float, ...], ...]:
    """The beats and the end of every bar of the source, steadied."""
    raw = [_even_beats(bar, analysis) for bar in analysis.bars]
    if not raw:
        raise InvalidPlan(["no beat was heard in this recording, so there are no bars to work on"], code="plan.no_bars")
    flat = np.array([t for bar in raw for t in bar] + [analysis.bars[-1].end_s])
    smooth = _steadied(flat)
    result: list[tuple[float, ...]] = []
    at = 0
    for bar in raw:
        result.append(tuple(float(t) for t in smooth[at : at + len(bar) + 1]))
        at += len(bar)
    return tuple(result)


def _even_beats(bar: Bar, analysis: Analysis) -> tuple[float, ...]:
    """The beats of a bar; where some were missed or doubled, as many as its length holds, evenly."""
    length = bar.end_s - bar.start_s
    expected = max(1, round(length * analysis.tempo_bpm / 60.0))
    if abs(expected - analysis.beats_per_bar) == 1 and abs(length * analysis.tempo_bpm / 60.0 - expected) > 0.25:
        expected = analysis.beats_per_bar
    if len(bar.beats_s) == expected:
        return bar.beats_s
    return tuple(bar.start_s + length * k / expected for k in range(expected))


def _steadied(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Each beat on the straight line through its neighbours, within 12 ms of where it was heard; time keeps rising."""
    count = times.size
    if count < 5:
        return times
    window = 2 * min(_STEADY_BEATS, (count - 1) // 2) + 1
    line = _line_through(times, window)
    line = _line_through(line + np.clip(times - line, -0.02, 0.02), window)
    smooth = times + np.clip(line - times, -_STEADY_S, _STEADY_S)
    smooth[0] = max(0.0, smooth[0])
    return smooth if np.all(np.diff(smooth) > 0.02) else times


def _line_through(values: NDArray[np.float64], window: int) -> NDArray[np.float64]:
    """Each value on the straight line through the odd window round it; at the ends, on the line through the first or last window."""
    half, place = window // 2, np.arange(window)
    line = np.empty_like(values)
    line[half : values.size - half] = np.convolve(values, np.full(window, 1.0 / window), "valid")
    for part, into in ((values[:window], slice(0, half)), (values[-window:], slice(values.size - half, values.size))):
        slope, start = np.polyfit(place, part, 1)
        line[into] = (start + slope * place)[:half] if into.start == 0 else (start + slope * place)[window - half :]
    return line


def _place_bars(
    plan: RemixPlan, analysis: Analysis, passages: tuple[Passage, ...], beats: tuple[tuple[float, ...], ...]
) -> tuple[ResultBar, ...]:
    labels = _labels(analysis)
    swings = _swings(plan, analysis)
    sections = _sections_of(passages, labels)
    seen: dict[str, int] = {}
    bars: list[ResultBar] = []
    clock, beat = 0.0, 0
    for number, (label, members) in enumerate(sections):
        seen[label] = seen.get(label, 0) + 1
        following = sections[number + 1][0] if number + 1 < len(sections) else None
        for place, passage in enumerate(members):
            source_s = beats[passage.bar.number - 1]
            end = clock + (source_s[-1] - source_s[0]) / passage.ratio
            bars.append(
                ResultBar(
                    len(bars), passage.bar.number, source_s, beat, len(source_s) - 1, clock, end, passage.ratio, passage.semitones,
                    passage.take, number, label, seen[label], place, len(members), following,
                    feel_at(plan, analysis, passage.bar.number), swings[passage.bar.number - 1],
                )
            )  # fmt: skip
            clock, beat = end, beat + len(source_s) - 1
    return tuple(bars)


def _labels(analysis: Analysis) -> list[tuple[int, str]]:
    """The section (number, label) of every source bar; bars outside every section continue the one before."""
    labels: list[tuple[int, str] | None] = [None] * len(analysis.bars)
    for number, (label, span) in enumerate(form_of(analysis)):
        for bar in span.bars:
            labels[bar - 1] = (number, label)
    first = next((label for label in labels if label), (0, "verse"))
    result: list[tuple[int, str]] = []
    for label in labels:
        result.append(label or (result[-1] if result else first))
    return result


def _sections_of(passages: tuple[Passage, ...], labels: list[tuple[int, str]]) -> list[tuple[str, list[Passage]]]:
    """Runs of the result that play one section of the source without a jump back; long ones are phrases of at most 16 bars."""
    sections: list[tuple[str, list[Passage]]] = []
    previous: tuple[int, int] | None = None
    for passage in passages:
        number, label = labels[passage.bar.number - 1]
        goes_on = previous is not None and previous[0] == number and passage.bar.number > previous[1]
        if goes_on and len(sections[-1][1]) < 16:
            sections[-1][1].append(passage)
        else:
            sections.append((label, [passage]))
        previous = (number, passage.bar.number)
    return sections


def _swings(plan: RemixPlan, analysis: Analysis) -> list[float]:
    amounts = [0.0] * len(analysis.bars)
    for op in plan.ops:
        if isinstance(op, Swing):
            for span in find(op.at, analysis):
                for number in span.bars:
                    amounts[number - 1] = op.amount
    return amounts


def _beats_in_result(bar: ResultBar) -> list[float]:
    return [bar.start_s + (t - bar.source_s[0]) / bar.ratio for t in bar.source_s]
