"""How requests that are made from the description travel: a sound as the bytes that were drawn."""

from __future__ import annotations

from typing import Any

import schemathesis

# lazy there: a first import beside a running job trips over CPython 3.11's parser
import schemathesis.specs.openapi.schemas
from schemathesis.transport.serialization import serialize_binary


@schemathesis.serializer("audio/wav")
def send_sound(_context: Any, drawn: Any) -> bytes:
    return serialize_binary(drawn)


def described(app: Any) -> Any:
    """What the app says of itself, as schemathesis reads it."""
    return schemathesis.openapi.from_asgi("/openapi.json", app)
