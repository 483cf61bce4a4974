"""Authentication: whoever knocks becomes an actor, by a session, by an API key, or by owning the workspace's files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from remixlab.domain.accounts import OWNER, Account, Session
from remixlab.domain.actor import ANONYMOUS, SUSPENSE, Actor, Role
from remixlab.domain.errors import InvalidAccount, InvalidKey, NotYours
from remixlab.domain.naming import fold_name
from remixlab.domain.ports.records.transaction import ReadTransaction
from remixlab.domain.rights import Tier
from remixlab.usecases.context.records import Records

TIER_SCOPE: Final = "tier:"
"""How the scopes of a key say the highest tier it opens: `tier:member`."""
PARTY_SCOPE: Final = "party:"
"""How the scopes of a key say the parties it speaks for, where these are not all of its account's: `party:label`."""
KEY_PREFIX: Final = "rl"
SEEN_EVERY: Final = timedelta(minutes=5)
"""How exactly it is known when a session was last used."""


class SignedIn(NamedTuple):
    """Who a session belongs to, and the session."""

    actor: Actor
    session: Session


def actor_of_key(key: str, context: Records, *, territory: str, at: datetime) -> Actor:
    """Who a key belongs to: with as many of the account's roles, tier and parties as the key's scopes let through.

    A key that names no role lets a fan's through, one that names no party all parties. Raises: InvalidKey.
    """
    prefix, _, rest = key.partition("_")
    key_id, _, secret = rest.partition("_")
    with context.read() as records:
        found = records.accounts.api_key(key_id, secret, at) if prefix == KEY_PREFIX else None
        account = records.people.find_account(found.principal) if found else None
        if found is None or account is None or account.disabled:
            raise InvalidKey("This API key is not known here.", hint="`remixlab key create ACCOUNT` makes one.")
        actor = actor_of_account(account, records, territory=territory, at=at)
    narrowed = {
        "roles": actor.roles & roles_of(found.scopes),
        "tier": min(actor.tier, tier_of(found.scopes), key=_rank),
    }
    parties = parties_of(found.scopes)
    return _narrowed(actor.model_copy(update=narrowed), actor.acts_for & parties if parties else actor.acts_for)


def actor_of_session(token: str, context: Records, *, territory: str, at: datetime) -> SignedIn | None:
    """Who a session belongs to; None when its token proves none in force, or its account is disabled."""
    with context.read() as records:
        session = records.people.session_of(token, at)
        account = records.people.find_account(session.account_id) if session else None
        if session is None or account is None or account.disabled:
            return None
        actor = actor_of_account(account, records, territory=territory, at=at)
    if at - session.seen_at >= SEEN_EVERY:
        with context.write() as records:
            records.people.see_session(session.session_id, at)
    return SignedIn(actor, session)


def actor_of_account(account: Account, records: ReadTransaction, *, territory: str, at: datetime) -> Actor:
    """An account with its roles and tier, and with the parties that its memberships in force are of."""
    mandates = records.people.mandates_of(account.account_id, at)
    return Actor(
        account=account.account_id,
        acts_for=frozenset(mandate.party_id for mandate in mandates),
        mandates=mandates,
        roles=account.roles,
        tier=account.tier,
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
    """Whom the owner of the workspace's files works as: no door to the world may call this.

    An account by its id or name is that account. Else it is a stranger of this name, who acts for the party that is
    called so. Raises: InvalidAccount for who is nobody.
    """
    if name == ANONYMOUS or name.casefold().startswith(SUSPENSE) or fold_name(name) == "platform":
        raise InvalidAccount(f"Nobody is '{name[:80]}', so nobody can act as it.", code="account.name")
    asked = Actor(account=name, roles=frozenset(roles), tier=tier, territory=territory, at=at)
    with context.read() as records:
        if name == OWNER:
            mandates = records.people.mandates_of(OWNER, at)
            return asked.model_copy(update={"acts_for": frozenset(m.party_id for m in mandates), "mandates": mandates})
        account = records.people.find_account(name) or records.people.account_called(name)
        if account is not None:
            return actor_of_account(account, records, territory=territory, at=at)
        party = records.catalogue.find_party(name)
    known = party is not None and not party.party_id.startswith(SUSPENSE)
    return asked.model_copy(update={"acts_for": frozenset({party.party_id} if party and known else ())})


def acting_for(actor: Actor, party: str, context: Records) -> Actor:
    """The same actor, for one of their parties alone: what a header or an option says can only narrow.

    Raises: NotYours.
    """
    with context.read() as records:
        meant = records.catalogue.find_party(party)
    if meant is None or meant.party_id not in actor.acts_for:
        raise NotYours(
            f"This account does not act for '{party[:80]}'.",
            code="party.not_yours",
            hint="A membership of the party says who acts for it.",
        )
    return _narrowed(actor, frozenset({meant.party_id}))


def scopes_of(roles: Iterable[Role], tier: Tier, parties: Iterable[str] = ()) -> frozenset[str]:
    """The scopes of a key. Law: `roles_of`, `tier_of` and `parties_of` read them again."""
    named = (f"{PARTY_SCOPE}{party}" for party in parties)
    return frozenset({*(role.value for role in roles), f"{TIER_SCOPE}{tier.value}", *named})


def roles_of(scopes: Iterable[str]) -> frozenset[Role]:
    """The roles that scopes name, a fan's when they name none; what is not known here means nothing."""
    return frozenset(Role(scope) for scope in scopes if scope in tuple(Role)) or frozenset({Role.FAN})


def tier_of(scopes: Iterable[str]) -> Tier:
    """The tier that scopes name; the least of several, and `free` when they name none."""
    named = [scope.removeprefix(TIER_SCOPE) for scope in scopes if scope.startswith(TIER_SCOPE)]
    return min((Tier(name) for name in named if name in tuple(Tier)), key=_rank, default=Tier.FREE)


def parties_of(scopes: Iterable[str]) -> frozenset[str]:
    """The parties that scopes name; none means that they narrow nothing."""
    return frozenset(scope.removeprefix(PARTY_SCOPE) for scope in scopes if scope.startswith(PARTY_SCOPE))


def _narrowed(actor: Actor, parties: frozenset[str]) -> Actor:
    mandates = tuple(mandate for mandate in actor.mandates if mandate.party_id in parties)
    return actor.model_copy(update={"acts_for": parties, "mandates": mandates})


def _rank(tier: Tier) -> int:
    return tier.rank
