"""HEAD: the answer of GET without its body, at every address. Source: RFC 9110, section 9.3.2."""

from __future__ import annotations

from asyncio import Event

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class HeadOfGet:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        begun = Event()

        async def head(message: Message) -> None:
            if message["type"] == "http.response.start":
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                begun.set()

        async def leave() -> Message:
            """A stream without end ends when its listener leaves."""
            await begun.wait()
            return {"type": "http.disconnect"}

        await self._app({**scope, "method": "GET"}, leave, head)
