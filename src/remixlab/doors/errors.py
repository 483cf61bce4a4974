"""The one place where errors become exit codes and HTTP statuses."""

from __future__ import annotations

from typing import Any

from remixlab.domain.errors import Conflict, Invalid, NotFound, Refused, RemixLabError, Unavailable

DOORS: dict[type[RemixLabError], tuple[int, int]] = {
    Invalid: (2, 422),
    NotFound: (3, 404),
    Refused: (4, 403),
    Conflict: (5, 409),
    Unavailable: (6, 503),
}
"""Exit code and HTTP status of each branch of the tree."""


def exit_code(error: RemixLabError) -> int:
    return _door(error)[0]


def http_status(error: RemixLabError) -> int:
    return _door(error)[1]


def problem(error: RemixLabError) -> dict[str, Any]:
    """The body of the answer. Source: RFC 9457 (problem details), with our stable members beside it."""
    status = http_status(error)
    body = error.to_dict()
    return {
        "type": f"urn:remixlab:error:{body['code']}",
        "title": type(error).__name__,
        "status": status,
        "detail": body["message"],
        **body,
    }


def _door(error: RemixLabError) -> tuple[int, int]:
    for branch, door in DOORS.items():
        if isinstance(error, branch):
            return door
    raise AssertionError(f"{type(error).__name__} stands on no branch of the error tree")
