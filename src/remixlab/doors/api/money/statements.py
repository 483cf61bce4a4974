"""/statements: what a party earned in a month, and why."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from remixlab.doors.api.caller import TheCaller, TheWorkspace, must_be
from remixlab.doors.api.problems import PROBLEMS
from remixlab.usecases.money import statement

router = APIRouter(tags=["statements"], responses=PROBLEMS)
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


@router.get("/statements/{party}")
def read_statement(party: str, period: Month, workspace: TheWorkspace, caller: TheCaller) -> dict[str, Any]:
    """The lines of a settled month, remix by remix."""
    must_be(party, caller, workspace)
    return {k: v for k, v in statement(party, period, workspace.context).items() if k != "csv"}


@router.get("/statements/{party}/csv", response_class=PlainTextResponse)
def read_statement_csv(party: str, period: Month, workspace: TheWorkspace, caller: TheCaller) -> PlainTextResponse:
    """The same as a table for a spreadsheet."""
    must_be(party, caller, workspace)
    return PlainTextResponse(statement(party, period, workspace.context)["csv"], media_type="text/csv")
