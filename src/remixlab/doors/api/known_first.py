"""Authority before body: an upload of somebody who may not ask is not read."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from remixlab.doors.api.caller import caller_of, who_asks


class KnownFirst(APIRoute):
    """A route that finds out who asks before the framework reads the body, where its operation asks at all."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        if not _asks_who(self.dependant):
            return handle

        async def known_first(request: Request) -> Response:
            await run_in_threadpool(caller_of, request)
            return await handle(request)

        return known_first


def _asks_who(dependant: Dependant) -> bool:
    return dependant.call is who_asks or any(map(_asks_who, dependant.dependencies))
