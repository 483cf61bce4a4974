"""API keys: made with the roles and the tier of their account, listed without their secret, revoked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from remixlab.accounts import Action, Subject, may, must
from remixlab.domain.accounts import DEMO_PREFIX
from remixlab.domain.actor import Actor, Role
from remixlab.domain.audit import entry_of
from remixlab.domain.errors import AccountNotFound, Invalid, KeyNotFound, NotAllowed
from remixlab.domain.page import Page
from remixlab.domain.ports.records.accounts import ApiKey
from remixlab.domain.rights import Tier
from remixlab.domain.value import Value
from remixlab.usecases.accounts.actors import KEY_PREFIX, parties_of, roles_of, scopes_of, tier_of
from remixlab.usecases.context.observed import observed
from remixlab.usecases.context.records import Records


class NewKey(Value):
    """A key as its owner sees it, this once."""

    key_id: str
    user: str
    key: str
    roles: tuple[Role, ...]
    tier: Tier
    parties: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def __repr__(self) -> str:
        return f"NewKey({self.key_id!r}, {self.user!r}, <secret>)"


class RevokedKey(Value):
    """A key that opens nothing any more."""

    key_id: str
    user: str


@observed("accounts.create_key")
def create_key(
    user: str,
    actor: Actor,
    context: Records,
    *,
    roles: Iterable[Role] = (Role.FAN,),
    tier: Tier = Tier.FREE,
    parties: Iterable[str] = (),
    expires_at: datetime | None = None,
    ids: tuple[str, str],
) -> NewKey:
    """A new API key for an account; `ids` are its id and its secret, thrown by whoever has dice.

    It opens what the account may, as far as the key's roles, tier and parties let it through; without a party, all of
    them. Who makes one for themselves gives it no more than they have. Raises: NotAllowed, AccountNotFound, Invalid.
    """
    key_id, secret = ids
    if expires_at is not None and expires_at <= actor.at:
        raise Invalid("This key would have expired before it is made.", code="time.invalid")
    with context.write() as records:
        account = records.people.find_account(user) or records.people.account_called(user)
        must(actor, Action.CREATE_KEY, _subject(key_id, account.account_id if account else user))
        if account is None:
            raise AccountNotFound(
                f"There is no account '{user[:80]}'.", hint=f"`remixlab account create '{user[:80]}'` makes it."
            )
        if account.account_id.startswith(DEMO_PREFIX):
            raise NotAllowed("A demonstration account has no keys.", code="account.demo")
        named = {records.catalogue.party(party).party_id for party in parties}
        listed = ApiKey(key_id, account.account_id, scopes_of(roles, tier, named), expires_at)
        _must_hold(actor, listed)
        records.accounts.add_api_key(listed, secret, actor.at)
        records.accounts.append_audit(entry_of(actor, Action.CREATE_KEY.value, f"key:{key_id}", after=_stated(listed)))
    return NewKey(
        key_id=key_id,
        user=account.account_id,
        key=f"{KEY_PREFIX}_{key_id}_{secret}",
        roles=tuple(sorted(roles_of(listed.scopes))),
        tier=tier_of(listed.scopes),
        parties=tuple(sorted(named)),
        expires_at=expires_at,
    )


@observed("accounts.revoke_key")
def revoke_key(key: str, actor: Actor, context: Records) -> RevokedKey:
    """Take an API key back, by its id or by the key itself; it opens nothing from now on. Raises: KeyNotFound."""
    key_id = key.split("_")[1] if key.startswith(f"{KEY_PREFIX}_") else key
    missing = KeyNotFound(
        f"there is no API key '{key_id[:80]}'", hint="Its id stands between the two underscores of the key."
    )
    with context.write() as records:
        kept = records.accounts.find_api_key(key_id)
        if kept is None:
            raise missing
        must(actor, Action.REVOKE_KEY, _subject(key_id, kept.principal), missing=missing)
        records.accounts.revoke_api_key(key_id, actor.at)
        records.accounts.append_audit(entry_of(actor, Action.REVOKE_KEY.value, f"key:{key_id}", before=_stated(kept)))
    return RevokedKey(key_id=key_id, user=kept.principal)


@observed("accounts.list_keys")
def list_keys(
    actor: Actor, context: Records, *, after: str | None = None, limit: int = 100, user: str | None = None
) -> Page[ApiKey]:
    """Keys in force: one's own, those of an account that is named, or all to who may see them. Raises: NotAllowed."""
    everybody = may(actor, Action.READ_KEYS, Subject("keys")).allowed
    whose = user if user is not None or everybody else actor.account
    must(actor, Action.READ_KEYS, Subject("keys", owner=whose))
    with context.read() as records:
        return records.accounts.api_keys(after, limit, principal=whose)


def _must_hold(actor: Actor, key: ApiKey) -> None:
    """Who does not run the workspace gives a key no more than they have. Raises: NotAllowed."""
    if actor.has(Role.OPERATOR):
        return
    roles, tier, parties = roles_of(key.scopes), tier_of(key.scopes), parties_of(key.scopes)
    if not roles <= actor.roles | {Role.FAN} or tier.rank > actor.tier.rank or not parties <= actor.acts_for:
        raise NotAllowed("A key may no more than who makes it.", action=Action.CREATE_KEY.value)


def _subject(key_id: str, user: str) -> Subject:
    return Subject(f"key:{key_id}", owner=user)


def _stated(key: ApiKey) -> dict[str, object]:
    expires = key.expires_at.isoformat() if key.expires_at else None
    return {"key_id": key.key_id, "principal": key.principal, "scopes": sorted(key.scopes), "expires_at": expires}
