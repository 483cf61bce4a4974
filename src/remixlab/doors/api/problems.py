"""Errors as problem+json, whatever raised them. Source: RFC 9457."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from remixlab.domain.errors import Invalid, NotFound, RemixLabError
from remixlab.doors.errors import http_status, problem


class Problem(BaseModel):
    """An error as the API tells it; refusals add `decided_by`, `use` and `decision` with what is open instead."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: Annotated[str, Field(examples=["rights.refused.genre"])]
    message: str
    hint: str = ""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, text in ((403, "Refused"), (404, "Not found"), (409, "Conflict"), (422, "Invalid"), (503, "Unavailable"))
}


def add_problems(app: FastAPI) -> None:
    @app.exception_handler(RemixLabError)
    async def expected(_request: Request, error: RemixLabError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        return _answer(error, http_status(error))

    @app.exception_handler(RequestValidationError)
    async def malformed(_request: Request, error: RequestValidationError) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        mistakes = [f"{'.'.join(str(p) for p in e['loc'])}: {e['msg']}" for e in error.errors()]
        return _answer(Invalid("; ".join(mistakes), code="request.invalid", mistakes=mistakes), 422)

    @app.exception_handler(HTTPException)
    async def http(_request: Request, error: HTTPException) -> JSONResponse:  # pyright: ignore[reportUnusedFunction]
        kind = NotFound if error.status_code == 404 else Invalid
        return _answer(kind(str(error.detail), code=f"http.{error.status_code}"), error.status_code)


def _answer(error: RemixLabError, status: int) -> JSONResponse:
    return JSONResponse({**problem(error), "status": status}, status, media_type="application/problem+json")
