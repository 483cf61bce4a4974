"""Errors as problem+json, whatever raised them. Source: RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.routing import Match

from remixlab.domain.errors import Invalid, NotFound, RemixLabError, of_system
from remixlab.domain.naming import PRODUCT
from remixlab.doors.answers.problems import Problem
from remixlab.doors.errors import http_status, problem

METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")
COMPONENT: Final = "#/components/schemas/{model}"
_BODY: Final = {"application/problem+json": {"schema": {"$ref": COMPONENT.format(model=Problem.__name__)}}}

REFUSALS: Final = {
    400: "BadRequest",
    401: "NotSignedIn",
    403: "Refused",
    404: "NotFound",
    408: "TooSlow",
    409: "Conflict",
    413: "TooLarge",
    415: "UnsupportedMedia",
    422: "Invalid",
    429: "RateLimited",
    500: "InternalError",
    503: "Unavailable",
}
"""HTTP status of each branch of the error tree, and what the description calls it."""

_ASKED_FOR: Final = {400, 415}
"""Told by those operations alone whose standard names them; others say 422."""
_DESCRIBED: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": name, "content": _BODY} for status, name in REFUSALS.items()
}
PROBLEMS: Final = {status: told for status, told in _DESCRIBED.items() if status not in _ASKED_FOR}
"""What every operation may answer besides its own; described once, by reference."""
BINDING_PROBLEMS: Final = PROBLEMS | {status: _DESCRIBED[status] for status in sorted(_ASKED_FOR)}
"""What the operations that follow C2PA's description may answer."""

RETRY_AFTER_S: Final = 5
"""When a service that is too busy, or lacks something, may be asked again, unless the error says when."""


def add_problems(app: FastAPI) -> None:
    @app.exception_handler(RemixLabError)
    async def expected(_request: Request, error: RemixLabError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return answer_of(error)

    @app.exception_handler(OSError)
    async def system(_request: Request, error: OSError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return answer_of(of_system(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        mistakes = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        return answer_of(Invalid("; ".join(mistakes), code="request.invalid", mistakes=mistakes))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        cause = error.__cause__
        if isinstance(cause, OSError):  # the framework takes whatever stops it reading a body for a mistake in the body
            cause = of_system(cause)
        if isinstance(cause, RemixLabError):
            return answer_of(cause, {"Connection": "close"})
        if error.status_code == 404:
            return answer_of(NotFound(str(error.detail), code="http.404"))
        if error.status_code == 405:
            wrong = Invalid(str(error.detail), code="http.405")
            return answer_of(wrong, {"Allow": ", ".join(methods_of(app, request))}, status=405)
        mistakes = [f"body: {error.detail}"]
        return answer_of(Invalid(mistakes[0], code="request.invalid", mistakes=mistakes))


def methods_of(app: FastAPI, request: Request) -> list[str]:
    """The methods that an address knows. Source: RFC 9110, section 15.5.6 (a 405 has to list them)."""
    known = {method for method in METHODS if _is_known(app, {**request.scope, "method": method})}
    return sorted(known | {"HEAD"} if "GET" in known else known)


def _is_known(app: FastAPI, scope: dict[str, Any]) -> bool:
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


def answer_of(error: RemixLabError, headers: Mapping[str, str] = {}, *, status: int | None = None) -> JSONResponse:
    """An error as its answer; one that passes says when to come again. Source: RFC 9110, section 10.2.3."""
    given = status or http_status(error)
    later = error.details.get("retry_after_s", RETRY_AFTER_S) if given in (429, 503) else None
    told = {**headers, **({"Retry-After": str(later)} if later is not None else {})}
    if given == 401:
        told["WWW-Authenticate"] = f'Bearer realm="{PRODUCT}"'
    body = {**problem(error), "status": given}
    return JSONResponse(body, given, headers=told, media_type="application/problem+json")


def describe_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """The description with `Problem`, and the answers that carry one, each once among the components."""
    told = Problem.model_json_schema(ref_template=COMPONENT)
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    for name, part in told.pop("$defs", {}).items():
        schemas.setdefault(name, part)
    schemas[Problem.__name__] = told
    schema["components"]["responses"] = {name: {"description": name, "content": _BODY} for name in REFUSALS.values()}
    for operation in (operation for methods in schema["paths"].values() for operation in methods.values()):
        for status, name in REFUSALS.items():
            if str(status) in operation["responses"]:
                operation["responses"][str(status)] = {"$ref": f"#/components/responses/{name}"}
    return schema
