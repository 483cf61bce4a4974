"""Structured logs on stderr; secrets are struck out before anything is written."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from remixlab.domain.text import harmless, make_harmless

_SECRET_WORDS = ("secret", "token", "password", "authorization", "api_key", "private_key", "prompt", "words", "cookie")
"""Fields that are struck out: secrets, and what a person wished."""


def set_up_logs(level: Literal["debug", "info", "warning", "error"] = "warning", *, as_json: bool = False) -> None:
    """Send logs to stderr, from a level on; one JSON object a line for machines."""
    number = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}[level]
    told = logging.StreamHandler(sys.stderr)
    told.setFormatter(_OneLine("%(name)s: %(message)s"))
    logging.basicConfig(level=max(number, logging.INFO), handlers=[told])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            strike_secrets,
            structlog.processors.format_exc_info,
            show_harmless,
            structlog.processors.JSONRenderer()
            if as_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=_to_stderr,
        cache_logger_on_first_use=False,
    )


class _OneLine(logging.Formatter):
    """What other libraries say, without what would move the cursor of whoever reads it."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        return harmless(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        return harmless(super().formatException(ei), lines=True)


def _to_stderr(*_args: Any) -> Any:
    return structlog.PrintLogger(sys.stderr)  # looked up at each line: tests and daemons exchange it


def strike_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace the value of every field whose name sounds secret."""
    for name in event:
        if is_secret(name):
            event[name] = "***"
    return event


def is_secret(name: str) -> bool:
    """Whether the name of a field sounds like a secret, or like what a person wished."""
    return any(word in name.lower() for word in _SECRET_WORDS)


def show_harmless(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Name what would move the cursor, forge a line or turn the writing; a traceback keeps its lines."""
    for name, value in event.items():
        is_traceback = name == "exception" and isinstance(value, str)
        event[name] = harmless(value, lines=True) if is_traceback else make_harmless(value)
    return event
