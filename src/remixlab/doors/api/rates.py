"""Rate limits over HTTP: a dependency for each operation that is expensive. Source: RFC 6585, section 4 (429)."""

from __future__ import annotations

from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from typing import Any

from fastapi import Depends, Request

from remixlab.app.rates import Rates, open_rates
from remixlab.domain.naming import fold_name
from remixlab.doors.api.caller import AnyActor, TheWorkspace


def costs(what: str) -> Any:
    """What an operation depends on that spends `what` of whoever asks: of their account, if any, and address."""

    def spend(request: Request, workspace: TheWorkspace, actor: AnyActor) -> None:
        account = None if actor.is_anonymous else actor.account
        rates_of(request).spend(what, account=account, address=address_of(request))

    return Depends(spend)


def costs_unknown(what: str) -> Any:
    """As `costs`, for an operation that asks for no account: by the address alone."""

    def spend(request: Request, workspace: TheWorkspace) -> None:
        rates_of(request).spend(what, address=address_of(request))

    return Depends(spend)


def spend_on(who: str, what: str, request: Request) -> None:
    """Spend `what` of an account that is only named, and of the address: told the same whether there is one or not.

    A name or an address of somebody is counted by its digest. Raises: RateLimited.
    """
    named = sha256(fold_name(who).encode() if "@" not in who else who.strip().casefold().encode()).hexdigest()
    rates_of(request).spend(what, account=named, address=address_of(request))


def rates_of(request: Request) -> Rates:
    """The counting of this process."""
    state = request.app.state
    if not hasattr(state, "rates"):
        state.rates = open_rates(state.workspace.settings)
    return state.rates


def address_of(request: Request) -> str:
    """Where a request comes from; of IPv6 the network, for one customer has all of its addresses."""
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host
    return f"{address.exploded[:19]}::/64" if isinstance(address, IPv6Address) else host
