"""Whom a remix pays once its owners have changed: the deal that people were shown, over the shares that hold then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Literal

from remixlab.domain.remix import PayLine, Remix
from remixlab.domain.rights import Recording, Share
from remixlab.domain.settlement import PaysFrom
from remixlab.royalties.deal import Deal, default_deal, pays

Change = tuple[datetime, str | None]
"""When the owners changed, and in which territory; None for everywhere."""

SharesAt = Callable[[str, datetime, str | None], tuple[Share, ...]]
"""The shares of a recording at a moment in a territory."""


def pays_later(
    remix: Remix,
    source: Recording,
    changes: Iterable[Change],
    until: datetime,
    shares_at: SharesAt,
    names: Callable[[Iterable[str]], Mapping[str, str]],
) -> tuple[PaysFrom, ...]:
    """What holds instead of the lines that people were shown, from each change on; a territory's own lines come last.

    A change before the remix was made counts from its making.
    """
    dated = {(max(at, remix.created_at), where) for at, where in changes if at < until}
    result: list[PaysFrom] = []
    for territory in [None, *sorted({where for _, where in dated if where is not None})]:
        known = remix.pays
        for at in sorted({at for at, where in dated if where in (None, territory)}):
            lines = _pays_at(remix, source, at, territory, shares_at, names)
            if _parts(lines) != _parts(known) or territory is not None:
                result.append(PaysFrom(at, territory, lines))
            known = lines
    return tuple(result)


def deal_of(remix: Remix) -> Deal:
    """The deal behind the lines that people were shown: what each role got of a listen stands."""
    roles = dict.fromkeys(("master", "publishing", "likeness", "remixer", "platform"), 0)
    for line in remix.pays:
        roles[line.role] += line.ppm
    kind: Literal["remix", "cover"] = "cover" if remix.plan.get("kind") == "cover" else "remix"
    sample = default_deal(kind).sample if remix.sample_ppm is None else remix.sample_ppm
    return Deal.model_validate({"name": f"shown/{kind}", "sample": sample, **roles})


def _pays_at(
    remix: Remix,
    source: Recording,
    at: datetime,
    territory: str | None,
    shares_at: SharesAt,
    names: Callable[[Iterable[str]], Mapping[str, str]],
) -> tuple[PayLine, ...]:
    own = shares_at(source.recording_id, at, territory)
    others = sorted(set(remix.licensed_from) - {remix.source_id})
    sampled = {other: shares_at(other, at, territory) for other in others}
    known = names({share.party_id for shares in (own, *sampled.values()) for share in shares})
    return pays(
        deal_of(remix),
        own,
        remixer=remix.listener,
        names=known,
        sampled=sampled,
        attested_by=source.confirmed_owner,
    )


def _parts(lines: Iterable[PayLine]) -> dict[tuple[str, str], int]:
    return {(line.role, line.party_id): line.ppm for line in lines}
