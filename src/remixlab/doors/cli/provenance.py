"""Commands that examine a file from outside: is it ours, and what of the catalogue is in it?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from remixlab.domain.text import readable
from remixlab.doors.cli.options import File
from remixlab.doors.cli.session import Session, command


@command
def verify(file: File, session: Session) -> None:
    """Say whether a file is ours, what it is made from, and whether a trained model touched it."""
    from remixlab.doors.answers.provenance import verification_answer  # lazy: --help stays instant
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.provenance import verify as examine

    with session.open() as opened:
        found = examine(check_file(file), readable(file.name), opened.context)
    session.answer(verification_answer(found), _verified)


@command
def identify(file: File, session: Session) -> None:
    """Say which recordings of the catalogue are in a file, and where."""
    from remixlab.doors.answers.provenance import identified_answer  # lazy
    from remixlab.doors.cli.files import check_file
    from remixlab.usecases.provenance import identify_file

    with session.open() as opened:
        found = identify_file(check_file(file), readable(file.name), opened.actor, opened.context)
    session.answer(identified_answer(found), _identified)


def _verified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["ours"]:
        yield "Not ours: no mark and no manifest of this service. That says nothing about other services."
        return
    source = a["source"]
    name = f"[bold]{source['title']}[/bold] by {source['artist']}"
    yield f"[green]✓ Ours:[/green] made from {name}  [dim]{a['remix_id']}[/dim]"
    yield "A trained model touched the sound." if a["made_with_ai"] else "No trained model touched the sound."
    yield f"[dim]mark {'found' if a['watermark']['found'] else 'not found'}, manifest {a['manifest']['state']}[/dim]"


def _identified(a: Mapping[str, Any]) -> Iterator[str]:
    if not a["matches"]:
        yield "Nothing of the catalogue is in it."
    for m in a["matches"]:
        span = f"{m['query_start_s']:.1f}-{m['query_end_s']:.1f} s"
        yield f"[bold]{m['kind'].replace('_', ' ')}[/bold] {m['recording_id']}  {span}  score {m['score']:.2f}"


COMMANDS = (verify, identify)
