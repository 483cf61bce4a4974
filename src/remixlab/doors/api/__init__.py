"""The HTTP door: one file per resource, errors as RFC 9457 problems, and one page at `/`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from remixlab.doors.api import (
    consents,
    decisions,
    identify,
    jobs,
    pages,
    parties,
    plans,
    plays,
    recordings,
    remixes,
    soundfonts,
    statements,
    stems,
    verify,
)
from remixlab.doors.api.guard import SecurityHeaders
from remixlab.doors.api.problems import add_problems

if TYPE_CHECKING:
    from remixlab.app import House

PAGES = Path(__file__).parent / "pages"
VERSION = "1"


def create_app(house: House | None) -> FastAPI:
    """The application over an open house; without one it only describes itself."""
    app = FastAPI(
        title="RemixLab",
        version=VERSION,
        description="A sentence becomes a licensed remix, a listen becomes a payment. Errors are problem+json with stable codes.",
        middleware=[Middleware(SecurityHeaders)],
        separate_input_output_schemas=False,
    )
    app.state.house = house
    add_problems(app)
    for resource in (
        recordings,
        plans,
        decisions,
        remixes,
        stems,
        soundfonts,
        jobs,
        plays,
        statements,
        consents,
        parties,
        identify,
        verify,
    ):
        app.include_router(resource.router, prefix="/v1")
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=PAGES), name="static")
    return app


def create_schema() -> dict[str, Any]:
    """The OpenAPI description that is committed as `openapi.json`."""
    return create_app(None).openapi()
