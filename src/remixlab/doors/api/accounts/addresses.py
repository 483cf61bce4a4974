"""Addresses of pages that a one-time link opens. The token stands behind `#`: no server and no log ever reads it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from starlette.requests import HTTPConnection

if TYPE_CHECKING:
    from remixlab.app import Settings

Page = Literal["enter", "join", "recover"]


def address_of(page: Page, request: HTTPConnection, settings: Settings) -> Callable[[str], str]:
    """How a token becomes a link: at the address that people open, or at the one that was asked, which is ours."""
    base = settings.public_url or f"http://{request.headers.get('host', 'localhost')}"
    return lambda token: link_to(page, token, base)


def link_to(page: Page, token: str, base: str) -> str:
    return f"{base}/{page}#{token}"
