"""Deals by recording, label, territory and date: which one counts is asked of a table, and never of code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import combinations
from typing import Final, Literal

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.rights import Asset
from remixlab.royalties.deal import Deal

Kind = Literal["remix", "cover"]
_ALWAYS: Final = datetime(1, 1, 1, tzinfo=UTC)


class Deals(Mapping[str, Deal]):
    """The deals of a workspace. By its kind alone (`deals["remix"]`), a deal is the one for everybody.

    Law: for every remix exactly one deal counts: the most specific that applies (recording before label before
    territory), of those the newest.
    """

    def __init__(self, everybody: Mapping[str, Deal], special: Iterable[Deal] = ()) -> None:
        self._everybody = dict(everybody)
        self._special = tuple(sorted(special, key=lambda deal: deal.name))
        for one, other in combinations(self._special, 2):
            if _rank(one) == _rank(other) and _meet(one, other):
                raise InvalidTerms(
                    f"the deals '{one.name}' and '{other.name}' apply to the same remixes",
                    code="deal.overlap",
                    hint="Give the newer one a later `since`, or name what it is for more closely.",
                )

    def __getitem__(self, kind: str) -> Deal:
        return self._everybody[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._everybody)

    def __len__(self) -> int:
        return len(self._everybody)

    def of(self, kind: Kind, asset: Asset | None, territory: str, at: datetime) -> Deal:
        """The deal that counts for a remix of this recording that is made there and then."""
        applying = [
            deal for deal in self._special if deal.kind == kind and asset and _applies(deal, asset, territory, at)
        ]
        return max(applying, key=_rank, default=self._everybody[kind])


def deal_for(deals: Mapping[str, Deal], kind: Kind, asset: Asset | None, territory: str, at: datetime) -> Deal:
    """The deal that counts, also where a workspace has but one of each kind."""
    return deals.of(kind, asset, territory, at) if isinstance(deals, Deals) else deals[kind]


def _applies(deal: Deal, asset: Asset, territory: str, at: datetime) -> bool:
    to = deal.applies
    return (
        (not to.recordings or asset.recording_id in to.recordings)
        and (not to.labels or asset.label_id in to.labels)
        and (not to.territories or territory in to.territories)
        and (to.since is None or to.since <= at)
        and (to.until is None or at < to.until)
    )


def _rank(deal: Deal) -> tuple[bool, bool, bool, datetime]:
    to = deal.applies
    return bool(to.recordings), bool(to.labels), bool(to.territories), to.since or _ALWAYS


def _meet(one: Deal, other: Deal) -> bool:
    """Whether two deals of one rank may both apply."""
    a, b = one.applies, other.applies
    pairs = ((a.recordings, b.recordings), (a.labels, b.labels), (a.territories, b.territories))
    ends = [until for until in (a.until, b.until) if until is not None]
    begins = max(a.since or _ALWAYS, b.since or _ALWAYS)
    lasting = all(begins < until for until in ends)
    return one.kind == other.kind and lasting and all(not x or not y or set(x) & set(y) for x, y in pairs)
