"""The server, over real sockets: slow and idle connections end, and cost nobody else an answer."""

from __future__ import annotations

import resource
import socket
from collections.abc import Iterator
from contextlib import closing, suppress
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
import uvicorn

from remixlab.doors.guard import server as server_module
from remixlab.doors.guard.server import GuardedProtocol, server_options

LARGE = 64 * 2**20


async def site(scope: Any, receive: Any, send: Any) -> None:
    if scope["type"] != "http":
        return
    body = b"x" * (LARGE if scope["path"] == "/large" else 2)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


class Quick(GuardedProtocol):
    head_s = 0.5
    stalled_s = 0.5
    connections_max = 60


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    options = server_options(site, "127.0.0.1", 0, "") | {"http": Quick, "lifespan": "off", "log_level": "critical"}
    server = uvicorn.Server(uvicorn.Config(**options))
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    thread.join(10)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def answer(connection: socket.socket) -> bytes:
    """Everything until the other side ends it."""
    told = b""
    with suppress(ConnectionError):
        while piece := connection.recv(65536):
            told += piece
    return told


GET = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"


@pytest.mark.parametrize("head", [b"", b"GET / HTTP/1.1\r\nHost: a\r\n", b"G"])
def test_a_head_that_does_not_come_is_not_waited_for(port: int, head: bytes) -> None:
    with closing(connect(port)) as slow:
        slow.sendall(head)
        began = monotonic()
        assert answer(slow).startswith(b"HTTP/1.1 408")
        assert monotonic() - began < 3


def test_a_head_that_drips_does_not_live_by_each_drop(port: int) -> None:
    with closing(connect(port)) as slow:
        began = monotonic()
        with suppress(OSError):
            for _ in range(40):
                slow.sendall(b"X: y\r\n" if _ else b"GET / HTTP/1.1\r\n")
                sleep(0.1)
        assert monotonic() - began < 3.5


def test_a_second_head_has_no_more_time_than_the_first(port: int) -> None:
    with closing(connect(port)) as slow:
        slow.sendall(GET)
        assert slow.recv(4096).startswith(b"HTTP/1.1 200")
        slow.sendall(GET[:10])
        began = monotonic()
        assert b" 408 " in answer(slow) and monotonic() - began < 3


def test_many_requests_on_one_connection_are_answered(port: int) -> None:
    with closing(connect(port)) as kept:
        for _ in range(4):
            kept.sendall(GET)
            told = b""
            while not told.endswith(b"\r\n\r\nxx"):
                told += kept.recv(4096)
            assert b"200 OK" in told
            sleep(0.3)


def test_an_answer_that_nobody_takes_is_given_up(port: int) -> None:
    with closing(connect(port)) as stalled:
        stalled.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        stalled.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        sleep(1.5)
        assert len(answer(stalled)) < LARGE


def test_a_head_without_end_is_refused(port: int) -> None:
    with closing(connect(port)) as large:
        with suppress(OSError):
            large.sendall(b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 200_000)
        assert b" 200 " not in answer(large)


def test_idle_connections_cost_nobody_an_answer(port: int) -> None:
    idle = [connect(port) for _ in range(300)]
    try:
        began = monotonic()
        while True:
            with closing(connect(port)) as wanting:
                wanting.sendall(GET)
                with suppress(OSError):
                    if b"200 OK" in wanting.recv(4096):
                        break
            assert monotonic() - began < 5
    finally:
        for one in idle:
            one.close()


def test_connections_leave_room_for_other_files(monkeypatch: pytest.MonkeyPatch) -> None:
    raised: list[Any] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 2048))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: raised.append(limits))
    assert server_module.room_for_connections() == 2048 - server_module.FILES_SPARED
    assert raised == [(2048, 2048)]
