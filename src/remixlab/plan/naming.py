"""What a plan is called in one word: the style it turns to, or what is done to the whole song."""

from __future__ import annotations

from remixlab.domain.audio import Stem
from remixlab.plan.ops import Mute, Restyle, Tempo
from remixlab.plan.plan import RemixPlan


def word_for(plan: RemixPlan) -> str:
    """Such as `reggae`, `karaoke` or `slowed`; empty where no one word says it."""
    whole = [op for op in plan.ops if getattr(op, "at", "all") == "all"]
    for op in whole:
        if isinstance(op, Restyle):
            return op.style.replace("-and-", " and ").replace("-", " ")
    if plan.kind == "remix" and (Stem.VOCALS not in plan.stems or any(_silences_voice(op) for op in whole)):
        return "karaoke"
    for op in whole:
        if isinstance(op, Tempo) and op.ratio is not None and op.ratio != 1:
            return "sped up" if op.ratio > 1 else "slowed"
    return ""


def _silences_voice(op: object) -> bool:
    return isinstance(op, Mute) and tuple(op.on) == (Stem.VOCALS,)
