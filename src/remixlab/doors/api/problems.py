"""Errors as problem+json, whatever raised them. Source: RFC 9457."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from remixlab.domain.errors import Invalid, NotFound, RemixLabError, TooManyAttempts
from remixlab.domain.naming import PRODUCT
from remixlab.doors.answers.problems import Problem
from remixlab.doors.errors import http_status, problem

COMPONENT: Final = "#/components/schemas/{model}"
_BODY: Final = {"application/problem+json": {"schema": {"$ref": COMPONENT.format(model=Problem.__name__)}}}

REFUSALS: Final = {
    401: "NotSignedIn",
    403: "Refused",
    404: "NotFound",
    409: "Conflict",
    422: "Invalid",
    429: "TooManyAttempts",
    503: "Unavailable",
}
"""HTTP status of each branch of the error tree, and what the description calls it."""

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": name, "content": _BODY} for status, name in REFUSALS.items()
}
"""What every operation may answer besides its own; described once, by reference."""


def add_problems(app: FastAPI) -> None:
    @app.exception_handler(RemixLabError)
    async def expected(_request: Request, error: RemixLabError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return answer_problem(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        mistakes = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        return answer_problem(Invalid("; ".join(mistakes), code="request.invalid", mistakes=mistakes), 422)

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        kind = NotFound if error.status_code == 404 else Invalid
        told = kind(str(error.detail), code=f"http.{error.status_code}")
        return answer_problem(told, error.status_code, error.headers)


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


def answer_problem(
    error: RemixLabError, status: int | None = None, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """The answer that tells an error, with the headers that go with its status."""
    shown = status or http_status(error)
    more = dict(headers or {})
    if shown == 401:
        more["WWW-Authenticate"] = f'Bearer realm="{PRODUCT}"'
    if isinstance(error, TooManyAttempts):
        more["Retry-After"] = str(error.details.get("retry_after_s", 1))
    return JSONResponse({**problem(error), "status": shown}, shown, more, media_type="application/problem+json")
