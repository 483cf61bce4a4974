"""The whole site: the HTTP API under `/v1`, and the pages beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import FastAPI

from remixlab.doors.api import create_api
from remixlab.doors.guard import stand_guard
from remixlab.doors.guard.traced import Traced
from remixlab.doors.pages import router, static_files

if TYPE_CHECKING:
    from remixlab.app import Workspace


def create_site(workspace: Workspace | None) -> FastAPI:
    """The application over an open workspace; without one it only describes itself."""
    site = create_api(workspace)
    stand_guard(site)
    tracer = workspace.telemetry.tracer if workspace is not None else None
    if tracer is not None:
        site.add_middleware(Traced, tracer=tracer)
    site.include_router(router)
    site.mount("/static", static_files(), name="static")
    return site
