"""The gate before everything: to which host, from which page, and by whom, before any body is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from remixlab.domain.errors import ForeignRequest, RemixLabError, SignInNeeded
from remixlab.doors.api.caller import caller_of
from remixlab.doors.api.hosts import SAFE, is_foreign, must_know_host
from remixlab.doors.api.problems import answer_of

if TYPE_CHECKING:
    from remixlab.app import Workspace

OPEN: Final = frozenset(
    {
        ("POST", "/v1/session"),
        ("DELETE", "/v1/session"),
        ("POST", "/v1/session/passkey"),
        ("POST", "/v1/session/provider"),
        ("POST", "/v1/account"),
        ("POST", "/v1/account/recovery"),
        ("POST", "/v1/account/recovery/password"),
        ("POST", "/v1/invitations/accept"),
        ("POST", "/v1/verify"),
        ("POST", "/v1/matches/byBinding"),
        ("POST", "/v1/matches/byContent"),
        ("POST", "/v1/receipts/verify"),
    }
)
"""What changes or costs something and is open to who has no account."""
PROBES: Final = frozenset({"/healthz", "/readyz"})
"""What whoever runs the machine asks by whatever name; it tells nothing and changes nothing."""


class Gate:
    """Lets a request in, or answers it without having read its body.

    `workspace` is None where the application only describes itself: then there is nothing to guard.
    """

    def __init__(self, app: ASGIApp, workspace: Workspace | None) -> None:
        self._app = app
        self._workspace = workspace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._workspace is not None:
            try:
                await self._look(scope, self._workspace)
            except RemixLabError as refused:
                await answer_of(refused)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    async def _look(self, scope: Scope, workspace: Workspace) -> None:
        """Raises: ForeignRequest, SignInNeeded, InvalidKey."""
        headers, settings = Headers(scope=scope), workspace.settings
        if scope["path"] not in PROBES:
            must_know_host(headers, settings.hosts)
        if scope["method"] in SAFE:
            return
        if is_foreign(headers, public_url=settings.public_url):
            raise ForeignRequest("Another page may not do this for you.", hint="Do it on the page of this service.")
        request = HTTPConnection(scope)
        caller = await run_in_threadpool(caller_of, request, workspace)
        if caller.actor.is_anonymous and (scope["method"], scope["path"]) not in OPEN:
            raise SignInNeeded("This needs an account.", hint="Sign in, or send an API key.")
