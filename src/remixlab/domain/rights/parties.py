"""Who and what: parties, works (compositions), recordings (masters) and ownership shares."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import Field, field_validator

from remixlab.domain.errors import InvalidTerms
from remixlab.domain.ids import IPI, ISNI, ISRC, ISWC
from remixlab.domain.value import Value

WHOLE_PPM: Final = 1_000_000
"""A whole, in parts per million: every split sums to exactly this."""


UNCLAIMED: Final = "suspense:unclaimed"


DISPUTED: Final = "suspense:disputed"


FRAUD_HOLD: Final = "suspense:fraud_hold"
"""Parties that nobody is: where money waits that may not be given to anybody else."""


Ppm = Annotated[int, Field(strict=True, ge=0, le=WHOLE_PPM)]


Territory = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
"""ISO 3166-1 alpha-2."""


class Party(Value):
    """A person, group, company or society that owns, sings, writes or is paid."""

    party_id: str
    name: Annotated[str, Field(min_length=1, max_length=200)]
    kind: Literal["person", "group", "company", "society"] = "person"
    ipi: str | None = None
    isni: str | None = None

    @field_validator("ipi")
    @classmethod
    def _ipi(cls, text: str | None) -> str | None:
        return None if text is None else str(IPI.parse(text))

    @field_validator("isni")
    @classmethod
    def _isni(cls, text: str | None) -> str | None:
        return None if text is None else str(ISNI.parse(text))


class Work(Value):
    """A composition: words and music, whoever performs it."""

    work_id: str
    title: str
    iswc: str | None = None
    rule: str = ""
    """How its co-owners say yes: `all` (also without one), `majority`, `any`, or the party that administers it."""

    @field_validator("iswc")
    @classmethod
    def _iswc(cls, text: str | None) -> str | None:
        return None if text is None else str(ISWC.parse(text))


class Recording(Value):
    """A master: one performance, fixed. `sha256` is the content of the file it came in."""

    recording_id: str
    title: str
    artist: str
    duration_s: Annotated[float, Field(ge=0)]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    isrc: str | None = None
    artist_id: str | None = None
    label_id: str | None = None
    release: str | None = None
    work_ids: tuple[str, ...] = ()
    voice_ids: tuple[str, ...] = ()
    """The persons who are heard; without them it is the artist whose likeness counts."""
    attested_by: str | None = None
    """The user who brought it and said that it is theirs."""
    attestation: Literal["claimed", "confirmed", "rejected"] = "claimed"
    """How far that word has come: it gives power over others only once an operator or an owner has confirmed it."""
    quarantined: bool = False
    """It waits for a person, or a person rejected it: nothing may be done with it."""
    master_rule: str = ""
    """How the co-owners of the master say yes, as `Work.rule`; without one its label administers it, else all say it.
    """

    @property
    def confirmed_owner(self) -> str | None:
        """The account whose word that it is theirs was confirmed."""
        return self.attested_by if self.attestation == "confirmed" and not self.quarantined else None

    @field_validator("isrc")
    @classmethod
    def _isrc(cls, text: str | None) -> str | None:
        return None if text is None else str(ISRC.parse(text))


class Right(StrEnum):
    """What a share is a share of."""

    MASTER = "master"
    PUBLISHING = "publishing"
    LIKENESS = "likeness"


class Share(Value):
    """How much of one right belongs to one party. Unit: ppm."""

    party_id: str
    right: Right
    ppm: Ppm


def checked_shares(shares: Iterable[Share]) -> tuple[Share, ...]:
    """Shares in a fixed order, each right summing to exactly 1 000 000: what nobody claims waits as unclaimed.

    Raises: InvalidTerms when more than the whole is claimed or a party appears twice in a right.
    """
    ordered = sorted(shares, key=lambda s: (s.right, s.party_id))
    complete: list[Share] = []
    for right in Right:
        of_right = [s for s in ordered if s.right == right and s.ppm > 0 and s.party_id != UNCLAIMED]
        if not any(s.right == right for s in ordered):
            continue
        total = sum(s.ppm for s in of_right)
        if total > WHOLE_PPM:
            raise InvalidTerms(
                f"the {right} shares add up to {total / 10_000:g} %",
                code="terms.shares",
                hint="They must add up to 100 % or less.",
            )
        if len({s.party_id for s in of_right}) != len(of_right):
            raise InvalidTerms(
                f"a party appears twice among the {right} shares",
                code="terms.shares",
                hint="Add their shares into one.",
            )
        complete += of_right
        if total < WHOLE_PPM:
            complete.append(Share(party_id=UNCLAIMED, right=right, ppm=WHOLE_PPM - total))
    return tuple(complete)
