"""The HTTP door: one file per resource, errors as RFC 9457 problems."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.middleware import Middleware

from remixlab.doors.api.catalogue import parties, recordings
from remixlab.doors.api.making import decisions, jobs, orders, plans, soundfonts
from remixlab.doors.api.money import statements
from remixlab.doors.api.problems import add_problems
from remixlab.doors.api.provenance import identify, verify
from remixlab.doors.api.rights import consents
from remixlab.doors.api.security_headers import SecurityHeaders
from remixlab.doors.api.sharing import plays, remixes, stems

if TYPE_CHECKING:
    from remixlab.app import Workspace

VERSION = "1"


def create_api(workspace: Workspace | None) -> FastAPI:
    """The application over an open workspace; without one it only describes itself."""
    app = FastAPI(
        title="RemixLab",
        version=VERSION,
        description="A sentence becomes a licensed remix, a listen becomes a payment. Errors are problem+json with stable codes.",
        middleware=[Middleware(SecurityHeaders)],
        separate_input_output_schemas=False,
    )
    app.state.workspace = workspace
    add_problems(app)
    for resource in (
        recordings,
        plans,
        decisions,
        orders,
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
    return app


def create_schema() -> dict[str, Any]:
    """The OpenAPI description that is committed as `openapi.json`."""
    return create_api(None).openapi()
