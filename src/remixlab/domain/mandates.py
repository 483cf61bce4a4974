"""Mandates: for which party somebody may speak, on which sides, about which part of its catalogue, and until when."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Annotated, Final

from pydantic import Field, field_serializer, model_validator

from remixlab.domain.rights.scopes import Side
from remixlab.domain.value import Moment, Value

SUSPENSE: Final = "suspense:"
"""How the ids of parties begin that nobody is: money waits there, and nobody speaks for them."""

SubjectName = Annotated[str, Field(pattern=r"^(recording|release|work|artist|label):.{1,200}$")]
"""What a mandate can be narrowed to, as an authorisation subject is named: `recording:rec_1`, `label:lantern`."""


class Mandate(Value):
    """A right to speak for a party.

    `catalogue` names what it is about; empty, everything the party has. `delegates`: may hand on as much as it holds.
    """

    party_id: Annotated[str, Field(min_length=1, max_length=200)]
    sides: Annotated[frozenset[Side], Field(min_length=1)] = frozenset(Side)
    catalogue: frozenset[SubjectName] = frozenset()
    valid_from: Moment | None = None
    valid_to: Moment | None = None
    delegates: bool = False

    @model_validator(mode="after")
    def _possible(self) -> Mandate:
        if self.party_id.startswith(SUSPENSE):
            raise ValueError("nobody is this party, so nobody can speak for it")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("a mandate ends after it begins")
        return self

    @field_serializer("sides", "catalogue")
    def _in_order(self, names: frozenset[str]) -> list[str]:
        return sorted(names)

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at a moment: from its first moment on, and no longer at its last."""
        return (self.valid_from is None or self.valid_from <= at) and (self.valid_to is None or at < self.valid_to)

    def covers(self, side: Side | None = None, about: Collection[str] = ()) -> bool:
        """Whether it lets somebody speak on a side, about a subject that goes by these names (`recording:rec_1`, its
        release, its label ...).

        Without a side, on any; without names, about something.
        """
        sides = side is None or side in self.sides
        return sides and (not self.catalogue or not about or not self.catalogue.isdisjoint(about))

    def contains(self, other: Mandate) -> bool:
        """Whether another mandate lets nobody do more than this one. Law: a mandate contains itself."""
        return (
            self.party_id == other.party_id
            and other.sides <= self.sides
            and (not self.catalogue or (bool(other.catalogue) and other.catalogue <= self.catalogue))
            and (self.valid_from is None or (other.valid_from is not None and other.valid_from >= self.valid_from))
            and (self.valid_to is None or (other.valid_to is not None and other.valid_to <= self.valid_to))
        )
