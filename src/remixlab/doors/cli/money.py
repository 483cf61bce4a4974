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
        typer.echo("".join(statement_csv(pool) for pool in stated.pools), nl=False)
        return
    session.answer(statement_answer(stated), _stated)


def _settled(a: Mapping[str, Any]) -> Iterator[str]:
    yield f"[bold]{a['period']}[/bold]: {a['counted_plays']} of {a['plays']} plays counted, {a['pool']} paid out"
    for reason, count in a["left_out"].items():
        yield f"  {count} left out: {reason}"
    for line in a["parties"]:
        yield f"  {line['amount']:>18}  {line['party']}"


def _stated(a: Mapping[str, Any]) -> Iterator[str]:
    yield f"[bold]{a['party']}[/bold], {a['period']}: {a['total']}"
    for line in a["lines"]:
        yield f"  {line['amount']:>18}  {line['title']} [dim]({line['role']}, {line['plays']} plays)[/dim]"


COMMANDS = (settle, statement)
