"""Providers of identities: where to send somebody, and who it is that comes back. Source: OpenID Connect Core 1.0."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from remixlab.domain.accounts import OidcCeremony
from remixlab.domain.providers import Claims, Provider


class Identities(Protocol):
    """One provider."""

    @property
    def provider(self) -> Provider: ...

    def address(self, visit: OidcCeremony) -> str:
        """Where somebody is sent to say who they are. Raises: ProviderUnavailable."""
        ...

    def claims(self, visit: OidcCeremony, code: str, issuer: str | None, at: datetime) -> Claims:
        """Who somebody is that comes back with a code; `issuer` is who says that it sends them.

        Law: what is returned was signed by the provider, for us, for this visit, and not long ago.
        Raises: ProviderUnavailable, IdentityRefused.
        """
        ...
