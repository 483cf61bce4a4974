"""Commands about a finished remix: share it, take its parts, count a listen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from remixlab.doors.cli.options import RemixId
from remixlab.doors.cli.session import Session, command


@command
def stems(
    remix_id: RemixId,
    session: Session,
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write the parts into.", metavar="DIR")],
) -> None:
    """Take a remix of yours apart into its parts before mastering, where every owner allows the export."""
    from remixlab.doors.answers.sharing import stems_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import write_parts
    from remixlab.usecases.sharing import export_stems, exported_parts

    with session.open() as opened:
        mix = export_stems(remix_id, opened.actor, opened.context, opened.progress)
        parts = exported_parts(mix)
        write_parts(parts, out, opened)
    session.answer(
        stems_answer(remix_id, str(out), mix, parts),
        lambda a: (f"[bold]{one['file']}[/bold]  {one['origin']}" for one in a["stems"]),
    )


@command
def publish(remix_id: RemixId, session: Session) -> None:
    """Share a private remix; the permission to share is decided now."""
    from remixlab.usecases.sharing import publish as share_it  # lazy

    with session.open() as opened:
        done = share_it(remix_id, opened.actor, opened.context)
    session.answer(done.to_dict(), lambda a: iter([f"[bold]{a['title']}[/bold] is {a['state']}: every play now pays."]))


@command
def play(
    remix_id: RemixId,
    session: Session,
    seconds: Annotated[float, typer.Option("--seconds", min=0, help="How long was listened.")] = 60.0,
    play_id: Annotated[
        str | None, typer.Option("--play-id", help="The same id twice is one play.", show_default=False)
    ] = None,
) -> None:
    """Count one listen of a published remix."""
    from remixlab.domain.ledger import Play  # lazy
    from remixlab.doors.answers.sharing import played_answer
    from remixlab.usecases.sharing import play as count

    with session.open() as opened:
        actor = opened.actor
        listen = Play(
            play_id=play_id or opened.workspace.new_id("play"), remix_id=remix_id, listener=actor.account, at=actor.at,
            length_ms=round(seconds * 1000), territory=actor.territory,
        )  # fmt: skip
        counted = count(listen, actor, opened.context)
    session.answer(
        played_answer(counted),
        lambda a: iter(["Counted." if a["counted"] else "Counted before: one play is paid once."]),
    )


@command
def passport(
    remix_id: RemixId,
    session: Session,
    out: Annotated[Path | None, typer.Option("--out", help="Write it to this file.", show_default=False)] = None,
) -> None:
    """What of a remix of yours may leave, where and until when, as you were shown it before it was made; signed."""
    from remixlab.domain.value import canonical  # lazy
    from remixlab.doors.cli.files import write_whole
    from remixlab.usecases.sharing import read_passport

    with session.open() as opened:
        document = read_passport(remix_id, opened.actor, opened.context)
    if out is not None:
        write_whole(out, canonical(document))
    session.answer(document, lambda a: iter([*a["says"], *([f"Written to {out}."] if out else [])]))


COMMANDS = (stems, publish, play, passport)
