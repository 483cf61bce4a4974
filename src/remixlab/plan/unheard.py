"""What a plan asks of a recording that has nothing to do it to: wishes that change nothing, told in words."""

from __future__ import annotations

from remixlab.domain.audio import Stem
from remixlab.domain.music import Analysis
from remixlab.plan.ops import Groove, Layer, Level, Op, Perform, Restyle, Revoice, Treat
from remixlab.plan.plan import RemixPlan

_STROKES_PER_BAR = 0.5
"""A recording with fewer strokes than one in two bars has no drums to speak of."""


def unheard(plan: RemixPlan, analysis: Analysis) -> tuple[str, ...]:
    """One sentence for each wish that nobody can hear in this recording, in the order of the plan."""
    told: list[str] = []
    for op in plan.ops:
        if isinstance(op, Groove) and op.feel in ("half", "double") and not _has_drums(plan, analysis):
            told.append(f"{op.feel.capitalize()} time changes nothing here: there are no drums to play it.")
        elif _is_of_the_voice(op) and plan.kind == "remix" and not analysis.melody:
            told.append("Nobody sings in this recording, so what was asked of the voice changes nothing.")
    return tuple(dict.fromkeys(told))


def _is_of_the_voice(op: Op) -> bool:
    match op:
        case Treat() | Level():
            return set(op.on) == {Stem.VOCALS}
        case Revoice():
            return True
        case _:
            return False


def _has_drums(plan: RemixPlan, analysis: Analysis) -> bool:
    """Whether drums play somewhere: the recording's own, or new ones."""
    if plan.kind == "cover":
        return True
    for op in plan.ops:
        match op:
            case Restyle() if Stem.DRUMS in op.on:
                return True
            case Layer() if op.part in ("drums", "percussion"):
                return True
            case Perform() if op.line == "drums":
                return True
            case _:
                continue
    return Stem.DRUMS in plan.stems and len(analysis.drums) >= _STROKES_PER_BAR * max(1, len(analysis.bars))
