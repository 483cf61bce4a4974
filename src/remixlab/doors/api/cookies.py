"""The cookies of a session: no script can read them, no other site can send them, and under TLS no other host set them.

Source: RFC 6265bis, sections 4.1.2 (attributes) and 4.1.3.2 (the `__Host-` prefix).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from starlette.requests import HTTPConnection
from starlette.responses import Response

from remixlab.doors.api.hosts import host_of

if TYPE_CHECKING:
    from remixlab.app import Settings

NAME: Final = "remixlab"
CEREMONY: Final = "remixlab-ceremony"
"""What a browser has begun and finishes itself: a passkey, a visit to a provider of identities."""
DEMO: Final = "remixlab-demo"
"""Which demonstration account the owner tries; it means nothing without the owner's own session."""


def read_token(request: HTTPConnection, settings: Settings) -> str | None:
    return request.cookies.get(_name(NAME, request, settings))


def read_demo(request: HTTPConnection, settings: Settings) -> str | None:
    return request.cookies.get(_name(DEMO, request, settings))


def keep_token(answer: Response, token: str, life_s: int, request: HTTPConnection, settings: Settings) -> None:
    _keep(answer, NAME, token, life_s, request, settings)


def read_ceremony(request: HTTPConnection, settings: Settings) -> str:
    return request.cookies.get(_name(CEREMONY, request, settings), "")


def keep_ceremony(
    answer: Response, token: str, life_s: int, request: HTTPConnection, settings: Settings, *, from_afar: bool = False
) -> None:
    """`from_afar`: it comes back with a visit that another site leads to."""
    same_site = "lax" if from_afar else "strict"
    _keep(answer, CEREMONY, token, life_s, request, settings, same_site)


def forget_ceremony(answer: Response, request: HTTPConnection, settings: Settings) -> None:
    _keep(answer, CEREMONY, "", 0, request, settings)


def keep_demo(answer: Response, role: str, life_s: int, request: HTTPConnection, settings: Settings) -> None:
    _keep(answer, DEMO, role, life_s, request, settings)


def forget_token(answer: Response, request: HTTPConnection, settings: Settings) -> None:
    _keep(answer, NAME, "", 0, request, settings)


def forget_demo(answer: Response, request: HTTPConnection, settings: Settings) -> None:
    _keep(answer, DEMO, "", 0, request, settings)


def _keep(
    answer: Response,
    base: str,
    value: str,
    life_s: int,
    request: HTTPConnection,
    settings: Settings,
    same_site: Literal["lax", "strict"] | None = None,
) -> None:
    # A link in a letter is followed from another site, and the page behind it shall know who follows: there it is lax.
    same_site = same_site or ("lax" if settings.public_url else "strict")
    answer.set_cookie(
        _name(base, request, settings), value, max_age=life_s, path="/", secure=settings.is_encrypted, httponly=True,
        samesite=same_site,
    )  # fmt: skip


def _name(base: str, request: HTTPConnection, settings: Settings) -> str:
    """Browsers keep cookies for a host, whatever the port: two workspaces on one machine have two names."""
    if settings.is_encrypted:
        return f"__Host-{base}"
    _, port = host_of(request.headers.get("host", ""))
    return f"{base}-{port}" if port else base
