"""Deals: which part of a listen goes to which role, and from there to whom. A split is configuration, never code.

Which deal counts, by recording, label, territory and date, is asked of a table too.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import resources
from itertools import combinations
from typing import Annotated, Final, Literal, Self

from pydantic import Field, ValidationError, model_validator

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.remix import PayLine, Role
from remixlab.domain.rights import UNCLAIMED, WHOLE_PPM, Asset, Ppm, Right, Share, Side, Territory
from remixlab.domain.value import Moment, Value
from remixlab.royalties.split import split

PLATFORM: Final = "platform"
"""The party that the platform's part is booked to."""

ROLES: Final[tuple[Role, ...]] = ("master", "publishing", "likeness", "remixer", "platform")


class Applies(Value):
    """What a deal is for; what is empty is not asked. Recordings and labels are named by their ids."""

    recordings: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    territories: tuple[Territory, ...] = ()
    """Where the remix is made."""
    since: Moment | None = None
    until: Moment | None = None
    """The first moment at which it no longer counts."""

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise InvalidTerms("a deal ends after it begins", code="deal.invalid")
        return self


class Deal(Value):
    """The roles' parts of one listen. Unit: ppm; they sum to exactly 1 000 000."""

    name: str
    kind: Literal["remix", "cover"] = "remix"
    applies: Applies = Applies()
    master: Ppm
    publishing: Ppm
    likeness: Ppm
    remixer: Ppm
    platform: Ppm
    sample: Annotated[int, Field(strict=True, ge=0, le=WHOLE_PPM // 2)] = 0

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if sum(self.parts.values()) != WHOLE_PPM:
            raise InvalidTerms(f"the parts of the deal '{self.name}' do not sum to {WHOLE_PPM} ppm", code="deal.sum")
        return self

    @classmethod
    def parse(cls, toml: str) -> Deal:
        """Raises: InvalidTerms."""
        try:
            return cls.model_validate(tomllib.loads(toml))
        except (tomllib.TOMLDecodeError, ValidationError) as wrong:
            raise InvalidTerms(f"the deal cannot be read: {_first_line(wrong)}", code="deal.invalid") from wrong

    @property
    def parts(self) -> dict[Role, int]:
        return {
            "master": self.master,
            "publishing": self.publishing,
            "likeness": self.likeness,
            "remixer": self.remixer,
            "platform": self.platform,
        }

    @property
    def offered_ppm(self) -> dict[Side, int]:
        """What each side of the rights is offered, for consents that ask for a least share."""
        return {
            Side.MASTER: self.master,
            Side.ARTIST: self.master,
            Side.WORK: self.publishing,
            Side.LIKENESS: self.likeness,
        }


@cache
def default_deal(kind: Literal["remix", "cover"]) -> Deal:
    """The deal that ships with the package."""
    return Deal.parse((resources.files("remixlab.royalties") / "deals" / f"{kind}.toml").read_text("utf-8"))


def pays(
    deal: Deal,
    shares: tuple[Share, ...],
    *,
    remixer: str,
    names: Mapping[str, str],
    sampled: Mapping[str, tuple[Share, ...]] | None = None,
    attested_by: str | None = None,
) -> tuple[PayLine, ...]:
    """Who gets which part of every listen: what people are shown is what the ledger books.

    `shares` are those of the source, `sampled` those of each sampled recording. A right that nobody holds
    waits as unclaimed, or is its owner's own when the owner attested to it. Law: the lines sum to 1 000 000 ppm.
    """
    taken: dict[tuple[str, str], int] = {}
    for role, ppm in deal.parts.items():
        for party, part in _of_role(role, ppm, deal, shares, remixer, sampled or {}, attested_by or UNCLAIMED).items():
            if part:
                taken[role, party] = taken.get((role, party), 0) + part
    ordered = sorted(taken.items(), key=lambda line: (ROLES.index(_role(line[0][0])), -line[1], line[0][1]))
    return tuple(
        PayLine(party=names.get(party) or _name(party), party_id=party, role=_role(role), ppm=part)
        for (role, party), part in ordered
    )


def _of_role(
    role: Role,
    ppm: int,
    deal: Deal,
    shares: tuple[Share, ...],
    remixer: str,
    sampled: Mapping[str, tuple[Share, ...]],
    nobody: str,
) -> dict[str, int]:
    match role:
        case "remixer":
            return {remixer: ppm}
        case "platform":
            return {PLATFORM: ppm}
        case "likeness":
            return split(ppm, _holders(shares, Right.LIKENESS, nobody))
        case "master" | "publishing":
            right = Right(role)
            each = min(deal.sample, WHOLE_PPM // 2 // max(1, len(sampled)))
            weights = {"": WHOLE_PPM - each * len(sampled)} | dict.fromkeys(sampled, each)
            result: dict[str, int] = {}
            for recording, part in split(ppm, weights).items():
                held = _holders(
                    sampled[recording] if recording else shares, right, nobody if not recording else UNCLAIMED
                )
                for party, amount in split(part, held).items():
                    result[party] = result.get(party, 0) + amount
            return result


def _holders(shares: tuple[Share, ...], right: Right, nobody: str) -> dict[str, int]:
    return {share.party_id: share.ppm for share in shares if share.right == right} or {nobody: WHOLE_PPM}


def _role(text: str) -> Role:
    return next(role for role in ROLES if role == text)


def _name(party: str) -> str:
    if party == PLATFORM:
        return "This service"
    return "Not claimed yet" if party.startswith("suspense:") else party


def _first_line(wrong: Exception) -> str:
    if isinstance(wrong, ValidationError):
        first = wrong.errors()[0]
        return f"{'.'.join(str(place) for place in first['loc'])}: {first['msg']}"
    return str(wrong).splitlines()[0]


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
