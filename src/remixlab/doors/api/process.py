"""Whether the process lives, can work, which version it is, and its metrics: for whoever runs it."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version
from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from remixlab.accounts import Action, must
from remixlab.domain.errors import Unavailable
from remixlab.domain.naming import PRODUCT
from remixlab.doors.answers.accounts import HealthAnswer, VersionAnswer
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.problems import PROBLEMS

router = APIRouter(tags=["process"], responses=PROBLEMS)
API: Final = "v1"
METRICS: Final = "text/plain; version=0.0.4"
"""Source: Prometheus exposition formats, text format 0.0.4."""


@router.get("/healthz")
def is_alive() -> HealthAnswer:
    """The process answers. Asks for nothing, and for no key."""
    return HealthAnswer()


@router.get("/readyz")
def is_ready(workspace: TheWorkspace) -> HealthAnswer:
    """The process can work: its registry can be read and its job engine answers. Asks for no key."""
    if not workspace.is_ready():
        raise Unavailable("The registry or the job engine does not answer.", hint="`remixlab doctor` says which.")
    return HealthAnswer()


@router.get("/version")
def read_version() -> VersionAnswer:
    """Which product answers, and which version of its API."""
    return VersionAnswer(name=PRODUCT, version=_version(), api=API)


@router.get(
    "/metrics",
    response_class=PlainTextResponse,
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def read_metrics(workspace: TheWorkspace, actor: TheActor) -> PlainTextResponse:
    """Metrics in the text format of Prometheus, for who runs the workspace."""
    must(actor, Action.RUN_WORKSPACE)
    return PlainTextResponse(workspace.metrics(), media_type=METRICS)


def _version() -> str:
    try:
        return version("remixlab")
    except PackageNotFoundError:  # run from its sources
        return "0"
