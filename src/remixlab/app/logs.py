"""Structured logs on stderr; secrets are struck out before anything is written."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

_SECRET_WORDS = ("secret", "token", "password", "authorization", "api_key", "private_key", "prompt", "words", "cookie")
"""Fields that are struck out: secrets, and what a person wished."""


def set_up_logs(level: Literal["debug", "info", "warning", "error"] = "warning", *, as_json: bool = False) -> None:
    """Send logs to stderr, from a level on; one JSON object a line for machines."""
    number = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}[level]
    logging.basicConfig(level=max(number, logging.INFO), stream=sys.stderr, format="%(name)s: %(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            strike_secrets,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )


def _to_stderr(*_args: Any) -> Any:
    return structlog.PrintLogger(sys.stderr)  # looked up at each line: tests and daemons exchange it


def strike_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every field whose name sounds secret."""
    for name in event:
        if any(word in name.lower() for word in _SECRET_WORDS):
            event[name] = "***"
    return event
