"""A language model behind any endpoint that speaks the OpenAI chat API, a local one too. Optional; it only proposes."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from concurrent.futures import Future
from dataclasses import dataclass, field
from http.client import HTTPException
from threading import Thread
from typing import Any

from remixlab.domain.errors import EngineUnavailable

ANSWER_BYTES_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class ChatModel:
    """`base_url` up to and with `/v1`; the key is sent only when there is one and never printed."""

    base_url: str
    model: str
    key: str = field(default="", repr=False)
    timeout_s: float = 20.0

    def complete(self, messages: list[dict[str, str]]) -> str:
        """The text of the first choice.

        Raises: EngineUnavailable when the endpoint is away, refuses or answers something else.
        """
        body = {"model": self.model, "messages": messages, "temperature": 0, "response_format": {"type": "json_object"}}
        headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {self.key}"} if self.key else {})}
        if not self.base_url.startswith(("http://", "https://")):
            raise EngineUnavailable(
                "the language model's address is not an http address", hint="Write it as http://host:port/v1."
            )
        request = urllib.request.Request(
            f"{self.base_url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers, method="POST"
        )
        try:
            answer: Any = json.loads(_whole(request, self.timeout_s))
            return str(answer["choices"][0]["message"]["content"])
        except urllib.error.HTTPError as error:
            raise EngineUnavailable(f"the language model refused ({error.code})", hint=_HINT) from error
        except (OSError, HTTPException, ValueError) as error:
            raise EngineUnavailable("the language model does not answer", hint=_HINT) from error
        except (KeyError, IndexError, TypeError) as error:
            raise EngineUnavailable(
                "the language model answered in a form that is not the chat API", hint=_HINT
            ) from error


def _whole(request: urllib.request.Request, timeout_s: float) -> bytes:
    """The answer to a request, all of it in this time: a socket's own timeout begins anew with each byte that drips in.

    Raises: OSError, HTTPException.
    """
    answer: Future[bytes] = Future()

    def ask() -> None:
        try:
            with urllib.request.urlopen(request, timeout=timeout_s) as reply:
                answer.set_result(reply.read(ANSWER_BYTES_MAX))
        except Exception as wrong:  # noqa: BLE001 (it belongs to whoever waits)
            if isinstance(wrong, urllib.error.HTTPError):
                wrong.close()  # an HTTP error is also an open answer
            answer.set_exception(wrong)

    Thread(target=ask, name="remixlab-language-model", daemon=True).start()
    return answer.result(timeout_s)


_HINT = "Everything works without it: leave the setting empty."
