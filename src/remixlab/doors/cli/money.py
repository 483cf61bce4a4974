"""Commands about money: a listen, a month, a statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.options import At, Home, Json, Territory, User, caller, moment
from remixlab.doors.cli.output import emit

Period = Annotated[str, typer.Option("--period", help="A month, such as 2026-11.")]


def play(
    remix_id: Annotated[str, typer.Argument(metavar="REMIX_ID")],
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="How long was listened.")] = 60.0,
    play_id: Annotated[str | None, typer.Option("--play-id", help="The same id twice is one play.", show_default=False)] = None,
    home: Home = None,
    user: User = "me",
    territory: Territory = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Count one listen of a published remix."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.domain.ledger import Play
    from remixlab.usecases.sharing import play as count

    asked = caller(user, territory, at)
    with open_workspace(home) as workspace:
        wish = Play(
            play_id=play_id or workspace.new_id("play"), remix_id=remix_id, listener=asked.user, at=asked.at,
            length_ms=round(seconds * 1000), territory=asked.territory or workspace.settings.territory,
        )  # fmt: skip
        answer = count(wish, workspace.context)
    emit(answer, as_json=as_json, human=lambda a: iter(["Counted." if a["counted"] else "Counted before: one play is paid once."]))


def settle(
    period: Period,
    pool: Annotated[Path | None, typer.Option("--pool", help="Revenue and deal of the month, as TOML.", metavar="FILE.toml")] = None,
    home: Home = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    """Turn a month of listens into money: exact to the last micro-unit, booked once."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.doors.cli.files import read_file
    from remixlab.usecases.money import settle as pay_out

    with open_workspace(home) as workspace:
        text = read_file(pool).decode("utf-8", "replace") if pool else None
        answer = pay_out(period, workspace.context, pool=text, at=moment(at))
    emit(answer, as_json=as_json, human=_settled)


def statement(
    party: Annotated[str, typer.Argument(metavar="PARTY")],
    period: Period,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print the lines as CSV.")] = False,
    home: Home = None,
    as_json: Json = False,
) -> None:
    """What a party earned in a month, remix by remix, and why."""
    from remixlab.app import open_workspace  # lazy
    from remixlab.usecases.money import statement as read_statement

    with open_workspace(home) as workspace:
        answer = read_statement(party, period, workspace.context)
    if as_csv:
        typer.echo(answer["csv"], nl=False)
        return
    emit({k: v for k, v in answer.items() if k != "csv"}, as_json=as_json, human=_stated)


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


COMMANDS = (play, settle, statement)
