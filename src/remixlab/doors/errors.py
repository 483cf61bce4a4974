"""The one place where errors become exit codes and HTTP statuses, and where it is said how an error is told."""

from __future__ import annotations

from typing import Any

from remixlab.domain.errors import (
    Conflict,
    Invalid,
    InvalidBinding,
    NotFound,
    NotSignedIn,
    RateLimited,
    Refused,
    RemixLabError,
    TooLarge,
    TooSlow,
    Unavailable,
    UnsupportedMedia,
)

DOORS: dict[type[RemixLabError], tuple[int, int]] = {
    InvalidBinding: (2, 400),
    UnsupportedMedia: (2, 415),
    TooLarge: (2, 413),
    TooSlow: (2, 408),
    RateLimited: (6, 429),
    Invalid: (2, 422),
    NotFound: (3, 404),
    NotSignedIn: (4, 401),
    Refused: (4, 403),
    Conflict: (5, 409),
    Unavailable: (6, 503),
}
"""Exit code and HTTP status of each branch of the tree; twigs with a door of their own come first."""


def exit_code(error: RemixLabError) -> int:
    return door_of(type(error))[0]


def http_status(error: RemixLabError) -> int:
    return door_of(type(error))[1]


def door_of(kind: type[RemixLabError]) -> tuple[int, int]:
    """Exit code and HTTP status of a class of errors."""
    for branch, door in DOORS.items():
        if issubclass(kind, branch):
            return door
    raise AssertionError(f"{kind.__name__} stands on no branch of the error tree")


def error_answer(error: RemixLabError) -> dict[str, Any]:
    """The object that `--json` prints under `error`: what does not belong to this error is left out."""
    return told(error.to_dict())


def told(stored: dict[str, Any]) -> dict[str, Any]:
    """An error as a user reads it, from its stored form: of a decision, what `remixlab ask` says."""
    if not stored.get("decision"):
        return stored
    from remixlab.doors.answers.decisions import decision_of  # lazy: most errors need no plan language

    return {**stored, "decision": decision_of(stored["decision"]).to_dict()}


def problem(error: RemixLabError) -> dict[str, Any]:
    """The body of the answer. Source: RFC 9457 (problem details), with our stable members beside it."""
    body = error_answer(error)
    return {
        "type": f"urn:remixlab:error:{body['code']}",
        "title": type(error).__name__,
        "status": http_status(error),
        "detail": body["message"],
        **body,
    }


def bug_problem(error_id: str) -> dict[str, Any]:
    """The body of an answer where the mistake is ours: nothing of what went wrong but a name to find it by."""
    message = "Something went wrong here, and it is not your mistake."
    return {
        "type": "urn:remixlab:error:internal",
        "title": "InternalError",
        "status": 500,
        "detail": message,
        "code": "internal",
        "message": message,
        "hint": f"Tell whoever runs this service the number {error_id}.",
        "error_id": error_id,
    }
