"""Authentication: whoever knocks becomes an actor, by an API key or, where a workspace needs none, by a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from remixlab.domain.actor import Actor, Role
from remixlab.domain.errors import InvalidKey
from remixlab.domain.ports.records.catalogue import CatalogueReader
from remixlab.domain.rights import Tier
from remixlab.usecases.context.records import Records

TIER_SCOPE: Final = "tier:"
"""How the scopes of a key say the tier of its account: `tier:member`."""
KEY_PREFIX: Final = "rl"


def actor_of_key(key: str, context: Records, *, territory: str, at: datetime) -> Actor:
    """Who a key belongs to, with the roles and the tier it was made with; without a role, a fan. Raises: InvalidKey."""
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    with context.read() as records:
        found = records.accounts.api_key(key_id, secret, at) if prefix == KEY_PREFIX else None
        if found is None:
            raise InvalidKey("This API key is not known here.", hint="`remixlab key create USER` makes one.")
        acts_for = _parties_named(found.principal, records.catalogue)
    return Actor(
        account=found.principal,
        acts_for=acts_for,
        roles=roles_of(found.scopes),
        tier=tier_of(found.scopes),
        territory=territory,
        at=at,
    )


def actor_named(
    name: str,
    context: Records,
    *,
    roles: Iterable[Role] = (Role.FAN,),
    tier: Tier = Tier.FREE,
    territory: str,
    at: datetime,
) -> Actor:
    """Who the one at the desk says to be; they act for the party that the name is of."""
    with context.read() as records:
        acts_for = _parties_named(name, records.catalogue)
    return Actor(account=name, acts_for=acts_for, roles=frozenset(roles), tier=tier, territory=territory, at=at)


def scopes_of(roles: Iterable[Role], tier: Tier) -> frozenset[str]:
    """The scopes of a key. Law: `roles_of` and `tier_of` read them again."""
    return frozenset({*(role.value for role in roles), f"{TIER_SCOPE}{tier.value}"})


def roles_of(scopes: Iterable[str]) -> frozenset[Role]:
    """The roles that scopes name, a fan's when they name none; what is not known here means nothing."""
    return frozenset(Role(scope) for scope in scopes if scope in tuple(Role)) or frozenset({Role.FAN})


def tier_of(scopes: Iterable[str]) -> Tier:
    """The tier that scopes name; the least of several, and `free` when they name none."""
    named = [scope.removeprefix(TIER_SCOPE) for scope in scopes if scope.startswith(TIER_SCOPE)]
    return min((Tier(name) for name in named if name in tuple(Tier)), key=lambda tier: tier.rank, default=Tier.FREE)


def _parties_named(name: str, records: CatalogueReader) -> frozenset[str]:
    party = records.find_party(name)
    return frozenset({party.party_id}) if party else frozenset()
