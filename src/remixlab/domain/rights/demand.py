"""Demand: what fans asked for and were not allowed, so that owners see what a yes would be worth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import NamedTuple

from remixlab.domain.rights.decisions import Decision
from remixlab.domain.rights.scopes import Scope
from remixlab.domain.value import Value


class Wish(NamedTuple):
    """One use that one fan asked for in vain on one UTC day. `unsaid`: nobody had said anything about it."""

    recording_id: str
    use: Scope
    listener: str
    day: str
    unsaid: bool


class Demand(Value):
    """What was asked for of a recording and not given: by how many fans, on how many days of each, lately when.

    `unsaid`: all the while nobody had said anything; else somebody had said no, or not like this.
    """

    use: Scope
    fans: int
    asked: int
    unsaid: bool
    last_day: str


def demand_of(decision: Decision) -> Iterator[Wish]:
    """The uses that a refusal was about, each once. What somebody's own word could not open is nobody's demand."""
    if decision.outcome != "deny":
        return
    day = f"{decision.request.at.astimezone(UTC):%Y-%m-%d}"
    closed: dict[tuple[str, Scope], bool] = {}
    for reason in decision.reasons:
        if reason.side is not None:
            key = (reason.recording_id, reason.use)
            closed[key] = closed.get(key, True) and reason.code.endswith(".no_consent")
    for (recording, use), unsaid in closed.items():
        yield Wish(recording, use, decision.request.listener, day, unsaid)
