"""Accounts: who can sign in, for which parties they act, from which devices, and the links that open once.

How they sign in without a password: passkeys (WebAuthn credentials), and identities at providers (OpenID Connect).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AwareDatetime, Field, field_serializer

from remixlab.domain.actor import Mandate, Role
from remixlab.domain.rights.scopes import Tier
from remixlab.domain.value import Value

Email = Annotated[str, Field(max_length=254, pattern=r"^[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,189}$")]
"""As strict as it can be without refusing an address that works: whether it does, only a letter shows."""


class Account(Value):
    """Somebody who can sign in. Roles say what the account is here; for whom it acts, its memberships say."""

    account_id: Annotated[str, Field(min_length=1, max_length=200)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    email: Email | None = None
    roles: frozenset[Role] = frozenset({Role.FAN})
    tier: Tier = Tier.FREE
    created_at: AwareDatetime
    disabled: bool = False

    @field_serializer("roles")
    def _in_order(self, roles: frozenset[Role]) -> list[str]:
        return sorted(roles)


class Membership(Value):
    """An account's mandate for a party, and who gave it."""

    membership_id: str
    account_id: str
    mandate: Mandate
    granted_by: str
    granted_at: AwareDatetime


class Session(Value):
    """One device that an account is signed in on. The token that proves it is kept as a digest, elsewhere."""

    session_id: str
    account_id: str
    device: Annotated[str, Field(max_length=200)] = ""
    created_at: AwareDatetime
    seen_at: AwareDatetime
    expires_at: AwareDatetime


class LinkKind(StrEnum):
    """What a one-time link is good for."""

    SIGN_IN = "sign_in"
    RECOVERY = "recovery"
    INVITATION = "invitation"


class Invitation(Value):
    """What whoever is invited will be here, decided by who invites."""

    invited_by: str
    email: Email | None = None
    roles: frozenset[Role] = frozenset({Role.FAN})
    tier: Tier = Tier.FREE
    mandates: tuple[Mandate, ...] = ()

    @field_serializer("roles")
    def _in_order(self, roles: frozenset[Role]) -> list[str]:
        return sorted(roles)


class OneTimeLink(Value):
    """A link that opens once and not for long: for an account that exists, or with the invitation to make one."""

    link_id: str
    kind: LinkKind
    account_id: str | None = None
    invitation: Invitation | None = None
    created_at: AwareDatetime
    expires_at: AwareDatetime


class Passkey(Value):
    """The public half of a key pair whose other half a device of the account holds (a WebAuthn credential)."""

    passkey_id: str
    account_id: str
    name: Annotated[str, Field(min_length=1, max_length=80)]
    credential_id: str
    """As the device calls it. Base64url."""
    public_key: str
    """A COSE key. Base64url. Source: RFC 9052, section 7."""
    handle: str
    """What the device knows the account by: drawn, the same for all passkeys of an account, and telling nothing."""
    relying_party: str
    """The host name that it was made for, and the only one that it opens (`rp.id`)."""
    sign_count: Annotated[int, Field(ge=0)] = 0
    backed_up: bool = False
    """Whether the device says that it is kept elsewhere too, so that losing the device does not lose it."""
    created_at: AwareDatetime
    used_at: AwareDatetime | None = None


class Identity(Value):
    """Who an account is at a provider of identities. Source: OpenID Connect Core 1.0, section 2 (`iss`, `sub`)."""

    issuer: str
    subject: str
    account_id: str
    linked_at: AwareDatetime


class PasskeyCeremony(Value):
    """A challenge that one browser was given, and answers once: for another passkey, or to sign in with one."""

    kind: Literal["passkey.new", "passkey.sign_in"]
    challenge: str
    origin: str
    relying_party: str
    handle: str = ""
    account_id: str | None = None
    session_id: str | None = None
    expires_at: AwareDatetime


class OidcCeremony(Value):
    """A visit to a provider of identities that one browser has begun, and comes back from once."""

    kind: Literal["oidc"] = "oidc"
    provider: str
    state: str
    nonce: str
    verifier: str
    redirect_uri: str
    account_id: str | None = None
    """Who is signed in already, and connects an identity."""
    session_id: str | None = None
    expires_at: AwareDatetime


Ceremony = PasskeyCeremony | OidcCeremony
"""What a browser has begun and finishes itself, once and soon. Its token is kept as a digest, elsewhere."""

OWNER: Final = "me"
"""The account of whoever owns the workspace's files; on this machine they need no password."""

DEMO_PREFIX: Final = "demo_"
"""How the ids of the demonstration's accounts begin. Nobody signs in as one: the owner tries them."""
