"""What is open instead: the nearest plans to the one that was refused, each judged by the same rules."""

from __future__ import annotations

import heapq
from itertools import count

from remixlab.domain.errors import InvalidPlan
from remixlab.domain.music import Analysis
from remixlab.domain.rights import Alternative, Decision, Request, Terms
from remixlab.plan import RemixPlan, reach, uses
from remixlab.rights.decide import decide
from remixlab.rights.edits import Wish, edits_for
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
    start = Wish(plan, request.share)
    waiting: list[tuple[float, int, Wish, tuple[str, ...]]] = [(0.0, next(order), start, ())]
    seen = {_name(start)}
    found: list[Alternative] = []
    judged = 0
    while waiting and judged < JUDGED_MAX and len(found) < OFFERED:
        cost, _, wish, words = heapq.heappop(waiting)
        decision = _judge(wish, analysis, terms, request)
        judged += 1
        if decision is None:
            continue
        if decision.allowed:
            if not words:
                return ()
            found.append(Alternative(plan=wish.plan.to_dict(), message=_sentence(words), share=wish.share))
            continue
        for edit in edits_for(decision.reasons[0], wish, analysis):
            name = _name(edit.wish)
            changes_something = bool(edit.wish.plan.ops) or edit.wish.plan.kind == "cover"
            if changes_something and name not in seen:
                seen.add(name)
                heapq.heappush(waiting, (cost + edit.cost, next(order), edit.wish, (*words, edit.words)))
    return tuple(found)


def _judge(wish: Wish, analysis: Analysis, terms: Terms, request: Request) -> Decision | None:
    try:
        far = reach(wish.plan, analysis)
    except InvalidPlan:
        return None
    asked = request if wish.share == request.share else request.model_copy(update={"share": wish.share})
    return decide(uses(wish.plan), far, terms, asked)


def _name(wish: Wish) -> str:
    return f"{wish.share} {wish.plan.digest}"


def _sentence(words: tuple[str, ...]) -> str:
    text = joined(words)
    return f"{text[:1].upper()}{text[1:]}."
