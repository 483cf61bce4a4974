"""The server: how many connections there may be, and how long each may keep it waiting, before anybody hears of it.

uvicorn bounds an idle connection only after its first answer. Here a head has so many seconds to come whole, whichever
of a connection's requests it is for, and an answer that its listener does not take is given up.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from contextlib import suppress
from typing import Any, Final

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S: Final = 10.0
"""How long a request's head may take from its first byte, or the first one from the connection's beginning."""
STALLED_S: Final = 60.0
"""How long nothing of an answer may be taken; a player that is paused asks again by range."""
HEAD_BYTES: Final = 32 * 1024
IDLE_S: Final = 10
FILES_SPARED: Final = 256
"""Open files that connections leave to databases, uploads and sound."""
CONNECTIONS_MAX: Final = 4096

_AT_ONCE: Final = struct.pack("ii", 1, 0)
"""SO_LINGER with no time: what was not taken is thrown away."""


class GuardedProtocol(H11Protocol):
    """One connection."""

    head_s = HEAD_S
    stalled_s = STALLED_S
    connections_max = CONNECTIONS_MAX

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head: asyncio.TimerHandle | None = None
        self._stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # pyright: ignore[reportIncompatibleMethodOverride]
        super().connection_made(transport)
        if len(self.connections) > self.connections_max:
            transport.abort()
            return
        self._wait_for_head()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head = _ended(self._head)
        elif self._head is None and self.conn.trailing_data[0]:
            self._wait_for_head()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(self.stalled_s, self._give_up)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stalled = _ended(self._stalled)

    def connection_lost(self, exc: Exception | None) -> None:
        self._head, self._stalled = _ended(self._head), _ended(self._stalled)
        super().connection_lost(exc)

    def _give_up(self) -> None:
        """End the connection with what waits in it, here and in the system."""
        with suppress(OSError, AttributeError):
            self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _wait_for_head(self) -> None:
        self._head = self.loop.call_later(self.head_s, self._too_slow)

    def _too_slow(self) -> None:
        if not self.transport.is_closing():
            with suppress(OSError):
                self.transport.write(b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            self.transport.close()


def run_server(site: ASGIApp, host: str, port: int, *, trusted_proxies: str = "127.0.0.1") -> None:
    """Serve until stopped."""
    uvicorn.run(**server_options(site, host, port, trusted_proxies))


def server_options(site: ASGIApp, host: str, port: int, trusted_proxies: str) -> dict[str, Any]:
    """What uvicorn is told. Only proxies that are trusted say where a request comes from."""

    class Bounded(GuardedProtocol):
        connections_max = room_for_connections()

    return {
        "app": site,
        "host": host,
        "port": port,
        "http": Bounded,
        "ws": "none",
        "log_level": "warning",
        "server_header": False,
        "timeout_graceful_shutdown": 2,
        "timeout_keep_alive": IDLE_S,
        "h11_max_incomplete_event_size": HEAD_BYTES,
        "backlog": 512,
        "proxy_headers": bool(trusted_proxies),
        "forwarded_allow_ips": trusted_proxies,
    }


def room_for_connections() -> int:
    """How many connections fit into what this process may open, which is raised as far as the system lets it."""
    try:
        import resource
    except ImportError:  # Windows counts otherwise
        return CONNECTIONS_MAX
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS_MAX + FILES_SPARED
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(ValueError, OSError):
            raised = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
            soft = raised
    return CONNECTIONS_MAX if soft == resource.RLIM_INFINITY else max(16, min(CONNECTIONS_MAX, soft - FILES_SPARED))


def _ended(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
