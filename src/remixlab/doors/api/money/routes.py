"""/statements and /ledger: what a party earned in a month and why, and the books behind it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from pydantic import Field

from remixlab.domain.money import Money
from remixlab.doors.answers.money import (
    AnchorList,
    BalanceList,
    BookedAnswer,
    BookingList,
    EarningsList,
    FlowAnswer,
    ProofAnswer,
    StatementAnswer,
    anchor_list,
    balance_answer,
    booked_answer,
    booking_answer,
    earnings_list,
    flow_answer,
    proof_answer,
    statement_answer,
)
from remixlab.doors.api.caller import TheActor, TheWorkspace
from remixlab.doors.api.paging import After, Limit
from remixlab.doors.api.problems import PROBLEMS
from remixlab.doors.api.request import Sent
from remixlab.royalties import Move, MoveKind, statement_csv
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


class MoveRequest(Sent):
    """Money that goes from one account to another, once under its key."""

    key: Annotated[str, Field(max_length=150)]
    kind: MoveKind
    source: Annotated[str, Field(max_length=200)]
    target: Annotated[str, Field(max_length=200)]
    amount: Annotated[str, Field(max_length=40, examples=["12.50 EUR"])]
    why: Annotated[str, Field(min_length=1, max_length=500)]


class PayoutRequest(Sent):
    """A payout to everybody who is owed at least a minimum. The same run pays nobody twice."""

    run: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    minimum: Annotated[str, Field(max_length=40, examples=["25.00 EUR"])]


@router.post("/ledger/moves", tags=["ledger"], status_code=201)
def move_money(request: MoveRequest, workspace: TheWorkspace, actor: TheActor) -> BookedAnswer:
    """Book money beside settlements, by the rules of its kind."""
    amount = Money.parse(request.amount, workspace.context.currency)
    asked = Move.parse({**request.model_dump(), "amount": amount})
    return booked_answer([money.move(asked, actor, workspace.context)])


@router.post("/ledger/payouts", tags=["ledger"], status_code=201)
def pay_out(request: PayoutRequest, workspace: TheWorkspace, actor: TheActor) -> BookedAnswer:
    """Pay every party what it is owed, in whole cents; advances are paid back first."""
    least = Money.parse(request.minimum, workspace.context.currency)
    return booked_answer(money.pay_out(request.run, least, actor, workspace.context))


@router.get("/ledger/journal", tags=["ledger"], response_class=PlainTextResponse)
def read_journal(workspace: TheWorkspace, actor: TheActor) -> PlainTextResponse:
    """The ledger as a journal that hledger reads."""
    return PlainTextResponse("".join(money.read_journal(actor, workspace.context)))


@router.get("/statements/{party}/proof")
def prove_statement(
    party: str,
    period: Month,
    workspace: TheWorkspace,
    actor: TheActor,
    pool: Annotated[str, Query(max_length=64)] = "add-on",
) -> ProofAnswer:
    """What a party needs to recompute its statement by itself, from the settlement's root."""
    return proof_answer(money.prove_statement(party, period, pool, actor, workspace.context))


class SvgResponse(PlainTextResponse):
    media_type = "image/svg+xml"


PoolName = Annotated[str, Query(max_length=64)]


@router.get("/ledger/flow", tags=["ledger"])
def read_flow(period: Month, workspace: TheWorkspace, actor: TheActor, pool: PoolName = "add-on") -> FlowAnswer:
    """Where a settled pool went: from the pool to remixes, from remixes to parties."""
    return flow_answer(money.show_flow(period, pool, actor, workspace.context))


@router.get("/ledger/flow.svg", tags=["ledger"], response_class=SvgResponse)
def draw_flow(period: Month, workspace: TheWorkspace, actor: TheActor, pool: PoolName = "add-on") -> SvgResponse:
    """The same as a Sankey diagram."""
    return SvgResponse(money.show_flow(period, pool, actor, workspace.context).svg)


@router.get("/statements/{party}/earnings")
def read_earnings(
    party: str,
    first: Month,
    last: Month,
    workspace: TheWorkspace,
    actor: TheActor,
) -> EarningsList:
    """What a party earned month by month, each currency by itself."""
    return earnings_list(money.show_earnings(party, first, last, actor, workspace.context))
