"""Who asks: one value, made at the doors and carried into every use case; and the mandates it speaks by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, field_serializer, model_validator

from remixlab.domain.rights.parties import Territory
from remixlab.domain.rights.scopes import Side, Tier
from remixlab.domain.value import Moment, Value


class Role(StrEnum):
    """What an account may be in a workspace. One account may have several roles."""

    FAN = "fan"
    ARTIST = "artist"
    LABEL_ADMIN = "label_admin"
    PUBLISHER_ADMIN = "publisher_admin"
    MODERATOR = "moderator"
    OPERATOR = "operator"
    AUDITOR = "auditor"


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


ANONYMOUS: Final = "anonymous"
"""The account of whoever has none: it owns nothing, nobody may be called so, and only what is public is open to it."""


class Actor(Value):
    """An account with the parties that it acts for, its roles, its tier, where it asks from, and the moment.

    `acts_for` holds party ids, `mandates` how far it may speak for each; a party without one is spoken for in
    everything. `at` is the one moment of the whole request: below the doors nobody reads a clock.
    """

    account: Annotated[str, Field(min_length=1, max_length=200)]
    acts_for: frozenset[str] = frozenset()
    mandates: tuple[Mandate, ...] = ()
    roles: frozenset[Role] = frozenset({Role.FAN})
    tier: Tier = Tier.FREE
    territory: Territory
    at: AwareDatetime

    @model_validator(mode="after")
    def _possible(self) -> Actor:
        if self.account == ANONYMOUS and (self.acts_for or self.roles):
            raise ValueError("nobody has no role and speaks for no party")
        if not {mandate.party_id for mandate in self.mandates} <= self.acts_for:
            raise ValueError("a mandate is for a party that its holder acts for")
        return self

    @classmethod
    def nobody(cls, territory: str, at: datetime) -> Actor:
        """Who has no account, or has not said which."""
        return cls(account=ANONYMOUS, roles=frozenset(), territory=territory, at=at)

    @property
    def is_anonymous(self) -> bool:
        return self.account == ANONYMOUS

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is among the actor's."""
        return not self.roles.isdisjoint(roles)

    def speaks_for(self, party_id: str, side: Side | None = None, about: Collection[str] = ()) -> bool:
        """Whether the actor may speak for a party; on a side, about a subject by any of its names, when these are said.

        Law: to say more about what is meant never allows more.
        """
        mandates = [mandate for mandate in self.mandates if mandate.party_id == party_id]
        return party_id in self.acts_for and (
            not mandates or any(mandate.in_force(self.at) and mandate.covers(side, about) for mandate in mandates)
        )
