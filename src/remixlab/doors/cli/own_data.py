"""Commands about what is one's own: the licence, choices, everything in one file, and leaving."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated, Any

import typer

from remixlab.domain.errors import Invalid
from remixlab.doors.cli.people import Name, account
from remixlab.doors.cli.session import Session, command


@command
def licence(session: Session) -> None:
    """What a fan gives with a remix, and keeps."""
    from remixlab.doors.answers.own_data import licence_answer  # lazy: --help stays instant

    session.answer(licence_answer(), lambda a: iter([f"[bold]{a['name']}[/bold]", *a["gives"], *a["keeps"]]))


@account.command("choices")
@command
def choices(
    session: Session,
    training: Annotated[str | None, typer.Option("--training", help="on or off: let models learn from you.")] = None,
    taste: Annotated[str | None, typer.Option("--taste", help="on or off: let your taste say what is offered.")] = None,
) -> None:
    """What you let be done with what you make: nothing, until you say so (--as)."""
    from remixlab.domain.choices import Choice  # lazy
    from remixlab.doors.answers.own_data import choices_answer
    from remixlab.usecases import accounts

    with session.open() as opened:
        for choice, said in ((Choice.TRAINING, training), (Choice.TASTE, taste)):
            if said is not None:
                accounts.choose(choice, opened.actor, opened.context, given=_is_on(said))
        found = accounts.read_choices(opened.actor, opened.context)
    session.answer(choices_answer(found), lambda a: (f"{name}: {'on' if a[name] else 'off'}" for name in a))


@account.command("export")
@command
def export(
    who: Name,
    session: Session,
    out: Annotated[Path, typer.Option("-o", "--out", help="The ZIP to write.", metavar="FILE.zip")],
) -> None:
    """Everything that an account brought, made and said, as JSON and files in one ZIP."""
    from remixlab.doors.answers.own_data import ExportedData  # lazy
    from remixlab.doors.cli.files import check_writable
    from remixlab.usecases import accounts

    check_writable(out)
    written = 0
    with session.open() as opened:
        pieces = accounts.export_data(who, opened.actor, opened.context)
        beside = out.with_name(f".{out.name}.part")
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_STORED) as archive:
            for piece in pieces:
                archive.writestr(piece.name, piece.read(opened.context))
                written += 1
        beside.replace(out)
    session.answer(ExportedData(output=str(out), files=written), lambda a: iter([f"{a['output']}: {a['files']} files"]))


@account.command("delete")
@command
def delete(
    who: Name,
    session: Session,
    yes: Annotated[bool, typer.Option("--yes", help="I know that this cannot be undone.")] = False,
) -> None:
    """Delete an account with everything that is its own; what the law wants kept stays under a number."""
    from remixlab.doors.answers.own_data import deleted_answer  # lazy

    if not yes:
        raise Invalid("This cannot be undone.", code="request.invalid", hint="Say --yes to do it.")
    with session.open() as opened:
        gone = opened.workspace.delete_account(who, opened.actor)
    session.answer(deleted_answer(gone), _gone)


def _gone(a: Any) -> Any:
    yield f"Deleted: {a['remixes']} remixes, {a['recordings']} recordings, {a['files']} files."


def _is_on(said: str) -> bool:
    if said not in ("on", "off"):
        raise Invalid(f"'{said[:40]}' is neither on nor off", code="request.invalid")
    return said == "on"


COMMANDS = (licence,)
