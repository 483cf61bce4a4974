"""Who asks: one value, made at the doors and carried into every use case."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from remixlab.domain.rights.parties import Territory
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import Value


class Role(StrEnum):
    """What an account may be in a workspace. One account may have several roles."""

    FAN = "fan"
    ARTIST = "artist"
    LABEL_ADMIN = "label_admin"
    PUBLISHER_ADMIN = "publisher_admin"
    MODERATOR = "moderator"
    OPERATOR = "operator"
    AUDITOR = "auditor"


class Actor(Value):
    """An account with the parties that it acts for, its roles, its tier, where it asks from, and the moment.

    `acts_for` holds party ids. `at` is the one moment of the whole request: below the doors nobody reads a clock.
    """

    account: Annotated[str, Field(min_length=1, max_length=200)]
    acts_for: frozenset[str] = frozenset()
    roles: frozenset[Role] = frozenset({Role.FAN})
    tier: Tier = Tier.FREE
    territory: Territory
    at: AwareDatetime

    def has(self, *roles: Role) -> bool:
        """Whether one of these roles is among the actor's."""
        return not self.roles.isdisjoint(roles)

    def speaks_for(self, party_id: str) -> bool:
        return party_id in self.acts_for
