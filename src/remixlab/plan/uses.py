"""What must be allowed, computed from what will be done.

Law: `uses(p.then(*a, *b)) == uses(p.then(*a)) | uses(p.then(*b))`, vocal isolation apart (it arises
from several verbs together); adding a verb never needs less. Silence is use: a stem that may sound is used.
"""

from __future__ import annotations

from typing import assert_never

from remixlab.domain.audio import Stem
from remixlab.domain.rights import Scope, Use
from remixlab.plan.audible import BAND, silenced
from remixlab.plan.ops import (
    Arrange,
    Cut,
    Duck,
    Groove,
    Keep,
    Layer,
    Level,
    Mute,
    Op,
    Perform,
    Reharmonize,
    Repeat,
    Restyle,
    Revoice,
    Sample,
    Swing,
    Tempo,
    Transpose,
    Treat,
)  # fmt: skip
from remixlab.plan.plan import RemixPlan


def uses(plan: RemixPlan) -> frozenset[Use]:
    """Every permission the plan needs, on its source and on what it samples."""
    needed = {Use(Scope.REMIX if plan.kind == "remix" else Scope.COVER, plan.source)}
    for op in plan.ops:
        needed |= _uses_of(op, plan)
    if isolates_vocals(plan):
        needed.add(Use(Scope.VOCAL_ISOLATION, plan.source))
    return frozenset(needed)


def isolates_vocals(plan: RemixPlan) -> bool:
    """Whether drums, bass and other are each absent or silenced somewhere, so that the voice may stand alone."""
    return Stem.VOCALS in plan.stems and silenced(plan) == BAND


def recordings_of(plan: RemixPlan) -> tuple[str, ...]:
    """The recordings a plan is licensed from: its source, then what it samples, each once."""
    sampled = (op.recording for op in plan.ops if isinstance(op, Sample))
    return tuple(dict.fromkeys((plan.source, *sampled)))


def _uses_of(op: Op, plan: RemixPlan) -> set[Use]:
    source = plan.source
    match op:
        case Arrange() | Repeat() | Cut():
            return {Use(Scope.REARRANGE, source)}
        case Tempo() | Swing() | Groove() | Transpose():
            return {Use(Scope.TEMPO_PITCH, source)}
        case Reharmonize():
            return {Use(Scope.REHARMONIZE, source)}
        case Keep() | Mute() | Level():
            return set()
        case Restyle():
            shift = Use(Scope.GENRE_SHIFT, source, op.style)
            # In a cover `vocals` names the melody line; no recorded voice is touched.
            replaces_voice = plan.kind == "remix" and Stem.VOCALS in op.on
            return {shift, Use(Scope.VOCAL_TRANSFORM, source)} if replaces_voice else {shift}
        case Revoice():
            return {Use(Scope.VOCAL_TRANSFORM, source)}
        case Layer():
            return {Use(Scope.GENRE_SHIFT, source, op.style)}
        case Perform():
            return {Use(Scope.GENRE_SHIFT, source)}
        case Sample():
            return {Use(Scope.SAMPLING, op.recording)}
        case Treat() | Duck():
            return {Use(Scope.EFFECTS, source)}
        case _:
            assert_never(op)
