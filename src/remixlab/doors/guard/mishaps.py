"""A mistake of ours at the HTTP door: a problem with a number, and a log entry that is found by it.

The entry says where it went wrong, and never with what: a message may hold a prompt, and a database's the values of
a statement.
"""

from __future__ import annotations

import secrets
import traceback
from collections.abc import Iterator
from typing import Any

import structlog
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from remixlab.domain.errors import RemixLabError, of_system
from remixlab.doors.api.problems import answer_of
from remixlab.doors.errors import bug_problem

FRAMES_MAX = 40


class Mishaps:
    """The last to see an error: what is one of the tree is told as it is, anything else as a mistake of ours."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._log = structlog.get_logger("remixlab")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = False

        async def watch(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watch)
        except Exception as wrong:  # noqa: BLE001 (whatever it is, whoever asked gets an answer and we a log entry)
            answer = self._answer(wrong, scope)
            if not begun:  # else the server cuts the connection: half an answer must not look like a whole one
                await answer(scope, receive, send)

    def _answer(self, wrong: Exception, scope: Scope) -> JSONResponse:
        known = of_system(wrong) if isinstance(wrong, OSError) else wrong
        if isinstance(known, RemixLabError):
            return answer_of(known, {"Connection": "close"})
        error_id = f"err_{secrets.token_hex(8)}"
        route: Any = scope.get("route")
        self._log.error(
            "bug", error_id=error_id, method=scope["method"], route=getattr(route, "path", None), **told_of(wrong)
        )
        return JSONResponse(bug_problem(error_id), 500, media_type="application/problem+json")


def told_of(wrong: BaseException) -> dict[str, Any]:
    """An exception for the log: its kind, what caused it, and where, innermost last; none of its words."""
    frames = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(wrong.__traceback__)]
    return {"kind": _kind(wrong), "causes": [_kind(cause) for cause in _causes(wrong)], "frames": frames[-FRAMES_MAX:]}


def _causes(wrong: BaseException) -> Iterator[BaseException]:
    seen = {id(wrong)}
    cause = wrong.__cause__ or wrong.__context__
    while cause is not None and id(cause) not in seen:
        yield cause
        seen.add(id(cause))
        cause = cause.__cause__ or cause.__context__


def _kind(wrong: BaseException) -> str:
    return f"{type(wrong).__module__}.{type(wrong).__qualname__}"
