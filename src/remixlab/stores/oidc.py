"""OpenID Connect by Authlib and joserfc: discovery, the code flow with PKCE, and identity tokens that prove something.

Source: OpenID Connect Discovery 1.0; Core 1.0, sections 3.1.2 and 3.1.3; RFC 7636 (PKCE); RFC 9207 (`iss`); RFC 8725.
"""

from __future__ import annotations

import hmac
import json
import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from pydantic import ValidationError

from remixlab.domain.accounts import OidcCeremony
from remixlab.domain.errors import EngineUnavailable, IdentityRefused, InvalidSetting, ProviderUnavailable
from remixlab.domain.providers import Claims, Provider, checked_address

LEEWAY: Final = timedelta(seconds=60)
"""By how much the provider's clock and ours may differ."""
AGE_MAX: Final = timedelta(minutes=10)
"""How long ago a token may have been signed: it comes straight from the provider."""
WAIT_S: Final = (5.0, 10.0)
"""For a connection, and for an answer."""
BYTES_MAX: Final = 1 << 20
PLACES: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class OidcIdentities:
    """One provider, whose description and keys are asked for when they are first needed.

    A key that is not known is asked for once more: providers change their keys without telling.
    """

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._described: Mapping[str, Any] | None = None
        self._keys: list[Mapping[str, Any]] | None = None

    @property
    def provider(self) -> Provider:
        return self._provider

    def address(self, visit: OidcCeremony) -> str:
        place = str(self._describe()["authorization_endpoint"])
        with self._client(visit) as client:
            url, _ = client.create_authorization_url(
                place, state=visit.state, nonce=visit.nonce, code_verifier=visit.verifier
            )
        return str(url)

    def claims(self, visit: OidcCeremony, code: str, issuer: str | None, at: datetime) -> Claims:
        described = self._describe()
        told = described.get("authorization_response_iss_parameter_supported") is True
        if (issuer is not None or told) and issuer != self._provider.issuer:
            raise _refused("it does not come from the provider that was asked")
        answer = self._exchange(visit, code, str(described["token_endpoint"]))
        claims = self._read(str(answer.get("id_token") or ""))
        self._check(claims, visit, at)
        if self._provider.userinfo and answer.get("access_token"):
            more = self._get(str(described.get("userinfo_endpoint", "")), bearer=str(answer["access_token"]))
            if more.get("sub") != claims["sub"]:
                raise _refused("its two answers are about two people")
            return {**more, **claims}
        return claims

    # ------------------------------------------------------------ what is asked over the network

    def _describe(self) -> Mapping[str, Any]:
        if self._described is None:
            found = self._get(f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found.get("issuer") != self._provider.issuer:
                raise ProviderUnavailable("The provider calls itself otherwise than it is set up here.")
            try:
                for place in PLACES:
                    checked_address(str(found.get(place, "")).partition("?")[0])
            except ValueError as wrong:
                raise ProviderUnavailable("The provider's addresses cannot be used.") from wrong
            self._described = found
        return self._described

    def _exchange(self, visit: OidcCeremony, code: str, place: str) -> Mapping[str, Any]:
        from authlib.common.errors import AuthlibBaseError  # lazy
        from requests import RequestException

        try:
            with self._client(visit) as client:
                return dict(client.fetch_token(place, code=code, code_verifier=visit.verifier, timeout=WAIT_S))
        except AuthlibBaseError as refused:
            raise _refused("it does not take the code back") from refused
        except (RequestException, ValueError) as silent:
            raise _silent() from silent

    def _get(self, address: str, bearer: str = "") -> Mapping[str, Any]:
        import requests  # lazy

        headers = {"Accept": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
        try:
            checked_address(address)
            with requests.get(address, headers=headers, timeout=WAIT_S, allow_redirects=False, stream=True) as answer:
                body = answer.raw.read(BYTES_MAX + 1, decode_content=True)
                found = json.loads(body) if answer.status_code == 200 and len(body) <= BYTES_MAX else None
        except (requests.RequestException, OSError, ValueError) as silent:
            raise _silent() from silent
        if not isinstance(found, dict):
            raise _silent()
        return cast("dict[str, Any]", found)

    def _client(self, visit: OidcCeremony) -> Any:
        try:
            from authlib.integrations.requests_client import OAuth2Session  # lazy
        except ImportError as missing:
            raise EngineUnavailable(
                "Signing in with a provider is not installed.", hint="pip install 'remixlab[oidc]'"
            ) from missing
        one, secret = self._provider, self._provider.client_secret
        client: Any = OAuth2Session(
            one.client_id,
            secret or None,
            scope=" ".join(dict.fromkeys(("openid", *one.scopes))),
            redirect_uri=visit.redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
        )
        client.max_redirects = 0
        return client

    # ------------------------------------------------------------ what a token proves

    def _read(self, token: str) -> Claims:
        """The claims of a token that one of the provider's keys has signed. Raises: IdentityRefused."""
        from joserfc import jwt  # lazy
        from joserfc.errors import JoseError
        from joserfc.jwk import import_key

        for fresh in (False, True):
            for key in self._signing_keys(_kid_of(token), fresh=fresh):
                try:
                    decoded = jwt.decode(token, import_key(dict(key)), algorithms=list(self._provider.signatures))
                except (JoseError, ValueError, TypeError):
                    continue
                return dict(decoded.claims)
        raise _refused("no key of the provider has signed it")

    def _signing_keys(self, kid: str | None, *, fresh: bool) -> list[Mapping[str, Any]]:
        if self._keys is None or fresh:
            listed = self._get(str(self._describe()["jwks_uri"])).get("keys")
            every = cast("list[Any]", listed) if isinstance(listed, list) else []
            self._keys = [
                key for key in every if isinstance(key, dict) and key.get("kty") != "oct" and key.get("use") != "enc"
            ]
        return [key for key in self._keys if kid is None or key.get("kid") in (None, kid)]

    def _check(self, claims: Claims, visit: OidcCeremony, at: datetime) -> None:
        """Source: Core 1.0, section 3.1.3.7. Raises: IdentityRefused."""
        audience = claims.get("aud")
        among = audience if isinstance(audience, list) else [audience]
        now, ours = at.timestamp(), self._provider.client_id
        if claims.get("iss") != self._provider.issuer:
            raise _refused("another provider has signed it")
        if ours not in among or claims.get("azp", ours) != ours or (len(among) > 1 and "azp" not in claims):
            raise _refused("it is for another service")
        if not _number(claims, "exp") > now - LEEWAY.total_seconds():
            raise _refused("it has expired")
        if not now - AGE_MAX.total_seconds() <= _number(claims, "iat") <= now + LEEWAY.total_seconds():
            raise _refused("it was not signed just now")
        if not hmac.compare_digest(str(claims.get("nonce", "")).encode(), visit.nonce.encode()):
            raise _refused("it was made for another visit")
        subject = claims.get("sub")
        if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
            raise _refused("it names nobody")


def read_providers(path: Path | None) -> dict[str, OidcIdentities]:
    """The providers of a file, by their ids, in its order. Raises: InvalidSetting."""
    if path is None:
        return {}
    try:
        tables = tomllib.loads(path.read_text("utf-8")).get("provider", {})
        return {name: OidcIdentities(Provider.read(name, said)) for name, said in tables.items()}
    except OSError as error:
        raise InvalidSetting(f"{path} cannot be read: {error.strerror}", hint="Look at REMIXLAB_OIDC.") from error
    except ValidationError as wrong:
        first = wrong.errors(include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidSetting(f"{path}: {where}: {first['msg']}", hint="Look at REMIXLAB_OIDC.") from wrong
    except (tomllib.TOMLDecodeError, AttributeError, TypeError) as wrong:
        raise InvalidSetting(f"{path} describes no providers: {wrong}", hint="Look at REMIXLAB_OIDC.") from wrong


def _kid_of(token: str) -> str | None:
    """Which key a token says that it is signed with; only a hint to look among the provider's own."""
    from base64 import urlsafe_b64decode  # lazy

    head = token.partition(".")[0]
    try:
        kid = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4))).get("kid")
    except (ValueError, AttributeError):
        return None
    return kid if isinstance(kid, str) else None


def _number(claims: Claims, name: str) -> float:
    found = claims.get(name)
    return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else float("nan")


def _refused(why: str) -> IdentityRefused:
    return IdentityRefused(f"The provider's answer opens nothing: {why}.", hint="Begin again.")


def _silent() -> ProviderUnavailable:
    return ProviderUnavailable("The provider of identities does not answer.", hint="Try again, or sign in another way.")
