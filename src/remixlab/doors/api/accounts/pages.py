"""The page that a request comes from, as browsers and passkeys name it."""

from __future__ import annotations

from contextlib import suppress
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.requests import HTTPConnection

from remixlab.domain.errors import InvalidPasskey
from remixlab.doors.api.hosts import host_of, own_origin
from remixlab.usecases.accounts import CeremonyDice, RelyingParty

if TYPE_CHECKING:
    from remixlab.app import Workspace


def relying_party(request: HTTPConnection, workspace: Workspace) -> RelyingParty:
    """Our own page under the name that was asked for, which the gate knows to be ours.

    Raises: InvalidPasskey for a page that was opened by an address: browsers keep passkeys for names alone.
    """
    asked = request.headers.get("host", "")
    host, port = host_of(asked)
    with suppress(ValueError):
        ip_address(host)
        raise InvalidPasskey(
            "Passkeys belong to a host name, and this page was opened by a number.",
            code="passkey.host",
            hint=f"Open http://localhost{':' if port else ''}{port} instead.",
        )
    return RelyingParty(own_origin(asked, workspace.settings.public_url), host)


def throw(workspace: Workspace) -> CeremonyDice:
    return CeremonyDice(workspace.new_secret(), workspace.new_secret(), workspace.new_secret())
