"""The HTTP API put together, and its description."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from fastapi import FastAPI
from starlette.middleware import Middleware

from remixlab.domain.naming import PRODUCT
from remixlab.doors.api import process
from remixlab.doors.api.accounts import routes as accounts
from remixlab.doors.api.accounts import (
    routes_account,
    routes_identities,
    routes_own_data,
    routes_passkeys,
    routes_people,
    routes_session,
)
from remixlab.doors.api.catalogue import routes_parties, routes_recordings
from remixlab.doors.api.claims import routes as claims
from remixlab.doors.api.community import routes as community
from remixlab.doors.api.gate import Gate
from remixlab.doors.api.making import routes_decisions, routes_jobs, routes_plans, routes_remixes, routes_soundfonts
from remixlab.doors.api.money import routes as money
from remixlab.doors.api.problems import add_problems, describe_problems
from remixlab.doors.api.provenance import routes as provenance
from remixlab.doors.api.provenance import routes_manifests
from remixlab.doors.api.rights import routes as rights
from remixlab.doors.api.rights import routes_disputes as disputes
from remixlab.doors.api.rights import routes_epoch, routes_receipts
from remixlab.doors.api.security_headers import SecurityHeaders
from remixlab.doors.api.sharing import routes as sharing
from remixlab.doors.api.sharing import routes_audio

if TYPE_CHECKING:
    from remixlab.app import Workspace

VERSION: Final = "1"
AREAS: Final = (
    routes_recordings,
    routes_plans,
    routes_decisions,
    routes_remixes,
    sharing,
    routes_audio,
    routes_soundfonts,
    routes_jobs,
    money,
    rights,
    routes_epoch,
    routes_receipts,
    disputes,
    routes_parties,
    claims,
    provenance,
    routes_manifests,
    routes_session,
    routes_account,
    routes_passkeys,
    routes_identities,
    routes_own_data,
    routes_people,
    accounts,
    community,
)


def create_api(workspace: Workspace | None) -> FastAPI:
    """The application over an open workspace; without one it only describes itself."""
    app = FastAPI(
        title=PRODUCT,
        version=VERSION,
        description="A sentence becomes a licensed remix, a listen becomes a payment. "
        "Errors are problem+json with stable codes.",
        middleware=[Middleware(SecurityHeaders), Middleware(Gate, workspace=workspace)],
        # Its pages load scripts from elsewhere, and a script in a page of ours can do whatever is signed in there.
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    app.state.workspace = workspace
    add_problems(app)
    for area in AREAS:
        app.include_router(area.router, prefix="/v1")
    app.include_router(process.router)
    app.openapi = _with_problems(app.openapi)
    return app


def create_schema() -> dict[str, Any]:
    """The OpenAPI description that is committed as `openapi.json`."""
    return create_api(None).openapi()


def _with_problems(described: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
    return lambda: describe_problems(described())
