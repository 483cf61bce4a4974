"""What is open instead: the nearest plans to the one that was refused, each judged by the same rules."""

from __future__ import annotations

import heapq
from itertools import count

from remixlab.domain.errors import InvalidPlan
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Alternative, Decision, Request, Terms
from remixlab.plan import RemixPlan, reach, uses
from remixlab.rights.decide import decide
from remixlab.rights.edits import Variant, edits_for
from remixlab.rights.explain import joined

OFFERED = 3
JUDGED_MAX = 48
"""Plans that are judged before the search ends; each costs well under a millisecond."""


def alternatives(plan: RemixPlan, analysis: Analysis, terms: Terms, request: Request) -> tuple[Alternative, ...]:
    """Up to three allowed plans, the nearest to what was asked first; none when the plan itself is allowed.

    Each step answers the first reason of a refusal by one small change and decides again; steps are taken in
    the order of their cost, so that what is found first is nearest. Law: every alternative evaluates to allow.
    """
    order = count()
    start = Variant(plan, request.share)
    waiting: list[tuple[float, int, Variant, tuple[str, ...]]] = [(0.0, next(order), start, ())]
    seen = {_name(start)}
    found: list[Alternative] = []
    judged = 0
    while waiting and judged < JUDGED_MAX and len(found) < OFFERED:
        cost, _, variant, words = heapq.heappop(waiting)
        decision = _judge(variant, analysis, terms, request)
        judged += 1
        if decision is None:
            continue
        if decision.allowed:
            if not words:
                return ()
            found.append(Alternative(plan=variant.plan.to_dict(), message=_sentence(words), share=variant.share))
            continue
        for edit in edits_for(decision.reasons[0], variant, analysis):
            name = _name(edit.variant)
            changes_something = bool(edit.variant.plan.ops) or edit.variant.plan.kind == "cover"
            if changes_something and name not in seen:
                seen.add(name)
                heapq.heappush(waiting, (cost + edit.cost, next(order), edit.variant, (*words, edit.words)))
    return tuple(found)


def _judge(variant: Variant, analysis: Analysis, terms: Terms, request: Request) -> Decision | None:
    try:
        far = reach(variant.plan, analysis)
    except InvalidPlan:
        return None
    named = variant.plan.digest if request.plan_digest else ""
    asked = request.model_copy(update={"share": variant.share, "plan_digest": named})
    return decide(uses(variant.plan), far, terms, asked)


def _name(variant: Variant) -> str:
    return f"{variant.share} {variant.plan.digest}"


def _sentence(words: tuple[str, ...]) -> str:
    text = joined(words)
    return f"{text[:1].upper()}{text[1:]}."
