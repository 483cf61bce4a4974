"""Who asks: one value, made at the doors and carried into every use case."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Final

from pydantic import AwareDatetime, Field, model_validator

from remixlab.domain.mandates import Mandate
from remixlab.domain.rights.parties import Territory
from remixlab.domain.rights.scopes import Side, Tier
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
