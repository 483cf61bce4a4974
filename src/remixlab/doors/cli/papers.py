"""Commands about papers: what opting out means, receipts of what was said, and decisions taken apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.doors.cli.rights import consent
from remixlab.doors.cli.session import Session, command
from remixlab.doors.cli.words import ConsentId

decision = typer.Typer(help="What was decided, why, and whether it would be decided again.", no_args_is_help=True)
DecisionId = Annotated[str, typer.Argument(metavar="DECISION_ID")]


@consent.command("meaning")
@command
def meaning(session: Session) -> None:
    """What opting out means here: whose yes each use needs, and what each way of taking back stops."""
    from remixlab.rights import meaning as found  # lazy: --help stays instant

    session.answer(found().to_dict(), _meaning)


@consent.command("receipt")
@command
def receipt(
    consent_id: ConsentId,
    session: Session,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file.", show_default=False)] = None,
) -> None:
    """What you said as a signed document, for your own papers (--as)."""
    from remixlab.domain.value import canonical  # lazy
    from remixlab.doors.cli.files import write_whole
    from remixlab.usecases.rights import consent_receipt

    with session.open() as opened:
        document = consent_receipt(consent_id, opened.actor, opened.context)
    if out is not None:
        write_whole(out, canonical(document))
    session.answer(document, lambda a: iter([a["meaning"], *([f"Written to {out}."] if out else [])]))


@consent.command("verify")
@command
def verify(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A receipt or a passport, as JSON.")],
    session: Session,
) -> None:
    """Whether a receipt or a passport is as it was signed, and whether this workspace signed it."""
    from remixlab.doors.answers.receipts import verified_answer  # lazy
    from remixlab.usecases.rights import check_receipt, read_receipt

    document = read_receipt(_text(file))
    with session.open() as opened:
        verified = check_receipt(document, opened.context)
    session.answer(verified_answer(verified), lambda a: iter([f"{a['reason']} Key {a['key']}."]))
    if not verified.genuine:
        raise typer.Exit(1)


@decision.command("show")
@command
def show(decision_id: DecisionId, session: Session) -> None:
    """A decision taken apart: every word that could have decided, and why it won or lost."""
    from remixlab.usecases.rights import examine_decision  # lazy

    with session.open() as opened:
        found = examine_decision(decision_id, opened.actor, opened.context)
    session.answer(found.to_dict(), _examined)


@decision.command("replay")
@command
def replay(decision_id: DecisionId, session: Session) -> None:
    """Make a decision again from what was stored with it; exit code 1 where the bytes differ."""
    from remixlab.doors.answers.receipts import replay_answer  # lazy
    from remixlab.usecases.rights import replay_decision

    with session.open() as opened:
        replayed = replay_decision(decision_id, opened.actor, opened.context)
    session.answer(replay_answer(decision_id, replayed), _replayed)
    if not replayed.same:
        raise typer.Exit(1)


@consent.command("demand")
@command
def demand(
    recording: Annotated[str, typer.Argument(metavar="RECORDING", help="A recording's id or ISRC.")], session: Session
) -> None:
    """What fans asked for of a recording and were not allowed, for its parties (--as): counts by use, never who."""
    from remixlab.usecases.rights import read_demand  # lazy

    with session.open() as opened:
        found = read_demand(recording, opened.actor, opened.context)
    session.answer(found.to_dict(), _wanted)


def _text(file: Path) -> str:
    from remixlab.domain.errors import InvalidReceipt  # lazy

    try:
        return file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise InvalidReceipt(f"{file} cannot be read as a receipt") from error


def _meaning(answer: Mapping[str, Any]) -> Iterator[str]:
    yield "Nothing is allowed unless everybody who is asked said yes."
    for use in answer["uses"]:
        yield f"{use['scope']:20} {use['called']:45} [dim]{', '.join(use['asked_of'])}[/dim]"
    for kind in answer["withdrawals"]:
        yield f"{kind['kind']:20} stops {', '.join(kind['stops'])}"


def _examined(answer: Mapping[str, Any]) -> Iterator[str]:
    yield f"{answer['decision_id']}: {answer['outcome']}"
    for hold in answer["held_by"]:
        yield f"[red]held[/red] by {hold}"
    for asked in answer["questions"]:
        colour = {"open": "green", "asks": "yellow", "unsaid": "yellow"}.get(asked["answer"], "red")
        yield f"{asked['side']:9} {asked['use']:18} [{colour}]{asked['answer']}[/{colour}]  {asked['says']}"
        for said in asked["candidates"]:
            yield f"    {said['consent_id']}  {said['party']} {said['effect']}s ({said['level']}): {said['why']}"


def _wanted(answer: Mapping[str, Any]) -> Iterator[str]:
    if not answer["demand"]:
        yield "Nobody asked in vain yet."
    for one in answer["demand"]:
        why = "nobody has said anything" if one["unsaid"] else "somebody said no, or not like this"
        yield f"{one['use']:20} {one['fans']:6} fans  {one['asked']:6} days  last {one['last_day']}  [dim]{why}[/dim]"


def _replayed(answer: Mapping[str, Any]) -> Iterator[str]:
    if answer["same"]:
        yield f"The same bytes: {answer['outcome']}."
    elif answer["evaluator_then"] != answer["evaluator_now"]:
        then, now = answer["evaluator_then"], answer["evaluator_now"]
        yield f"Decided by {then}; by {now} it is {answer['outcome']}."
    else:
        yield "[red]The bytes differ.[/red] Run: remixlab doctor"
