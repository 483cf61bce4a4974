"""Bodies: how large one may be, how slowly it may come, and for JSON, how deep. Bounded before anything reads it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from remixlab.domain.errors import TooLarge, TooSlow
from remixlab.doors.guard.texts import check_json

MIB: Final = 2**20
BODY_MAX: Final = MIB
"""What an operation reads that does not say otherwise: the longest plan has some thousand bytes."""
UPLOADS_MAX: Final[Mapping[str, int]] = {
    "/v1/recordings": 4096 * MIB,
    "/v1/identify": 1024 * MIB,
    "/v1/verify": 1024 * MIB,
    "/v1/trace": 1024 * MIB,
    "/v1/matches/byContent": 1024 * MIB,
    "/v1/soundfonts": 512 * MIB,
}
FORM_ROOM: Final = MIB
"""What a form adds to the file in it."""
PAUSE_S: Final = 20.0
"""How long nothing may come of a body that was announced."""
GRACE_S: Final = 30.0
SLOWEST_BYTES_S: Final = 4096
"""After the grace, the least that has to come: a client on a telephone line gets through, one that drips does not."""

_LENGTH: Final = re.compile(r"[0-9]{1,15}")


class BodyGuard:
    """Refuses by what a header announces without reading, and by counting what comes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers, most = Headers(scope=scope), most_of(scope["path"])
        announced = headers.get("content-length")
        if announced is not None and (not _LENGTH.fullmatch(announced) or int(announced) > most):
            raise _too_large(most)
        counted = _Counted(receive, most)
        if not _is_json(headers):
            await self._app(scope, counted, send)
            return
        body = await counted.read()
        if body:
            await asyncio.to_thread(check_json, body)
        await self._app(scope, _again(body, receive), send)


class _Counted:
    """What is received, with an end to how much and how slowly. Raises: TooLarge, TooSlow."""

    def __init__(self, receive: Receive, most: int) -> None:
        self._receive = receive
        self._most = most
        self._bytes = 0
        self._since: float | None = None
        self._done = False

    async def __call__(self) -> Message:
        if self._done:  # what comes now is only the news that the client has left
            return await self._receive()
        clock = asyncio.get_running_loop().time
        self._since = clock() if self._since is None else self._since
        try:
            message = await asyncio.wait_for(self._receive(), PAUSE_S)
        except TimeoutError as pause:
            raise _too_slow() from pause
        if message["type"] != "http.request":
            return message
        self._bytes += len(message.get("body", b""))
        self._done = not message.get("more_body", False)
        if self._bytes > self._most:
            raise _too_large(self._most)
        if not self._done and self._bytes < (clock() - self._since - GRACE_S) * SLOWEST_BYTES_S:
            raise _too_slow()
        return message

    async def read(self) -> bytes:
        """The whole body, for one that is short."""
        pieces: list[bytes] = []
        while not self._done:
            message = await self()
            if message["type"] != "http.request":
                break
            pieces.append(message.get("body", b""))
        return b"".join(pieces)


def most_of(path: str) -> int:
    """The bytes that an address takes at most."""
    return UPLOADS_MAX[path] + FORM_ROOM if path in UPLOADS_MAX else BODY_MAX


def _is_json(headers: Headers) -> bool:
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    return media_type == "application/json" or media_type.endswith("+json")


def _again(body: bytes, receive: Receive) -> Receive:
    """A body that was read, to be read once more."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def give() -> Message:
        return waiting.pop() if waiting else await receive()

    return give


def _too_large(most: int) -> TooLarge:
    told = f"{most // MIB} MiB" if most >= MIB else f"{most} bytes"
    return TooLarge(f"At most {told} are read here.")


def _too_slow() -> TooSlow:
    return TooSlow("The body came too slowly.", hint="Send it again, over a better line.")
