"""Replay: a stored decision made again from the terms that were stored with it, and compared byte for byte."""

from __future__ import annotations

from typing import Any, NamedTuple

from remixlab.domain.rights import Decision, Terms
from remixlab.domain.value import canonical
from remixlab.rights.decide import EVALUATOR, decide


class Replay(NamedTuple):
    """What came of it. `same` is of bytes; another evaluator gives other bytes, and may give the same outcome."""

    same: bool
    same_outcome: bool
    evaluator_then: str
    evaluator_now: str
    again: Decision


def replay(decision: Decision, terms: Terms) -> Replay:
    """Decide again what was decided. Law: under the same evaluator the bytes are the same."""
    again = decide(frozenset(decision.uses), decision.reach, terms, decision.request)
    return Replay(
        same=bytes_of(again) == bytes_of(decision),
        same_outcome=again.outcome == decision.outcome,
        evaluator_then=decision.evaluator,
        evaluator_now=EVALUATOR,
        again=again,
    )


def bytes_of(decision: Decision) -> bytes:
    """A decision as it is compared: all of it but the advice on what is open instead."""
    tree: dict[str, Any] = decision.to_dict()
    del tree["alternatives"]
    return canonical(tree)
