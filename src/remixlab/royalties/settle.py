"""Dividing a month's money exactly. The oracle: plain Python integers, no shortcut; faster engines must equal it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from remixlab.domain.ledger import Booking, Entry, Play, party_account
from remixlab.domain.rights.parties import DISPUTED, FRAUD_HOLD
from remixlab.domain.settlement import UNSPENT, Facts, Line, Pool, Settlement
from remixlab.royalties.count import Counted, count_plays
from remixlab.royalties.proof import root_of
from remixlab.royalties.split import split

Amounts = dict[tuple[str, bool], int]
"""What each remix earned, by its id and whether the money is held. Unit: micro-units."""


def settle(period: str, plays: Iterable[Play], pool: Pool, facts: Mapping[str, Facts]) -> Settlement:
    """Divide a period's pool among everybody whose music was listened to.

    Law: the lines sum to the total; nothing is lost and nothing invented; the order of the plays does not matter.
    """
    counted = count_plays(plays, facts, pool.counting)
    amounts, unspent = _allocate(counted, pool)
    played, versions = _plays_of(counted), _versions_of(counted)
    lines: list[Line] = []
    for key in sorted(amounts):
        lines += _lines(key, amounts[key], played[key], facts[key[0]], versions.get(key[0], {}))
    if unspent:
        lines.append(Line("", "held", UNSPENT, 0, unspent))
    return Settlement(
        period=period,
        pool=pool.name,
        method=pool.method,
        currency=pool.currency,
        plays=counted.plays,
        counted_plays=sum(counted.by_listener.values()),
        left_out=counted.left_out,
        held_plays=sum(counted.by_listener[key] for key in counted.held),
        total_micro=sum(line.micro for line in lines),
        lines=tuple(lines),
        pool_digest=pool.digest,
    )


def _allocate(counted: Counted, pool: Pool) -> tuple[Amounts, int]:
    """What each remix earned, and what paying listeners left unspent."""
    played = _plays_of(counted)
    match pool.method:
        case "per-play":
            return {key: plays * pool.play_micro for key, plays in played.items()}, 0
        case "pro-rata":
            if not played:
                return {}, pool.amount_micro
            parts = split(pool.amount_micro, {_name(key): plays for key, plays in played.items()})
            return {key: parts[_name(key)] for key in played}, 0
        case "user-centric":
            return _by_listener(counted, pool)


def _by_listener(counted: Counted, pool: Pool) -> tuple[Amounts, int]:
    listened: dict[str, dict[str, int]] = {}
    for (listener, remix), plays in counted.by_listener.items():
        listened.setdefault(listener, {})[remix] = plays
    amounts: Amounts = {}
    for listener, remixes in listened.items():
        for remix, micro in split(pool.fees_micro.get(listener, pool.fee_micro), remixes).items():
            key = (remix, (listener, remix) in counted.held)
            amounts[key] = amounts.get(key, 0) + micro
    return amounts, sum(fee for listener, fee in pool.fees_micro.items() if listener not in listened)


def _plays_of(counted: Counted) -> dict[tuple[str, bool], int]:
    played: dict[tuple[str, bool], int] = {}
    for (listener, remix), plays in counted.by_listener.items():
        key = (remix, (listener, remix) in counted.held)
        played[key] = played.get(key, 0) + plays
    return played


def _versions_of(counted: Counted) -> dict[str, dict[int, int]]:
    """How many plays of each remix fall under which of its pay lines; what is held does not count."""
    versions: dict[str, dict[int, int]] = {}
    for (listener, remix, version), plays in counted.by_version.items():
        if (listener, remix) not in counted.held:
            of_remix = versions.setdefault(remix, {})
            of_remix[version] = of_remix.get(version, 0) + plays
    return versions


def _lines(key: tuple[str, bool], micro: int, plays: int, remix: Facts, versions: Mapping[int, int]) -> list[Line]:
    """A remix's money over its pay lines; what is held or disputed waits whole.

    Where the owners changed within the month, the money goes by the plays under each division.
    """
    if not micro:
        return []
    if key[1]:
        return [Line(key[0], "held", FRAUD_HOLD, plays, micro)]
    if remix.disputed:
        return [Line(key[0], "held", DISPUTED, plays, micro)]
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for version, due in split(micro, versions).items():
        for to, part in split(due, {(p.role, p.party_id): p.ppm for p in remix.pays_under(version)}).items():
            before = sums.get(to, (0, 0))
            sums[to] = (before[0] + versions[version], before[1] + part)
    return [Line(key[0], *to, heard, part) for to, (heard, part) in sorted(sums.items()) if part]


def booking_of(settlement: Settlement, at: datetime, evidence: str) -> Booking | None:
    """The one booking of a settled period: from the pool to everybody. None when there was no money.

    `evidence` is the content address of the lines it rests on.
    """
    parties = {party: micro for party, micro in settlement.parties.items() if micro}
    if not parties:
        return None
    received = tuple(Entry(party_account(party), micro) for party, micro in parties.items())
    return Booking(
        key=f"settlement:{settlement.period}:{settlement.pool}:{settlement.currency}",
        kind="settlement",
        at=at,
        currency=settlement.currency,
        entries=(Entry(f"pool:{settlement.pool}", -settlement.total_micro), *received),
        evidence=evidence,
        memo=f"root {root_of(settlement)}",
    )


def _name(key: tuple[str, bool]) -> tuple[str, str]:
    return key[0], "held" if key[1] else ""
