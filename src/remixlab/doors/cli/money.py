"""Commands about money: a month, a statement."""

from __future__ import annotations

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
    for anchor in a["items"]:
        yield anchor["line"]


COMMANDS = (settle, statement, anchors)
