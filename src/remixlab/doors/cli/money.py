"""Commands about money: a month, a statement."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import Encoding, Period
from remixlab.doors.cli.session import Session, command


@command
def settle(
    period: Period,
    session: Session,
    pool: Annotated[
        Path | None, typer.Option("--pool", help="Revenue and deal of the month, as TOML.", metavar="FILE.toml")
    ] = None,
    encoding: Encoding = None,
) -> None:
    """Turn a month of listens into money: exact to the last micro-unit, booked once."""
    from remixlab.doors.answers.money import settled_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import read_text
    from remixlab.usecases.money import settle as pay_out

    with session.open() as opened:
        text = read_text(pool, encoding) if pool else None
        settled = pay_out(period, opened.actor, opened.context, pool=text, settler=opened.workspace.settler)
    session.answer(settled_answer(settled), _settled)


@command
def statement(
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    period: Period,
    session: Session,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the lines as CSV.")] = False,
) -> None:
    """What a party earned in a month, remix by remix, and why."""
    from remixlab.doors.answers.money import statement_answer  # lazy
    from remixlab.royalties import statement_csv
    from remixlab.usecases.money import statement as read_statement

    with session.open() as opened:
        stated = read_statement(party, period, opened.actor, opened.context)
    if as_csv:
        typer.echo(statement_csv(*stated.pools), nl=False)
        return
    session.answer(statement_answer(stated), _stated)


@command
def anchors(
    session: Session,
    check: Annotated[
        Path | None, typer.Option("--check", help="Look whether the chains still reach these.", metavar="FILE")
    ] = None,
) -> None:
    """Print the newest link of every chain, to be kept elsewhere; or look whether the chains still reach it."""
    from remixlab.domain.errors import LedgerConflict  # lazy
    from remixlab.doors.answers.money import anchor_list
    from remixlab.doors.cli.files import read_file
    from remixlab.usecases.money import check_anchors, read_anchors

    with session.open() as opened:
        if check is not None:
            lines = read_file(check).decode("ascii", "replace").splitlines()
            lost = check_anchors(lines, opened.actor, opened.context)
            if lost:
                raise LedgerConflict(f"a chain was cut or rewritten: it no longer reaches '{lost[0]}'")
        heads = read_anchors(opened.actor, opened.context)
    session.answer(anchor_list(heads), _anchored)


@command
def proof(
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    period: Period,
    session: Session,
    pool: Annotated[str, typer.Option("--pool", help="The name of the pool.")] = "add-on",
) -> None:
    """Print what a party needs to recompute its statement: its lines, and the way to the settlement's root."""
    from remixlab.doors.answers.money import proof_answer  # lazy
    from remixlab.usecases.money import prove_statement

    with session.open() as opened:
        found = prove_statement(party, period, pool, opened.actor, opened.context)
    session.answer(proof_answer(found), lambda a: iter([_json(a)]))


@command
def check_proof(
    file: Annotated[Path, typer.Argument(help="What `remixlab proof` printed.", metavar="FILE")],
    session: Session,
    root: Annotated[str, typer.Option("--root", help="The settlement's root, as it was published.")],
) -> None:
    """Recompute a statement from its proof: needs no workspace, and sees nobody else's plays."""
    from remixlab.domain.errors import InvalidProof  # lazy
    from remixlab.doors.answers.money import proven_answer
    from remixlab.doors.cli.files import read_file
    from remixlab.royalties import StatementProof

    answer = proven_answer(StatementProof.parse(read_file(file)), root)
    if not answer.is_as_published:
        raise InvalidProof(f"the statement leads to another root: {answer.root}")
    session.answer(answer, lambda a: iter([f"[bold]{a['party_id']}[/bold], {a['period']}, {a['pool']}: {a['total']}"]))


@command
def move(
    kind: Annotated[str, typer.Argument(help="income, tax, fee, advance, release ...", metavar="KIND")],
    session: Session,
    source: Annotated[str, typer.Option("--from", help="The account that gives, such as outside:bank.")],
    target: Annotated[str, typer.Option("--to", help="The account that receives, such as pool:add-on.")],
    amount: Annotated[str, typer.Option("--amount", help="Such as '12.50 EUR'.")],
    key: Annotated[str, typer.Option("--key", help="The same key is the same move, made once.")],
    why: Annotated[str, typer.Option("--why", help="The reason; it stands in the ledger.")],
) -> None:
    """Book money beside settlements: income, taxes, fees, advances, corrections, what waited and is released."""
    from remixlab.domain.money import Money  # lazy
    from remixlab.doors.answers.money import booked_answer
    from remixlab.royalties import Move
    from remixlab.usecases.money import move as book

    with session.open() as opened:
        money = Money.parse(amount, opened.context.currency)
        asked = Move.parse({"key": key, "kind": kind, "source": source, "target": target, "amount": money, "why": why})
        booked = book(asked, opened.actor, opened.context)
    session.answer(booked_answer([booked]), _booked)


