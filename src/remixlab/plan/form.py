"""Form and time of the result: which bars of the source play, in which order, how fast and how high.

Shared by rights (how far does this plan go?) and rendering (what sounds when?), so that what was
decided is exactly what is done.
"""

from __future__ import annotations

from itertools import groupby
from typing import NamedTuple

from remixlab.domain.errors import UnknownPlace
from remixlab.domain.music import Analysis, Bar, Key
from remixlab.domain.rights import Reach
from remixlab.plan.ops import Arrange, Cut, Groove, Repeat, Tempo, Transpose
from remixlab.plan.plan import RemixPlan
from remixlab.plan.where import BarSpan, find

FOLD_LOW, FOLD_HIGH = 2**-0.5, 2**0.5


class Passage(NamedTuple):
    """One bar of the result: which bar of the source it is, how fast and how high it plays.

    `take` counts how many times this source bar has played before, so that a repeat can differ.
    Unit: ratio is speed over the source's; semitones above the source's.
    """

    bar: Bar
    ratio: float
    semitones: int
    take: int

    @property
    def length_s(self) -> float:
        return (self.bar.end_s - self.bar.start_s) / self.ratio


def unfold(plan: RemixPlan, analysis: Analysis) -> tuple[Passage, ...]:
    """The bars of the result in order.

    Raises: UnknownPlace with every place of the plan that this recording does not have, all at once.
    """
    if not analysis.bars:
        raise UnknownPlace(
            ["the recording is too short or too shapeless to have a bar"],
            code="plan.no_bars",
            hint="Bring at least a few beats.",
        )
    check_places(plan, analysis)
    order = _with_cuts(plan, analysis, _with_repeats(plan, analysis, _arranged(plan, analysis)))
    if not order:
        raise UnknownPlace(["nothing is left to play: every bar is cut"], code="plan.nothing_left")
    ratios = tempo_ratios(plan, analysis)
    shifts = semitone_shifts(plan, analysis)
    bars = analysis.bars
    takes: dict[int, int] = {}
    passages: list[Passage] = []
    for number in order:
        take = takes.get(number, 0)
        takes[number] = take + 1
        passages.append(Passage(bars[number - 1], ratios[number - 1], shifts[number - 1], take))
    return tuple(passages)


def reach(plan: RemixPlan, analysis: Analysis) -> Reach:
    """How far the plan goes, in the measures that consents limit. Raises: UnknownPlace."""
    passages = unfold(plan, analysis)
    ratios = [p.ratio for p in passages]
    shifts = [p.semitones for p in passages]
    return Reach(min(ratios), max(ratios), min(shifts), max(shifts), sum(p.length_s for p in passages))


def check_places(plan: RemixPlan, analysis: Analysis) -> None:
    """Raises: UnknownPlace naming every place that does not exist in this recording."""
    mistakes: list[str] = []
    hint = ""
    for op in plan.ops:
        places = op.form if isinstance(op, Arrange) else (getattr(op, "at", "all"),)
        for place in places:
            try:
                find(place, analysis)
            except UnknownPlace as error:
                mistakes += error.details["mistakes"]
                hint = error.hint
    if mistakes:
        raise UnknownPlace(list(dict.fromkeys(mistakes)), hint=hint)


def fold_bpm(bpm: float, source_bpm: float) -> float:
    """The ratio that reaches `bpm` or the octave of it nearest to the source: 174 asked of an 88 bpm song is 87."""
    ratio = bpm / source_bpm
    while ratio > FOLD_HIGH:
        ratio /= 2
    while ratio < FOLD_LOW:
        ratio *= 2
    return ratio


def tempo_ratios(plan: RemixPlan, analysis: Analysis) -> tuple[float, ...]:
    """Speed of every source bar; the last `tempo` for the whole wins, local ones multiply it."""
    count = len(analysis.bars)
    overall = 1.0
    local = [1.0] * count
    for op in plan.ops:
        if not isinstance(op, Tempo):
            continue
        ratio = op.ratio if op.ratio is not None else fold_bpm(op.bpm or analysis.tempo_bpm, analysis.tempo_bpm)
        if op.at == "all":
            overall = ratio
        else:
            for number in _bars_at(op.at, analysis):
                # A bpm names the tempo to arrive at, so the overall ratio is not multiplied in again.
                local[number - 1] = ratio if op.ratio is not None else ratio / overall
    return tuple(overall * r for r in local)


def semitone_shifts(plan: RemixPlan, analysis: Analysis) -> tuple[int, ...]:
    """Semitones of every source bar; shifts add up."""
    shifts = [0] * len(analysis.bars)
    for op in plan.ops:
        if isinstance(op, Transpose):
            shift = (
                op.semitones
                if op.semitones is not None
                else shift_to(analysis.parsed_key, Key.parse(op.key or analysis.key))
            )
            for number in _bars_at(op.at, analysis):
                shifts[number - 1] += shift
    return tuple(shifts)


def shift_to(source: Key, target: Key) -> int:
    """Semitones (-6..+5) that make the source sound in the target's scale; another mode goes through its relative
    key.
    """
    tonic = target.tonic
    if source.mode != target.mode:
        tonic += 3 if target.mode == "minor" else -3
    return (tonic - source.tonic + 6) % 12 - 6


def feel_at(plan: RemixPlan, analysis: Analysis, number: int) -> str:
    """The groove feel asked for at a source bar; `straight` when none was."""
    feel = "straight"
    for op in plan.ops:
        if isinstance(op, Groove) and number in _bars_at(op.at, analysis):
            feel = op.feel
    return feel


def _bars_at(place: str, analysis: Analysis) -> tuple[int, ...]:
    return tuple(n for span in find(place, analysis) for n in span.bars)


def _arranged(plan: RemixPlan, analysis: Analysis) -> list[int]:
    order = [b.number for b in analysis.bars]
    for op in plan.ops:
        if isinstance(op, Arrange):
            turn: dict[str, int] = {}
            order = [n for place in op.form for span in _in_turn(place, analysis, turn) for n in span.bars]
    return order


def _in_turn(place: str, analysis: Analysis, turn: dict[str, int]) -> tuple[BarSpan, ...]:
    """A bare label of a form means its next occurrence, the last one again when they run out."""
    spans = find(place, analysis)
    if ":" in place or place == "all":
        return spans
    index = turn.get(place, 0)
    turn[place] = index + 1
    return (spans[min(index, len(spans) - 1)],)


def _with_repeats(plan: RemixPlan, analysis: Analysis, order: list[int]) -> list[int]:
    for op in plan.ops:
        if isinstance(op, Repeat):
            for span in find(op.at, analysis):
                order = _repeated(order, span, op.times)
    return order


def _repeated(order: list[int], span: BarSpan, times: int) -> list[int]:
    """Every unbroken run of the span's bars, played `times` times."""
    result: list[int] = []
    for inside, run in groupby(order, key=lambda n: n in span):
        result += [*run] * (times if inside else 1)
    return result


def _with_cuts(plan: RemixPlan, analysis: Analysis, order: list[int]) -> list[int]:
    gone = {n for op in plan.ops if isinstance(op, Cut) for n in _bars_at(op.at, analysis)}
    return [n for n in order if n not in gone]
