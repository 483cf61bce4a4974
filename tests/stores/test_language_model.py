"""The chat adapter against a local server that speaks the API."""

from __future__ import annotations

import contextlib
import gc
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from remixlab.domain.errors import EngineUnavailable
from remixlab.prompt import ask_model
from remixlab.stores.models.language_model import ChatModel


@contextmanager
def chat_server(answer: Any, status: int = 200) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    seen: list[dict[str, Any]] = []

    class Chat(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            seen.append({"path": self.path, "key": self.headers.get("Authorization"), **body})
            data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Chat)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def chat(content: str) -> dict[str, Any]:
    return {"choices": [{"message": {"role": "assistant", "content": content}}]}


def test_a_model_writes_a_plan_over_the_chat_api() -> None:
    with chat_server(chat('{"ops": [{"op": "tempo", "ratio": 0.9, "because": "slower"}]}')) as (url, seen):
        result = ask_model(ChatModel(url, "small", key="secret"), "slower", None, source="recording")
    assert result.plan.ops[0].op == "tempo"
    assert (seen[0]["path"], seen[0]["model"], seen[0]["key"]) == ("/v1/chat/completions", "small", "Bearer secret")
    assert [m["role"] for m in seen[0]["messages"]] == ["system", "user"]


@pytest.mark.parametrize(
    ("answer", "status"), [("not json", 200), ({"choices": []}, 200), ({"error": "no"}, 500), ([], 200)]
)
def test_an_endpoint_that_answers_something_else_is_unavailable(answer: Any, status: int) -> None:
    with chat_server(answer, status) as (url, _), pytest.raises(EngineUnavailable):
        ChatModel(url, "small").complete([{"role": "user", "content": "x"}])


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/v1", "file:///etc", "nonsense"])
def test_an_endpoint_that_is_away_is_unavailable(url: str) -> None:
    with pytest.raises(EngineUnavailable):
        ChatModel(url, "small", timeout_s=2).complete([])


@contextmanager
def talking_server(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says to its one caller what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with contextlib.suppress(OSError):
                caller, _ = listening.accept()
                with caller:
                    talk(caller)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/v1"
    thread.join()


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # the connection that was given up ends later
@pytest.mark.parametrize("begin", [b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"])
def test_an_endpoint_that_drips_for_ever_is_unavailable(begin: bytes) -> None:
    ended = threading.Event()

    def drip(caller: socket.socket) -> None:
        caller.sendall(begin)
        while not ended.wait(0.05):
            caller.sendall(b" ")

    with talking_server(drip) as url:
        with pytest.raises(EngineUnavailable, match="does not answer"):
            ChatModel(url, "m", timeout_s=0.5).complete([])
        ended.set()
    for asking in [thread for thread in threading.enumerate() if thread.name == "remixlab-language-model"]:
        asking.join(30)
    gc.collect()  # what is left of the connection is complained of here, where it is expected


def test_an_answer_that_breaks_off_is_unavailable() -> None:
    with (
        talking_server(lambda caller: caller.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")) as url,
        pytest.raises(EngineUnavailable),
    ):
        ChatModel(url, "m", timeout_s=30.0).complete([])


def test_the_key_is_never_printed() -> None:
    assert "secret" not in repr(ChatModel("http://x", "m", key="secret"))
