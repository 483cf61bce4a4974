"""Addresses: one with a character that nothing can keep leads nowhere."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from remixlab.doors.guard.texts import check_address


class AddressGuard:
    """Raises: Invalid, before anybody looks for the address."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            check_address(scope["path"].encode("utf-8", "surrogateescape"), scope["query_string"])
        await self._app(scope, receive, send)
