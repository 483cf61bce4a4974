"""From a plan and an analysis to the tempo map of the result, once, before any sound is made.

The grid of the result is the recording's own beats with the jitter of their measurement taken out (never moved by more
than 12 ms), each bar at the speed that the plan asks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from remixlab.domain.audio import Stem
from remixlab.domain.errors import EngineUnavailable, InvalidPlan
from remixlab.domain.material import Material
from remixlab.domain.music import Analysis, Bar
from remixlab.plan import Passage, RemixPlan, feel_at, find, form_of, unfold
from remixlab.plan.ops import Swing
from remixlab.rendering.layout import TAIL_S_MAX, Layout, PlacedVerb, ResultBar, mask_of

_STEADY_S = 0.012
"""How far a beat is moved at most (decision 21): the jitter of its measurement, never the feel of a band."""
_STEADY_BEATS = 8
"""Neighbours on each side that a beat is steadied by: two bars of four, short enough to follow a band that drifts."""
_PHRASE_BARS_MAX = 16
"""A longer run of one label is more than one section: fills and entries would otherwise come too seldom."""
_RING_S, _DRY_RING_S = 3.0, 0.4
"""How long a result rings on: where instruments play in a room, and where only the master is heard."""


def resolve(plan: RemixPlan, material: Material) -> Layout:
    """The timeline of the result. Raises: UnknownPlace (all at once), EngineUnavailable when stems are needed and
    missing."""
    passages = unfold(plan, material.analysis)
    if plan.kind == "remix" and material.stems is None and needs_stems(plan):
        raise EngineUnavailable(
            "this plan treats the stems one by one, and the recording has not been taken apart",
            hint="Separate it first.",
        )
    analysis = material.analysis
    beats = _steady_bars(analysis)
    bars = _place_bars(plan, analysis, passages, beats)
    ends = [bars[0].start_s, *(s for bar in bars for s in _beats_in_result(bar)[1:])]
    last = bars[-1]
    after = max(0.0, analysis.duration_s - last.source_s[-1]) / last.ratio if last.source == len(analysis.bars) else 0.0
    return Layout(
        bars=bars,
        beats_s=np.array(ends),
        meter=analysis.meter,
        key=analysis.parsed_key,
        source=analysis,
        tail_s=min(TAIL_S_MAX, max(after, _RING_S if _performs(plan) else _DRY_RING_S)),
        verbs=_placed(plan, analysis, bars),
    )


def _placed(plan: RemixPlan, analysis: Analysis, bars: tuple[ResultBar, ...]) -> tuple[PlacedVerb, ...]:
    """Each verb with its bars, asked for once: everybody who carries the plan out reads them here."""
    masks: dict[str, NDArray[np.bool_]] = {}
    verbs: list[PlacedVerb] = []
    for op in plan.ops:
        place = getattr(op, "at", "all")
        if place not in masks:
            masks[place] = mask_of(place, analysis, bars)
        verbs.append(PlacedVerb(op, masks[place]))
    return tuple(verbs)


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
    if len(bar.beats_s) == analysis.beats_per_bar:
        return bar.beats_s  # also where the tempo moves
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
    """Each value on the straight line through the odd window round it; at the ends, on the line through the first or
    last window."""
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
                    position=len(bars),
                    source=passage.bar.number,
                    source_s=source_s,
                    first=beat,
                    beats=len(source_s) - 1,
                    start_s=clock,
                    end_s=end,
                    ratio=passage.ratio,
                    semitones=passage.semitones,
                    take=passage.take,
                    section=number,
                    label=label,
                    occurrence=seen[label],
                    place=place,
                    length=len(members),
                    next_label=following,
                    feel=feel_at(plan, analysis, passage.bar.number),
                    swing=swings[passage.bar.number - 1],
                )
            )
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
    """Runs of the result that play one section of the source without a jump back; long ones are phrases of at most
    16 bars."""
    sections: list[tuple[str, list[Passage]]] = []
    previous: tuple[int, int] | None = None
    for passage in passages:
        number, label = labels[passage.bar.number - 1]
        goes_on = previous is not None and previous[0] == number and passage.bar.number > previous[1]
        if goes_on and len(sections[-1][1]) < _PHRASE_BARS_MAX:
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
