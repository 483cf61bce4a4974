"""/statements and /ledger: what a party earned in a month and why, and the books behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse

from remixlab.doors.answers.money import (
    AnchorList,
    BalanceList,
    BookingList,
    StatementAnswer,
    anchor_list,
    balance_answer,
    booking_answer,
    statement_answer,
)
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.royalties import statement_csv
from remixlab.usecases import money

router = APIRouter(tags=["statements"], responses=PROBLEMS)
Month = Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", examples=["2026-11"])]


class CsvResponse(PlainTextResponse):
    media_type = "text/csv"


@router.get("/statements/{party}")
def read_statement(party: str, period: Month, workspace: TheWorkspace, actor: TheActor) -> StatementAnswer:
    """The lines of a settled month: each pool remix by remix, and the total in each currency."""
    return statement_answer(money.statement(party, period, actor, workspace.context))


@router.get(
    "/statements/{party}/csv",
    response_class=CsvResponse,
)
def read_statement_csv(party: str, period: Month, workspace: TheWorkspace, actor: TheActor) -> CsvResponse:
    """The same as a table for a spreadsheet."""
    stated = money.statement(party, period, actor, workspace.context)
    return CsvResponse(statement_csv(*stated.pools))


@router.get("/ledger/bookings", tags=["ledger"])
def list_bookings(
    workspace: TheWorkspace,
    actor: TheActor,
    account: Annotated[str | None, Query(max_length=200)] = None,
    after: After = None,
    limit: Limit = 50,
) -> BookingList:
    """Money that moved between accounts, in the order it was booked."""
    page = money.list_bookings(actor, workspace.context, after=after, limit=limit, account=account).map(booking_answer)
    return BookingList(items=list(page.items), next=page.next)


@router.get("/ledger/balances", tags=["ledger"])
def list_balances(workspace: TheWorkspace, actor: TheActor, after: After = None, limit: Limit = 50) -> BalanceList:
    """What every account holds; all of them sum to zero."""
    page = money.list_balances(actor, workspace.context, after=after, limit=limit).map(balance_answer)
    return BalanceList(items=list(page.items), next=page.next)


@router.get("/ledger/anchors", tags=["ledger"])
def list_anchors(workspace: TheWorkspace, actor: TheActor) -> AnchorList:
    """The newest link of every chain (bookings, decisions, audit log): kept elsewhere, it shows a tail that was cut."""
    return anchor_list(money.read_anchors(actor, workspace.context))
