"""Providers of identities (OpenID Connect), as whoever runs the workspace sets them up, and what their claims give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, field_validator

from remixlab.domain.actor import Mandate, Role
from remixlab.domain.naming import LOOPBACK_HOSTS
from remixlab.domain.rights.scopes import Side
from remixlab.domain.value import Value

SIGNATURES: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Algorithms by which an identity is signed here: with the provider's own key, never with a shared secret or none."""


class RoleClaim(Value):
    """Whoever's claim holds this value has this role."""

    claim: Annotated[str, Field(min_length=1)]
    value: Annotated[str, Field(min_length=1)]
    role: Role


class PartyClaim(Value):
    """Whoever's claim holds this value acts for this party, by its id."""

    claim: Annotated[str, Field(min_length=1)]
    value: Annotated[str, Field(min_length=1)]
    party: Annotated[str, Field(min_length=1)]
    sides: frozenset[Side] = frozenset(Side)
    delegates: bool = False

    @property
    def mandate(self) -> Mandate:
        return Mandate(party_id=self.party, sides=self.sides, delegates=self.delegates)


class Provider(Value):
    """One provider. Its claims decide about the roles and parties that are named here, and about nothing else."""

    provider_id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    issuer: Annotated[str, Field(max_length=500)]
    client_id: Annotated[str, Field(min_length=1)]
    client_secret: Annotated[str, Field(repr=False)] = ""
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    signatures: tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...] = SIGNATURES
    userinfo: bool = False
    """Whether claims that the identity token leaves out are asked for at the provider's own address."""
    sign_up: bool = False
    """Whether whoever comes from there for the first time gets an account."""
    roles: tuple[RoleClaim, ...] = ()
    parties: tuple[PartyClaim, ...] = ()

    @field_validator("issuer")
    @classmethod
    def _is_safe(cls, issuer: str) -> str:
        return checked_address(issuer)

    @classmethod
    def read(cls, provider_id: str, said: Mapping[str, Any]) -> Self:
        """Raises: ValidationError."""
        return cls.model_validate({**said, "provider_id": provider_id})


Claims = Mapping[str, Any]
"""What a provider says of somebody, once its signature was found good."""


def holds(claims: Claims, claim: str, value: str) -> bool:
    """Whether a claim is this text, or a list with it; `a.b` is the claim `b` inside the claim `a`."""
    found: Any = claims
    for name in [claim] if claim in claims else claim.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return value in found if isinstance(found, list) else isinstance(found, str) and found == value


def verified_email(claims: Claims) -> str | None:
    """The address that a provider says belongs to them: `true`, and nothing that only reads like it."""
    email = claims.get("email")
    return email if isinstance(email, str) and claims.get("email_verified") is True else None


def checked_address(address: str) -> str:
    """An address that nobody on the way reads or changes. Raises: ValueError."""
    parts = urlsplit(address)
    safe = parts.scheme == "https" or (parts.scheme == "http" and (parts.hostname or "") in LOOPBACK_HOSTS)
    if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("an address of a provider begins with https://")
    return address
