"""Fair turns in the queue: start-time fair queueing, by what an order costs.

Each order gets a number, and the lowest is next. An account's orders follow each other from where the queue stands now,
each as far from the one before as it costs: so whoever asks first after a while goes before the rest of somebody's
hundred, and a small order before a large one that came with it.
Source: Goyal, Vin, Cheng, "Start-time Fair Queuing" (1996).
"""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from remixlab.domain.errors import RemixLabError

if TYPE_CHECKING:
    from remixlab.usecases.context.records import Records

COST_MAX: Final = 30
COST_UNIT_S: Final = 120.0
"""Two minutes of sound are one unit: what a song costs is what the wait for it costs others."""
TURN_MAX: Final = 2**31 - 2


class Turn(NamedTuple):
    """The place of an unfinished order, and whose it is."""

    account: str
    number: int


def next_turn(unfinished: Iterable[Turn], account: str, cost: int) -> int:
    """The number of a new order. Law: it is beyond the lowest in the queue, and beyond all of its own account."""
    turns = list(unfinished)
    now = min((turn.number for turn in turns), default=0)
    mine = max((turn.number for turn in turns if turn.account == account), default=now)
    return min(max(now, mine) + cost, TURN_MAX)


def cost_of(duration_s: float) -> int:
    """What an order for so much sound costs, in units."""
    return max(1, min(COST_MAX, ceil(duration_s / COST_UNIT_S)))


def cost_in(order: dict[str, Any], context: Records) -> int:
    """What an order as it is kept costs, by how long its recording lasts."""
    what = order.get("order", {})
    try:
        if "recording" in what:
            return cost_of(float(what["recording"]["duration_s"]))
        with context.read() as records:
            return cost_of(records.catalogue.recording(what["source"]).duration_s)
    except (RemixLabError, KeyError, AttributeError):
        return 1