@command
def payout(
    session: Session,
    run: Annotated[str, typer.Option("--run", help="The payout's name: the same run pays nobody twice.")],
    minimum: Annotated[str, typer.Option("--minimum", help="Who is owed less waits for the next one.")] = "10.00",
) -> None:
    """Pay every party what it is owed, in whole cents; advances are paid back first."""
    from remixlab.domain.money import Money  # lazy
    from remixlab.doors.answers.money import booked_answer
    from remixlab.usecases.money import pay_out

    with session.open() as opened:
        least = Money.parse(minimum, opened.context.currency)
        booked = pay_out(run, least, opened.actor, opened.context)
    session.answer(booked_answer(booked), _booked)


@command
def exchange(
    account: Annotated[str, typer.Argument(help="Such as party:pty_...", metavar="ACCOUNT")],
    session: Session,
    amount: Annotated[str, typer.Option("--amount", help="Such as '12.50 EUR'.")],
    rate: Annotated[str, typer.Option("--rate", help="Such as 'EUR/USD 1.0873' or 'EUR/USD 10873/10000'.")],
    day: Annotated[str, typer.Option("--day", help="The day of the rate.", metavar="YYYY-MM-DD")],
    key: Annotated[str, typer.Option("--key", help="The same key is the same exchange, made once.")],
) -> None:
    """Change an account's money into another currency by a dated rate, exactly."""
    from remixlab.domain.money import Money  # lazy
    from remixlab.doors.answers.money import booked_answer
    from remixlab.royalties import Rate
    from remixlab.usecases.money import exchange as change

    with session.open() as opened:
        money = Money.parse(amount, opened.context.currency)
        booked = change(key, account, money, Rate.parse(rate, day), opened.actor, opened.context)
    session.answer(booked_answer(booked), _booked)


@command
def journal(session: Session) -> None:
    """Print the ledger as a journal that hledger reads."""
    from remixlab.usecases.money import read_journal  # lazy

    with session.open() as opened:
        lines = list(read_journal(opened.actor, opened.context))
    session.answer({"journal": "".join(lines)}, lambda a: iter(a["journal"].splitlines()))


@command
def flow(
    period: Period,
    session: Session,
    pool: Annotated[str, typer.Option("--pool", help="The name of the pool.")] = "add-on",
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Draw it here.", metavar="FILE.svg")] = None,
) -> None:
    """Show where a settled pool went: from the pool to remixes to parties, as a table and as a picture."""
    from remixlab.doors.answers.money import flow_answer  # lazy
    from remixlab.usecases.money import show_flow

    with session.open() as opened:
        found = show_flow(period, pool, opened.actor, opened.context)
    if out is not None:
        out.write_text(found.svg, "utf-8")
    session.answer(flow_answer(found), _flowed)


@command
def earnings(
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    session: Session,
    first: Annotated[str, typer.Option("--from", help="The first month.", metavar="YYYY-MM")],
    last: Annotated[str, typer.Option("--to", help="The last month.", metavar="YYYY-MM")],
    out: Annotated[
        Path | None, typer.Option("-o", "--out", help="Draw the first currency here.", metavar="FILE.svg")
    ] = None,
) -> None:
    """What a party earned month by month, as a table and as a picture."""
    from remixlab.doors.answers.money import earnings_list  # lazy
    from remixlab.usecases.money import show_earnings

    with session.open() as opened:
        found = show_earnings(party, first, last, opened.actor, opened.context)
    if out is not None and found:
        out.write_text(found[0].svg, "utf-8")
    session.answer(earnings_list(found), _earned)


def _flowed(a: Mapping[str, Any]) -> Iterator[str]:
    for line in a["flows"]:
        yield f"  {line['amount']:>18}  {line['source']} → {line['target']}"


def _earned(a: Mapping[str, Any]) -> Iterator[str]:
    for one in a["currencies"]:
        yield f"[bold]{one['total']}[/bold]"
        for month in one["months"]:
            yield f"  {month['period']}  {month['amount']:>18}"


def _json(tree: Mapping[str, Any]) -> str:
    return json.dumps(tree, ensure_ascii=False)


def _booked(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["bookings"]:
        yield "Nothing was to be booked."
    for booking in a["bookings"]:
        yield f"[bold]{booking['kind']}[/bold] {booking['memo']} [dim]{booking['key']}[/dim]"
        for entry in booking["entries"]:
            yield f"  {entry['amount']:>22}  {entry['account']}"


def _settled(a: Mapping[str, Any]) -> Iterator[str]:
    yield f"[bold]{a['period']}[/bold]: {a['counted_plays']} of {a['plays']} plays counted, {a['pool']} paid out"
    for reason, count in a["left_out"].items():
        yield f"  {count} left out: {reason}"
    for line in a["parties"]:
        yield f"  {line['amount']:>18}  {line['party']}"


def _stated(a: Mapping[str, Any]) -> Iterator[str]:
    totals = " + ".join(total["total"] for total in a["totals"]) or "nothing"
    yield f"[bold]{a['party']}[/bold], {a['period']}: {totals}"
    for pool in a["pools"]:
        yield f"  {pool['total']:>18}  from the pool [bold]{pool['pool']}[/bold]"
        for line in pool["lines"]:
            yield f"    {line['amount']:>18}  {line['title']} [dim]({line['role']}, {line['plays']} plays)[/dim]"


def _anchored(a: Mapping[str, Any]) -> Iterator[str]:
    for anchor in a["anchors"]:
        yield anchor["line"]


COMMANDS = (settle, statement, proof, check_proof, move, payout, exchange, journal, flow, earnings, anchors)
