"""Which plays count, and which are left out for which reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC
from typing import NamedTuple

from remixlab.domain.ledger import Play
from remixlab.domain.settlement import Counting, Facts, LeftOut


class Counted(NamedTuple):
    """Plays that count, by listener and remix; those that look like a machine's are counted apart."""

    plays: int
    left_out: dict[str, int]
    by_listener: dict[tuple[str, str], int]
    by_version: dict[tuple[str, str, int], int]
    """The same, by the pay lines that they fall under: `Facts.version`."""
    held: frozenset[tuple[str, str]]


def count_plays(plays: Iterable[Play], facts: Mapping[str, Facts], rules: Counting) -> Counted:
    """Ask every play the questions of `LeftOut` in their order; a cap keeps the earliest plays, ties by play id."""
    asked = 0
    left_out: Counter[str] = Counter()
    days: Counter[tuple[str, str, int]] = Counter()
    months: Counter[str] = Counter()
    counted: Counter[tuple[str, str]] = Counter()
    versions: Counter[tuple[str, str, int]] = Counter()
    for play in sorted(plays, key=lambda p: (p.at, p.play_id)):
        asked += 1
        reason = _first_reason(play, facts.get(play.remix_id), rules)
        if reason is None:
            day = (play.listener, play.remix_id, play.at.astimezone(UTC).toordinal())
            days[day] += 1
            if days[day] > rules.per_day_max:
                reason = LeftOut.DAY
            else:
                months[play.listener] += 1
                reason = LeftOut.MONTH if months[play.listener] > rules.per_month_max else None
        if reason is None:
            counted[play.listener, play.remix_id] += 1
            versions[play.listener, play.remix_id, facts[play.remix_id].version(play.at, play.territory)] += 1
        else:
            left_out[reason.value] += 1
    reasons = {r.value: left_out[r.value] for r in LeftOut if left_out[r.value]}
    return Counted(asked, reasons, dict(counted), dict(versions), _held(counted, rules))


def _first_reason(play: Play, remix: Facts | None, rules: Counting) -> LeftOut | None:
    if remix is None:
        return LeftOut.UNKNOWN
    if remix.withdrawn_at is not None and play.at >= remix.withdrawn_at:
        return LeftOut.WITHDRAWN
    if play.listener == remix.maker:
        return LeftOut.OWN
    return LeftOut.SHORT if play.length_ms < rules.length_min_ms else None


def _held(counted: Mapping[tuple[str, str], int], rules: Counting) -> frozenset[tuple[str, str]]:
    """Listeners with nearly all plays of a remix that was played often: their money for it waits."""
    totals: Counter[str] = Counter()
    for (_, remix), plays in counted.items():
        totals[remix] += plays
    return frozenset(
        key
        for key, plays in counted.items()
        if plays >= rules.held_plays_min and plays * 1_000_000 > totals[key[1]] * rules.held_share_ppm
    )
